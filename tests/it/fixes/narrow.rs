//! Narrow screens: no command of the on-call view makes lines that are wider, but for what must be copied whole.

use std::time::Duration;

use albctl_sandbox::state::{Health, IpRule};

use super::scene::{CERTIFICATE, Scene};
use crate::cli::snapshot;

/// A load balancer with long names, much to say, and owned by a stack of albctl.
fn busy() -> Scene {
    let tags = [("albctl:stack", "shop-of-the-whole-company-prod")];
    let scene = Scene::tagged(&tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
    scene.stage.sandbox.edit(|state| {
        for id in ["10.0.0.2", "10.0.0.4"] {
            let health = Health::Unhealthy { reason: "Target.FailedHealthChecks".to_owned() };
            state.target_health.insert(id.to_owned(), health);
        }
    });
    scene.stage.sandbox.advance(Duration::from_secs(600));
    scene
}

const LINES: [&str; 38] = [
    "status web",
    "status web -v",
    "status nothing-that-there-is-in-this-region-of-the-world",
    "list",
    "list -v",
    "weights show web/443/20 web/443/10 web/80/default",
    "weights show web/443/99",
    "weights set web/443/20 web-users=80 web-users-canary=20 --dry-run",
    "weights set web/443/20 web-users=80 web-empty=20 --dry-run",
    "weights set web/443/20 web-users=80 web-users-canary=20 --yes --allow no-healthy-target",
    "stickiness show web-users web-orders",
    "stickiness enable web-users-canary --duration 1h --dry-run",
    "stickiness enable web-users-canary --duration 1h --yes",
    "stickiness enable web-users --app-cookie SESSION --duration 1h --yes",
    "stickiness enable web-users-canary --app-cookie AWSALB --duration 1h --yes",
    "targets list web-orders web-users",
    "targets add web-orders 10.0.0.9 10.0.0.10:8081 --dry-run",
    "targets add web-orders 10.0.0.9:8081 --yes",
    "targets remove web-users 10.0.0.3 --yes",
    "targets drain web-orders 10.0.0.2 --yes",
    "redirect enable web --dry-run",
    "redirect enable web --yes",
    "redirect disable web --yes --forward web-orders",
    "cert list web",
    "cert list web -v",
    "cert show api.example.com web",
    "cert show api.other.example.org web",
    "cert attach web/443 arn:aws:acm:us-east-1:000000000000:certificate/99 --yes",
    "health web",
    "health web-orders -v",
    "health set web-orders --path /healthz --interval 10s --yes",
    "attr get web",
    "attr get web-orders",
    "attr set web idle_timeout=2m --yes",
    "logs enable web --bucket shop-logs-of-the-whole-company --yes",
    "doctor web",
    "doctor web --status 503",
    "doctor api.example.com",
];

/// Whether a line that is too long is one thing that must not be broken: a word, a command, a record.
fn is_whole(line: &str) -> bool {
    let line = line.trim();
    let one_word = |text: &str| !text.trim().contains(' ');
    line.starts_with("albctl ")
        || line.starts_with("=> albctl ")
        || one_word(line)
        || line.contains("   CNAME   ")
}

#[test]
fn nothing_is_wider_than_the_screen() {
    let (mut told, mut wide) = (String::new(), Vec::new());
    for width in [80, 60, 40] {
        let scene = busy();
        for line in LINES {
            let ran = scene.narrow(line, width);
            assert!(!(ran.out.clone() + &ran.err).trim().is_empty(), "{line} says nothing");
            for text in ran.out.lines().chain(ran.err.lines()) {
                if text.chars().count() > width && !is_whole(text) {
                    wide.push(format!("{width}: {line}: {text}"));
                }
            }
            if width == 80 {
                told.push_str(&ran.transcript(line));
                told.push('\n');
            }
        }
    }
    snapshot!("narrow", told);
    assert!(wide.is_empty(), "{wide:#?}");
}

#[test]
fn commands_of_the_aws_cli_stay_whole() {
    let scene = busy();
    let closed = vec![IpRule::tcp(80, "0.0.0.0/0")];
    scene.stage.sandbox.edit(|state| state.set_security_group("sg-0a", closed, vec![IpRule::all()]));
    let ran = scene.narrow("doctor web", 80);
    let command = "aws ec2 authorize-security-group-ingress --region us-east-1 --group-id sg-0a --protocol tcp --port 443 \
                   --cidr 0.0.0.0/0";
    assert!(
        ran.out.lines().any(|line| line.trim().trim_start_matches("=>").trim() == command),
        "{}",
        ran.out
    );
}

#[test]
fn what_one_is_asked_about_is_not_cut() {
    let scene = busy();
    let new = "arn:aws:acm:us-east-1:000000000000:certificate/2b";
    let hosts = ["shop-of-the-whole-company.example.com", "*.example.com", "example.com"];
    scene.stage.sandbox.edit(|state| state.add_issued_certificate("us-east-1", new, &hosts));
    let ran = scene.narrow(&format!("cert rotate web/443 {CERTIFICATE} {new} --dry-run"), 80);
    assert_eq!(ran.code, 0, "{ran:?}");
    let change: Vec<&str> = ran.out.lines().skip_while(|line| !line.contains("certificates  ")).collect();
    let change = change.into_iter().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    assert!(change.contains(hosts[0]) && !change.contains("..."), "{}", ran.out);
}
