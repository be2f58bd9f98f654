//! What the spec says of attributes and logs, how durations are written, and of what is not in the spec.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use albctl::kinds::action::Action;
use albctl::kinds::{Call, rule};
use albctl::model::world::Tags;
use albctl::plan::Options;
use tempfile::TempDir;

use super::scene::Scene;
use crate::cli::snapshot;

const SPEC: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
  access_logs: { bucket: logs }   # for a year
defaults:
  target_group: { health_check: /ready }
target_groups:
  orders: { port: 80, target_type: ip, targets: [10.0.0.1], health_check: /health }
  users: { port: 80, target_type: ip, targets: [10.0.0.2] }
listeners:
  http:
    port: 80
    response_headers: { x_frame_options: DENY }   # no frames
    default: { fixed_response: { status: 404 } }
    rules:
      - { name: orders, when: { path: /orders/* }, then: { forward: orders } }
      - { name: users, when: { path: /users/* }, then: { forward: users } }
";

struct Case {
    scene: Scene,
    folder: TempDir,
}

impl Case {
    fn new() -> Self {
        let scene = Scene::new();
        scene.stage.apply_from("shop.yaml", SPEC);
        scene.stage.sandbox.advance(Duration::from_secs(600));
        scene.stage.sandbox.clear_calls();
        let case = Self { scene, folder: TempDir::new().expect("a folder") };
        case.write(SPEC);
        case
    }

    fn write(&self, spec: &str) {
        fs::write(self.path(), spec).expect("written");
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("shop.yaml")
    }

    fn spec(&self) -> String {
        fs::read_to_string(self.path()).expect("the spec")
    }

    fn run(&self, line: &str) -> (u8, String) {
        let path = self.path().display().to_string();
        let line = line.replace("SPEC", &path);
        let ran = self.scene.albctl(&line);
        let folder = self.folder.path().display().to_string();
        (ran.code, ran.transcript(&line).replace(&format!("{folder}/"), ""))
    }

    fn changes(&self) -> Vec<String> {
        let plan = self.scene.stage.plan_with(&self.spec(), &Options::default()).expect("a plan").plan;
        plan.changes.iter().map(|change| change.id.to_string()).collect()
    }

    /// Mends and writes: of the spec only this differs, and its plan is empty.
    #[track_caller]
    fn keeps(&self, line: &str, old: &str, new: &str) -> String {
        let wanted = self.spec().replace(old, new);
        let (code, text) = self.run(&format!("{line} --write SPEC --yes"));
        assert_eq!(code, 0, "{text}");
        assert_eq!(self.spec(), wanted, "{text}");
        assert_eq!(self.changes(), [""; 0], "{line}");
        text
    }
}

#[test]
fn headers_of_listeners_are_written_and_kept() {
    let case = Case::new();
    let (old, new) = ("{ x_frame_options: DENY }", "{ x_frame_options: SAMEORIGIN }");
    let text = case.keeps("attr set http response_headers.x_frame_options=SAMEORIGIN", old, new);
    snapshot!("fix_keeping_headers", text);
    let more = "{ x_frame_options: SAMEORIGIN, server: false }";
    case.keeps("attr set http routing.http.response.server.enabled=off", new, more);
    // What the spec leaves out stays: nobody takes it back.
    let line = "attr set http response_headers.x_content_type_options=nosniff --spec SPEC --yes";
    let (code, text) = case.run(line);
    assert_eq!(code, 0, "{text}");
    snapshot!("fix_keeping_headers_silent", text);
    assert_eq!(case.changes(), [""; 0]);
    // What it says is brought back.
    let (code, text) = case.run("attr set http response_headers.x_frame_options=DENY --spec SPEC --yes");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("does not say so"), "{text}");
    assert_eq!(case.changes(), ["listener/http"]);
    case.scene.calls();
    case.scene.stage.apply_from("shop.yaml", &case.spec());
    assert_eq!(case.scene.writes(), ["ModifyListenerAttributes", "AddTags"]);
}

/// They are read only where a spec says something of them.
#[test]
fn headers_cost_a_call_only_where_a_spec_has_them() {
    let case = Case::new();
    let reads = |spec: &str| {
        case.scene.stage.plan_with(spec, &Options::default()).expect("a plan");
        case.scene.calls().iter().filter(|call| *call == "DescribeListenerAttributes").count()
    };
    assert_eq!(reads(SPEC), 1);
    assert_eq!(reads(&SPEC.replace("response_headers: { x_frame_options: DENY }", "")), 0);
}

#[test]
fn durations_are_written_with_their_units() {
    let case = Case::new();
    let (old, new) =
        ("health_check: /health }", "health_check: { path: /health, interval: 10s, timeout: 4s } }");
    case.keeps("health set orders --interval 10s --timeout 4s", old, new);
    // The path that the group has from the defaults is not lost.
    let (old, new) =
        ("targets: [10.0.0.2] }", "targets: [10.0.0.2], health_check: { path: /ready, interval: 1m } }");
    case.keeps("health set users --interval 60s", old, new);
    let (old, new) = ("interval: 1m } }", "interval: 1m }, deregistration_delay: 90s }");
    let text =
        case.keeps("attr set users deregistration_delay=90", old, new.replace("90s", "1m30s").as_str());
    assert!(text.contains("deregistration_delay: 1m30s"), "{text}");
    case.keeps(
        "stickiness enable users --duration 3600s",
        "1m30s }",
        "1m30s, stickiness: { lb_cookie: 1h } }",
    );
    let (old, new) = ("# for a year\n", "# for a year\n  idle_timeout: 2m\n");
    case.keeps("attr set shop idle_timeout=120", old, new);
}

#[test]
fn logs_are_written() {
    let case = Case::new();
    let (old, new) = ("{ bucket: logs }", "{ bucket: other, prefix: shop }");
    case.keeps("logs enable shop --bucket other --prefix shop", old, new);
    let gone = "  access_logs: { bucket: other, prefix: shop }   # for a year\n";
    case.keeps("logs disable shop --access", gone, "");
}

/// A rule that the stack has made and its spec has no more; one that somebody else put there.
#[test]
fn what_is_not_in_the_spec_is_said() {
    let case = Case::new();
    let shorter: String =
        SPEC.lines().filter(|line| !line.contains("name: users")).map(|line| format!("{line}\n")).collect();
    case.write(&shorter);
    let line = "weights set rule/http/users orders=50 users=50";
    let (code, note) = case.run(&format!("{line} --spec SPEC --yes"));
    assert_eq!(code, 0, "{note}");
    let (code, refused) = case.run("weights set rule/http/users users=100 --write SPEC --yes");
    assert_eq!((code, case.spec()), (6, shorter.clone()), "{refused}");
    let listener = case.scene.stage.sandbox.snapshot();
    let arn = listener_arn(&listener);
    case.scene.stage.stranger(&Call::Rule(rule::Call::CreateRule {
        listener: arn,
        priority: 900,
        when: vec![rule::Condition::Path(["/x".to_owned()].into())],
        then: Action::Forward {
            groups: vec![albctl::kinds::action::Weighted {
                group: group_arn(&listener, "shop-orders"),
                weight: 1,
            }],
            stickiness: None,
        },
        tags: Tags::new(),
    }));
    case.scene.stage.sandbox.clear_calls();
    let (code, left) = case.run("weights set shop/80/900 orders=50 users=50 --spec SPEC --yes");
    assert_eq!(code, 0, "{left}");
    let (code, stranger) = case.run("weights set shop/80/900 orders=10 users=90 --write SPEC --yes");
    assert_eq!((code, case.spec()), (6, shorter), "{stranger}");
    let tail = |text: &str| {
        text.lines().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n")
    };
    snapshot!("fix_keeping_gone", [tail(&note), refused, tail(&left), stranger].join("\n---\n"));
}

/// An ARN in a state, by what is in it.
fn found(state: &serde_json::Value, part: &str) -> String {
    let text = state.to_string();
    let mut all = text.split('"').filter(|word| word.starts_with("arn:") && word.contains(part));
    all.next().unwrap_or_else(|| panic!("no {part}")).to_owned()
}

fn listener_arn(state: &serde_json::Value) -> String {
    found(state, ":listener/app/shop/")
}

fn group_arn(state: &serde_json::Value, name: &str) -> String {
    found(state, &format!(":targetgroup/{name}/"))
}
