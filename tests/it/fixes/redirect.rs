//! `albctl redirect`: HTTP to HTTPS, on load balancers that albctl did not make.

use std::collections::BTreeMap;

use albctl::fix::redirect::{Enable, Instead, disable, enable};
use albctl::kinds::action::{Action, GroupKey, Redirect, Weighted};
use albctl::kinds::rule::Condition;
use albctl::kinds::{Call, listener};

use albctl_sandbox::state::IpRule;
use albctl_sandbox::{Fault, FaultKind, Match};

use super::legacy::{Scene, fixed, forward};
use super::scene as shop;
use crate::cli::{population, snapshot};

const WANTED: Enable<'_> = Enable { name: "legacy", port: 80, to_port: 443, status: 301, all_rules: false };

fn path(pattern: &str) -> Condition {
    Condition::Path([pattern.to_owned()].into())
}

/// `:80` forwards and has a rule, `:443` forwards.
fn both() -> Scene {
    let scene = Scene::new();
    scene.https(443, forward(&scene.web));
    let http = scene.http(80, forward(&scene.web));
    scene.rule(&http, 10, path("/health"), fixed(200));
    scene.settle();
    scene
}

#[test]
fn the_default_of_a_listener_becomes_a_redirect_with_one_call() {
    let scene = both();
    assert_eq!(scene.mend(&scene.focus(), |live| enable(live, WANTED)), ["ModifyListener"]);
    // Now it is so.
    let (_, fix, planned) = scene.plan(&scene.focus(), |live| enable(live, WANTED));
    assert!(planned.plan.is_empty());
    assert_eq!(fix.unchanged, ":80 redirects to https on :443 with 301 already");
}

#[test]
fn a_listener_is_made_where_there_is_none_without_tags_of_an_owner() {
    let scene = Scene::new();
    scene.https(443, forward(&scene.web));
    assert_eq!(scene.mend(&scene.focus(), |live| enable(live, WANTED)), ["CreateListener"]);
    let (_, live) = scene.read(&scene.focus());
    let (_, made) = live.resources.iter().find(|(id, _)| id.as_str() == "listener/80").expect("it is there");
    // Its tags were asked for by nobody, so that only the state can tell.
    scene.stage.sandbox.edit(|state| {
        let mut listeners = state.regions.values().flat_map(|region| &region.listeners);
        let (_, listener) = listeners.find(|(arn, _)| **arn == made.arn).expect("it is there");
        assert!(listener.tags.current.is_empty());
    });
}

#[test]
fn a_listener_of_a_stack_gets_its_tags_and_the_key_http() {
    let tags = [("albctl:stack", "shop"), ("albctl:id", "load_balancer")];
    let tags: BTreeMap<String, String> =
        tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let scene = Scene::tagged(&tags);
    scene.https(443, forward(&scene.web));
    scene.mend(&scene.focus(), |live| enable(live, WANTED));
    let (_, live) = scene.read(&scene.focus());
    let (_, made) =
        live.resources.iter().find(|(id, _)| id.as_str() == "listener/http").expect("it is there");
    assert_eq!(made.tags["albctl:stack"], "shop");
    assert_eq!(made.tags["albctl:id"], "listener/http");
}

#[test]
fn what_would_not_work_is_refused() {
    let none = Scene::new();
    none.http(80, forward(&none.web));
    let codes = none.refusal(&none.focus(), |live| enable(live, WANTED));
    assert_eq!(codes, [("no-https-listener", "there is no HTTPS listener on :443".to_owned())]);

    let scene = both();
    let same = Enable { port: 443, ..WANTED };
    assert_eq!(scene.refusal(&scene.focus(), |live| enable(live, same))[0].0, "redirect-loop");
    let plain = Enable { to_port: 80, port: 81, ..WANTED };
    let told = scene.refusal(&scene.focus(), |live| enable(live, plain));
    assert_eq!(told, [("no-https-listener", "listener/80 on :80 is an HTTP listener, not HTTPS".to_owned())]);
}

#[test]
fn a_redirect_that_comes_back_is_refused() {
    let scene = Scene::new();
    let back = Redirect { protocol: "HTTPS".to_owned(), port: "80".to_owned(), ..Redirect::identity(301) };
    let https = scene.https(443, forward(&scene.web));
    scene.rule(&https, 7, path("/old/*"), Action::Redirect(back));
    scene.settle();
    let told = scene.refusal(&scene.focus(), |live| enable(live, WANTED));
    assert_eq!(told[0].0, "redirect-loop");
    assert!(told[0].1.contains("rule/443/7, priority 7"), "{told:?}");
}

#[test]
fn an_https_listener_that_would_not_answer_is_warned_of() {
    for (default, wanted) in [(fixed(503), "answers 503"), (fixed(404), "")] {
        let scene = Scene::new();
        scene.https(443, default);
        let (_, fix, _) = scene.plan(&scene.focus(), |live| enable(live, WANTED));
        let told: Vec<&str> = fix.warnings.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(told.iter().any(|one| one.contains(wanted)), !wanted.is_empty(), "{told:?}");
    }
    let scene = Scene::new();
    scene.https(443, forward(&scene.spare));
    let (_, fix, _) = scene.plan(&scene.focus(), |live| enable(live, WANTED));
    assert_eq!(fix.warnings[0].code, "https-does-not-answer");
    assert!(fix.warnings[0].message.contains("legacy-spare"));
}

#[test]
fn who_has_ended_tls_before_is_warned_of() {
    let scene = both();
    let (_, live) = scene.read(&scene.focus());
    let http = live.resources.iter().find(|(id, _)| id.as_str() == "listener/80").expect("it is there").1;
    let header =
        Condition::Header { name: "X-Forwarded-Proto".to_owned(), values: ["https".to_owned()].into() };
    scene.rule(&http.arn, 20, header, forward(&scene.web));
    scene.settle();
    let (_, fix, _) = scene.plan(&scene.focus(), |live| enable(live, WANTED));
    assert!(fix.warnings.iter().any(|one| one.code == "tls-ended-before"), "{:?}", fix.warnings);
}

#[test]
fn what_takes_back_a_redirect_brings_back_what_was() {
    let scene = both();
    let (_, fix, _) = scene.plan(&scene.focus(), |live| enable(live, WANTED));
    assert_eq!(fix.undo.as_deref(), Some("redirect disable legacy --forward legacy-web"));
    scene.mend(&scene.focus(), |live| enable(live, WANTED));
    let web = Instead::Forward(GroupKey("legacy-web".to_owned()));
    let (_, fix, _) = scene.plan(&scene.focus(), |live| disable(live, "legacy", 80, &web, false));
    assert_eq!(fix.undo.as_deref(), Some("redirect enable legacy --status 301"));
    let calls = scene.mend(&scene.focus(), |live| disable(live, "legacy", 80, &web, false));
    assert_eq!(calls, ["ModifyListener"]);
    let (_, fix, planned) = scene.plan(&scene.focus(), |live| disable(live, "legacy", 80, &web, false));
    assert!(planned.plan.is_empty());
    assert_eq!(fix.unchanged, "listener/80 does not redirect to HTTPS, it is forward legacy-web");
}

/// A default that no command of albctl makes is told in full before the question, and no way back is promised.
#[test]
fn a_default_that_no_command_makes_is_told_before_it_goes() {
    let part = |text: &str| text.to_owned();
    let elsewhere = Action::Redirect(Redirect {
        protocol: part("HTTPS"),
        host: part("other.example.com"),
        port: part("443"),
        path: part("/x/#{path}"),
        query: part("#{query}"),
        status: 302,
    });
    let told = |fix: &albctl::fix::Fix, was: &str| {
        assert_eq!(fix.undo, None);
        let line = format!("No command of albctl brings back what is there today: {was}.");
        assert_eq!(fix.effect.last(), Some(&line), "{:?}", fix.effect);
    };
    let scene = Scene::new();
    scene.https(443, forward(&scene.web));
    let http = scene.http(80, elsewhere);
    let custom = "redirect HTTPS://other.example.com:443/x/#{path}?#{query} 302";
    let web = Instead::Forward(GroupKey("legacy-web".to_owned()));
    for instead in [web, Instead::Fixed(404), Instead::Nothing] {
        let (_, fix, _) = scene.plan(&scene.focus(), |live| disable(live, "legacy", 80, &instead, false));
        told(&fix, custom);
    }
    let (_, fix, _) = scene.plan(&scene.focus(), |live| enable(live, WANTED));
    told(&fix, custom);

    // The same of what `redirect enable` goes over.
    let group = |group: &str, weight: u32| Weighted { group: group.to_owned(), weight };
    let groups = vec![group(&scene.web, 90), group(&scene.spare, 10)];
    let body = Action::FixedResponse {
        status: 503,
        content_type: Some(part("text/html")),
        body: Some(part("<p>Back at noon.</p>")),
    };
    for (was, words) in [
        (
            Action::Forward { groups, stickiness: Some(3600) },
            "forward legacy-spare 10%, legacy-web 90%, group sticky 1h",
        ),
        (body, "fixed 503 text/html \"<p>Back at noon.</p>\""),
    ] {
        scene.stage.stranger(&Call::Listener(listener::Call::ModifyListener {
            listener: http.clone(),
            port: None,
            protocol: None,
            ssl_policy: None,
            certificate: None,
            default: Some(was),
        }));
        scene.settle();
        let (_, fix, _) = scene.plan(&scene.focus(), |live| enable(live, WANTED));
        told(&fix, words);
    }
    let shell = scene.shell();
    let shown = shell.run("--sandbox redirect enable legacy --dry-run").exits(0).stdout;
    assert!(shown.contains("No command of albctl brings back what is there today"), "{shown}");
}

#[test]
fn what_answers_nobody_needs_to_be_allowed() {
    let scene = both();
    scene.mend(&scene.focus(), |live| enable(live, WANTED));
    let spare = Instead::Forward(GroupKey("legacy-spare".to_owned()));
    let focus = albctl::fix::Focus { groups: [scene.spare.clone()].into(), ..scene.focus() };
    let told = scene.refusal(&focus, |live| disable(live, "legacy", 80, &spare, false));
    assert_eq!(told[0].0, "no-healthy-target");
    assert_eq!(scene.mend(&focus, |live| disable(live, "legacy", 80, &spare, true)), ["ModifyListener"]);
}

#[test]
fn a_listener_with_rules_does_not_go() {
    let scene = both();
    scene.mend(&scene.focus(), |live| enable(live, WANTED));
    let told = scene.refusal(&scene.focus(), |live| disable(live, "legacy", 80, &Instead::Nothing, false));
    assert_eq!(told[0].0, "holds-rules");

    let scene = Scene::new();
    scene.https(443, forward(&scene.web));
    scene.mend(&scene.focus(), |live| enable(live, WANTED));
    let calls = scene.mend(&scene.focus(), |live| disable(live, "legacy", 80, &Instead::Nothing, false));
    assert_eq!(calls, ["DeleteListener"]);
}

#[test]
fn the_binary_shows_asks_and_takes_back() {
    let scene = both();
    let shell = scene.shell();
    let lines = [
        "--sandbox redirect enable legacy --dry-run",
        "--sandbox redirect enable legacy --yes",
        "--sandbox redirect enable legacy --yes -q",
        "--sandbox redirect enable legacy --status 302 --yes -q",
        "--sandbox redirect disable legacy --yes",
        "--sandbox redirect disable legacy --fixed 404 --yes",
        "--sandbox redirect disable legacy --fixed 404 --yes -q",
    ];
    snapshot!("redirect", shell.session(&lines));
}

#[test]
fn the_binary_makes_a_listener_and_removes_it() {
    let scene = Scene::new();
    scene.https(443, forward(&scene.web));
    let shell = scene.shell();
    let lines =
        ["--sandbox redirect enable leg --yes", "--sandbox redirect disable legacy --delete-listener --yes"];
    snapshot!("redirect_new", shell.session(&lines));
    assert_eq!(population(&shell.state())[2], 1);
}

#[test]
fn bad_words_are_told() {
    let scene = both();
    let shell = scene.shell();
    let lines = [
        "--sandbox redirect enable nothing --yes",
        "--sandbox redirect enable legacy --to-port 8443 --yes",
        "--sandbox redirect disable legacy --fixed 302 --yes",
        "--sandbox redirect disable legacy --forward legacy-spare --port 81 --yes",
        "--sandbox redirect enable legacy --status 303 --yes",
    ];
    snapshot!("redirect_bad", shell.session(&lines));
    let json = shell.run("--sandbox redirect enable legacy --dry-run --output json").exits(0).json();
    assert_eq!(json["calls"], serde_json::json!(["ModifyListener"]));
    assert_eq!(json["outcome"], "planned");
}

/// The hand-made shop, whose only security group lets these in.
fn guarded(inbound: Vec<IpRule>) -> shop::Scene {
    let scene = shop::Scene::new();
    scene.stage.sandbox.edit(|state| state.set_security_group("sg-0a", inbound, vec![IpRule::all()]));
    scene
}

#[test]
fn a_port_that_nobody_is_let_in_on_is_warned_of() {
    let scene = guarded(vec![IpRule::tcp(443, "0.0.0.0/0")]);
    let ran = scene.albctl("redirect enable web --yes");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.err.contains("warning[closed-port]: no inbound rule of sg-0a lets anybody in on port 80"),
        "{ran:?}"
    );
    let command = "aws ec2 authorize-security-group-ingress --region us-east-1 --group-id sg-0a --protocol tcp --port 80 \
                   --cidr 0.0.0.0/0";
    assert!(ran.err.contains(command), "{ran:?}");
    let again = scene.albctl("redirect enable web --yes");
    assert!(again.out.contains("No change") && again.err.contains("closed-port"), "{again:?}");
}

#[test]
fn whom_the_security_groups_let_in_is_said() {
    let scene = guarded(vec![IpRule::tcp(80, "10.0.0.0/8"), IpRule::tcp(443, "0.0.0.0/0")]);
    let ran = scene.albctl("redirect enable web --dry-run");
    let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("Only 10.0.0.0/8 can connect to :80: so the inbound rules of sg-0a say."),
        "{ran:?}"
    );
    let open = shop::Scene::new().albctl("redirect enable web --dry-run");
    assert!(!open.out.contains("connect to") && open.err.is_empty(), "{open:?}");
}

#[test]
fn security_groups_that_may_not_be_read_are_no_reason_to_fail() {
    let scene = shop::Scene::new();
    let denied = FaultKind::Fail {
        code: "UnauthorizedOperation".to_owned(),
        status: 403,
        message: "no policy allows it".to_owned(),
    };
    let matches = Match::Operation("DescribeSecurityGroups".to_owned());
    scene.stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind: denied });
    let ran = scene.albctl("redirect enable web --yes");
    assert_eq!((ran.code, scene.writes()), (0, vec!["ModifyListener".to_owned()]), "{ran:?}");
    assert_eq!(scene.stage.sandbox.faults_hit(), 1);
}
