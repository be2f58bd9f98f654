//! The tag on the load balancer that says what was applied last: which plan of which spec, by whom, when, from where.
//!
//! What only the moment of the apply knows is left open in the plan, so that it does not change the plan's id, and is
//! filled in when the plan is run.

use super::call::Call;
use crate::kinds::context::Context;
use crate::kinds::{self, Plan, load_balancer};
use crate::model::world::Tags;
use crate::model::{Action, Ref, StepId, StepVerb};

/// The tag's key.
pub const APPLIED: &str = "albctl:applied";

/// Longest parts of the value, which has 256 characters at most. API: `TagValue`.
const BY_MAX: usize = 64;
const FROM_MAX: usize = 120;

/// What the tag says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The plan's id.
    pub plan: String,
    /// The hash of what the spec wanted.
    pub spec: String,
    /// Who applied it, in a word.
    pub by: String,
    /// When, to the minute: `2026-11-18T14:02Z`.
    pub at: String,
    /// The spec's path in its repository.
    pub from: String,
}

impl Applied {
    /// The tag's value: `plan=7c41e9 spec=0123456789abcdef by=ci-deploy at=2026-11-18T14:02Z from=shop/prod.yaml`.
    pub fn value(&self) -> String {
        let Self { plan, spec, by, at, from } = self;
        let by: String = word(by).chars().take(BY_MAX).collect();
        format!("plan={plan} spec={spec} by={by} at={at} from={}", source(from))
    }

    /// Reads a value; `None` for one that says nothing, or was written by someone else.
    pub fn parse(value: &str) -> Option<Self> {
        let part = |key: &str| {
            let mut parts = value.split(' ').filter_map(|part| part.split_once('='));
            parts.find(|(name, _)| *name == key).map(|(_, value)| value.to_owned())
        };
        Some(Self {
            plan: part("plan")?,
            spec: part("spec")?,
            by: part("by")?,
            at: part("at")?,
            from: part("from")?,
        })
    }

    /// What the tags of a load balancer say.
    pub fn of(tags: &Tags) -> Option<Self> {
        tags.get(APPLIED).and_then(|value| Self::parse(value))
    }
}

/// A path as the tag has it: of a long one the end.
pub fn source(path: &str) -> String {
    let word = word(path);
    let skipped = word.chars().count().saturating_sub(FROM_MAX);
    word.chars().skip(skipped).collect()
}

/// Only what a tag may hold, and no blank, which separates the parts. API: `TagValue`.
fn word(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || "_.:/=+-@".contains(c) { c } else { '_' }).collect()
}

/// Adds the step that writes the tag, after all calls so far. (Waiting is no part of what is applied.)
pub fn record(cx: &mut Context<'_>) {
    let needs: Vec<StepId> = cx.steps_of(|step| match step.action {
        Action::Call(_) => true,
        Action::Wait { .. } => false,
    });
    let tags = Tags::from([(APPLIED.to_owned(), String::new())]);
    let call = kinds::Call::Tagging(Call::AddTags { resource: cx.load_balancer(), tags });
    let summary = format!("tag {APPLIED}");
    cx.call(&load_balancer::id(), "applied", StepVerb::Change, summary, call, &needs);
}

/// Whether a step writes the tag.
pub fn is_record(action: &kinds::Action) -> bool {
    matches!(action, Action::Call(call) if tags_of(call).is_some())
}

/// Fills in what is known only when the plan is run.
pub fn fill(plan: &mut Plan, applied: &Applied) {
    for step in &mut plan.steps {
        if let Action::Call(kinds::Call::Tagging(Call::AddTags { tags, .. })) = &mut step.action
            && let Some(value) = tags.get_mut(APPLIED)
        {
            *value = applied.value();
        }
    }
}

fn tags_of(call: &kinds::Call<Ref>) -> Option<&Tags> {
    match call {
        kinds::Call::Tagging(Call::AddTags { tags, .. }) => {
            Some(tags).filter(|tags| tags.contains_key(APPLIED))
        }
        kinds::Call::Tagging(Call::RemoveTags { .. })
        | kinds::Call::LoadBalancer(_)
        | kinds::Call::TargetGroup(_)
        | kinds::Call::Targets(_)
        | kinds::Call::Listener(_)
        | kinds::Call::Rule(_)
        | kinds::Call::Certificate(_)
        | kinds::Call::DnsRecord(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(by: &str, from: &str) -> Applied {
        Applied {
            plan: "7c41e9".to_owned(),
            spec: "0123456789abcdef".to_owned(),
            by: by.to_owned(),
            at: "2026-11-18T14:02Z".to_owned(),
            from: from.to_owned(),
        }
    }

    #[test]
    fn the_value_is_read_back() {
        let one = applied("ci-deploy", "infra/shop/prod.yaml");
        assert_eq!(
            one.value(),
            "plan=7c41e9 spec=0123456789abcdef by=ci-deploy at=2026-11-18T14:02Z from=infra/shop/prod.yaml"
        );
        assert_eq!(Applied::parse(&one.value()), Some(one));
        assert_eq!(Applied::parse(""), None);
        assert_eq!(Applied::parse("plan=7c41e9 by=me"), None);
    }

    #[test]
    fn any_value_fits_a_tag() {
        let long = applied(&"ü b(é) ".repeat(50), &format!("{}/the end,.yaml", "ordner ".repeat(80)));
        let value = long.value();
        assert!(value.chars().count() <= 256, "{}", value.len());
        assert!(
            value.chars().all(|c| c == ' ' || c.is_ascii_alphanumeric() || "_.:/=+-@".contains(c)),
            "{value}"
        );
        let read = Applied::parse(&value).unwrap();
        assert!(read.from.ends_with("/the_end_.yaml"));
        assert_eq!(read.from, source(&long.from), "what is compared is what was written");
        assert_eq!(source(&read.from), read.from);
    }
}
