//! `cert list|show|attach|detach|rotate`: what HTTPS listeners serve, and how that changes.

mod choose;
mod edit;
mod facts;
mod hosts;
mod meant;

pub use choose::{Choice, Reason, choose};
pub use edit::{Request, UNCOVERED, attach, detach, rotate};
pub use facts::{Facts, ISSUED, Known, Renewal, SOON};
pub use hosts::{Host, hosts, is_host};
pub use meant::{Listing, Meant};

use std::collections::BTreeMap;

use super::find::Spot;
use super::place;
use crate::base::Diagnostic;
use crate::kinds::Live;
use crate::kinds::listener::Listener;
use crate::kinds::listener::model::Protocol;
use crate::model::ResourceId;

/// Certificates by ARN.
pub type All = BTreeMap<String, Known>;

/// The HTTPS listeners that a word means: one, or, for a load balancer, all; by port.
///
/// # Errors
/// The listener is not there or is no HTTPS listener; the load balancer has none.
pub fn listeners(live: &Live, spot: &Spot, word: &str) -> Result<Vec<ResourceId>, Diagnostic> {
    let mut all: Vec<(u16, &ResourceId)> = place::listeners(live)
        .filter(|(_, model)| model.protocol == Protocol::Https)
        .map(|(id, model)| (model.port, id))
        .collect();
    all.sort();
    let ports: Vec<String> = all.iter().map(|(port, _)| port.to_string()).collect();
    match spot {
        Spot::Balancer(_) if all.is_empty() => {
            let message = format!("`{word}` has no HTTPS listener, and others have no certificates");
            Err(Diagnostic::error("not-found", message))
        }
        Spot::Balancer(_) => Ok(all.into_iter().map(|(_, id)| id.clone()).collect()),
        Spot::Listener { .. } => {
            let id = place::route(live, spot, word)?;
            if all.iter().any(|(_, one)| **one == id) {
                return Ok(vec![id]);
            }
            let message = format!("`{word}` is no HTTPS listener, and others have no certificates");
            let diagnostic = Diagnostic::error("wrong-kind", message);
            Err(match ports.is_empty() {
                true => diagnostic,
                false => diagnostic.help(format!("its load balancer has HTTPS on port {}", ports.join(", "))),
            })
        }
        Spot::Group(_) | Spot::Rule { .. } => {
            let message = format!("`{word}` is no load balancer and no listener");
            Err(Diagnostic::error("wrong-kind", message).help("name LB or LB/PORT, such as shop/443"))
        }
    }
}

/// The one HTTPS listener that a word means.
///
/// # Errors
/// As [`listeners`]; the load balancer has several.
pub fn listener(live: &Live, spot: &Spot, word: &str) -> Result<ResourceId, Diagnostic> {
    let found = listeners(live, spot, word)?;
    match found.as_slice() {
        [only] => Ok(only.clone()),
        several => {
            let ports: Vec<String> = several
                .iter()
                .filter_map(|id| model(live, id))
                .map(|model| format!("{word}/{}", model.port))
                .collect();
            let message = format!("`{word}` has {} HTTPS listeners", several.len());
            Err(Diagnostic::error("ambiguous-name", message).help(format!("name one: {}", ports.join(", "))))
        }
    }
}

/// The listener of an identity.
pub fn model<'l>(live: &'l Live, id: &ResourceId) -> Option<&'l Listener> {
    place::listeners(live).find(|(one, _)| *one == id).map(|(_, model)| model)
}

/// The ARNs of all certificates of a listener, the default first, then its list.
pub fn arns(listener: &Listener) -> Vec<String> {
    let mut all: Vec<String> = listener.certificates.iter().map(|one| one.0.clone()).collect();
    let more: Vec<String> =
        listener.sni.iter().map(|one| one.0.clone()).filter(|arn| !all.contains(arn)).collect();
    all.extend(more);
    all
}

/// What can be said of the certificates of a listener's list, and of its default; what clients get is known only where
/// all of them are.
pub fn chooser<'f>(listener: &Listener, all: &'f All) -> Option<(&'f Facts, Vec<&'f Facts>)> {
    let facts = |arn: &str| all.get(arn).and_then(Known::facts);
    let default = facts(&listener.certificates.first()?.0)?;
    // A list that holds the default alone is as good as none.
    let list: Option<Vec<&Facts>> = listener.sni.iter().map(|one| facts(&one.0)).collect();
    Some((default, list?))
}

#[cfg(test)]
mod tests;
