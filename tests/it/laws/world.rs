//! The laws of one pair, and the control plane that they are tried on.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use albctl::base::SourceMap;
use albctl::exec::Outcome;
use albctl::kinds::tagging::ownership;
use albctl::kinds::target_group::replace::is_name_of;
use albctl::kinds::{Desired, Live, Plan, Resource, Wanted, target_group, targets};
use albctl::model::ResourceId;
use albctl::plan::{Options, Planned};
use albctl_sandbox::State;
use albctl_sandbox::state::{Region, Rule, Target, TargetGroup};

use super::coverage::Coverage;
use super::pairs::Pair;
use crate::brief;
use crate::generator::Spec;
use crate::generator::dice::Dice;
use crate::support::{NoPlan, Stage, read};

/// Another stack, which nothing may touch.
const OTHERS: &str = "version: 1\nstack: others\nvpc: vpc-0a\nload_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }\ntarget_groups: { theirs: { port: 1 } }\nlisteners: { web: { port: 80, default: { forward: theirs } } }\n";

/// Refusals that are about what requests see, not about where a change ends: they are lifted.
const LIFTED: &[&str] = &["no-healthy-target", "https-to-http", "empty-target-group"];

/// Refusals because of what others have made: `--prune` lifts them.
const OF_STRANGERS: &[&str] = &["holds-strangers", "group-in-use"];

/// Applies that one change may take where others have to register targets.
const MOST_APPLIES: usize = 5;

/// More than any target takes to become healthy, or a load balancer to become active.
const SETTLED: Duration = Duration::from_secs(600);

/// A spec, read once.
pub struct Parsed {
    pub desired: Desired,
    sources: SourceMap,
}

type Canonical = BTreeMap<ResourceId, Resource>;

/// Where a way of applies ended.
struct End {
    canonical: Canonical,
    /// How many load balancers, target groups, listeners and rules carry the stack's tag.
    owned: [usize; 4],
    pruned: bool,
}

/// A stage that is set back between pairs, and what was applied last, which several pairs begin with.
pub struct World {
    stage: Stage,
    empty: State,
    begun: Option<(Spec, Option<u64>, State)>,
}

impl World {
    pub fn new() -> Self {
        let stage = Stage::new();
        stage.apply(OTHERS);
        let empty = state(&stage);
        Self { stage, empty, begun: None }
    }

    /// Whether all laws hold for a pair; else which one does not, and how.
    pub fn law(&mut self, pair: &Pair, coverage: &mut Coverage) -> Result<(), String> {
        let begin = self.begin(pair)?;
        let (begin, after) = self.unprotected(pair, begin, coverage)?;
        self.set(&self.empty.clone());
        let fresh = self.converge(&after).map_err(|problem| format!("B on nothing: {problem}"))?;
        let strangers = strangers(&begin);

        self.set(&begin);
        let end = self.converge(&after).map_err(|problem| format!("A to B: {problem}"))?;
        self.compare("A to B", &end, &fresh, &strangers)?;
        let calls = self.stage.sandbox.calls();
        let writes = calls.iter().filter(|call| call.mutating).count();

        self.set(&begin);
        for fault in pair.chaos.faults(calls.len(), writes) {
            self.stage.sandbox.inject(fault);
        }
        self.stage.watch();
        let (done, pruned) = self.attempt(&after);
        self.stage.sandbox.clear_faults();
        self.settle(&after.desired);
        let mut end = self.converge(&after).map_err(|problem| format!("after a fault: {problem}"))?;
        coverage.watched(self.stage.watched());
        if done {
            coverage.saw("faults that an apply survives");
        }
        end.pruned |= pruned;
        self.compare("after a fault", &end, &fresh, &strangers)?;
        self.destroy(pair, &after)?;
        coverage.pair(pair);
        Ok(())
    }

    /// Everything of A, others' rules on it.
    fn begin(&mut self, pair: &Pair) -> Result<State, String> {
        if let Some((spec, strangers, state)) = &self.begun
            && *spec == pair.before
            && *strangers == pair.strangers
        {
            return Ok(state.clone());
        }
        let before = parsed(&pair.before)?;
        self.set(&self.empty.clone());
        self.converge(&before).map_err(|problem| format!("A on nothing: {problem}"))?;
        if let Some(seed) = pair.strangers {
            super::strangers::come(&self.stage, &mut Dice::new(seed));
        }
        self.settle(&before.desired);
        let state = state(&self.stage);
        self.begun = Some((pair.before.clone(), pair.strangers, state.clone()));
        Ok(state)
    }

    /// Where something that is protected would go, nothing is done: A gives up its protection first, and B, where it
    /// wants to replace what it protects. Returns where to begin, and what to apply.
    fn unprotected(
        &mut self,
        pair: &Pair,
        begin: State,
        coverage: &mut Coverage,
    ) -> Result<(State, Parsed), String> {
        let protected = |plan: Result<_, NoPlan>| matches!(plan, Err(NoPlan::Refused { codes, .. }) if codes.contains("protected"));
        let after = parsed(&pair.after)?;
        if !pair.before.protects() && !pair.after.protects() {
            return Ok((begin, after));
        }
        self.set(&begin);
        if !protected(self.plan(&after)) {
            return Ok((begin, after));
        }
        coverage.saw("refused: protected");
        let before = parsed(&pair.before.disarmed())?;
        self.converge(&before).map_err(|problem| format!("A without protection: {problem}"))?;
        self.settle(&before.desired);
        let begin = state(&self.stage);
        let after = if protected(self.plan(&after)) { parsed(&pair.after.disarmed())? } else { after };
        Ok((begin, after))
    }

    /// The one place where a plan is run.
    fn run(&self, plan: &Plan, desired: &Desired) -> Outcome {
        let empty = |wanted: &Wanted| match &wanted.resource {
            Resource::Targets(targets) if targets.targets.is_empty() && !targets.additive => {
                Some(target_group::id(&targets.group).to_string())
            }
            _ => None,
        };
        // A group that the spec wants to be empty is never healthy.
        *self.stage.unhealthy.borrow_mut() = desired.resources.values().filter_map(empty).collect();
        self.stage.run(plan)
    }

    /// A plan, with leave for all that is refused because of what requests see or what others have made.
    fn plan(&self, spec: &Parsed) -> Result<(Planned, Live, bool), NoPlan> {
        let mut options = Options::default();
        options.allow.insert("mass-deletion".to_owned());
        loop {
            let refused = match self.stage.try_plan(&spec.desired, &spec.sources, &options) {
                Ok((planned, live)) => return Ok((planned, live, options.prune)),
                Err(refused) => refused,
            };
            let NoPlan::Refused { codes, .. } = &refused else { return Err(refused) };
            let known = options.clone();
            options
                .allow
                .extend(codes.iter().filter(|code| LIFTED.contains(code)).map(|&code| code.to_owned()));
            let strangers = !strangers(&state(&self.stage)).is_empty();
            options.prune |= strangers && codes.iter().any(|code| OF_STRANGERS.contains(code));
            if options == known {
                return Err(refused);
            }
        }
    }

    /// One apply, of which calls may fail. Returns whether it said that all was done, and whether strangers went.
    fn attempt(&self, spec: &Parsed) -> (bool, bool) {
        let Ok((planned, _, pruned)) = self.plan(spec) else { return (false, false) };
        (matches!(self.run(&planned.plan, &spec.desired), Outcome::Completed(_)), pruned)
    }

    /// Applies until nothing is left to do: once, or more often where others have to register targets.
    fn converge(&self, spec: &Parsed) -> Result<End, String> {
        let mut again = true;
        let mut pruned = false;
        for _ in 0..MOST_APPLIES {
            let (planned, live, prune) = self.plan(spec).map_err(|problem| format!("no plan: {problem}"))?;
            let plan = &planned.plan;
            if plan.is_empty() && plan.unfinished.is_empty() {
                let owned = self.owned();
                return Ok(End { canonical: canonical(&spec.desired, live), owned, pruned });
            }
            if !again {
                return Err(format!("the plan after an apply is not empty:\n{}", brief::plan(plan)));
            }
            pruned |= prune;
            let outcome = self.run(plan, &spec.desired);
            if !matches!(outcome, Outcome::Completed(_)) {
                return Err(not_completed(&outcome, plan));
            }
            again = !plan.unfinished.is_empty();
            if again {
                self.settle(&spec.desired);
            }
        }
        Err(format!("not done after {MOST_APPLIES} applies"))
    }

    fn compare(&self, when: &str, end: &End, fresh: &End, strangers: &Strangers) -> Result<(), String> {
        if let Some(difference) = difference(&end.canonical, &fresh.canonical) {
            return Err(format!("{when}, another state than B on nothing: {difference}"));
        }
        if end.owned != fresh.owned {
            return Err(format!("{when}, something is left behind: {:?}, not {:?}", end.owned, fresh.owned));
        }
        let now = self::strangers(&state(&self.stage));
        if !end.pruned && now != *strangers {
            return Err(format!("{when}, strangers were touched: {strangers:#?}, now {now:#?}"));
        }
        Ok(())
    }

    fn destroy(&self, pair: &Pair, after: &Parsed) -> Result<(), String> {
        let gone = |spec: &Parsed| {
            let options = Options { prune: true, ..Options::default() };
            let text = "destroy";
            self.stage
                .try_destroy(&spec.desired, &spec.sources, &options)
                .map_err(|problem| format!("{text}: {problem}"))
        };
        let plan = match gone(after) {
            Ok(plan) => plan,
            Err(_) => {
                let spec = parsed(&pair.after.disarmed())?;
                self.converge(&spec).map_err(|problem| format!("B without protection: {problem}"))?;
                gone(&spec)?
            }
        };
        let outcome = self.run(&plan, &after.desired);
        if !matches!(outcome, Outcome::Completed(_)) {
            return Err(format!("destroy, {}", not_completed(&outcome, &plan)));
        }
        let (mut now, mut then) = (state(&self.stage), self.empty.clone());
        let (now, then) = (region(&mut now), region(&mut then));
        let same = now.load_balancers == then.load_balancers
            && now.target_groups == then.target_groups
            && now.listeners == then.listeners
            && now.rules == then.rules;
        if same {
            return Ok(());
        }
        let left: Vec<&String> =
            now.load_balancers.keys().chain(now.target_groups.keys()).chain(now.listeners.keys()).collect();
        Err(format!("destroy, something else is left than there was: {left:?} and {} rules", now.rules.len()))
    }

    /// Lets others do their part, all targets become healthy, and what drains be gone.
    fn settle(&self, desired: &Desired) {
        self.stage.sandbox.edit(|state| register(state, desired));
        self.stage.sandbox.advance(SETTLED);
    }

    fn set(&self, to: &State) {
        self.stage.sandbox.clear_faults();
        self.stage.sandbox.edit(|state| state.clone_from(to));
        self.stage.sandbox.clear_calls();
    }

    fn owned(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        self.stage.sandbox.edit(|state| {
            let region = region(state);
            counts = [
                region.load_balancers.values().filter(|one| is_ours(&one.tags.current)).count(),
                region.target_groups.values().filter(|one| is_ours(&one.tags.current)).count(),
                region.listeners.values().filter(|one| is_ours(&one.tags.current)).count(),
                region.rules.values().filter(|one| is_ours(&one.tags.current)).count(),
            ];
        });
        counts
    }
}

fn parsed(spec: &Spec) -> Result<Parsed, String> {
    let text = spec.yaml();
    let (desired, sources, diags) = read(&text);
    match desired.filter(|_| !diags.has_errors()) {
        Some(desired) => Ok(Parsed { desired, sources }),
        None => Err(format!("no spec: {}", crate::support::mistakes(&text))),
    }
}

fn not_completed(outcome: &Outcome, plan: &Plan) -> String {
    format!("not completed: {}of\n{}", brief::outcome(outcome), brief::plan(plan))
}

fn state(stage: &Stage) -> State {
    let mut copy = None;
    stage.sandbox.edit(|state| copy = Some(state.clone()));
    copy.expect("a state")
}

fn region(state: &mut State) -> &mut Region {
    state.regions.values_mut().next().expect("a region")
}

fn is_ours(tags: &BTreeMap<String, String>) -> bool {
    tags.get(ownership::STACK).is_some_and(|stack| stack == "law")
}

/// Rules that are nobody's, by ARN.
type Strangers = BTreeMap<String, Rule>;

fn strangers(state: &State) -> Strangers {
    let rules = state.regions.values().flat_map(|region| &region.rules);
    let nobodys = rules
        .filter(|(_, rule)| rule.priority.is_some() && !rule.tags.current.contains_key(ownership::STACK));
    nobodys.map(|(arn, rule)| (arn.clone(), rule.clone())).collect()
}

/// What is live, in its canonical form: priorities as order, names by the rule of replacements, and what the spec does
/// not manage as the spec has it.
fn canonical(desired: &Desired, live: Live) -> Canonical {
    let mut resources: Canonical =
        live.resources.into_iter().map(|(id, existing)| (id, existing.resource)).collect();
    for (id, resource) in &mut resources {
        let Some(wanted) = desired.resources.get(id) else { continue };
        let left_out = |key: &str| key == "deletion_protection" && !wanted.fields.contains_key(key);
        resource.keep_live(&wanted.resource, |key| {
            let ignored = |ignored: &String| key == ignored || key.starts_with(&format!("{ignored}."));
            wanted.ignore.iter().any(ignored) || left_out(key)
        });
        match (resource, &wanted.resource) {
            (Resource::TargetGroup(live), Resource::TargetGroup(wanted))
                if is_name_of(wanted, &live.name) =>
            {
                live.name.clone_from(&wanted.name);
            }
            (Resource::Targets(live), Resource::Targets(wanted)) if wanted.additive => {
                live.targets.retain(|target| wanted.targets.contains(target));
            }
            // The default certificate may be in the list too, where it was before: it answers all the same.
            (Resource::Listener(live), _) => {
                let default = live.certificates.first().cloned();
                live.sni.retain(|arn| Some(arn) != default.as_ref());
            }
            _ => {}
        }
    }
    let mut by_listener: BTreeMap<String, Vec<(u32, ResourceId)>> = BTreeMap::new();
    for (id, resource) in &resources {
        if let Resource::Rule(rule) = resource {
            by_listener.entry(rule.listener.clone()).or_default().push((rule.priority, id.clone()));
        }
    }
    for mut rules in by_listener.into_values() {
        rules.sort();
        for (place, (_, id)) in rules.into_iter().enumerate() {
            if let Some(Resource::Rule(rule)) = resources.get_mut(&id) {
                rule.priority = u32::try_from(place).expect("few rules");
            }
        }
    }
    resources
}

fn difference(one: &Canonical, other: &Canonical) -> Option<String> {
    let ids: BTreeSet<&ResourceId> = one.keys().chain(other.keys()).collect();
    let id = ids.into_iter().find(|id| one.get(*id) != other.get(*id))?;
    Some(format!("{id} is {:#?}, not {:#?}", one.get(id), other.get(id)))
}

/// What a controller does: each group whose targets are not all ours has as many as any of the same identity.
fn register(state: &mut State, desired: &Desired) {
    let now = state.now;
    let region = region(state);
    let id = |group: &TargetGroup| group.tags.current.get(ownership::ID).cloned().unwrap_or_default();
    let count = |group: &TargetGroup| group.targets.iter().filter(|one| one.drains_until.is_none()).count();
    let mut most: BTreeMap<String, usize> = BTreeMap::new();
    for group in region.target_groups.values().filter(|group| is_ours(&group.tags.current)) {
        let most = most.entry(id(group)).or_insert(2);
        *most = (*most).max(count(group));
    }
    for group in region.target_groups.values_mut().filter(|group| is_ours(&group.tags.current)) {
        let id = ResourceId::from_tag(&id(group));
        if id.kind() != target_group::KIND || !desired.resources.contains_key(&id) {
            continue;
        }
        let external = match desired.resources.get(&targets::id(id.key())).map(|wanted| &wanted.resource) {
            Some(Resource::Targets(targets)) => targets.additive,
            Some(_) | None => true,
        };
        let instances = group.target_type == albctl_sandbox::state::elbv2::TargetType::Instance;
        for number in (1..).take(if external { most[id.as_str()].saturating_sub(count(group)) } else { 0 }) {
            let id = if instances { format!("i-0f{number}") } else { format!("10.0.9.{number}") };
            group.targets.retain(|target| target.id != id);
            let (zone, drains_until) = (None, None);
            group.targets.push(Target { id, port: group.port, zone, registered: now, drains_until });
        }
    }
}
