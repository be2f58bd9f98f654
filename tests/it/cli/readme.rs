//! The README's chapter on the five systems is what a user sees.

use std::fs;
use std::path::Path;

use super::Shell;

/// The specs of the chapter, in its order, with the line above each plan.
const SYSTEMS: &[(&str, &str)] = &[
    ("rundeck.yaml", "A Rundeck Enterprise cluster: HTTPS in front of two instances, sticky sessions"),
    ("flask-tls.yaml", "A Flask app with a self-signed certificate in IAM"),
    ("autostopping.yaml", "Many hosts of one wildcard name, a Lambda function behind the default rule"),
    ("microservices.yaml", "ECS services behind one API"),
    ("two-zone-website.yaml", "Two web servers in two zones; then with stickiness"),
];

const BEGIN: &str = "<!-- the plans: written by a test -->\n";
const END: &str = "<!-- the end of the plans -->\n";

fn plan(shell: &Shell, spec: &str) -> String {
    let ran = shell.run(&format!("--sandbox plan {spec}")).exits(0);
    assert!(ran.stderr.is_empty(), "{ran}");
    let spec = format!("specs/{spec}");
    let name = spec.rsplit('/').next().expect("a name");
    format!(
        "```console\n$ albctl plan {spec}\n{}\n```\n",
        ran.stdout.trim_end().replace(name, &spec).replace(" --sandbox", "")
    )
}

fn chapter() -> String {
    let mut text = String::new();
    for (spec, what) in SYSTEMS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs").join(spec);
        let written = fs::read_to_string(path).expect("a spec");
        let shell = Shell::with(&[(*spec, written.as_str())]);
        shell.run("sandbox zone create example.com").exits(0);
        shell.run("sandbox function create warmup --alias live").exits(0);
        shell.run("sandbox certificate create *.autostopping.example.com").exits(0);
        text += &format!(
            "\n<details><summary>{what}: <code>specs/{spec}</code></summary>\n\n{}",
            plan(&shell, spec)
        );
        if *spec == "two-zone-website.yaml" {
            shell.run(&format!("--sandbox apply {spec} --yes")).exits(0);
            shell.replace(spec, "# stickiness:", "stickiness:");
            text += &format!("\nWith the line of the stickiness:\n\n{}", plan(&shell, spec));
        }
        text += "\n</details>\n";
    }
    text + "\n"
}

/// Run with `UPDATE_README=1` to write it anew.
#[test]
fn the_plans_in_the_readme_are_current() {
    #[expect(clippy::disallowed_methods, reason = "a switch of this test only")]
    let update = std::env::var_os("UPDATE_README").is_some();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("the README");
    let (head, rest) = readme.split_once(BEGIN).expect("where the plans begin");
    let (written, tail) = rest.split_once(END).expect("where the plans end");
    let wanted = chapter();
    if update {
        fs::write(&path, format!("{head}{BEGIN}{wanted}{END}{tail}")).expect("written");
        return;
    }
    assert_eq!(written, wanted, "stale: UPDATE_README=1 cargo test --test it readme");
}
