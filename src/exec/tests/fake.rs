//! An AWS that answers by the script, a clock on tokio's paused time, plans of plain steps.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use serde_json::json;
use tokio::time::Instant;

use super::Event;
use crate::exec::{ErrorKind, Observer, Outputs, Probe, Service, ServiceError};
use crate::kinds::{Call, Condition, Plan, Step};
use crate::model::{Action, OutputKey, Ref, ResourceId, StepId, StepVerb};

pub struct Clock(Instant);

impl Clock {
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl crate::exec::Clock for Clock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.0.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Writes events down in a few words.
#[derive(Default)]
pub struct Watcher(pub Vec<String>);

impl Observer for Watcher {
    fn event(&mut self, event: &Event<'_>) {
        self.0.push(match event {
            Event::Started { step, .. } => format!("start {}", step.id),
            Event::Retrying { step, after, .. } => format!("retry {} {after:?}", step.id),
            Event::Waiting { step, state, .. } => format!("{} {state}", step.id),
            Event::Done { step, state: Some(state), .. } => format!("done {} {state}", step.id),
            Event::Done { step, state: None, .. } => format!("done {}", step.id),
            Event::Failed { step, .. } => format!("failed {}", step.id),
            Event::Skipped { step, because, .. } => format!("skipped {} {}", step.id, because.id),
            Event::Left { step, used_by, .. } => format!("left {} {used_by}", step.id),
            Event::Stopped { step, .. } => format!("stopped {}", step.id),
            Event::Stopping => "stopping".to_owned(),
        });
    }
}

/// Calls are called by the ARN that they name first.
#[derive(Default)]
pub struct Aws {
    takes: Duration,
    fails: RefCell<BTreeMap<String, VecDeque<ServiceError>>>,
    always: RefCell<BTreeMap<String, ServiceError>>,
    yields: RefCell<BTreeMap<String, String>>,
    finds: RefCell<BTreeMap<String, VecDeque<Option<String>>>>,
    /// The last one stays.
    probes: RefCell<VecDeque<Probe>>,
    /// What looks at the rules of a listener find; left out: nothing changed.
    rules: RefCell<VecDeque<Result<bool, ServiceError>>>,
    log: RefCell<Vec<String>>,
    under_way: Cell<usize>,
    /// How many calls were under way at once, at most.
    pub most: Cell<usize>,
}

impl Aws {
    /// Each call takes so many seconds.
    pub fn taking(seconds: u64) -> Self {
        Self { takes: Duration::from_secs(seconds), ..Self::default() }
    }

    pub fn fails(&self, name: &str, errors: &[ServiceError]) {
        self.fails.borrow_mut().insert(name.to_owned(), errors.iter().cloned().collect());
    }

    pub fn always_fails(&self, name: &str, error: ServiceError) {
        self.always.borrow_mut().insert(name.to_owned(), error);
    }

    pub fn yields(&self, name: &str, arn: &str) {
        self.yields.borrow_mut().insert(name.to_owned(), arn.to_owned());
    }

    pub fn finds(&self, name: &str, results: &[Option<&str>]) {
        let results = results.iter().map(|result| result.map(str::to_owned)).collect();
        self.finds.borrow_mut().insert(name.to_owned(), results);
    }

    pub fn probes(&self, probes: &[Probe]) {
        *self.probes.borrow_mut() = probes.iter().cloned().collect();
    }

    pub fn rules(&self, looks: &[Result<bool, ServiceError>]) {
        *self.rules.borrow_mut() = looks.iter().cloned().collect();
    }

    pub fn calls(&self) -> Vec<String> {
        self.log.borrow().clone()
    }
}

impl Service for Aws {
    async fn perform(&self, call: &Call<String>) -> Result<Outputs, ServiceError> {
        let name = name(call);
        self.log.borrow_mut().push(name.clone());
        self.under_way.set(self.under_way.get() + 1);
        self.most.set(self.most.get().max(self.under_way.get()));
        tokio::time::sleep(self.takes).await;
        self.under_way.set(self.under_way.get() - 1);
        let scripted = self.fails.borrow_mut().get_mut(&name).and_then(VecDeque::pop_front);
        if let Some(error) = scripted.or_else(|| self.always.borrow().get(&name).cloned()) {
            return Err(error);
        }
        let arn = self.yields.borrow().get(&name).cloned();
        Ok(arn.into_iter().map(|arn| (OutputKey::Arn, arn)).collect())
    }

    async fn rules_unchanged(&self, listener: &str, _: &[(String, u32)]) -> Result<bool, ServiceError> {
        self.log.borrow_mut().push(format!("look {listener}"));
        tokio::time::sleep(self.takes).await;
        self.rules.borrow_mut().pop_front().unwrap_or(Ok(true))
    }

    async fn probe(&self, _: &Condition<String>) -> Result<Probe, ServiceError> {
        let mut probes = self.probes.borrow_mut();
        let next = if probes.len() > 1 { probes.pop_front() } else { probes.front().cloned() };
        Ok(next.unwrap_or(Probe::Holds("ready".to_owned())))
    }

    async fn find_result(&self, call: &Call<String>) -> Result<Option<Outputs>, ServiceError> {
        let name = name(call);
        self.log.borrow_mut().push(format!("find {name}"));
        let found = self.finds.borrow_mut().get_mut(&name).and_then(VecDeque::pop_front).flatten();
        Ok(found.map(|arn| Outputs::from([(OutputKey::Arn, arn)])))
    }
}

fn name(call: &Call<String>) -> String {
    let mut names = Vec::new();
    let Ok(_) = call.map::<(), Infallible>(&mut |name| {
        names.push(name.clone());
        Ok(())
    });
    names.swap_remove(0)
}

pub fn failure(kind: ErrorKind, code: &str) -> ServiceError {
    ServiceError {
        operation: "X".to_owned(),
        kind,
        code: Some(code.to_owned()),
        message: "no".to_owned(),
        request_id: None,
    }
}

pub fn refusal(code: &str) -> ServiceError {
    failure(ErrorKind::Refused, code)
}

fn id(name: &str) -> StepId {
    serde_json::from_value(json!(name)).unwrap()
}

fn step(name: &str, call: serde_json::Value, needs: &[&str]) -> Step {
    Step {
        id: id(name),
        subject: ResourceId::from_tag(name),
        verb: StepVerb::Change,
        summary: String::new(),
        action: Action::Call(serde_json::from_value(call).unwrap()),
        needs: needs.iter().map(|need| id(need)).collect(),
    }
}

/// A change in place.
pub fn call(name: &str, needs: &[&str]) -> Step {
    let call = json!({"tagging": {"operation": "AddTags", "resource": {"known": name}, "tags": {}}});
    step(name, call, needs)
}

/// A deletion.
pub fn delete(name: &str, needs: &[&str]) -> Step {
    let call = json!({"target_group": {"operation": "DeleteTargetGroup", "target_group": {"known": name}}});
    step(name, call, needs)
}

/// A creation that is refused when it is made twice.
pub fn create_rule(name: &str) -> Step {
    let then = json!({"fixed_response": {"status": 404, "content_type": null, "body": null}});
    let call = json!({"rule": {"operation": "CreateRule", "listener": {"known": name}, "priority": 1,
        "when": [], "then": then, "tags": {}}});
    step(name, call, &[])
}

/// Lets a change in place be one of what an earlier step yields.
pub fn yielding(step: &mut Step, earlier: &str) {
    let resource = Ref::Output { step: id(earlier), key: OutputKey::Arn };
    let call = crate::kinds::tagging::Call::AddTags { resource, tags: Default::default() };
    step.action = Action::Call(Call::Tagging(call));
}

pub fn wait(name: &str, limit_seconds: u64, needs: &[&str]) -> Step {
    let condition = json!({"load_balancer_active": {"load_balancer": {"known": name}}});
    let action = Action::Wait { condition: serde_json::from_value(condition).unwrap(), limit_seconds };
    Step { action, verb: StepVerb::Active, ..call(name, needs) }
}

pub fn plan(steps: Vec<Step>) -> Plan {
    Plan {
        basis: BTreeMap::new(),
        stack: "test".to_owned(),
        account: "000000000000".to_owned(),
        region: "us-east-1".to_owned(),
        changes: Vec::new(),
        steps,
        unfinished: Vec::new(),
        left: Vec::new(),
    }
}
