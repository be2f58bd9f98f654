//! What the spec says of the certificates of its listeners, and how `--write` writes it: in every form in which specs name
//! certificates, the plan of the spec is empty afterwards.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use albctl::plan::Options;
use albctl_sandbox::{Fault, FaultKind, Match};
use tempfile::TempDir;

use super::scene::Scene;
use crate::cli::snapshot;

const HEAD: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }
target_groups:
  orders: { port: 80, target_type: ip, targets: [10.0.0.1] }
";

/// A listener whose certificates are these lines, and the table of certificates.
fn spec(list: &str, table: &str) -> String {
    format!(
        "{HEAD}listeners:\n  https:\n    port: 443\n    certificates:{list}\n    default: {{ forward: orders }}\n\
         certificates:\n{table}"
    )
}

fn arn(name: &str) -> String {
    format!("arn:aws:acm:us-east-1:000000000000:certificate/{name}")
}

/// `a: { use: ARN }`
fn uses(key: &str, name: &str) -> String {
    format!("  {key}: {{ use: {} }}\n", arn(name))
}

struct Case {
    scene: Scene,
    folder: TempDir,
}

impl Case {
    /// The spec is applied. There are certificates `a` to `d`, for `a.shop.test` and so on, the later the newer.
    fn new(spec: &str) -> Self {
        let scene = Scene::new();
        for name in ["a", "b", "c", "d"] {
            let host = format!("{name}.shop.test");
            scene.stage.sandbox.edit(|state| state.add_issued_certificate("us-east-1", &arn(name), &[&host]));
            scene.stage.sandbox.advance(Duration::from_secs(60));
        }
        scene.stage.sandbox.edit(|state| state.create_zone("shop.test", None)).expect("a zone");
        let case = Self { scene, folder: TempDir::new().expect("a folder") };
        case.write(spec);
        case.scene.stage.apply_from("shop.yaml", spec);
        case.scene.stage.sandbox.advance(Duration::from_secs(600));
        case.scene.stage.sandbox.clear_calls();
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

    /// What the next apply of the spec would do.
    fn changes(&self) -> Vec<String> {
        let plan = self.scene.stage.plan_with(&self.spec(), &Options::default()).expect("a plan").plan;
        plan.changes.iter().map(|change| format!("{} {:?}", change.id, change.fields)).collect()
    }

    /// Mends and writes; the plan of the spec is empty, and the same again has nothing to do.
    #[track_caller]
    fn keeps(&self, line: &str, wanted: &str) -> String {
        let (code, text) = self.run(&format!("{line} --write SPEC --yes"));
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("Written: shop.yaml"), "{text}");
        assert_eq!(self.spec(), wanted, "{text}");
        assert_eq!(self.changes(), [""; 0], "{line}\n{}", self.spec());
        // By its domain one is not found that is gone.
        if line.contains("detach") {
            return text;
        }
        let (code, again) = self.run(&format!("{line} --write SPEC --yes"));
        assert_eq!(code, 0, "{again}");
        assert!(again.contains("No change") && !again.contains("does not say so"), "{again}");
        assert_eq!(self.spec(), wanted, "{again}");
        text
    }
}

#[test]
fn attached_ones_are_declared_and_listed() {
    let before = spec(" [a]   # the main one", &uses("a", "a"));
    let case = Case::new(&before);
    let wanted = spec(" [a, b-shop-test]   # the main one", &(uses("a", "a") + &uses("b-shop-test", "b")));
    let text = case.keeps(&format!("cert attach shop {}", arn("b")), &wanted);
    snapshot!("fix_keeping_cert_attach", text);
    // Taken back, the list is what it was; what was declared stays for another time.
    let detached = wanted.replace("[a, b-shop-test]", "[a]");
    let text = case.keeps("cert detach shop b.shop.test", &detached);
    snapshot!("fix_keeping_cert_detach", text);
    case.keeps("cert attach shop b.shop.test", &wanted);
}

#[test]
fn block_lists_keep_their_comments() {
    let table = uses("a", "a") + &uses("b", "b") + &uses("c", "c");
    let list = |keys: &str| spec(&format!("   # of the shop\n{keys}"), &table);
    let before = list("      # what all get\n      - a   # main\n      - b   # for partners");
    let case = Case::new(&before);
    // The spec has a key for it.
    let three = list("      # what all get\n      - a   # main\n      - b   # for partners\n      - c");
    case.keeps(&format!("cert attach shop {}", arn("c")), &three);
    let two = list("      # what all get\n      - a   # main\n      - c");
    case.keeps("cert detach shop b.shop.test", &two);
    let first = list("      - b\n      # what all get\n      - a   # main\n      - c");
    case.keeps("cert attach shop b.shop.test --default", &first);
    // The last one becomes the first.
    let other = list("      - c\n      - b\n      # what all get\n      - a   # main");
    case.keeps("cert attach shop c.shop.test --default", &other);
}

#[test]
fn a_default_is_put_before_the_others() {
    let table = uses("a", "a") + &uses("b", "b");
    let case = Case::new(&spec(" [a]", &table));
    case.keeps("cert attach shop b.shop.test --default", &spec(" [b, a]", &table));
    let case = Case::new(&spec(" a", &table));
    case.keeps("cert attach shop b.shop.test --default", &spec(" [b, a]", &table));
    let case = Case::new(&spec(" a  # alone", &table));
    case.keeps("cert attach shop b.shop.test", &spec(" [a, b]  # alone", &table));
}

#[test]
fn a_rotated_one_keeps_its_place() {
    // The key stays, and is another certificate from now on.
    let table = |first: &str, second: &str| uses("main", first) + &uses("more", second);
    let case = Case::new(&spec(" [main, more]", &table("a", "b")));
    let line = format!("cert rotate shop {} {}", arn("a"), arn("c"));
    let text = case.keeps(&line, &spec(" [main, more]", &table("c", "b")));
    snapshot!("fix_keeping_cert_rotate", text);
    let line = format!("cert rotate shop {} {}", arn("b"), arn("d"));
    case.keeps(&line, &spec(" [main, more]", &table("c", "d")));
    // One that the spec has a key for takes its place in the list.
    let table = uses("a", "a") + &uses("b", "b") + &uses("c", "c");
    let list = |first: &str, second: &str| spec(&format!("\n    - {first} # 1\n    - {second} # 2"), &table);
    let case = Case::new(&list("a", "b"));
    case.keeps(&format!("cert rotate shop {} {}", arn("a"), arn("c")), &list("c", "b"));
    case.keeps(&format!("cert rotate shop {} {}", arn("b"), arn("a")), &list("c", "a"));
    // One of the list becomes the default.
    let one = spec("\n    - a # 1", &table);
    case.keeps(&format!("cert rotate shop {} {}", arn("c"), arn("a")), &one);
}

#[test]
fn a_key_that_another_listener_has_stays_what_it_is() {
    let admin = "  admin: { port: 8443, certificates: a, default: { forward: orders } }\n";
    let both =
        |list: &str, table: &str| spec(list, table).replace("listeners:\n", &format!("listeners:\n{admin}"));
    let case = Case::new(&both(" a", &uses("a", "a")));
    let wanted = both(" b-shop-test", &(uses("a", "a") + &uses("b-shop-test", "b")));
    case.keeps(&format!("cert rotate shop/443 {} {}", arn("a"), arn("b")), &wanted);
}

#[test]
fn one_that_is_found_by_its_domain_is_known() {
    let table = "  a: { use: a.shop.test }\n  b: { use: B.shop.test }\n";
    let case = Case::new(&spec(" [a]", table));
    case.keeps(&format!("cert attach shop {}", arn("b")), &spec(" [a, b]", table));
    // A newer one of the same domain is what the spec means already.
    let newer = arn("a2");
    case.scene
        .stage
        .sandbox
        .edit(|state| state.add_issued_certificate("us-east-1", &newer, &["a.shop.test"]));
    let (code, text) = case.run(&format!("cert rotate shop {} {newer} --spec SPEC --yes", arn("a")));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("shop.yaml says the same."), "{text}");
    assert_eq!(case.changes(), [""; 0]);
    // Another domain is not.
    let line = format!("cert rotate shop {newer} {}", arn("c"));
    let named = format!("  a: {{ use: {} }}\n  b: {{ use: B.shop.test }}\n", arn("c"));
    case.keeps(&format!("{line} --allow uncovered-host"), &spec(" [a, b]", &named));
}

#[test]
fn the_stacks_own_are_known_and_stay() {
    let table = "  own: { self_signed: { domain: own.shop.test, days: 365 } }\n  \
                 iam: { self_signed: { domain: iam.shop.test, days: 365, store: iam } }\n";
    let all = format!("{table}{}", uses("b", "b"));
    let case = Case::new(&spec(" [own, iam, b]", &all));
    let text = case.keeps("cert detach shop iam.shop.test", &spec(" [own, b]", &all));
    assert!(text.contains("`iam` stays under `certificates`, so that the stack keeps it"), "{text}");
    let iam = text.split_whitespace().find(|word| word.starts_with("arn:aws:iam:")).expect("an ARN");
    case.keeps(&format!("cert attach shop {iam} --default"), &spec(" [iam, own, b]", &all));
    let served = case.run("cert rotate shop own.shop.test c.shop.test --write SPEC --yes");
    assert_eq!(served.0, 0, "{}", served.1);
    let wanted = spec(" [iam, c-shop-test, b]", &(all.clone() + &uses("c-shop-test", "c")));
    assert_eq!(case.spec(), wanted, "{}", served.1);
    assert_eq!(case.changes(), [""; 0]);
}

#[test]
fn a_list_of_the_defaults_is_overridden() {
    let table = uses("a", "a") + &uses("b", "b");
    let shared = format!("defaults: {{ listener: {{ certificates: [a] }} }}\n{}", spec(" [a]", &table));
    let before = shared.replace("    certificates: [a]\n", "");
    let case = Case::new(&before);
    let listed = "    default: { forward: orders }\n    certificates: [a, b]\n";
    let wanted = before.replace("    default: { forward: orders }\n", listed);
    case.keeps(&format!("cert attach shop {}", arn("b")), &wanted);
}

#[test]
fn what_cannot_be_written_is_said_with_the_lines() {
    let vars = format!("vars: {{ list: [a] }}\n{}", spec(" ${list}", &uses("a", "a")));
    let case = Case::new(&vars);
    let line = format!("cert attach shop {}", arn("b"));
    let (code, text) = case.run(&format!("{line} --write SPEC --yes"));
    assert_eq!((code, case.spec()), (6, vars.clone()), "{text}");
    let note = case.run(&format!("{line} --spec SPEC --yes"));
    assert_eq!((note.0, case.spec()), (0, vars), "{}", note.1);
    snapshot!("fix_keeping_cert_refused", format!("{text}\n{}", note.1));
    // An anchor: other listeners have the list, too.
    let anchored = spec(" &all [a]", &(uses("a", "a") + &uses("b", "b")));
    let case = Case::new(&anchored);
    let (code, text) = case.run(&format!("{line} --write SPEC --yes"));
    assert_eq!((code, case.spec()), (6, anchored), "{text}");
    assert!(text.contains("refused[edit-anchor]") && text.contains("by hand"), "{text}");
}

#[test]
fn what_may_not_be_asked_is_said() {
    let table = "  own: { self_signed: { domain: own.shop.test, days: 365 } }\n";
    let before = spec(" [own]", table);
    let case = Case::new(&before);
    case.scene.stage.sandbox.inject(Fault {
        matches: Match::Operation("ListTagsForCertificate".to_owned()),
        nth: 1,
        count: 0,
        kind: FaultKind::Fail {
            code: "AccessDeniedException".to_owned(),
            status: 400,
            message: "not authorized".to_owned(),
        },
    });
    let (code, text) = case.run(&format!("cert attach shop {} --write SPEC --yes", arn("b")));
    assert_eq!((code, case.spec()), (6, before), "{text}");
    assert!(text.contains("acm:ListTagsForCertificate") && text.contains("by hand"), "{text}");
    assert_eq!(case.scene.writes(), [""; 0]);
}

/// What follows from another list of certificates is no change of its own.
#[test]
fn the_place_of_the_default_is_no_change_of_its_own() {
    let case = Case::new(&spec(" [a]", &uses("a", "a")));
    let (_, text) = case.run(&format!("cert attach shop {} --dry-run --spec SPEC", arn("b")));
    assert!(!text.contains("default_in_sni"), "{text}");
    assert!(text.contains("gets into the list, too"), "{text}");
}

#[test]
fn a_spec_does_not_become_invalid() {
    let before = spec(" [a]", &uses("a", "a"));
    let case = Case::new(&before);
    // Somebody made another one the default, and did not say so in the spec.
    assert_eq!(case.run(&format!("cert attach shop {} --default --yes", arn("b"))).0, 0);
    case.scene.stage.sandbox.clear_calls();
    let (code, text) = case.run("cert detach shop a.shop.test --write SPEC --yes");
    assert_eq!(code, 6, "{text}");
    assert!(
        text.contains("refused[edit-invalid]: `shop.yaml` would not be valid with this change"),
        "{text}"
    );
    assert_eq!((case.scene.writes(), case.spec()), (Vec::new(), before));
    // Without it, AWS is mended, and why the spec cannot say it is told.
    let (code, text) = case.run("cert detach shop a.shop.test --spec SPEC --yes");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("would not be valid"), "{text}");
}
