//! The rooms of `src/` and who may know whom, as ARCHITECTURE.md tells it. Reads the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up; those of one number may know each other.
const LAYERS: &[(&str, u8)] = &[
    ("base", 0),
    ("model", 1),
    ("kinds", 2),
    ("spec", 3),
    ("diff", 3),
    ("edit", 3),
    ("plan", 3),
    ("route", 3),
    ("fix", 4),
    ("doctor", 4),
    ("exec", 5),
    ("aws", 6),
    ("output", 7),
    ("cli", 8),
];

/// What only some rooms may name: (text, why, whether a file may).
type Rule = (&'static [&'static str], &'static str, fn(&File) -> bool);

const RULES: &[Rule] = &[
    (
        &["aws_sdk_", "aws_config", "aws_smithy", "aws_credential", "aws_types"],
        "only the aws room and kinds/*/aws.rs name an SDK crate",
        |file| file.layer == 6,
    ),
    (&["async fn", "async move", ".await"], "only exec, aws and cli are async", |file| {
        [5, 6, 8].contains(&file.layer)
    }),
    (&["println!", "print!(", "eprint!("], "nothing prints past the writers handed to it", |_| false),
    (&["std::env"], "only cli reads the environment", |file| file.layer == 8),
    (&["std::fs", "fs::read", "fs::write"], "only cli touches files", |file| file.layer == 8),
    (&["HashMap", "HashSet"], "their order is not stable", |_| false),
    (&["SystemTime::now", "Instant::now"], "there is one clock", |file| {
        file.path == "exec/clock.rs" || file.layer == 8
    }),
];

/// A file is one room's; past this it is two.
const MAX_LINES: usize = 400;

struct File {
    path: String,
    layer: u8,
    /// Without comments and, for files of tests, empty.
    code: String,
    lines: usize,
}

fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths
        .into_iter()
        .filter_map(|path| {
            let name = path.strip_prefix(&root).ok()?.to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).ok()?;
            Some(File {
                layer: layer(&name)?,
                code: code_of(&name, &text),
                lines: text.lines().count(),
                path: name,
            })
        })
        .collect()
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("src is readable").map(|entry| entry.expect("readable").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The layer of a file; `None` for lib.rs and main.rs, which name all rooms.
fn layer(name: &str) -> Option<u8> {
    let parts: Vec<&str> = name.split('/').collect();
    if parts.len() > 2 && parts[0] == "kinds" && (parts[2] == "aws.rs" || parts[2] == "aws") {
        return Some(6);
    }
    let room = parts[0];
    if !name.contains('/') {
        return None;
    }
    let known = LAYERS.iter().find(|(layer, _)| *layer == room);
    Some(known.unwrap_or_else(|| panic!("src/{name} is in no room of the table")).1)
}

/// The code that ships: tests and comments left out.
fn code_of(name: &str, text: &str) -> String {
    if name.contains("tests") {
        return String::new();
    }
    let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    shipped.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn imports_only_go_down() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (room, layer) in LAYERS.iter().filter(|(_, layer)| *layer > file.layer) {
            if file.code.contains(&format!("crate::{room}::"))
                || file.code.contains(&format!("use crate::{room};"))
            {
                wrong.push(format!(
                    "{} (layer {}) names crate::{room} (layer {layer})",
                    file.path, file.layer
                ));
            }
        }
        let reaches_up = ["super::aws", "::aws::"].iter().any(|text| file.code.contains(text));
        if file.layer < 5 && reaches_up && file.path.starts_with("kinds/") {
            wrong.push(format!("{} names the SDK side of a kind", file.path));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn only_the_rooms_that_may_do_so_touch_the_outside() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (texts, why, may) in RULES.iter().filter(|(_, _, may)| !may(&file)) {
            let _ = may;
            for text in texts.iter().filter(|text| file.code.contains(*text)) {
                wrong.push(format!("{} has `{text}`: {why}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_two_rooms() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|file| file.lines > MAX_LINES)
        .map(|file| format!("{} has {} lines", file.path, file.lines))
        .collect();
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}

#[test]
fn generic_rooms_name_no_kind() {
    let diff: Vec<File> = sources().into_iter().filter(|file| file.path.starts_with("diff/")).collect();
    assert!(!diff.is_empty());
    for file in diff {
        for kind in ["load_balancer", "target_group", "listener", "rule", "targets"] {
            assert!(!file.code.contains(kind), "{} names `{kind}`", file.path);
        }
    }
}
