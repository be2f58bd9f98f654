//! A load balancer that somebody made by hand, without a spec and without albctl's tags; and both ways to mend it: the
//! binary on a file of state, and the same steps in this process, where calls can be counted and made to fail.

use std::collections::BTreeMap;

use albctl::aws::{self, Reader, Whole};
use albctl::base::Diagnostic;
use albctl::exec::{Outcome, Outputs};
use albctl::fix::{Fix, Focus};
use albctl::kinds::action::{Action, Weighted};
use albctl::kinds::{Call, Live, listener, load_balancer, rule, targets};
use albctl::model::StepId;
use albctl::plan::{self, Options, Planned};

use crate::by_hand;
use crate::cli::Shell;
use crate::support::Stage;

/// What stands on the stage.
pub struct Scene {
    pub stage: Stage,
    /// Of the load balancer `legacy`.
    pub balancer: String,
    /// Of the target group `legacy-web`, which has two targets.
    pub web: String,
    /// Of the target group `legacy-spare`, which has none.
    pub spare: String,
}

/// The certificate that HTTPS listeners have.
pub const CERTIFICATE: &str = "arn:aws:acm:us-east-1:000000000000:certificate/1a";

pub fn forward(group: &str) -> Action<String> {
    Action::Forward { groups: vec![Weighted { group: group.to_owned(), weight: 1 }], stickiness: None }
}

pub fn fixed(status: u16) -> Action<String> {
    Action::FixedResponse { status, content_type: None, body: None }
}

impl Scene {
    /// A load balancer without listeners, and two groups.
    pub fn new() -> Self {
        Self::tagged(&BTreeMap::new())
    }

    /// The same with tags on all of it.
    pub fn tagged(tags: &BTreeMap<String, String>) -> Self {
        let stage = Stage::new();
        let balancer = stage.stranger(&Call::LoadBalancer(load_balancer::Call::CreateLoadBalancer {
            name: "legacy".to_owned(),
            scheme: load_balancer::model::Scheme::InternetFacing,
            ip_address_type: load_balancer::model::IpAddressType::Ipv4,
            subnets: ["subnet-0aaa1111", "subnet-0bbb2222"].map(str::to_owned).into(),
            security_groups: ["sg-0ccc3333".to_owned()].into(),
            tags: tags.clone(),
        }));
        let mut scene = Self { stage, balancer, web: String::new(), spare: String::new() };
        scene.web = scene.group("legacy-web");
        scene.spare = scene.group("legacy-spare");
        let target = |id: &str| targets::model::Target { id: id.to_owned(), port: Some(80), zone: None };
        scene.stage.stranger(&Call::Targets(targets::Call::RegisterTargets {
            target_group: scene.web.clone(),
            targets: [target("10.0.0.1"), target("10.0.0.2")].into(),
        }));
        scene.settle();
        scene
    }

    pub fn group(&self, name: &str) -> String {
        by_hand::Group::new(name, 80).make(&self.stage)
    }

    /// A listener, with the certificate where it is HTTPS; its ARN.
    pub fn listener(
        &self,
        port: u16,
        protocol: listener::model::Protocol,
        default: Action<String>,
    ) -> String {
        let is_https = protocol == listener::model::Protocol::Https;
        let arn = self.stage.stranger(&Call::Listener(listener::Call::CreateListener {
            load_balancer: self.balancer.clone(),
            port,
            protocol,
            ssl_policy: is_https.then(|| "ELBSecurityPolicy-TLS13-1-2-2021-06".to_owned()),
            certificate: is_https.then(|| CERTIFICATE.to_owned()),
            default,
            tags: BTreeMap::new(),
        }));
        self.settle();
        arn
    }

    pub fn http(&self, port: u16, default: Action<String>) -> String {
        self.listener(port, listener::model::Protocol::Http, default)
    }

    pub fn https(&self, port: u16, default: Action<String>) -> String {
        self.listener(port, listener::model::Protocol::Https, default)
    }

    pub fn rule(&self, listener: &str, priority: u32, when: rule::Condition, then: Action<String>) -> String {
        let call = rule::Call::CreateRule {
            listener: listener.to_owned(),
            priority,
            when: vec![when],
            then,
            tags: BTreeMap::new(),
        };
        self.stage.stranger(&Call::Rule(call))
    }

    /// Lets new things become active and healthy, and forgets the calls so far.
    pub fn settle(&self) {
        self.stage.sandbox.advance(std::time::Duration::from_secs(600));
        self.stage.sandbox.clear_calls();
    }

    /// A user's machine with this load balancer in its sandbox.
    pub fn shell(&self) -> Shell {
        let shell = Shell::with(&[]);
        shell.edit(|state| *state = self.stage.sandbox.snapshot());
        shell
    }

    /// Reads what a command would read.
    pub fn read(&self, focus: &Focus) -> (Whole, Live) {
        let reader = Reader::new(&self.stage.clients, &self.stage.clock, &self.stage.limiter, 16);
        self.stage.runtime.block_on(async {
            let (_, first) = aws::inventory(&reader).await.expect("the sandbox can be read");
            let whole = first.read(&reader, focus).await.expect("the sandbox can be read");
            let live = whole.live();
            (whole, live)
        })
    }

    /// What a fix would do.
    pub fn plan(
        &self,
        focus: &Focus,
        fix: impl FnOnce(&Live) -> Result<Fix, Vec<Diagnostic>>,
    ) -> (Whole, Fix, Planned) {
        let (whole, live) = self.read(focus);
        let fix = fix(&live).unwrap_or_else(|problems| panic!("refused: {problems:#?}"));
        let planned = plan::fix(&fix.desired, &live, &Options::default());
        let planned = planned.unwrap_or_else(|problems| panic!("refused: {problems:#?}"));
        (whole, fix, planned)
    }

    /// Does it: the calls that write, in order. What is read back is what was wanted.
    pub fn mend(
        &self,
        focus: &Focus,
        fix: impl FnOnce(&Live) -> Result<Fix, Vec<Diagnostic>>,
    ) -> Vec<String> {
        let (mut whole, fix, planned) = self.plan(focus, fix);
        self.stage.sandbox.clear_calls();
        let outputs = match self.stage.run_watched(&planned.plan, &|_| {}) {
            Outcome::Completed(summary) => summary.outputs,
            other => panic!("not done: {other:#?}"),
        };
        let written = self.stage.written();
        self.read_back(&mut whole, &planned, &outputs);
        let left = plan::remaining(&fix.desired, &whole.live());
        assert!(left.is_empty(), "read back: {left:#?}");
        written
    }

    fn read_back(&self, whole: &mut Whole, planned: &Planned, outputs: &BTreeMap<StepId, Outputs>) {
        let reader = Reader::new(&self.stage.clients, &self.stage.clock, &self.stage.limiter, 16);
        let back = whole.read_back(&reader, &planned.plan, outputs);
        self.stage.runtime.block_on(back).expect("the sandbox can be read");
    }

    /// The codes by which a fix is refused, with their messages.
    pub fn refusal(
        &self,
        focus: &Focus,
        fix: impl FnOnce(&Live) -> Result<Fix, Vec<Diagnostic>>,
    ) -> Vec<(&'static str, String)> {
        let (_, live) = self.read(focus);
        match fix(&live) {
            Ok(_) => panic!("not refused"),
            Err(problems) => problems.into_iter().map(|one| (one.code, one.message)).collect(),
        }
    }

    /// The load balancer with its groups.
    pub fn focus(&self) -> Focus {
        Focus { balancer: Some(self.balancer.clone()), settings: true, all_groups: true, ..Focus::default() }
    }
}
