//! What must hold of the control plane after every single call of a plan: every request drawn from the rules of both
//! ends is answered as at one of them and changes at most once, no two rules hold one number, nothing that is deleted
//! is referred to, and no request goes to a group without a healthy target while another of its identity has one.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use albctl::kinds::action::{Action, GroupKey, model::Weighted};
use albctl::kinds::rule::Condition;
use albctl::kinds::rule::condition::QueryPair;
use albctl::kinds::{Plan, target_group};
use albctl::model::Change;
use albctl::route::{Answer, Matcher, Request, Scheme, Source, draw};
use albctl_sandbox::Sandbox;
use albctl_sandbox::state::elbv2::{self, TargetGroup};
use albctl_sandbox::state::{Millis, Region, State};

/// The rules of each listener that is there, in the order of evaluation, the default rule last: indices of
/// [`Seen::rules`].
type Listeners = BTreeMap<String, Vec<usize>>;

/// What was seen so far.
#[derive(Default)]
struct Seen {
    /// Each form that any rule had.
    rules: Vec<elbv2::Rule>,
    /// The form that each rule had last, by ARN.
    last: BTreeMap<String, usize>,
    /// The identity that each target group had last, by ARN: a rename is no other answer.
    groups: BTreeMap<String, String>,
    /// The ARNs of the groups that were there last.
    there: BTreeSet<String>,
    /// The keys that groups had before, with those of now: an old group that is replaced keeps the old one.
    renamed: BTreeMap<String, String>,
    /// After which call, and what was there.
    states: Vec<Look>,
}

/// What was there after one call.
struct Look {
    call: String,
    listeners: Listeners,
    /// The groups that have a healthy target, by ARN.
    healthy: BTreeSet<String>,
}

/// Looks at a sandbox, call by call.
pub struct Watch {
    sandbox: Arc<Sandbox>,
    seen: RefCell<Seen>,
    drawn: Cell<Drawn>,
    /// Groups of which the plan says that requests turn to them at once.
    at_once: RefCell<BTreeSet<String>>,
}

/// How many requests were drawn, and how many of them another rule than the default one answers in the end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Drawn {
    pub requests: usize,
    pub hits: usize,
}

impl Watch {
    /// Begins with what is there now.
    pub fn new(sandbox: &Arc<Sandbox>) -> Self {
        let watch = Self {
            sandbox: Arc::clone(sandbox),
            seen: RefCell::default(),
            drawn: Cell::default(),
            at_once: RefCell::default(),
        };
        watch.look("the beginning");
        watch
    }

    /// A plan begins. Where it says that requests turn to a new group at once, that group need not be healthy before.
    /// Nor need those of `unhealthy`.
    pub fn begins(&self, plan: &Plan, unhealthy: &BTreeSet<String>) {
        let told = |how: &str| how.contains(" at once (") || how.contains("requests may be answered 502");
        let at_once = |change: &&Change| change.how.as_deref().is_some_and(told);
        let ids = plan.changes.iter().filter(at_once).map(|change| change.id.to_string());
        self.at_once.borrow_mut().extend(ids.chain(unhealthy.iter().cloned()));
        let mut seen = self.seen.borrow_mut();
        for change in plan.changes.iter().filter(|change| change.id.kind() == target_group::KIND) {
            if let Some(field) = change.fields.iter().find(|field| field.key == "key") {
                seen.renamed
                    .insert(format!("{}/{}", target_group::KIND, field.from_text), change.id.to_string());
            }
        }
    }

    /// Looks at what is there now, after `call`, as far as that needs no end.
    pub fn look(&self, call: &str) {
        let mut seen = self.seen.borrow_mut();
        self.sandbox.edit(|state| {
            let listeners = seen.look(state);
            let healthy = healthy_groups(state);
            seen.states.push(Look { call: call.to_owned(), listeners, healthy });
        });
    }

    /// Checks all states that were seen against the first and the last. Returns what was drawn for it.
    pub fn check(&self) -> Drawn {
        let seen = self.seen.borrow();
        let (Some(first), Some(last)) = (seen.states.first(), seen.states.last()) else {
            return Drawn::default();
        };
        for (listener, old) in &first.listeners {
            if let Some(new) = last.listeners.get(listener) {
                self.check_listener(&seen, listener, old, new);
            }
        }
        self.drawn.get()
    }

    fn check_listener(&self, seen: &Seen, listener: &str, old: &[usize], new: &[usize]) {
        let states: Vec<(&Look, &[usize])> = seen
            .states
            .iter()
            .filter_map(|look| Some((look, look.listeners.get(listener)?.as_slice())))
            .collect();
        let forms: BTreeSet<usize> = states.iter().flat_map(|(_, rules)| rules.iter().copied()).collect();
        let rules: BTreeMap<usize, Rule> =
            forms.into_iter().map(|form| (form, seen.translate(&seen.rules[form]))).collect();
        // What is the same at both ends matters only where it overlaps with what is not.
        let few = old.len() + new.len() <= 30;
        let sources: Vec<Source<'_>> = [(old, new), (new, old)]
            .into_iter()
            .flat_map(|(own, other)| {
                let rules = &rules;
                own.iter()
                    .map(move |form| Source { when: &rules[form].when, focus: few || !other.contains(form) })
            })
            .filter(|source| !source.when.is_empty())
            .collect();
        let requests = draw(&sources, Scheme::Http, 80);
        let hits: BTreeMap<usize, Vec<bool>> = rules
            .iter()
            .map(|(form, rule)| {
                let matcher = Matcher::new(&rule.when);
                (*form, requests.iter().map(|request| matcher.matches(request)).collect())
            })
            .collect();
        let answering = |order: &[usize], request: usize| {
            let hit = order.iter().copied().find(|form| hits[form][request]);
            hit.expect("the default rule matches everything")
        };
        let mut drawn = self.drawn.get();
        for (index, request) in requests.iter().enumerate() {
            let rule = |order: &[usize]| &rules[&answering(order, index)];
            let answer = |order: &[usize]| &rule(order).answer;
            for pair in states.windows(2) {
                let [(before, old), (after, new)] = pair else { continue };
                self.check_health(seen, request, (before, rule(old)), (after, rule(new)));
            }
            check_request(
                request,
                answer(old),
                answer(new),
                states.iter().map(|(look, order)| (look.call.as_str(), answer(order))),
            );
            drawn.requests += 1;
            drawn.hits += usize::from(!rules[&answering(new, index)].when.is_empty());
        }
        self.drawn.set(drawn);
    }

    /// A request that a healthy group answers does not turn to another group of the same identity that is not healthy.
    fn check_health(
        &self,
        seen: &Seen,
        request: &Request,
        (before, old): (&Look, &Rule),
        (after, new): (&Look, &Rule),
    ) {
        let unhealthy = new.groups.iter().filter(|group| !after.healthy.contains(*group));
        for group in unhealthy.filter(|group| !old.groups.contains(group)) {
            let id = seen.identity(group);
            let twin = |one: &&String| seen.identity(one) == id && before.healthy.contains(*one);
            assert!(
                self.at_once.borrow().contains(&id) || !old.groups.iter().any(|one| twin(&one)),
                "{request} turns to {group}, which has no healthy target, after {}\n{}",
                after.call,
                seen.story()
            );
        }
    }
}

fn check_request<'a>(
    request: &Request,
    before: &Answer,
    after: &Answer,
    answers: impl Iterator<Item = (&'a str, &'a Answer)>,
) {
    let mut switched = false;
    for (call, answer) in answers {
        assert!(
            answer == before || answer == after,
            "{request} is answered {answer:?}, neither {before:?} nor {after:?}, after {call}"
        );
        assert!(!switched || answer == after, "{request} goes back to {answer:?} after {call}");
        switched |= before != after && answer == after;
    }
}

impl Seen {
    fn look(&mut self, state: &State) -> Listeners {
        let mut listeners = Listeners::new();
        self.there = state.regions.values().flat_map(|region| region.target_groups.keys().cloned()).collect();
        for region in state.regions.values() {
            for arn in region.listeners.keys() {
                listeners.insert(arn.clone(), Vec::new());
            }
            for (arn, group) in &region.target_groups {
                if let Some(id) = group.tags.current.get("albctl:id") {
                    self.groups.insert(arn.clone(), id.clone());
                }
            }
            for (arn, rule) in &region.rules {
                assert_whole(arn, rule, region);
                let form = self.form(arn, rule);
                let listener = listener_of(arn);
                listeners.get_mut(&listener).unwrap_or_else(|| panic!("{arn} has no listener")).push(form);
            }
        }
        for (arn, forms) in &mut listeners {
            let number = |form: &usize| self.rules[*form].priority;
            // The default rule comes last.
            forms.sort_by_key(|form| (number(form).is_none(), number(form)));
            let numbers: BTreeSet<Option<u32>> = forms.iter().map(number).collect();
            assert_eq!(numbers.len(), forms.len(), "two rules of {arn} hold one number");
        }
        listeners
    }

    /// What a group is to a client: its identity; of a group that is gone, under the key of the one that took its place.
    fn identity(&self, arn: &str) -> String {
        let Some(id) = self.groups.get(arn) else { return arn.to_owned() };
        let gone = !self.there.contains(arn);
        self.renamed.get(id).filter(|_| gone).unwrap_or(id).clone()
    }

    fn translate(&self, rule: &elbv2::Rule) -> Rule {
        let key = |arn: &str| GroupKey(self.identity(arn));
        let routing = rule.actions.last().expect("an action");
        let action = match &routing.forward_config {
            Some(forward) => Action::Forward {
                groups: forward
                    .target_groups
                    .iter()
                    .flatten()
                    .map(|one| Weighted {
                        group: key(&one.target_group_arn),
                        weight: one.weight.unwrap_or(1),
                    })
                    .collect(),
                stickiness: forward
                    .target_group_stickiness_config
                    .as_ref()
                    .filter(|sticky| sticky.enabled == Some(true))
                    .and_then(|sticky| sticky.duration_seconds),
            },
            None => Action::Unknown { description: format!("{:?}", rule.actions) },
        };
        let transforms: Vec<String> = rule.transforms.iter().map(|one| format!("{one:?}")).collect();
        let tuples = routing.forward_config.iter().flat_map(|forward| forward.target_groups.iter().flatten());
        let weighted = tuples.filter(|tuple| tuple.weight != Some(0));
        Rule {
            when: rule.conditions.iter().map(condition).collect(),
            answer: Answer::of(&action, &transforms),
            groups: weighted.map(|tuple| tuple.target_group_arn.clone()).collect(),
        }
    }

    /// All calls, for the one who has to find out.
    fn story(&self) -> String {
        self.states.iter().map(|look| format!("  {}\n", look.call)).collect()
    }

    fn form(&mut self, arn: &str, rule: &elbv2::Rule) -> usize {
        if let Some(&form) = self.last.get(arn)
            && self.rules[form] == *rule
        {
            return form;
        }
        self.rules.push(rule.clone());
        self.last.insert(arn.to_owned(), self.rules.len() - 1);
        self.rules.len() - 1
    }
}

fn assert_whole(arn: &str, rule: &elbv2::Rule, region: &Region) {
    for group in rule.actions.iter().flat_map(|action| action.target_groups()) {
        assert!(region.target_groups.contains_key(group), "{arn} forwards to {group}, which is gone");
    }
}

/// API: the ARN of a rule holds that of its listener.
fn listener_of(rule: &str) -> String {
    let (listener, _) = rule.rsplit_once('/').expect("the ARN of a rule");
    listener.replace(":listener-rule/", ":listener/")
}

/// The ARNs of the groups that have a healthy target.
pub fn healthy_groups(state: &State) -> BTreeSet<String> {
    let groups = state.regions.values().flat_map(|region| &region.target_groups);
    groups.filter(|(_, group)| healthy(group, state.now) > 0).map(|(arn, _)| arn.clone()).collect()
}

fn healthy(group: &TargetGroup, now: Millis) -> usize {
    let check = &group.health_check;
    let checks = u64::from(check.interval) * u64::from(check.healthy_threshold) * 1000;
    let Some(attached) = group.attached_since else { return 0 };
    let registered = group.targets.iter().filter(|target| target.drains_until.is_none());
    registered.filter(|target| now >= attached.max(target.registered) + checks).count()
}

/// A rule as the matcher sees it; the default rule has no conditions.
struct Rule {
    when: Vec<Condition>,
    answer: Answer,
    /// The ARNs of the groups that get requests.
    groups: Vec<String>,
}

fn condition(one: &elbv2::Condition) -> Condition {
    let set = |values: &Option<Vec<String>>| values.iter().flatten().cloned().collect::<BTreeSet<_>>();
    if let Some(config) = &one.host_header_config {
        return Condition::Host(set(&config.values));
    }
    if let Some(config) = &one.path_pattern_config {
        return Condition::Path(set(&config.values));
    }
    if let Some(config) = &one.http_header_config {
        let name = config.http_header_name.clone().unwrap_or_default();
        return Condition::Header { name, values: set(&config.values) };
    }
    if let Some(config) = &one.http_request_method_config {
        return Condition::Method(set(&config.values));
    }
    if let Some(config) = &one.source_ip_config {
        return Condition::SourceIp(set(&config.values));
    }
    if let Some(config) = &one.query_string_config {
        let pair = |pair: &elbv2::QueryStringPair| QueryPair {
            key: pair.key.clone().filter(|key| !key.is_empty()),
            value: pair.value.clone().unwrap_or_default(),
        };
        return Condition::Query(config.values.iter().flatten().map(pair).collect());
    }
    Condition::Unknown { description: format!("{one:?}") }
}
