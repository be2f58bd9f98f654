//! `--write` and the file: that it can be written is known before AWS is changed, and what takes back AWS's side takes back
//! the file's.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::scene::{Ran, Scene};

const SPEC: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }
target_groups:
  orders: { port: 80, target_type: ip, targets: [10.0.0.1] }
  users: { port: 80, target_type: ip, targets: external }
  spare: { port: 80, target_type: ip, targets: [10.0.0.3] }
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
        let (scene, folder) = (Scene::new(), TempDir::new().expect("a folder"));
        scene.stage.apply_from("shop.yaml", SPEC);
        scene.stage.sandbox.advance(Duration::from_secs(600));
        scene.stage.sandbox.clear_calls();
        let case = Self { scene, folder };
        fs::write(case.path(), SPEC).expect("written");
        case
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("shop.yaml")
    }

    fn run(&self, line: &str, spec: &Path) -> Ran {
        self.scene.albctl(&line.replace("SPEC", &spec.display().to_string()))
    }

    fn spec(&self) -> String {
        fs::read_to_string(self.path()).expect("the spec")
    }

    fn is_as_planned(&self) -> bool {
        self.scene.stage.plan(&self.spec()).is_empty()
    }
}

#[test]
fn groups_on_two_load_balancers_are_written_into_one_file() {
    let case = Case::new();
    // `spare` is attached to nothing: it is read for itself.
    let ran = case.run("stickiness enable spare orders --write SPEC --yes", &case.path());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(case.spec().matches("stickiness: ").count(), 2, "{}", case.spec());
    assert!(case.is_as_planned());
}

#[test]
fn what_one_of_several_is_refused_for_is_known_before_the_first() {
    let case = Case::new();
    let ran = case.run("stickiness enable orders web-orders --write SPEC --yes", &case.path());
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.err.contains("refused[edit-other-stack]"), "{ran:?}");
    assert_eq!((case.scene.writes(), case.spec().as_str()), (Vec::new(), SPEC));
}

#[test]
fn a_file_that_cannot_be_written_is_known_before_aws_is_changed() {
    let case = Case::new();
    // Where the draft would be, there is a folder: nobody can write it, whoever runs the tests.
    let draft = case.folder.path().join(format!(".shop.yaml.{}.tmp", std::process::id()));
    fs::create_dir(&draft).expect("a folder");
    let ran = case.run("attr set shop idle_timeout=2m --write SPEC --yes --output json", &case.path());
    assert_eq!((ran.code, case.scene.writes(), case.spec().as_str()), (1, Vec::new(), SPEC), "{ran:?}");
    assert_eq!(ran.json()["error"]["code"], "spec-not-written");
}

#[test]
fn what_was_changed_is_told_where_the_file_was_changed_meanwhile() {
    let case = Case::new();
    let path = case.path();
    let line = format!("attr set shop idle_timeout=2m --write {}", path.display());
    let ran = case.scene.asked(&line, move |_| {
        fs::write(&path, SPEC.replace("shop", "store")).expect("written");
        "y".to_owned()
    });
    assert_eq!((ran.code, case.scene.writes().len()), (1, 1), "{ran:?}");
    assert!(ran.err.contains("AWS was changed; the spec was not."), "{ran:?}");
}

#[test]
fn what_takes_it_back_takes_back_the_spec() {
    let case = Case::new();
    let ran = case.run("attr set shop idle_timeout=2m --write SPEC --yes", &case.path());
    let line =
        ran.out.lines().find_map(|line| line.strip_prefix("Take back: albctl --sandbox ")).expect("one");
    assert_eq!(line, format!("attr set shop idle_timeout=1m --write {}", case.path().display()));
    assert!(case.spec().contains("idle_timeout: 2m") && case.is_as_planned());
    let back = case.scene.albctl(&format!("{line} --yes"));
    assert_eq!(back.code, 0, "{back:?}");
    assert!(case.spec().contains("idle_timeout: 1m") && case.is_as_planned(), "{}", case.spec());
}

#[test]
fn a_copy_is_not_written() {
    let case = Case::new();
    let copy = case.folder.path().join("copy.yaml");
    fs::write(&copy, SPEC).expect("written");
    let ran = case.run("attr set shop idle_timeout=2m --write SPEC --yes", &copy);
    assert_eq!((ran.code, case.scene.writes()), (6, Vec::new()), "{ran:?}");
    assert!(ran.err.contains("refused[new-source]: the stack was applied from `shop.yaml`"), "{ran:?}");
    let moved = case.run("attr set shop idle_timeout=2m --write SPEC --yes --allow new-source", &copy);
    assert_eq!(moved.code, 0, "{moved:?}");
    assert!(fs::read_to_string(&copy).expect("the copy").contains("idle_timeout: 2m"));
}

#[test]
fn targets_that_others_register_are_left_to_them() {
    let case = Case::new();
    let ran = case.run("targets add shop-users 10.0.0.7 --write SPEC --yes", &case.path());
    assert_eq!((ran.code, case.spec().as_str()), (0, SPEC), "{ran:?}");
    assert!(
        ran.out.contains("leaves the targets of this group to others: no apply takes this back."),
        "{ran:?}"
    );
    assert!(case.is_as_planned());
}

#[test]
fn a_key_that_is_the_name_of_another_group_is_not_guessed() {
    let case = Case::new();
    crate::by_hand::Group::new("orders", 80).make(&case.scene.stage);
    let ran = case.run("stickiness enable orders --spec SPEC --dry-run", &case.path());
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.err.contains("`orders` is a key of the spec and the name of another target group"),
        "{ran:?}"
    );
    let ran = case.run("stickiness enable target_group/orders --spec SPEC --dry-run", &case.path());
    assert!(ran.code == 0 && ran.out.contains("shop-orders"), "{ran:?}");
}
