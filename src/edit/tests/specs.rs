//! The specs of the repository: stickiness is set on each of their target groups.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::*;
use crate::base::{Diagnostics, Node, Span, Vars, merge, substitute};
use crate::kinds::{Desired, Resource};
use crate::spec::{self, Inputs};

/// The files of a spec by name and text, itself first.
fn chain(path: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(path).expect("a spec");
    let base =
        text.lines().find_map(|line| line.strip_prefix("extends: ")).map(|name| path.with_file_name(name));
    let own = (path.file_name().expect("a name").to_string_lossy().into_owned(), text);
    [own].into_iter().chain(base.iter().flat_map(|base| chain(base))).collect()
}

fn specs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let mut found = Vec::new();
    for folder in [root.clone(), root.join("environments")] {
        let names = std::fs::read_dir(folder).expect("specs").map(|entry| entry.expect("an entry").path());
        found.extend(names.filter(|path| path.extension().is_some_and(|end| end == "yaml")));
    }
    // It is extended, not applied.
    found.retain(|path| !path.ends_with("shop.yaml"));
    found.sort();
    assert!(found.len() >= 10, "{found:?}");
    found
}

/// What the files come to, and whether that is valid.
fn desired(files: &[(String, String)]) -> Result<Desired, String> {
    let mut diags = Diagnostics::new();
    let docs: Vec<walk::Doc> =
        files.iter().map(|(name, text)| walk::Doc::read(name, text).expect("yaml")).collect();
    let root =
        docs.iter().rev().skip(1).fold(docs[docs.len() - 1].root.clone(), |below, doc| {
            merge(&below, &doc.root.without("extends"))
        });
    let mut vars: Vars = spec::variables(&root, |_| String::new());
    for value in vars.values_mut().filter(|value| value.node.is_null()) {
        value.node = Node::scalar("x1", true, Span::NONE);
    }
    let root: Rc<Node> = substitute(&root.without("vars"), &vars, &mut diags);
    let found = spec::read_with(&root, &Inputs::none(), &mut diags);
    let errors: Vec<&str> = diags.iter().filter(|it| it.stops()).map(|it| it.message.as_str()).collect();
    found.filter(|_| errors.is_empty()).ok_or_else(|| errors.join("; "))
}

/// The resources as text; those of `except` without their stickiness.
fn shown(desired: &Desired, except: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (id, wanted) in &desired.resources {
        let mut resource = wanted.resource.clone();
        if let Resource::TargetGroup(group) = &mut resource
            && id.as_str() == except
        {
            group.stickiness = crate::kinds::target_group::model::Stickiness::Off;
        }
        out.push(format!("{id} {resource:?}"));
    }
    out
}

#[test]
fn stickiness_of_each_group() {
    let mut done = 0;
    for path in specs() {
        let files = chain(&path);
        let Ok(before) = desired(&files) else {
            // What is made of files is not read here.
            assert!(path.ends_with("flask-tls.yaml"), "{} {:?}", path.display(), desired(&files).err());
            continue;
        };
        let ids: Vec<_> = before.resources.keys().filter(|id| id.kind() == "target_group").cloned().collect();
        for id in ids {
            for (target, file) in files.iter().enumerate() {
                done += usize::from(one(&files, target, &before, &id));
                assert!(!file.0.is_empty());
            }
        }
    }
    assert!(done >= 15, "{done}");
}

fn one(files: &[(String, String)], target: usize, before: &Desired, id: &crate::model::ResourceId) -> bool {
    let texts: Vec<SpecText<'_>> = files.iter().map(|(name, text)| SpecText { name, text }).collect();
    let path = path_of(&texts, id, &keys(&["stickiness"])).expect("yaml").expect("a group of the spec");
    let edit = Edit::set(path.clone(), cookie("2h"));
    let new = match apply_over(&texts, target, &[edit]) {
        Ok(new) => new,
        // A group that another file has with another cookie.
        Err(error) => panic!("{}: {error}", files[target].0),
    };
    let mut after = files.to_vec();
    after[target].1.clone_from(&new);
    let now = match desired(&after) {
        Ok(now) => now,
        // Only ever because the kind of group has no stickiness.
        Err(message) => {
            assert!(
                message.contains("a target group of a function has no `stickiness`"),
                "{} {id}: {message}\n{new}",
                files[target].0
            );
            return false;
        }
    };
    assert_eq!(shown(before, id.as_str()), shown(&now, id.as_str()), "{} {id}", files[target].0);
    assert_ne!(shown(before, "none"), shown(&now, "none"), "{} {id}", files[target].0);
    // The comments are all there, and no line went but the one that was written anew.
    let old = &files[target].1;
    let comments = |text: &str| text.matches('#').count();
    assert_eq!(comments(old), comments(&new));
    let changed: usize = hunks(old, &new, "x")
        .iter()
        .flat_map(|hunk| &hunk.lines)
        .filter(|line| line.kind == LineKind::Old)
        .count();
    assert!(changed <= 1, "{new}");
    true
}
