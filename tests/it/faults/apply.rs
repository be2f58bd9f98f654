//! One whole apply, from reading to the last step, as one future that can be dropped; and the world it happens in.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use albctl::aws::{AnyClock, AwsService, Clients, Scope, health, observe};
use albctl::base::{Diagnostics, SourceMap};
use albctl::cli;
use albctl::exec::limits::Limiter;
use albctl::exec::{Outcome, Settings, run};
use albctl::kinds::tagging::applied::{self, APPLIED, Applied};
use albctl::kinds::{Desired, Live, Plan, Resource};
use albctl::model::ResourceId;
use albctl::model::world::Tags;
use albctl::output::diagnostics::render;
use albctl::plan::{self, Options, Planned};
use serde_json::Value;
use tokio::sync::watch;

use super::scenarios::{Goal, Scenario};
use crate::pki;
use crate::support::{Silent, Stage, desired};

/// How an apply ended.
#[derive(Debug)]
pub enum Attempt {
    /// It ran a plan.
    Ran(Outcome),
    /// What is live could not be read; nothing was written.
    NotRead(String),
    /// The plan was refused.
    Refused(String),
    /// The process ended in the middle.
    Crashed,
}

/// Everything that an apply needs.
pub struct Apply<'a> {
    pub clients: &'a Clients,
    pub clock: &'a AnyClock,
    pub limiter: &'a Limiter,
    pub desired: &'a Desired,
    pub sources: &'a SourceMap,
    pub destroy: bool,
}

impl Apply<'_> {
    fn scope(&self) -> Scope {
        match self.destroy {
            true => cli::scope::destroying(self.desired, &Options::default()),
            false => cli::scope::of(self.desired),
        }
    }

    fn planned(&self, live: &Live) -> Result<Planned, Attempt> {
        // Tests have small stacks, of which a third is soon gone.
        let options = Options { allow: ["mass-deletion".to_owned()].into(), ..Options::default() };
        let planned = match self.destroy {
            true => plan::destroy(&self.desired.stack, Some(self.desired), live, &options, self.sources),
            false => plan::build(self.desired, live, &options, self.sources),
        };
        let text = |problems: Diagnostics| render(&problems.sorted(), self.sources, false);
        planned.map_err(|problems| Attempt::Refused(text(problems)))
    }

    /// Reads what is live, and plans.
    pub async fn plan(&self) -> Result<Planned, Attempt> {
        let not_read = |error: albctl::exec::ServiceError| Attempt::NotRead(error.to_string());
        let scope = self.scope();
        let read = observe(self.clients, &scope, self.clock, self.limiter, 8).await;
        let mut live = read.map_err(not_read)?.0;
        let first = self.planned(&live)?;
        let groups = plan::health_wanted(self.desired, &first.live, &first.plan);
        if groups.is_empty() {
            return Ok(first);
        }
        let read = health(self.clients, &groups, self.clock, self.limiter, 8).await;
        live.health.extend(read.map_err(not_read)?.0);
        self.planned(&live)
    }

    /// All of `albctl apply`, or of `albctl destroy`.
    pub async fn run(&self) -> Attempt {
        let planned = match self.plan().await {
            Ok(planned) => planned,
            Err(ended) => return ended,
        };
        let plan = self.signed(planned.plan);
        let (_stop, stopped) = watch::channel(0);
        let secrets = pki::secrets();
        let service = AwsService::new(self.clients).furnished(self.clock, &secrets);
        let settings = Settings { parallelism: 4 };
        let outcome = run(&plan, &service, self.clock, self.limiter, settings, stopped, &mut Silent).await;
        Attempt::Ran(outcome)
    }

    /// The plan with what its last step writes down.
    fn signed(&self, mut plan: Plan) -> Plan {
        let [spec, by, at, from] =
            ["0123456789abcdef", "tests", "2026-01-01T00:00Z", "test.yaml"].map(str::to_owned);
        let applied = Applied { plan: plan::id(&plan), spec, by, at, from };
        applied::fill(&mut plan, &applied);
        plan
    }
}

/// One control plane, and what is to become of it.
pub struct World {
    pub stage: Stage,
    desired: Desired,
    sources: SourceMap,
    destroy: bool,
    begin: Value,
    end: Option<End>,
}

/// What is live in its canonical form: priorities as order, no ARN, no time.
#[derive(Debug, PartialEq)]
struct End {
    resources: BTreeMap<ResourceId, (Resource, Tags)>,
    population: [usize; 4],
    certificates: usize,
    server_certificates: usize,
    records: usize,
}

impl World {
    /// What is live before the disturbed apply. All targets are healthy.
    pub fn before(scenario: &Scenario) -> Self {
        let stage = Stage::new();
        stage.sandbox.edit(|state| {
            state.create_zone("example.com", None).expect("a zone");
            // Every refusal here is an injected one.
            let lags =
                [&mut state.acm.in_use_lag, &mut state.acm.elb_sees_after, &mut state.iam.elb_sees_after];
            lags.into_iter().for_each(|lag| *lag = Duration::ZERO);
        });
        if let Some(before) = &scenario.before {
            stage.apply(before);
            stage.sandbox.advance(Duration::from_secs(600));
        }
        let (Goal::Apply(text) | Goal::Destroy(text)) = &scenario.goal;
        let (desired, sources) = desired(text);
        let begin = stage.sandbox.snapshot();
        let destroy = matches!(scenario.goal, Goal::Destroy(_));
        Self { stage, desired, sources, destroy, begin, end: None }
    }

    /// The world as it was before.
    pub fn reset(&self) {
        self.stage.sandbox.clear_faults();
        self.stage.sandbox.restore(self.begin.clone()).expect("a snapshot can be restored");
        self.stage.sandbox.clear_calls();
    }

    fn way(&self) -> Apply<'_> {
        let Stage { clients, clock, limiter, .. } = &self.stage;
        Apply {
            clients,
            clock,
            limiter,
            desired: &self.desired,
            sources: &self.sources,
            destroy: self.destroy,
        }
    }

    /// Applies while nothing happens, and returns the operations that it calls, those that read too.
    pub fn undisturbed(&mut self) -> Vec<String> {
        self.reset();
        let attempt = self.apply();
        assert!(matches!(attempt, Attempt::Ran(Outcome::Completed(_))), "{attempt:#?}");
        let calls = self.stage.sandbox.calls();
        let refused: Vec<_> = calls.iter().filter(|call| call.error.is_some()).collect();
        assert!(refused.iter().all(|call| !call.mutating), "{refused:#?}");
        self.end = Some(self.end().expect("nothing is left to do"));
        calls.into_iter().map(|call| call.operation).collect()
    }

    pub fn apply(&self) -> Attempt {
        self.stage.runtime.block_on(self.way().run())
    }

    /// An apply whose process ends as soon as a fault has happened.
    pub fn crashing_apply(&self) -> Attempt {
        let way = self.way();
        let hit = poll_fn(|_| match self.stage.sandbox.faults_hit() {
            0 => Poll::Pending,
            _ => Poll::Ready(()),
        });
        self.stage.runtime.block_on(async {
            tokio::select! {
                biased;
                ended = way.run() => ended,
                () = hit => Attempt::Crashed,
            }
        })
    }

    /// Whether everything is as it was before the disturbed apply.
    pub fn is_untouched(&self) -> bool {
        let now = self.stage.sandbox.snapshot();
        ["regions", "iam", "route53"].iter().all(|part| now[part] == self.begin[part])
    }

    /// Whether what is live is what an undisturbed apply leaves, and the next plan is empty.
    pub fn is_there(&self, when: &str) -> bool {
        let end = self.end();
        assert!(
            end.is_none() || end == self.end,
            "{when}: the plan is empty, but the end is another: {end:#?}"
        );
        end.is_some()
    }

    /// What is live, if the next plan is empty.
    fn end(&self) -> Option<End> {
        let planned = self.stage.runtime.block_on(self.way().plan());
        let Planned { plan, live, .. } = planned.unwrap_or_else(|ended| panic!("{ended:#?}"));
        let (certificates, server_certificates, records) = self.stage.sandbox.edit(|state| {
            let records = state.route53.zones.values().map(|zone| zone.records.len()).sum();
            (state.certificates().len(), state.iam.server_certificates.len(), records)
        });
        let population = self.stage.population();
        let end = End { resources: canonical(live), population, certificates, server_certificates, records };
        (plan.is_empty() && plan.unfinished.is_empty()).then_some(end)
    }
}

fn canonical(live: Live) -> BTreeMap<ResourceId, (Resource, Tags)> {
    let mut rules: BTreeMap<String, Vec<(u32, ResourceId)>> = BTreeMap::new();
    let mut resources = BTreeMap::new();
    for (id, existing) in live.resources {
        let (mut resource, mut tags) = (existing.resource, existing.tags);
        // Only an apply that changed something writes down that it did.
        tags.remove(APPLIED);
        if let Resource::Certificate(certificate) = &mut resource {
            // One that was made a little later ends a little later.
            certificate.not_after = None;
        }
        if let Resource::Rule(rule) = &resource {
            rules.entry(rule.listener.clone()).or_default().push((rule.priority, id.clone()));
        }
        resources.insert(id, (resource, tags));
    }
    for mut of_listener in rules.into_values() {
        of_listener.sort();
        for (place, (_, id)) in (0..).zip(of_listener) {
            if let Some((Resource::Rule(rule), _)) = resources.get_mut(&id) {
                rule.priority = place;
            }
        }
    }
    resources
}
