//! The table of a certificate's fields.

use super::model::Certificate;
use crate::model::field::Field;

/// All fields of a certificate.
pub static FIELDS: &[Field<Certificate>] = &[];
