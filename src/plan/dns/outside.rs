//! Records that others keep: nothing is compared or called, they are told what to create.

use super::Settling;
use crate::kinds::dns_record::model::Provider;
use crate::model::{Lookup, Outside};

impl Settling<'_> {
    /// Takes the records of other providers out of what is wanted, with what lookups say of them.
    pub(super) fn outside(&mut self) {
        for (id, model) in self.wanted() {
            if model.provider == Provider::Route53 {
                continue;
            }
            self.desired.resources.remove(&id);
            let lookup = self.live.dns.lookups.get(&model.name).cloned().unwrap_or(Lookup::Missing);
            self.live.dns.outside.push(Outside { name: model.name, lookup });
        }
    }
}
