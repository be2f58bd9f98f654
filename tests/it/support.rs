//! A stage for tests: a sandbox in memory, and albctl's own way from a spec to a changed control plane.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use albctl::aws::client::{Clients, sandboxed};
use albctl::aws::observe::{health, observe};
use albctl::aws::sandbox::AnyClock;
use albctl::aws::service::AwsService;
use albctl::aws::{Reads, Scope};
use albctl::base::{Diagnostics, Limits, SourceMap, parse, substitute};
use albctl::exec::limits::Limiter;
use albctl::exec::{Event, Observer, Outcome, Outputs, Probe, Service, ServiceError, Settings, run};
use albctl::kinds::tagging::applied::{self, APPLIED, Applied};
use albctl::kinds::{Call, Condition, Desired, Live, Plan, Resource};
use albctl::model::{OutputKey, ResourceId};
use albctl::output::diagnostics::render;
use albctl::plan::{self, Options, Planned};
use albctl::{cli, spec};
use albctl_sandbox::{CallRecord, Sandbox};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::brief;
use crate::pki;
use crate::watch::{Drawn, Watch};
use crate::watch_tls::TlsWatch;

/// One control plane, and everything to use it.
pub struct Stage {
    pub sandbox: Arc<Sandbox>,
    pub clients: Clients,
    pub clock: AnyClock,
    pub limiter: Limiter,
    pub runtime: Runtime,
    watch: RefCell<Option<Watch>>,
    /// The identities of groups that may get requests before they are healthy.
    pub unhealthy: RefCell<BTreeSet<String>>,
}

/// A consumer of events that wants none.
pub struct Silent;

impl Observer for Silent {
    fn event(&mut self, _: &Event<'_>) {}
}

/// AWS with somebody who looks after each call that writes.
struct Watched<'a> {
    inner: AwsService<'a>,
    watch: &'a dyn Fn(&Call<String>),
}

impl Service for Watched<'_> {
    async fn perform(&self, call: &Call<String>) -> Result<Outputs, ServiceError> {
        let result = self.inner.perform(call).await;
        (self.watch)(call);
        result
    }

    async fn rules_unchanged(
        &self,
        listener: &str,
        expected: &[(String, u32)],
    ) -> Result<bool, ServiceError> {
        self.inner.rules_unchanged(listener, expected).await
    }

    async fn probe(&self, condition: &Condition<String>) -> Result<Probe, ServiceError> {
        self.inner.probe(condition).await
    }

    async fn find_result(&self, call: &Call<String>) -> Result<Option<Outputs>, ServiceError> {
        self.inner.find_result(call).await
    }
}

/// Why there is no plan.
#[derive(Debug)]
pub enum NoPlan {
    /// A call that reads failed for good.
    Unread(ServiceError),
    /// It is refused: by which codes, and in words.
    Refused { codes: BTreeSet<&'static str>, text: String },
}

impl NoPlan {
    fn refused(diags: &Diagnostics, sources: &SourceMap) -> Self {
        Self::Refused {
            codes: diags.iter().filter(|one| one.stops()).map(|one| one.code).collect(),
            text: render(&diags.sorted(), sources, false),
        }
    }
}

impl fmt::Display for NoPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread(error) => error.fmt(f),
            Self::Refused { text, .. } => f.write_str(text),
        }
    }
}

/// What a spec wants; a spec of a test is valid.
pub fn desired(text: &str) -> (Desired, SourceMap) {
    let (desired, sources, diags) = read(text);
    assert!(!diags.has_errors(), "{}", render(&diags.sorted(), &sources, false));
    (desired.expect("a spec without errors is wanted"), sources)
}

/// What is wrong with a spec, as text.
pub fn mistakes(text: &str) -> String {
    let (_, sources, diags) = read(text);
    render(&diags.sorted(), &sources, false)
}

pub fn read(text: &str) -> (Option<Desired>, SourceMap, Diagnostics) {
    let mut sources = SourceMap::default();
    let mut diags = Diagnostics::new();
    let id = sources.add("test.yaml", text);
    let desired = parse(id, text, &Limits::default(), &mut diags).and_then(|root| {
        let vars = spec::variables(&root, |_| "test.yaml".to_owned());
        let root = substitute(&root.without("vars"), &vars, &mut diags);
        spec::read_with(&root, &spec::Inputs { now: Some(pki::START), file: &pki::file }, &mut diags)
    });
    (desired, sources, diags)
}

impl Stage {
    pub fn new() -> Self {
        let sandbox = Sandbox::in_memory();
        sandbox.edit(|state| {
            // What specs of these tests call theirs: issued certificates, and one of IAM.
            for id in ["1a", "1b", "abc-123", "def-456", "c1", "c2", "c3", "c4"] {
                let arn = format!("arn:aws:acm:us-east-1:000000000000:certificate/{id}");
                state.add_issued_certificate("us-east-1", &arn, &["example.com", "*.example.com"]);
            }
            state.add_server_certificate("/", "c", &["example.com"]).expect("a certificate");
        });
        Self::on(sandbox)
    }

    pub fn on(sandbox: Sandbox) -> Self {
        let sandbox = Arc::new(sandbox);
        let clients = sandboxed(Arc::clone(&sandbox), Some("us-east-1".to_owned()));
        let clock = AnyClock::Sandbox(Arc::clone(&sandbox));
        let runtime =
            Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
        Self {
            sandbox,
            clients,
            clock,
            limiter: Limiter::off(),
            runtime,
            watch: RefCell::new(None),
            unhealthy: RefCell::default(),
        }
    }

    pub fn observe(&self, scope: &Scope) -> (Live, Reads) {
        self.try_observe(scope).expect("the sandbox can be read")
    }

    pub fn try_observe(&self, scope: &Scope) -> Result<(Live, Reads), ServiceError> {
        self.runtime.block_on(observe(&self.clients, scope, &self.clock, &self.limiter, 16))
    }

    /// A plan as `albctl plan` makes it, but that much of a stack may go at once: tests have small stacks.
    pub fn plan_with(&self, text: &str, options: &Options) -> Result<Planned, String> {
        let mut options = options.clone();
        options.allow.insert("mass-deletion".to_owned());
        self.plan_strictly(text, &options)
    }

    /// A plan as `albctl plan` makes it.
    pub fn plan_strictly(&self, text: &str, options: &Options) -> Result<Planned, String> {
        let (desired, sources) = desired(text);
        match self.try_plan(&desired, &sources, options) {
            Ok((planned, _)) => Ok(planned),
            Err(NoPlan::Refused { text, .. }) => Err(text),
            Err(NoPlan::Unread(error)) => panic!("the sandbox can be read: {error}"),
        }
    }

    /// The same where a call that reads may fail, with what is live.
    pub fn try_plan(
        &self,
        desired: &Desired,
        sources: &SourceMap,
        options: &Options,
    ) -> Result<(Planned, Live), NoPlan> {
        let scope = cli::scope::planning(desired, options);
        let (mut live, _) = self.try_observe(&scope).map_err(NoPlan::Unread)?;
        let refused = |diags: Diagnostics| NoPlan::refused(&diags, sources);
        let mut planned = plan::build(desired, &live, options, sources).map_err(refused)?;
        let groups = plan::health_wanted(desired, &planned.live, &planned.plan);
        if !groups.is_empty() {
            let read = health(&self.clients, &groups, &self.clock, &self.limiter, 16);
            live.health.extend(self.runtime.block_on(read).map_err(NoPlan::Unread)?.0);
            planned = plan::build(desired, &live, options, sources).map_err(refused)?;
        }
        Ok((planned, live))
    }

    pub fn plan(&self, text: &str) -> Plan {
        self.plan_with(text, &Options::default()).unwrap_or_else(|refusal| panic!("{refusal}")).plan
    }

    pub fn refusal(&self, text: &str) -> String {
        match self.plan_with(text, &Options::default()) {
            Ok(planned) => panic!("not refused: {:#?}", planned.plan.changes),
            Err(refusal) => refusal,
        }
    }

    pub fn run(&self, plan: &Plan) -> Outcome {
        self.run_from("test.yaml", plan)
    }

    /// Runs a plan of the spec that has this path.
    pub fn run_from(&self, from: &str, plan: &Plan) -> Outcome {
        let [spec, by, at] = ["0123456789abcdef", "tests", "2026-01-01T00:00Z"].map(str::to_owned);
        let applied = Applied { plan: plan::id(plan), spec, by, at, from: from.to_owned() };
        let mut plan = plan.clone();
        applied::fill(&mut plan, &applied);
        let watch = Watch::new(&self.sandbox);
        watch.begins(&plan, &self.unhealthy.borrow());
        let tls = TlsWatch::new(&self.sandbox);
        let long = self.watch.borrow();
        long.iter().for_each(|long| long.begins(&plan, &self.unhealthy.borrow()));
        let look = |call: &Call<String>| {
            let call = format!("{call:?}");
            watch.look(&call);
            tls.look(&call);
            if let Some(long) = long.as_ref() {
                long.look(&call);
            }
        };
        let outcome = self.run_watched(&plan, &look);
        if matches!(outcome, Outcome::Completed(_)) {
            watch.check();
            tls.check();
        }
        outcome
    }

    /// From now on all runs are watched as one: also one that ends half way and what follows it.
    pub fn watch(&self) {
        *self.watch.borrow_mut() = Some(Watch::new(&self.sandbox));
    }

    /// Checks all that was seen since [`Stage::watch`].
    pub fn watched(&self) -> Drawn {
        self.watch.borrow_mut().take().map(|watch| watch.check()).unwrap_or_default()
    }

    /// Runs a plan and looks after each call that writes.
    pub fn run_watched(&self, plan: &Plan, watch: &dyn Fn(&Call<String>)) -> Outcome {
        let (_stop, stopped) = watch::channel(0);
        let secrets = pki::secrets();
        let inner = AwsService::new(&self.clients).furnished(&self.clock, &secrets);
        let service = Watched { inner, watch };
        let settings = Settings { parallelism: 4 };
        self.runtime.block_on(run(plan, &service, &self.clock, &self.limiter, settings, stopped, &mut Silent))
    }

    /// Applies a spec; every step must be done, and the next plan must be empty.
    pub fn apply(&self, text: &str) -> Plan {
        self.apply_with(text, &Options::default())
    }

    /// The same from a file of this name.
    pub fn apply_from(&self, file: &str, text: &str) -> Plan {
        let plan = self.plan(text);
        self.complete_from(file, &plan);
        plan
    }

    /// The same, with options that the next plan does not need any more.
    pub fn apply_with(&self, text: &str, options: &Options) -> Plan {
        let plan = self.plan_with(text, options).unwrap_or_else(|refusal| panic!("{refusal}")).plan;
        self.complete(&plan);
        let next = self.plan(text);
        assert!(next.is_empty(), "the plan after an apply is not empty:\n{}", brief::plan(&next));
        plan
    }

    pub fn complete(&self, plan: &Plan) {
        self.complete_from("test.yaml", plan);
    }

    fn complete_from(&self, file: &str, plan: &Plan) {
        let outcome = self.run_from(file, plan);
        let done = matches!(outcome, Outcome::Completed(_));
        assert!(done, "{}of\n{}", brief::outcome(&outcome), brief::plan(plan));
    }

    pub fn destroy(&self, text: &str) -> Plan {
        let plan = self.destroy_with(text, &Options::default()).unwrap_or_else(|refusal| panic!("{refusal}"));
        self.complete(&plan);
        plan
    }

    pub fn destroy_with(&self, text: &str, options: &Options) -> Result<Plan, String> {
        let (desired, sources) = desired(text);
        self.try_destroy(&desired, &sources, options).map_err(|refused| refused.to_string())
    }

    pub fn try_destroy(
        &self,
        desired: &Desired,
        sources: &SourceMap,
        options: &Options,
    ) -> Result<Plan, NoPlan> {
        let (live, _) =
            self.try_observe(&cli::scope::destroying(desired, options)).map_err(NoPlan::Unread)?;
        plan::destroy(&desired.stack, Some(desired), &live, options, sources)
            .map(|planned| planned.plan)
            .map_err(|diags| NoPlan::refused(&diags, sources))
    }

    /// The calls that wrote since the last time, in order, but for the tag `albctl:applied`, with which every apply
    /// that changed something ends: it has tests of its own.
    pub fn writes(&self) -> Vec<CallRecord> {
        let record = |call: &CallRecord| call.params["Tags"].to_string().contains(APPLIED);
        self.all_writes().into_iter().filter(|call| call.operation != "AddTags" || !record(call)).collect()
    }

    /// The calls that wrote since the last time, in order.
    pub fn all_writes(&self) -> Vec<CallRecord> {
        let calls = self.sandbox.calls();
        self.sandbox.clear_calls();
        calls.into_iter().filter(|call| call.mutating).collect()
    }

    /// The names of the operations that wrote since the last time, in order.
    pub fn written(&self) -> Vec<String> {
        self.writes().into_iter().map(|call| call.operation).collect()
    }

    /// How many load balancers, target groups, listeners and rules (default rules too) exist, whoever owns them.
    pub fn population(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        self.sandbox.edit(|state| {
            for region in state.regions.values() {
                counts[0] += region.load_balancers.len();
                counts[1] += region.target_groups.len();
                counts[2] += region.listeners.len();
                counts[3] += region.rules.len();
            }
        });
        counts
    }

    /// Performs a call past albctl, as a stranger would.
    pub fn stranger(&self, call: &Call<String>) -> String {
        let service = AwsService::new(&self.clients);
        let outputs = self.runtime.block_on(service.perform(call)).expect("the stranger's call is legal");
        outputs.get(&OutputKey::Arn).cloned().unwrap_or_default()
    }

    /// The ARN of a resource of the stack.
    pub fn arn(&self, text: &str, id: &str) -> String {
        let (live, _) = self.observe(&cli::scope::of(&desired(text).0));
        let id = ResourceId::from_tag(id);
        live.resources.get(&id).unwrap_or_else(|| panic!("{id} is not live")).arn.clone()
    }

    /// The rules of a listener in the order of evaluation: (identity, priority).
    pub fn rules(&self, text: &str) -> Vec<(String, u32)> {
        let (live, _) = self.observe(&cli::scope::of(&desired(text).0));
        let mut rules: Vec<(String, u32)> = live
            .resources
            .iter()
            .filter_map(|(id, existing)| match &existing.resource {
                Resource::Rule(rule) => Some((id.to_string(), rule.priority)),
                _ => None,
            })
            .collect();
        rules.sort_by_key(|(_, priority)| *priority);
        rules
    }
}
