//! What the load balancer's security groups let through.

use super::Whole;
use crate::aws::ec2::DESCRIBE_SECURITY_GROUPS;
use crate::aws::observe::reader::Reader;
use crate::doctor::facts::SecurityGroup;
use crate::exec::{Clock, ErrorKind, ServiceError};

impl Whole {
    /// What the security groups of a load balancer let through; none where that cannot be read. API:
    /// DescribeSecurityGroups of EC2.
    ///
    /// # Errors
    /// The credentials cannot be used.
    pub async fn security_groups<C: Clock>(
        &self,
        reader: &Reader<'_, C>,
        balancer: &str,
    ) -> Result<Option<Vec<SecurityGroup>>, ServiceError> {
        let balancer = self.snapshot.load_balancers.get(balancer);
        let ids = balancer.map(|one| one.security_groups().to_vec()).unwrap_or_default();
        security_groups(reader, &ids).await.map(|(groups, _)| groups)
    }
}

/// The groups, or a note why they are not known: who may read load balancers often may not read EC2, or does not reach
/// it. API: DescribeSecurityGroups of EC2.
///
/// # Errors
/// The credentials cannot be used.
pub(super) async fn security_groups<C: Clock>(
    reader: &Reader<'_, C>,
    ids: &[String],
) -> Result<(Option<Vec<SecurityGroup>>, Option<String>), ServiceError> {
    if ids.is_empty() {
        return Ok((None, None));
    }
    let ask = async || reader.clients.ec2.security_groups(ids).await;
    let why = match reader.read(DESCRIBE_SECURITY_GROUPS, ask).await {
        // A group that is missing from the answer may let everything through.
        Ok(groups) if ids.iter().all(|id| groups.iter().any(|group| group.id == *id)) => {
            return Ok((Some(groups), None));
        }
        Ok(_) => "did not tell of all".to_owned(),
        Err(error) if error.kind == ErrorKind::Credentials => return Err(error),
        Err(error) if error.kind == ErrorKind::Denied => "is denied".to_owned(),
        Err(error) => format!("failed ({})", error.message.trim_end_matches('.')),
    };
    let note = format!(
        "ec2:{DESCRIBE_SECURITY_GROUPS} {why}: whether the load balancer's security groups let requests through is not \
         known"
    );
    Ok((None, Some(note)))
}
