//! Reading what is live of a stack: as few calls as there can be, all of a round at once.
//!
//! 1. the load balancer by name, all target groups, what the tagging API nominates, who is calling;
//! 2. listeners and attributes of the load balancer, and the tags that decide what is ours;
//! 3. rules, certificates, attributes of target groups, and health where the spec manages targets;
//! 4. the tags of listeners and rules.
//!
//! The tagging API only *nominates*: it lags, and returns what is deleted. What exists and whose it is, is always
//! read from Elastic Load Balancing.

mod assemble;
mod calls;
mod reader;
mod rounds;

use std::collections::{BTreeMap, BTreeSet};

pub use calls::{Identity, identify};
pub use reader::{Reader, Reads};

use super::client::Clients;
use crate::exec::limits::Limiter;
use crate::exec::{Clock, ServiceError};
use crate::kinds::Live;
use crate::kinds::targets::Target;
use crate::model::ResourceId;
use crate::model::world::Tags;

/// What of the account concerns a stack.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The stack: the owner in the tag `albctl:stack`.
    pub stack: String,
    /// The AWS name of the wanted load balancer; none: only what carries the stack's tags is looked for.
    pub load_balancer_name: Option<String>,
    /// The AWS names of the wanted target groups, by their keys.
    pub target_groups: BTreeMap<String, String>,
    /// The AWS names that the wanted target groups have when they take the place of one that holds the plain name,
    /// by their keys.
    pub replacement_names: BTreeMap<String, String>,
    /// The keys of the groups whose targets are managed.
    pub managed_targets: BTreeSet<String>,
    /// The wanted targets of these groups: a zone counts only where one of them names it.
    pub wanted_targets: BTreeMap<String, BTreeSet<Target>>,
    /// The wanted tags by identity: others' tags are not compared.
    pub tags: BTreeMap<ResourceId, Tags>,
}

/// Reads all that is live of the stack. `parallelism` is how many calls may be under way at once: at least 1.
///
/// # Errors
/// The first call that fails for good; only the tagging API may be denied, which becomes a note.
pub async fn observe<C: Clock>(
    clients: &Clients,
    scope: &Scope,
    clock: &C,
    limiter: &Limiter,
    parallelism: usize,
) -> Result<(Live, Reads), ServiceError> {
    let reader = Reader::new(clients, clock, limiter, parallelism);
    let snapshot = rounds::read(&reader, scope).await?;
    Ok((assemble::live(scope, &snapshot, &clients.region), reader.reads()))
}
