//! How it looks, bad input, calls that fail.

use albctl_sandbox::{Fault, FaultKind, Match};

use super::{healthy, path};
use crate::cli::snapshot;
use crate::fixes::scene::{Scene, forward};

/// Several things are wrong.
fn sick() -> Scene {
    let scene = Scene::new();
    let answered = "Health checks failed with these codes: [404]";
    for id in ["10.0.0.1", "10.0.0.2"] {
        scene.says(id, "unhealthy", "Target.ResponseCodeMismatch", answered);
    }
    scene.says("10.0.0.4", "unhealthy", "Target.Timeout", "Request timed out");
    scene
}

#[test]
fn text() {
    let scene = sick();
    let mut all = Vec::new();
    for line in ["doctor web", "doctor web --status 504", "doctor web -q"] {
        all.push(scene.albctl(line).transcript(line));
    }
    let scene = healthy();
    for line in ["doctor web", "doctor web -v", "doctor web -q"] {
        all.push(scene.albctl(line).transcript(line));
    }
    snapshot!("doctor", all.join("\n"));
}

#[test]
fn json() {
    let scene = Scene::new();
    let mut answer = scene.albctl("doctor web --status 503 --output json").json();
    answer["reads"]["seconds"] = "TIME".into();
    snapshot!("doctor_json", format!("{answer:#}"));
}

#[test]
fn a_spec_says_which() {
    let scene = Scene::new();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("web.yaml");
    let spec = "version: 1
stack: web
vpc: vpc-0a
load_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }
listeners:
  http: { port: 80, default: { fixed_response: 404 } }
";
    std::fs::write(&file, spec).expect("a file");
    let file = file.display().to_string();
    scene.first(&file, "no-targets", &["web-empty"]);
    scene.first(&format!("--spec {file}"), "no-targets", &["web-empty"]);
    scene.rule(1, vec![path("/*")], forward(&[(&scene.groups["web-users"], 1)], None));
    let all = scene.findings(&file);
    let shadowed = all.iter().find(|one| one.text("code") == "rule-shadowed").expect("shadowed rules");
    shadowed.mends(&format!("albctl --sandbox apply {file}"));
    // Of a stack that is not there.
    std::fs::write(&file, spec.replace("stack: web", "stack: gone")).expect("a file");
    let ran = scene.albctl(&format!("doctor {file}"));
    assert!(ran.code == 1 && ran.err.contains("there is no load balancer `gone` in us-east-1"), "{ran:#?}");
    assert!(ran.err.contains(&format!("albctl --sandbox apply {file}")), "{ran:#?}");
    let ran = scene.albctl(&format!("doctor {file} --spec {file}"));
    assert!(ran.code == 2 && ran.err.contains("two specs are named"), "{ran:#?}");
}

#[test]
fn bad_words() {
    let scene = healthy();
    let mut all = Vec::new();
    for (line, code) in [
        ("doctor", 2),
        ("doctor wep", 1),
        ("doctor missing.yaml", 4),
        ("doctor web --status 200", 2),
        ("doctor ftp://web.example.com", 2),
    ] {
        let ran = scene.albctl(line);
        assert_eq!(ran.code, code, "{line} {ran:#?}");
        all.push(ran.transcript(line));
    }
    snapshot!("doctor_bad", all.join("\n"));
    let kept = tempfile::tempdir().expect("a folder");
    let folder = kept.path().display().to_string();
    for word in [folder.as_str(), ".", "..", "./"] {
        let ran = scene.albctl(&format!("doctor {word}"));
        assert!(
            ran.code == 2 && ran.err.contains(&format!("`{word}` is a folder without specs")),
            "{ran:#?}"
        );
    }
    // A group that nothing forwards to.
    crate::fixes::scene::group(&scene.stage, "lonely", 80, albctl::model::world::Tags::new());
    let ran = scene.albctl("doctor lonely");
    assert!(ran.code == 1 && ran.err.contains("no load balancer forwards to `lonely`"), "{ran:#?}");
}

fn fails(operation: &str, code: &str, status: u16, count: usize) -> Fault {
    let kind = FaultKind::Fail { code: code.to_owned(), status, message: "not authorized".to_owned() };
    Fault { matches: Match::Operation(operation.to_owned()), nth: 1, count, kind }
}

#[test]
fn what_may_not_be_read() {
    let scene = healthy();
    scene.stage.sandbox.inject(fails("DescribeCertificate", "AccessDeniedException", 400, 0));
    let ran = scene.is_well("web");
    assert!(ran.out.contains("note: acm:DescribeCertificate is denied"), "{ran:#?}");
    scene.stage.sandbox.clear_faults();
    scene.stage.sandbox.inject(fails("DescribeTargetHealth", "AccessDenied", 403, 0));
    let ran = scene.albctl("doctor web");
    assert!(ran.code == 1 && ran.err.contains("access-denied"), "{ran:#?}");
    scene.stage.sandbox.clear_faults();
    let throttled = Match::Operation("DescribeRules".to_owned());
    scene.stage.sandbox.inject(Fault { matches: throttled, nth: 1, count: 2, kind: FaultKind::Throttle });
    scene.is_well("web");
    assert_eq!(scene.stage.sandbox.faults_hit(), 2, "it was asked again");
}

#[test]
fn nothing_is_written_and_little_is_read() {
    let scene = healthy();
    let answer = scene.albctl("doctor web --output json").json();
    assert_eq!(answer["reads"]["rounds"], 4);
    let calls = scene.stage.sandbox.calls();
    assert!(calls.iter().all(|call| !call.mutating));
    assert!(calls.len() <= 22, "{}", calls.len());
}
