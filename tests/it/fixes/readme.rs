//! The README's chapter for those on call is what they see.

use std::fs;
use std::path::Path;

use super::scene::Scene;

const BEGIN: &str = "<!-- on call: written by a test -->\n";
const END: &str = "<!-- the end of on call -->\n";

/// What is typed one night, on a load balancer that somebody made by hand; with a word above each.
const NIGHT: &[(&str, &str, u8)] = &[
    ("What is there, and what needs attention", "list", 0),
    ("Searches are answered 503: why", "doctor web --status 503", 1),
    (
        "The searchers are back, and nobody had told the load balancer",
        "targets add web-empty 10.0.0.5 --wait --yes",
        0,
    ),
    (
        "Logins get lost, since the servers keep sessions in memory",
        "stickiness enable web-orders --duration 1h --yes",
        0,
    ),
    (
        "The canary looks well: half of the requests for it",
        "weights set web/443/20 web-users=50 web-users-canary=50 --yes",
        0,
    ),
    ("One server has to be restarted", "targets drain web-orders 10.0.0.2 --yes", 0),
    ("Port 80 answers in the clear", "redirect enable web --status 302 --yes", 0),
    ("The whole of it, before going back to bed", "status web", 0),
];

fn chapter() -> String {
    let scene = Scene::new();
    let mut text = String::new();
    for (what, line, code) in NIGHT {
        let (screen, exit) = scene.screen(line);
        assert_eq!(exit, *code, "{screen}");
        let shown = screen.replace(" --sandbox", "");
        let shown: Vec<&str> = shown.lines().collect();
        text += &format!("\n{what}:\n\n```console\n$ albctl {line}\n{}\n```\n", timeless(&shown));
    }
    text + "\n"
}

/// How long reading took is another time each time.
fn timeless(lines: &[&str]) -> String {
    let line = |line: &&str| match line.split_once("read: ") {
        Some((head, tail)) => {
            let calls = tail.split(',').next().unwrap_or_default();
            format!("{head}read: {calls}").trim_end().to_owned()
        }
        None => (*line).to_owned(),
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// Run with `UPDATE_README=1` to write it anew.
#[test]
fn the_night_in_the_readme_is_current() {
    #[expect(clippy::disallowed_methods, reason = "a switch of this test only")]
    let update = std::env::var_os("UPDATE_README").is_some();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("the README");
    let (head, rest) = readme.split_once(BEGIN).expect("where the night begins");
    let (written, tail) = rest.split_once(END).expect("where the night ends");
    let wanted = chapter();
    if update {
        fs::write(&path, format!("{head}{BEGIN}{wanted}{END}{tail}")).expect("written");
        return;
    }
    assert_eq!(written, wanted, "stale: UPDATE_README=1 cargo test --test it readme");
}
