//! The hosted zones. API: ListHostedZones of Route 53.

use super::reader::Reader;
use crate::aws::error::classify;
use crate::exec::{Clock, ServiceError};
use crate::kinds::dns_record::aws::through;
use crate::model::{Zone, zone};

impl<C: Clock> Reader<'_, C> {
    /// All hosted zones of the account, or of that of a role.
    pub(super) async fn zones(&self, role: Option<&str>) -> Result<Vec<Zone>, ServiceError> {
        const OPERATION: &str = "ListHostedZones";
        let client = self.clients.route53_as(role).await;
        self.pages(OPERATION, async |marker| {
            let request = client.list_hosted_zones().set_marker(marker);
            let answer = request.send().await.map_err(|error| through(classify(OPERATION, error), role))?;
            let zones = answer.hosted_zones.iter().map(|one| Zone {
                id: zone::plain_id(&one.id).to_owned(),
                name: zone::normal(&one.name),
                private: one.config.as_ref().is_some_and(|config| config.private_zone),
                role: role.map(str::to_owned),
            });
            Ok((zones.collect(), answer.next_marker.filter(|_| answer.is_truncated)))
        })
        .await
    }
}
