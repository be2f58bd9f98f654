//! Why a target group that has a name was not read.

use super::Group;
use crate::base::Diagnostic;

impl Group {
    /// It is of another kind of load balancer, or is not there any more.
    pub fn unread(&self) -> Diagnostic {
        let Self { arn, name, balancers: _, foreign } = self;
        match foreign {
            Some(what) => {
                let message = format!("`{name}` is not a target group of an application load balancer");
                Diagnostic::error("wrong-kind", message)
                    .note(format!("it is {what}"))
                    .note("albctl reads groups of HTTP and HTTPS, and groups of a function")
            }
            None => {
                let message = format!("target group `{name}` went while it was read");
                Diagnostic::error("not-found", message).note(arn.clone())
            }
        }
    }
}
