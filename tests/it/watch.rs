//! What must hold of the control plane after every single call of a plan: every request drawn from the rules of both
//! ends is answered as at one of them and changes at most once, no two rules hold one number, nothing that is deleted
//! is referred to, and no request goes to a group without a healthy target while another of its identity has one.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use albctl::kinds::action::{Action, GroupKey, model::Weighted};
use albctl::kinds::rule::Condition;
use albctl::kinds::rule::condition::QueryPair;
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
    /// After which call, and what was there.
    states: Vec<(String, Listeners)>,
}

/// Looks at a sandbox, call by call.
pub struct Watch {
    sandbox: Arc<Sandbox>,
    seen: RefCell<Seen>,
    drawn: Cell<Drawn>,
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
        let watch = Self { sandbox: Arc::clone(sandbox), seen: RefCell::default(), drawn: Cell::default() };
        watch.look("the beginning");
        watch
    }

    /// Looks at what is there now, after `call`, as far as that needs no end.
    pub fn look(&self, call: &str) {
        let mut seen = self.seen.borrow_mut();
        self.sandbox.edit(|state| {
            let listeners = seen.look(state);
            seen.states.push((call.to_owned(), listeners));
            assert_healthy(state, call);
        });
    }

    /// Checks all states that were seen against the first and the last. Returns what was drawn for it.
    pub fn check(&self) -> Drawn {
        let seen = self.seen.borrow();
        let (Some((_, first)), Some((_, last))) = (seen.states.first(), seen.states.last()) else {
            return Drawn::default();
        };
        for (listener, old) in first {
            if let Some(new) = last.get(listener) {
                self.check_listener(&seen, listener, old, new);
            }
        }
        self.drawn.get()
    }

    fn check_listener(&self, seen: &Seen, listener: &str, old: &[usize], new: &[usize]) {
        let states: Vec<(&str, &[usize])> = seen
            .states
            .iter()
            .filter_map(|(call, state)| Some((call.as_str(), state.get(listener)?.as_slice())))
            .collect();
        let forms: BTreeSet<usize> = states.iter().flat_map(|(_, rules)| rules.iter().copied()).collect();
        let rules: BTreeMap<usize, Rule> =
            forms.into_iter().map(|form| (form, translate(&seen.rules[form], &seen.groups))).collect();
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
            let answer = |order: &[usize]| &rules[&answering(order, index)].answer;
            check_request(
                request,
                answer(old),
                answer(new),
                states.iter().map(|(call, order)| (*call, answer(order))),
            );
            drawn.requests += 1;
            drawn.hits += usize::from(!rules[&answering(new, index)].when.is_empty());
        }
        self.drawn.set(drawn);
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

/// No listener or rule gives weight to a group without a healthy target while another one of its identity has one.
pub fn assert_healthy(state: &State, when: &str) {
    let now = state.now;
    for region in state.regions.values() {
        for rule in region.rules.values() {
            let forwards = rule.actions.iter().flat_map(|action| {
                action.forward_config.iter().flat_map(|it| it.target_groups.iter().flatten())
            });
            for tuple in forwards.filter(|tuple| tuple.weight != Some(0)) {
                let group = &region.target_groups[&tuple.target_group_arn];
                let Some(id) = group.tags.current.get("albctl:id") else { continue };
                let twins = region
                    .target_groups
                    .values()
                    .filter(|other| other.tags.current.get("albctl:id") == Some(id));
                let better = twins.map(|twin| healthy(twin, now)).max().unwrap_or(0);
                assert!(
                    healthy(group, now) > 0 || better == 0,
                    "{when}: requests go to {}, which has no healthy target",
                    group.name
                );
            }
        }
    }
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
}

fn translate(rule: &elbv2::Rule, groups: &BTreeMap<String, String>) -> Rule {
    let key = |arn: &str| GroupKey(groups.get(arn).map_or(arn, String::as_str).to_owned());
    let routing = rule.actions.last().expect("an action");
    let action = match &routing.forward_config {
        Some(forward) => Action::Forward {
            groups: forward
                .target_groups
                .iter()
                .flatten()
                .map(|one| Weighted { group: key(&one.target_group_arn), weight: one.weight.unwrap_or(1) })
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
    Rule { when: rule.conditions.iter().map(condition).collect(), answer: Answer::of(&action, &transforms) }
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
