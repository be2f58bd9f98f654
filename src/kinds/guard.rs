//! Which listeners' rules a call writes: before the first such call the rules are read once more.

use std::collections::BTreeSet;

use super::{Call, listener, rule};
use crate::model::RuleLists;

/// The listeners among `rules` whose rules the call creates, changes, moves or deletes, by ARN. `known` is the ARN
/// of a reference, where it is known.
pub fn listeners<'l, R>(
    call: &Call<R>,
    known: impl Fn(&R) -> Option<&str>,
    rules: &'l RuleLists,
) -> BTreeSet<&'l str> {
    let of_listener = |listener: &R| {
        let arn = known(listener)?;
        rules.get_key_value(arn).map(|(listener, _)| listener.as_str())
    };
    let of_rule = |rule: &R| {
        let arn = known(rule)?;
        let holds = |(_, rules): &(&'l String, &Vec<(String, u32)>)| rules.iter().any(|(one, _)| one == arn);
        rules.iter().find(holds).map(|(listener, _)| listener.as_str())
    };
    match call {
        Call::Rule(rule::Call::CreateRule { listener, .. }) => of_listener(listener).into_iter().collect(),
        Call::Rule(rule::Call::ModifyRule { rule, .. } | rule::Call::DeleteRule { rule }) => {
            of_rule(rule).into_iter().collect()
        }
        Call::Rule(rule::Call::SetRulePriorities { priorities }) => {
            priorities.iter().filter_map(|(rule, _)| of_rule(rule)).collect()
        }
        // Its rules go with it, those of others too.
        Call::Listener(listener::Call::DeleteListener { listener }) => {
            of_listener(listener).into_iter().collect()
        }
        Call::Listener(_)
        | Call::LoadBalancer(_)
        | Call::TargetGroup(_)
        | Call::Targets(_)
        | Call::Certificate(_)
        | Call::DnsRecord(_)
        | Call::Tagging(_) => BTreeSet::new(),
    }
}
