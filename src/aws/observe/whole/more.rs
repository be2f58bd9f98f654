//! Further target groups, when what was read says which.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;

use super::{Whole, names};
use crate::aws::observe::reader::Reader;
use crate::aws::observe::rounds::present;
use crate::exec::{Clock, ServiceError};
use crate::fix::Focus;

impl Whole {
    /// Reads target groups beside those in focus, in one more round; `inventory` is what the first round gave. API:
    /// DescribeTargetGroupAttributes, DescribeTargetHealth, DescribeTags.
    ///
    /// # Errors
    /// The first call that fails for good.
    pub async fn read_also<C: Clock>(
        &mut self,
        reader: &Reader<'_, C>,
        inventory: &Whole,
        focus: &Focus,
        groups: &BTreeSet<String>,
    ) -> Result<(), ServiceError> {
        let known = &self.snapshot.groups;
        let new = inventory.snapshot.groups.iter().filter(|(arn, _)| groups.contains(*arn));
        let new: Vec<_> = new.filter(|(arn, _)| !known.contains_key(*arn)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let arns: Vec<String> = new.iter().map(|(arn, _)| (*arn).clone()).collect();
        reader.round();
        let (attributes, health, tags) = tokio::try_join!(
            try_join_all(arns.iter().map(|arn| reader.group_attributes(arn))),
            try_join_all(arns.iter().map(|arn| reader.health(arn))),
            reader.tags(&arns),
        )?;
        let snapshot = &mut self.snapshot;
        snapshot.groups.extend(new.into_iter().map(|(arn, group)| (arn.clone(), group.clone())));
        snapshot.group_attributes.extend(present(arns.clone(), attributes));
        snapshot.health.extend(present(arns, health));
        snapshot.tags.extend(tags);
        self.scope = names::scope(&self.snapshot, focus);
        Ok(())
    }
}
