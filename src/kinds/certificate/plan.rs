//! From a change of a certificate to calls.

use super::model::Certificate;

/// What it is, in one line.
pub fn summary(model: &Certificate) -> String {
    model.domain.clone()
}
