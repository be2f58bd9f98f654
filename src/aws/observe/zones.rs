//! The hosted zones. API: ListHostedZones of Route 53.

use super::reader::Reader;
use crate::aws::error::classify;
use crate::exec::{Clock, ServiceError};
use crate::model::{Zone, zone};

impl<C: Clock> Reader<'_, C> {
    /// All hosted zones of the account.
    pub(super) async fn zones(&self) -> Result<Vec<Zone>, ServiceError> {
        const OPERATION: &str = "ListHostedZones";
        self.pages(OPERATION, async |marker| {
            let request = self.clients.route53.list_hosted_zones().set_marker(marker);
            let answer = request.send().await.map_err(|error| classify(OPERATION, error))?;
            let zones = answer.hosted_zones.iter().map(|one| Zone {
                id: zone::plain_id(&one.id).to_owned(),
                name: zone::normal(&one.name),
                private: one.config.as_ref().is_some_and(|config| config.private_zone),
                role: None,
            });
            Ok((zones.collect(), answer.next_marker.filter(|_| answer.is_truncated)))
        })
        .await
    }
}
