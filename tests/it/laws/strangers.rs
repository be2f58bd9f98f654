//! What others do to a load balancer of ours.

use std::collections::BTreeSet;

use albctl::kinds::action::{Action, Weighted};
use albctl::kinds::rule::{self, Condition};
use albctl::kinds::tagging::ownership;
use albctl::kinds::{Call, listener};
use albctl::model::world::Tags;

use crate::generator::dice::Dice;
use crate::support::Stage;

/// The priorities of strangers, which no spec asks for.
const PRIORITIES: &[u32] = &[7, 15, 37, 137, 237, 337, 33_333];

/// Adds up to three rules to listeners of ours, some of which forward to groups of ours; sometimes a listener.
pub fn come(stage: &Stage, dice: &mut Dice) {
    let (mut listeners, mut groups, mut balancers, mut taken) =
        (Vec::new(), Vec::new(), Vec::new(), BTreeSet::new());
    let ours = |tags: &Tags| tags.get(ownership::STACK).is_some_and(|stack| stack == "law");
    stage.sandbox.edit(|state| {
        for region in state.regions.values() {
            let all = region.listeners.iter().filter(|(_, one)| ours(&one.tags.current));
            listeners.extend(all.map(|(arn, _)| arn.clone()));
            let all = region.load_balancers.iter().filter(|(_, one)| ours(&one.tags.current));
            balancers.extend(all.map(|(arn, _)| arn.clone()));
            // A group without any load balancer may go at any time.
            let all = region
                .target_groups
                .iter()
                .filter(|(_, one)| ours(&one.tags.current) && one.attached_since.is_some());
            groups.extend(all.map(|(arn, _)| arn.clone()));
            taken.extend(region.rules.values().filter_map(|rule| rule.priority));
        }
    });
    let answer = Action::FixedResponse { status: 418, content_type: None, body: None };
    for _ in 0..dice.within(1..4) {
        let Some(place) = dice.index(&listeners) else { break };
        let priority = dice.pick(PRIORITIES);
        let path = dice.pick(&["/a", "/stranger", "/b/*"]);
        let then = match dice.index(&groups).filter(|_| dice.chance(30)) {
            Some(group) => Action::Forward {
                groups: vec![Weighted { group: groups[group].clone(), weight: 1 }],
                stickiness: None,
            },
            None => answer.clone(),
        };
        if taken.insert(priority) {
            stage.stranger(&Call::Rule(rule::Call::CreateRule {
                listener: listeners[place].clone(),
                priority,
                when: vec![Condition::Path(BTreeSet::from([path.to_owned()]))],
                then,
                tags: Tags::from([("owner".to_owned(), "somebody".to_owned())]),
            }));
        }
    }
    if let Some(balancer) = balancers.first().filter(|_| dice.chance(20)) {
        stage.stranger(&Call::Listener(listener::Call::CreateListener {
            load_balancer: balancer.clone(),
            port: 9_900,
            protocol: listener::model::Protocol::Http,
            ssl_policy: None,
            certificate: None,
            default: answer,
            tags: Tags::new(),
        }));
    }
}
