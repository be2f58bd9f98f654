//! Files beside the spec: what is told of them and what is not.

use super::*;

#[test]
fn nothing_of_a_foreign_file_is_shown() {
    let folder = folder(&[
        ("passwd", "root:x:0:0:hunter2:/root\ndaemon: [hunter2\n"),
        ("text", "hunter2 and more\n"),
        ("list.yaml", "- hunter2\n"),
        ("comment.yaml", "# hunter2\n"),
        ("alias.yaml", "a: *hunter2\n"),
        ("twice.yaml", "hunter2: 1\nhunter2: 2\n"),
        ("documents.yaml", "a: 1\n--- hunter2\n"),
        ("compose.yaml", "version: 1\nservices: { db: { password: hunter2 } }\n"),
    ]);
    let spec = with_vars("{ place: eu-west-1 }");
    fs::write(folder.path().join("spec.yaml"), &spec).unwrap();
    for name in [
        "passwd",
        "text",
        "list.yaml",
        "comment.yaml",
        "alias.yaml",
        "twice.yaml",
        "documents.yaml",
        "compose.yaml",
    ] {
        fs::write(folder.path().join("prod.yaml"), format!("extends: {name}\n{spec}")).unwrap();
        let read = load_in(folder.path(), &["prod.yaml"], &[], &[]);
        assert!(read.loaded.has_errors(), "{name}");
        assert!(!read.text.contains("hunter2"), "{name}\n{}", read.text);
        assert!(read.text.contains("prod.yaml:1:10"), "{name}\n{}", read.text);
        let file = folder.path().join(name).display().to_string();
        let read = load_in(folder.path(), &["spec.yaml"], &["--vars", &file], &[]);
        assert!(read.loaded.has_errors(), "{name}");
        // Names of keys may be told: a variable that no spec declares has one.
        assert!(!read.text.contains("hunter2"), "{name}\n{}", read.text);
    }
}

#[test]
fn a_base_that_is_none_is_told_where_it_is_named() {
    let folder = folder(&[
        ("prod.yaml", "extends: list.yaml\nstack: shop\n"),
        ("list.yaml", "- a\n"),
        ("typo.yaml", "extends: base.yaml\nstack: shop\n"),
        ("base.yaml", "version: 1\nlistners: {}\n"),
        ("absolute.yaml", "extends: /etc/passwd\n"),
    ]);
    let read = load_in(folder.path(), &["prod.yaml"], &[], &[]);
    assert_eq!(
        read.text,
        "error[wrong-type]: `list.yaml` is no part of a spec: it holds a list, not a map
 --> prod.yaml:1:10
  |
1 | extends: list.yaml
  |          ^^^^^^^^^ extended here
"
    );
    let read = load_in(folder.path(), &["typo.yaml"], &[], &[]);
    assert_eq!(
        read.text,
        "error[not-a-spec]: `base.yaml` is no part of a spec
 --> typo.yaml:1:10
  |
1 | extends: base.yaml
  |          ^^^^^^^^^ extended here
  |
  = note: the key at base.yaml:2:1 is none of the spec language
  = help: is it meant to be `listeners`?
"
    );
    let read = load_in(folder.path(), &["absolute.yaml"], &[], &[]);
    assert!(read.text.starts_with("error[extends-absolute]"), "{}", read.text);
}

#[test]
fn mistakes_of_a_base_that_is_a_spec_are_shown() {
    let folder = folder(&[
        ("prod.yaml", "extends: base.yaml\nstack: shop\n"),
        ("base.yaml", "version: 1\nversion: 2\n"),
        ("vars.yaml", "place: [a\n"),
    ]);
    let read = load_in(folder.path(), &["prod.yaml"], &[], &[]);
    assert!(read.text.contains("2 | version: 2"), "{}", read.text);
    let file = folder.path().join("vars.yaml").display().to_string();
    let read = load_in(folder.path(), &["prod.yaml"], &["--vars", &file], &[]);
    assert!(read.text.contains("vars.yaml:1:8: this is not YAML that albctl reads"), "{}", read.text);
}
