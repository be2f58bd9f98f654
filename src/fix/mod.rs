//! One-off fixes: what is live is the spec, but for one thing.
//!
//! [`find`] says what the words of a command line mean, [`mirror`] makes what is live into what is wanted, the other
//! files change that in one place each and say in words what it means. From there on a fix is a plan like any other.

pub mod attr;
pub mod certs;
pub mod find;
pub mod health;
pub mod logs;
pub mod mirror;
pub mod place;
pub mod redirect;
pub mod stickiness;
pub mod targets;
pub mod uses;
pub mod weights;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::base::Diagnostic;
use crate::kinds::{Desired, Live};
use crate::model::ResourceId;
use crate::plan::WaitFor;

/// The codes of refusals that `--allow CODE` lifts, of fixes only.
pub const ALLOW: &[&str] = &[certs::UNCOVERED];

/// What of a load balancer is read for a fix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// The ARN of the load balancer; none: of a target group that has none.
    pub balancer: Option<String>,
    /// The settings of the load balancer itself are needed.
    pub settings: bool,
    /// The ARNs of the target groups that are read in full; what forwards to another one names it by its ARN.
    pub groups: BTreeSet<String>,
    /// All target groups of the load balancer are.
    pub all_groups: bool,
    /// The certificates of the HTTPS listeners are needed, not only the default one.
    pub certificates: bool,
    /// The attributes of the listeners are needed.
    pub listener_attributes: bool,
}

/// One fix: what is wanted, and all there is to say about it.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What is live, but for what the fix changes.
    pub desired: Desired,
    /// What it means for those who send requests, a line each.
    pub effect: Vec<String>,
    /// What sends requests to what is changed, a line each.
    pub used_by: Vec<String>,
    /// What should be known before.
    pub warnings: Vec<Diagnostic>,
    /// What is so already, where nothing differs: `stickiness is lb_cookie 1h`.
    pub unchanged: String,
    /// The command that takes it back, without `albctl`; none: there is none.
    pub undo: Option<String>,
    /// What to write into the spec of the stack that owns it, so that its next apply keeps the fix.
    pub keep: Vec<Keep>,
    /// The same of the certificates of a listener, which have other names in specs.
    pub listing: Option<certs::Listing>,
    /// What to wait for after the writes.
    pub wait: WaitFor,
    /// What people call the ARNs in the values that change.
    pub names: BTreeMap<String, String>,
    /// The codes of refusals about which the fix has decided in words of its own.
    pub decided: Vec<&'static str>,
}

impl Fix {
    /// A fix that changes nothing yet.
    pub fn of(live: &Live) -> Self {
        Self {
            desired: mirror::mirror(live),
            effect: Vec::new(),
            used_by: Vec::new(),
            warnings: Vec::new(),
            unchanged: String::new(),
            undo: None,
            keep: Vec::new(),
            listing: None,
            wait: WaitFor::None,
            names: BTreeMap::new(),
            decided: Vec::new(),
        }
    }
}

/// That nothing takes a fix back, told before it is done; `was` says all of what goes.
fn no_way_back(was: &str) -> String {
    format!("No command of albctl brings back what is there today: {was}.")
}

/// A value that a spec has to have, so that its next apply does not take a fix back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    /// The resource.
    pub id: ResourceId,
    /// The field as its row calls it: `stickiness`, `health_check.path`; empty: the resource itself.
    pub field: String,
    /// How a spec writes the value; null: the key goes.
    pub value: Value,
}
