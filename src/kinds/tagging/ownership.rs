//! The tags that say who owns a resource. They are part of the create call itself, so that a crash leaves
//! nothing that cannot be found again.

use std::collections::BTreeSet;

use crate::model::ResourceId;
use crate::model::world::Tags;

/// The stack that owns the resource.
pub const STACK: &str = "albctl:stack";

/// The identity of the resource in the spec: `KIND/KEY`.
pub const ID: &str = "albctl:id";

/// The function of a target group of type lambda, so that its permission is found again before and after the function
/// is registered.
pub const FUNCTION: &str = "albctl:function";
/// Which plan imported a certificate, so that one whose answer was lost is found.
pub const MADE_BY: &str = "albctl:made-by";

/// On the load balancer: the stack may have server certificates, which lists do not show by their tags. It is there
/// before the first of them is, and until none is left.
pub const SERVER_CERTIFICATES: &str = "albctl:server-certificates";

/// `protect: true` of the spec, so that a resource that leaves the spec is still protected.
pub const PROTECT: &str = "albctl:protect";

/// The keys of the tags that the spec gave at the last apply, so that one that leaves the spec is removed.
/// A second and further tag (`albctl:tags:2`) takes what does not fit into the 256 characters of a value.
pub const REMEMBERED: &str = "albctl:tags";

/// AWS's limit of a tag value. API: `TagValue`.
const VALUE_MAX: usize = 256;

/// All tags that a resource is to carry: the spec's, the owner's, and what remembers the spec's keys.
pub fn full(stack: &str, id: &ResourceId, tags: &Tags) -> Tags {
    let mut all = tags.clone();
    all.insert(STACK.to_owned(), stack.to_owned());
    all.insert(ID.to_owned(), id.as_str().to_owned());
    all.extend(remember(tags.keys().filter(|key| !is_reserved(key))));
    all
}

/// Whether a key is one of ours, and not for the spec to give.
pub fn is_reserved(key: &str) -> bool {
    key.starts_with("albctl:")
}

/// Whether the tags protect their resource.
pub fn is_protected(tags: &Tags) -> bool {
    tags.get(PROTECT).is_some_and(|value| value == "true")
}

/// The tags that remember `keys`; none for no keys.
pub fn remember<'a>(keys: impl Iterator<Item = &'a String>) -> Tags {
    let mut chunks: Vec<String> = Vec::new();
    for key in keys {
        let word = escape(key);
        match chunks.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= VALUE_MAX => {
                last.push('/');
                last.push_str(&word);
            }
            Some(_) | None => chunks.push(word),
        }
    }
    let name =
        |index: usize| if index == 0 { REMEMBERED.to_owned() } else { format!("{REMEMBERED}:{}", index + 1) };
    chunks.into_iter().enumerate().map(|(index, chunk)| (name(index), chunk)).collect()
}

/// The keys that the tags of a live resource remember.
pub fn remembered(tags: &Tags) -> BTreeSet<String> {
    tags.iter()
        .filter(|(key, _)| {
            *key == REMEMBERED || key.strip_prefix(REMEMBERED).is_some_and(|rest| rest.starts_with(':'))
        })
        .flat_map(|(_, value)| value.split('/').filter(|word| !word.is_empty()).map(unescape))
        .collect()
}

/// `/` separates keys in the value, and tag values allow no comma; both `=` and `/` may stand in a key.
fn escape(key: &str) -> String {
    key.replace('=', "=e").replace('/', "=s")
}

fn unescape(word: &str) -> String {
    word.replace("=s", "/").replace("=e", "=")
}

/// The live tags that the diff compares: those that the spec gives or gave, and protection. Others' tags are kept and not compared.
pub fn comparable(live: &Tags, wanted: &Tags) -> Tags {
    let remembered = remembered(live);
    live.iter()
        .filter(|(key, _)| {
            let given = wanted.contains_key(*key) || remembered.contains(*key);
            *key == PROTECT || (!is_reserved(key) && given)
        })
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Who says of a resource that is not ours that it is theirs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// What `--adopt-from` calls them: `cloudformation`, `lbc`, or the name of a stack of albctl.
    pub word: String,
    /// What people call them.
    pub name: String,
}

impl Owner {
    /// What it means to take something from them.
    pub fn consequence(&self) -> String {
        match self.word.as_str() {
            CLOUDFORMATION | CONTROLLER => format!("{} would go on changing it", self.name),
            stack => format!("it belongs to the stack `{stack}` of albctl"),
        }
    }
}

const CLOUDFORMATION: &str = "cloudformation";
const CONTROLLER: &str = "lbc";

const CLOUDFORMATION_STACK: &str = "aws:cloudformation:stack-name";
const CLUSTER: &str = "elbv2.k8s.aws/cluster";

/// What manages a resource by its tags, and the name of its stack or cluster there: albctl, CloudFormation, the AWS
/// Load Balancer Controller (LBC).
pub fn manager(tags: &Tags) -> Option<(&'static str, &str)> {
    let by = |system: &'static str, key: &str| tags.get(key).map(|name| (system, name.as_str()));
    by("albctl", STACK)
        .or_else(|| by("CloudFormation", CLOUDFORMATION_STACK))
        .or_else(|| by("LBC", CLUSTER))
        .or_else(|| by("LBC", "ingress.k8s.aws/stack"))
}

/// Whose a resource is by its tags: of another stack than `stack`, of CloudFormation, of the AWS Load Balancer
/// Controller. None: nobody's that we know of, or the stack's own.
pub fn owner(tags: &Tags, stack: &str) -> Option<Owner> {
    let owner = |word: &str, name: &str| Some(Owner { word: word.to_owned(), name: name.to_owned() });
    let has = |key: &str| tags.contains_key(key);
    match tags.get(STACK) {
        Some(own) if own == stack => None,
        Some(other) => owner(other, &format!("the stack `{other}` of albctl")),
        None if has(CLOUDFORMATION_STACK) => owner(CLOUDFORMATION, "CloudFormation"),
        None if has(CLUSTER) || has("ingress.k8s.aws/stack") => {
            owner(CONTROLLER, "the AWS Load Balancer Controller")
        }
        None => None,
    }
}
