//! The table of a DNS record's fields.

use super::model::DnsRecord;
use crate::model::field::Field;

/// All fields of a DNS record.
pub static FIELDS: &[Field<DnsRecord>] = &[];
