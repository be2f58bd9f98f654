//! What the spec says of a fix, and `--write`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use albctl::kinds::{Call, listener, tagging};
use albctl::model::world::Tags;
use albctl::plan::Options;
use tempfile::TempDir;

use super::scene::Scene;
use crate::cli::snapshot;

const SPEC: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }

target_groups:
  # uploads land on one server
  orders:
    port: 80
    target_type: ip   # by address
    targets: [10.0.0.1]

  users: { port: 80, target_type: ip, targets: [10.0.0.2] }
listeners:
  http:
    port: 80
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
        fs::write(case.path(), SPEC).expect("written");
        case
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("shop.yaml")
    }

    fn run(&self, line: &str) -> (u8, String) {
        let path = self.path().display().to_string();
        let line = line.replace("SPEC", &path);
        let ran = self.scene.albctl(&line);
        let folder = self.folder.path().display().to_string();
        (ran.code, ran.transcript(&line).replace(&format!("{folder}/"), ""))
    }

    fn spec(&self) -> String {
        fs::read_to_string(self.path()).expect("the spec")
    }

    /// What the next apply of the spec would do.
    fn changes(&self) -> Vec<String> {
        let plan = self.scene.stage.plan_with(&self.spec(), &Options::default()).expect("a plan").plan;
        plan.changes.iter().map(|change| change.id.to_string()).collect()
    }
}

#[test]
fn without_write_the_lines_are_shown_and_the_next_apply_would_take_it_back() {
    let case = Case::new();
    let (code, text) = case.run("stickiness enable orders --duration 1h --spec SPEC --yes");
    assert_eq!(code, 0, "{text}");
    snapshot!("fix_keeping_note", text);
    assert_eq!(case.spec(), SPEC);
    assert_eq!(case.changes(), ["target_group/orders"]);
}

#[test]
fn with_write_the_spec_says_so_and_nothing_else_of_it_is_touched() {
    let case = Case::new();
    let (code, text) = case.run("stickiness enable orders users --duration 1h --write SPEC --yes");
    assert_eq!(code, 0, "{text}");
    snapshot!("fix_keeping_write", text);
    let written = case.spec();
    let added: Vec<&str> = written.lines().filter(|line| !SPEC.contains(line)).collect();
    assert_eq!(
        added,
        [
            "    stickiness: { lb_cookie: 1h }",
            "  users: { port: 80, target_type: ip, targets: [10.0.0.2], stickiness: { lb_cookie: 1h } }"
        ]
    );
    let kept = SPEC.lines().filter(|line| !line.starts_with("  users:"));
    assert!(kept.into_iter().all(|line| written.lines().any(|other| other == line)), "{written}");
    assert_eq!(case.changes(), [""; 0], "the next plan is empty");
    let (code, text) = case.run("stickiness enable orders users --duration 1h --spec SPEC --yes");
    assert_eq!(code, 0, "{text}");
    assert!(!text.contains("does not say so"), "{text}");
}

/// AWS is as it should be already; only the spec has to learn it.
#[test]
fn the_spec_alone_is_written_where_aws_has_nothing_to_do() {
    let case = Case::new();
    case.run("stickiness enable shop-orders --duration 1h --yes");
    assert_eq!(case.scene.writes(), ["ModifyTargetGroupAttributes"]);
    let (code, text) = case.run("stickiness enable orders --duration 1h --write SPEC --yes");
    assert_eq!(code, 0, "{text}");
    snapshot!("fix_keeping_spec_alone", text);
    assert_eq!(case.scene.writes(), [""; 0]);
    assert_eq!(case.changes(), [""; 0]);
}

#[test]
fn a_dry_run_writes_neither() {
    let case = Case::new();
    let (code, text) = case.run("stickiness enable orders --duration 1h --write SPEC --dry-run");
    assert_eq!((code, case.spec().as_str()), (0, SPEC), "{text}");
    assert!(text.contains("+     stickiness: { lb_cookie: 1h }"), "{text}");
    assert_eq!(case.scene.writes(), [""; 0]);
}

#[test]
fn another_spec_is_refused_before_anything_is_written() {
    let case = Case::new();
    let (code, text) = case.run("stickiness enable web-orders --write SPEC --yes");
    assert_eq!((code, case.spec().as_str()), (6, SPEC), "{text}");
    assert!(text.contains("no stack of albctl owns it"), "{text}");
    assert_eq!(case.scene.writes(), [""; 0]);
    fs::write(case.path(), SPEC.replace("stack: shop", "stack: ${name}")).expect("written");
    let (code, text) = case.run("stickiness enable orders --write SPEC --yes");
    assert_eq!(code, 4, "{text}");
    assert_eq!(case.scene.writes(), [""; 0]);
}

#[test]
fn what_others_own_is_told() {
    let of = |pairs: &[(&str, &str)]| {
        let tags: Tags = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let ran = Scene::tagged(&tags).albctl("stickiness enable web-orders --yes");
        assert_eq!(ran.code, 0, "{ran:#?}");
        ran.out
    };
    let text = of(&[("albctl:stack", "shop"), ("albctl:id", "target_group/other")]);
    assert!(text.contains("! The stack `shop` of albctl owns it: the next apply"), "{text}");
    let text = of(&[("kubernetes.io/x", "y"), ("elbv2.k8s.aws/cluster", "prod")]);
    assert!(text.contains("! the AWS Load Balancer Controller would go on changing it"), "{text}");
    let text = of(&[]);
    assert!(!text.contains("! "), "{text}");
    let tags = Tags::from([("elbv2.k8s.aws/cluster".to_owned(), "prod".to_owned())]);
    let ran = Scene::tagged(&tags).albctl("redirect enable web --yes");
    assert!(ran.out.contains("! the AWS Load Balancer Controller would go on changing it"), "{ran:#?}");
}

/// The list keeps its layout: what comes is added, what goes is left out.
#[test]
fn targets_that_a_spec_lists_are_kept_in_its_list() {
    let case = Case::new();
    let (code, text) = case.run("targets add orders 10.0.0.9 10.0.0.8:8080 --write SPEC --yes");
    assert_eq!(code, 0, "{text}");
    let listed = "targets: [10.0.0.1, { id: 10.0.0.8, port: 8080 }, 10.0.0.9]";
    assert!(case.spec().contains(listed), "{}", case.spec());
    assert!(case.spec().contains("target_type: ip   # by address"), "{}", case.spec());
    assert_eq!(case.changes(), [""; 0], "{}", case.spec());
    case.scene.stage.sandbox.advance(Duration::from_secs(600));
    let (code, text) = case.run("targets remove orders 10.0.0.1 10.0.0.8 --write SPEC --yes");
    assert_eq!(code, 0, "{text}");
    assert!(case.spec().contains("targets: [10.0.0.9]"), "{}", case.spec());
    assert_eq!(case.changes(), [""; 0], "{}", case.spec());
}

/// What is written beside the targets that stay is no matter of the one that goes.
#[test]
fn a_target_that_goes_takes_no_comment_along() {
    let case = Case::new();
    let list = "    targets:\n      - 10.0.0.1   # alpha\n      # the spare one\n      - { id: 10.0.0.8, port: 8080 }   # beta\n      \
                - 10.0.0.9\n";
    let spec = SPEC.replace("    targets: [10.0.0.1]\n", list);
    fs::write(case.path(), &spec).expect("written");
    case.scene.stage.apply_from("shop.yaml", &spec);
    case.scene.stage.sandbox.advance(Duration::from_secs(600));
    let (code, text) = case.run("targets remove orders 10.0.0.9 --write SPEC --yes");
    assert_eq!(code, 0, "{text}");
    assert_eq!(case.spec(), spec.replace("      - 10.0.0.9\n", ""), "{text}");
    assert_eq!(case.changes(), [""; 0]);
}

/// A fix knows nothing of the names of a stack, and leaves what the load balancer remembers of them alone.
#[test]
fn what_a_stack_remembers_is_left_alone() {
    let case = Case::new();
    case.scene.stage.sandbox.edit(|state| state.create_zone("example.com", None)).expect("a zone");
    let spec = format!("{SPEC}dns:\n  - {{ name: shop.example.com }}\n");
    fs::write(case.path(), &spec).expect("written");
    case.scene.stage.apply_from("shop.yaml", &spec);
    case.scene.stage.sandbox.clear_calls();
    let (code, text) = case.run("attr set shop idle_timeout=2m --write SPEC --yes");
    assert_eq!((code, case.scene.writes()), (0, vec!["ModifyLoadBalancerAttributes".to_owned()]), "{text}");
    let (code, text) = case.run("attr set shop idle_timeout=2m --yes");
    assert_eq!((code, case.scene.writes()), (0, Vec::new()), "{text}");
    assert!(text.contains("No change"), "{text}");
    assert_eq!(case.changes(), [""; 0]);
}

/// Each kind of fix, written into the spec: the next plan has nothing to take back.
#[test]
fn every_fix_can_be_kept() {
    for line in [
        "health set orders --path /ready --interval 10s --write SPEC --yes",
        "attr set orders deregistration_delay=10s --write SPEC --yes",
        "attr set shop idle_timeout=2m --write SPEC --yes",
        "weights set rule/http/orders orders=90 users=10 --write SPEC --yes",
        "attr set orders slow_start=90s deregistration_delay=1h --write SPEC --yes",
        "attr set shop http2=off client_keep_alive=30m --write SPEC --yes",
        "attr set http response_headers.x_frame_options=DENY response_headers.server=off --write SPEC --yes",
        "logs enable shop --bucket logs --write SPEC --yes",
    ] {
        let case = Case::new();
        let (code, text) = case.run(line);
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("Written: shop.yaml"), "{text}");
        assert_ne!(case.spec(), SPEC, "{text}");
        assert_eq!(case.changes(), [""; 0], "{line}\n{}", case.spec());
        for kept in ["  # uploads land on one server", "    target_type: ip   # by address"] {
            assert!(case.spec().contains(kept), "{}", case.spec());
        }
    }
}

/// Whose groups a load balancer forwards to says nothing of whose it is.
#[test]
fn what_is_made_on_a_load_balancer_of_nobody_belongs_to_nobody() {
    let scene = Scene::new();
    let tags = Tags::from([
        ("albctl:stack".to_owned(), "shop".to_owned()),
        ("albctl:id".to_owned(), "target_group/users".to_owned()),
    ]);
    let group = scene.groups["web-users"].clone();
    scene.stage.stranger(&Call::Tagging(tagging::Call::AddTags { resource: group, tags }));
    scene.stage.stranger(&Call::Listener(listener::Call::DeleteListener { listener: scene.http.clone() }));
    scene.stage.sandbox.clear_calls();
    let ran = scene.albctl("redirect enable web --yes");
    assert_eq!(ran.code, 0, "{ran:#?}");
    let calls = scene.stage.sandbox.calls();
    let made = calls.iter().find(|call| call.operation == "CreateListener").expect("it is made");
    assert!(!made.params.to_string().contains("albctl:"), "{}", made.params);
}

#[test]
fn the_repository_has_no_stray_file() {
    // Edits go through a file beside the spec.
    let case = Case::new();
    case.run("stickiness enable orders --duration 1h --write SPEC --yes");
    let files = fs::read_dir(case.folder.path()).expect("a folder").count();
    assert_eq!(files, 1);
    assert!(Path::new(&case.path()).exists());
}
