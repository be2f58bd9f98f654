//! Steps and plans: every call, and what it waits for, as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Change, Ref, ResourceId, StepId};

/// The word for a step in progress lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepVerb {
    /// Makes a resource.
    Create,
    /// Requests a certificate.
    Request,
    /// Imports a certificate.
    Import,
    /// Uploads a certificate.
    Upload,
    /// Writes the records that validate a certificate.
    Validate,
    /// Changes one in place.
    Change,
    /// Registers targets.
    Register,
    /// Deregisters targets.
    Deregister,
    /// Gives rules other priorities.
    Reorder,
    /// Removes a resource.
    Delete,
    /// Waits until a load balancer is active.
    Active,
    /// Waits until a certificate is issued.
    Issued,
    /// Waits until targets are healthy.
    Healthy,
    /// Waits until a group that is no longer referred to has finished its requests.
    Drain,
    /// Waits until all name servers of Route 53 answer with a changed record.
    Sync,
}

impl StepVerb {
    /// The word itself.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Request => "request",
            Self::Import => "import",
            Self::Upload => "upload",
            Self::Validate => "validate",
            Self::Change => "change",
            Self::Register => "register",
            Self::Deregister => "deregister",
            Self::Reorder => "reorder",
            Self::Delete => "delete",
            Self::Active => "active",
            Self::Issued => "issued",
            Self::Healthy => "healthy",
            Self::Drain => "drain",
            Self::Sync => "sync",
        }
    }
}

/// What a step does. `C` is the sum of all kinds' calls, `W` of all their conditions to wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action<C, W> {
    /// One API call that writes.
    Call(C),
    /// Reads until the condition holds.
    Wait {
        /// What must hold.
        condition: W,
        /// After so many seconds the wait gives up, and the apply ends incomplete.
        limit_seconds: u64,
    },
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step<C, W> {
    /// Unique in the plan.
    pub id: StepId,
    /// The resource whose change asked for it.
    pub subject: ResourceId,
    /// The word for progress lines.
    pub verb: StepVerb,
    /// What it does in a few words, for progress lines.
    pub summary: String,
    /// The call or wait itself.
    pub action: Action<C, W>,
    /// The steps that must be done before, sorted; those whose outputs the call holds are among them.
    pub needs: Vec<StepId>,
}

/// The rules of listeners, by the listener's ARN: the ARN and priority of each, strangers' too, by priority.
pub type RuleLists = BTreeMap<String, Vec<(String, u32)>>;

/// A finished plan: which calls, in which order, and why. Nothing is left for the executor to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan<C, W> {
    /// The stack, as in the spec.
    pub stack: String,
    /// The account that it was planned for: 12 digits.
    pub account: String,
    /// The AWS region.
    pub region: String,
    /// What differs, in the order of the spec, deletions last.
    pub changes: Vec<Change>,
    /// The calls and waits in an order in which each stands after all that it needs.
    pub steps: Vec<Step<C, W>>,
    /// The rules that the plan saw on each live listener whose rules it writes: other rules, and it is not run.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub basis: RuleLists,
    /// What the plan leaves to another apply, because others have to do something before.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unfinished: Vec<Unfinished>,
    /// What has no place in the stack any more and is left because others use it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub left: Vec<Left>,
}

/// Something of the stack that is left because others use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// What it is.
    pub id: ResourceId,
    /// Its ARN.
    pub arn: String,
    /// The ARNs of what uses it.
    pub used_by: Vec<String>,
}

/// A replacement that goes on at another apply: targets have to be registered with the new group by others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// The resource.
    pub id: ResourceId,
    /// The ARN of the new group, for those who register its targets.
    pub arn: Ref,
    /// The port of the new group.
    pub port: u16,
    /// What must happen before the next apply, in words.
    pub until: String,
}

impl<C, W> Plan<C, W> {
    /// Whether there is nothing to do, but perhaps to wait for what an earlier apply did.
    pub fn is_empty(&self) -> bool {
        self.writes() == 0 && self.changes.is_empty()
    }

    /// How many API calls it writes with.
    pub fn writes(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step.action, Action::Call(_))).count()
    }
}

/// Values that hold references: calls and conditions.
pub trait HasRefs {
    /// Calls `visit` with every reference, in a fixed order.
    fn each_ref(&self, visit: &mut dyn FnMut(&Ref));
}
