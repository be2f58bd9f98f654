//! Every spec of tests/bad, one mistake (or several) each.

use std::fs;
use std::path::Path;

use super::{Shell, snapshot};

/// The names of the bad specs, sorted.
fn names() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let entries = fs::read_dir(folder).expect("tests/bad is there");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("readable").file_name().into_string().expect("a plain name"))
        .filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned))
        .collect();
    names.sort();
    names
}

#[test]
fn every_bad_spec_has_its_message() {
    let names = names();
    assert!(names.len() >= 40, "{} bad specs", names.len());
    let shell = Shell::new();
    for name in names {
        let ran = shell.run(&format!("validate tests/bad/{name}.yaml")).exits(4);
        assert_eq!(ran.stdout, "", "problems are no answer");
        snapshot!(format!("bad_{name}"), ran.to_string());
    }
}

#[test]
fn programs_learn_the_same_about_every_bad_spec() {
    let shell = Shell::new();
    for name in names() {
        let line = format!("validate tests/bad/{name}.yaml");
        let text = shell.run(&line).exits(4);
        let ran = shell.run(&format!("{line} --output json")).exits(4);
        assert_eq!(ran.stderr, "", "{name}");
        let answer = ran.json();
        assert_eq!(
            (answer["exit_code"].as_u64(), answer["valid"].as_bool()),
            (Some(4), Some(false)),
            "{name}"
        );
        let problems = answer["error"]["diagnostics"].as_array().expect("a list");
        let wanted = text.stderr.lines().filter(|line| line.starts_with("error[")).count();
        assert_eq!(problems.len(), wanted, "{name}");
        for problem in problems {
            // Bytes that are no text have no line to show.
            let placed = problem["line"].is_u64() || problem["code"] == "not-utf8";
            assert!(placed && problem["file"] != "", "{name}: {problem}");
        }
    }
}
