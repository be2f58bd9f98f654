//! From a change of a DNS record to calls.

use super::model::DnsRecord;

/// What it is, in one line.
pub fn summary(model: &DnsRecord) -> String {
    model.name.clone()
}
