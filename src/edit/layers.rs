//! A spec of several files: each is laid over the one that it extends.

use std::rc::Rc;

use super::expect::{Goal, at_path, equal, expected};
use super::splice::{apply, by_hand};
use super::walk::{Doc, has_variable, variable_name};
use super::{Change, Edit, EditError, Segment, Value, path_text, places};
use crate::base::{Diagnostic, Node, SourceMap, Span, merge};

/// One file of a spec.
#[derive(Clone, Copy, Debug)]
pub struct SpecText<'t> {
    /// How messages call it.
    pub name: &'t str,
    /// Its text.
    pub text: &'t str,
}

/// The new text of one file of a spec: `files` is the spec and what it extends, in that order, and `target` is
/// the place in it of the file that is edited.
///
/// A map that only an extended file has is overridden: the key is made in the file that is edited. Lists and
/// texts of an extended file are not taken apart: `extends` replaces them whole.
///
/// # Errors
/// As [`apply`]; and where the whole spec would not say what was asked for: a file above says otherwise, or an
/// extended file says something that an override cannot take back.
pub fn apply_over(files: &[SpecText<'_>], target: usize, edits: &[Edit]) -> Result<String, EditError> {
    let Some(file) = files.get(target) else {
        let none = Diagnostic::error("file-missing", "this file is not one of the spec");
        return Err(EditError::new(none, SourceMap::new()));
    };
    let mut text = file.text.to_owned();
    for edit in edits {
        let now: Vec<SpecText<'_>> = (files.iter().enumerate())
            .map(|(at, file)| if at == target { SpecText { text: &text, ..*file } } else { *file })
            .collect();
        let docs = trees(&now)?;
        let layers = Layers { docs: &docs, files: &now, target };
        layers.allows(edit)?;
        let written = layers.written(edit);
        let made = apply(&text, file.name, std::slice::from_ref(&written));
        let new = made.map_err(|wrong| layers.with_origin(wrong))?;
        layers.check(&new, edit, &written)?;
        text = new;
    }
    Ok(text)
}

pub(super) fn trees(files: &[SpecText<'_>]) -> Result<Vec<Doc>, EditError> {
    files.iter().map(|file| Doc::read(file.name, file.text)).collect()
}

/// What all files come to together. Nothing without files.
pub(super) fn merged(docs: &[Doc]) -> Option<Rc<Node>> {
    let mut roots = docs.iter().rev().map(|doc| doc.root.without("extends"));
    let base = roots.next()?;
    Some(roots.fold(base, |below, above| merge(&below, &above)))
}

struct Layers<'l> {
    docs: &'l [Doc],
    files: &'l [SpecText<'l>],
    target: usize,
}

impl Layers<'_> {
    /// Whether the file may say it: nothing above it says it already, and what is below can be overridden.
    fn allows(&self, edit: &Edit) -> Result<(), EditError> {
        for (at, doc) in self.docs.iter().enumerate().take(self.target) {
            if let Some(end) = reach(&doc.root, &edit.path).filter(|end| end.stops()) {
                let message = format!("`{}` says it, and what it says wins", self.name(at));
                let help = format!("edit `{}` instead", self.name(at));
                return Err(self.refused("edit-overridden", message, at, &end, edit, &help));
            }
        }
        let own = self.docs.get(self.target).and_then(|doc| reach(&doc.root, &edit.path));
        if own.as_ref().is_some_and(|end| end.stops()) {
            return Ok(());
        }
        for (at, doc) in self.docs.iter().enumerate().skip(self.target + 1) {
            // What is inside of a list that this file does not have is out of reach from the list on.
            let depth = own.as_ref().map_or(0, |end| end.depth);
            let inside = edit.path.iter().skip(depth).position(|part| matches!(part, Segment::Index(_)));
            let path = inside.and_then(|at| edit.path.get(..depth + at)).unwrap_or(&edit.path);
            let Some(end) = reach(&doc.root, path) else { continue };
            if let Some(wrong) = self.inherited(at, &end, edit) {
                return Err(wrong);
            }
            if end.stops() {
                break;
            }
        }
        Ok(())
    }

    /// Why what a file below says cannot be changed from here.
    fn inherited(&self, at: usize, end: &Reach, edit: &Edit) -> Option<EditError> {
        let name = self.name(at);
        let line = self.docs.get(at).map_or(0, |doc| doc.sources.position(end.key).0);
        if let Some(text) = end.node.text().filter(|text| has_variable(text)) {
            let variable = variable_name(text);
            let message = format!("the value comes from the variable `{variable}`, which `{name}` uses");
            let help = format!(
                "change the variable: `vars: {{ {variable}: VALUE }}` in `{}`",
                self.name(self.target)
            );
            return Some(self.with_origin(self.refused("edit-variable", message, at, end, edit, &help)));
        }
        let whole = end.depth == edit.path.len();
        let why = match edit.change {
            Change::Remove if whole => Some("an override cannot take a key away"),
            Change::Append(_) | Change::Prepend(_) if whole && !end.node.is_null() => {
                Some("`extends` replaces lists whole, so an item cannot be added from here")
            }
            _ if !whole && end.node.items().is_some() => {
                Some("`extends` replaces lists whole, so an item cannot be changed from here")
            }
            Change::Set(_) | Change::Append(_) | Change::Prepend(_) | Change::Remove => None,
        }?;
        let path = path_text(edit.path.get(..end.depth).unwrap_or_default());
        let message = format!("`{path}` is written in {name}:{line}, and {why}");
        Some(self.refused("edit-inherited", message, at, end, edit, &format!("edit `{name}` instead")))
    }

    /// The error about a variable, with the place where the files give its value.
    fn with_origin(&self, mut wrong: EditError) -> EditError {
        let place = wrong.diagnostic.place().filter(|_| wrong.diagnostic.code == "edit-variable");
        let Some(place) = place else { return wrong };
        // The place is the key or the value; the text behind it has the variable.
        let text = wrong.sources.text(place.source).get(place.start as usize..).unwrap_or_default();
        let variable = variable_name(text);
        let path = super::keys(&["vars", variable]);
        let given = self.docs.iter().find_map(|doc| {
            let end = reach(&doc.root, &path).filter(|end| end.depth == path.len() && !end.node.is_null())?;
            let (line, value) = (doc.sources.position(end.key).0, end.node.describe());
            Some(format!("`{variable}` is {value} by {}:{line}", doc.sources.name(end.key.source)))
        });
        let note = given.unwrap_or_else(|| format!("no file of the spec gives `{variable}` its value"));
        wrong.diagnostic.notes.push(note);
        wrong
    }

    /// The edit with short forms written out: where the spec or its defaults have the parent as a single text, the
    /// new map says what that text says too, for it takes its place.
    fn written(&self, edit: &Edit) -> Edit {
        let short = edit.short_form.as_ref().zip(edit.path.split_last());
        let (Change::Set(value), Some((field, (Segment::Key(name), parent)))) = (&edit.change, short) else {
            return edit.clone();
        };
        let whole = merged(self.docs);
        let inherited = whole.as_ref().and_then(|root| {
            let defaults = places::defaults(parent);
            at_path(root, parent).or_else(|| at_path(root, &defaults?))
        });
        match inherited.filter(|node| node.text().is_some() && !node.is_null()) {
            Some(node) if field != name => {
                let entries = vec![(field.clone(), Value::of(node)), (name.clone(), value.clone())];
                let change = Change::Set(Value::Map(entries));
                Edit { path: parent.to_vec(), change, short_form: None, after: None, ..edit.clone() }
            }
            Some(_) => Edit { path: parent.to_vec(), short_form: None, after: None, ..edit.clone() },
            None => Edit { short_form: None, ..edit.clone() },
        }
    }

    /// Whether all files together say what was asked for and nothing else that is new.
    fn check(&self, new: &str, edit: &Edit, written: &Edit) -> Result<(), EditError> {
        let Some(before) = merged(self.docs) else { return Ok(()) };
        let mut after = Vec::new();
        for (at, file) in self.files.iter().enumerate() {
            after.push(Doc::read(file.name, if at == self.target { new } else { file.text })?);
        }
        let after = merged(&after);
        let Some(doc) = self.docs.get(self.target) else { return Ok(()) };
        let goal = |change: &Change| match change {
            Change::Set(value) => expected(&before, &written.path, &Goal::Is(value.node(&doc.style)), None),
            Change::Append(value) => {
                expected(&before, &written.path, &Goal::Longer(&value.node(&doc.style)), None)
            }
            Change::Prepend(value) => {
                expected(&before, &written.path, &Goal::Led(&value.node(&doc.style)), None)
            }
            Change::Remove => expected(&before, &written.path, &Goal::Gone, None),
        };
        let fine = after.zip(goal(&written.change)).is_some_and(|(after, wanted)| equal(&after, &wanted));
        if fine {
            return Ok(());
        }
        let rest = self.docs.iter().enumerate().filter(|(at, _)| *at != self.target);
        for (at, other) in rest {
            if let Some(end) = reach(&other.root, &edit.path) {
                let message = format!(
                    "`{}` also says something about `{}`, which would stay",
                    self.name(at),
                    path_text(&edit.path)
                );
                let help = format!("edit `{}` instead", self.name(at));
                return Err(self.refused("edit-inherited", message, at, &end, edit, &help));
            }
        }
        let message =
            format!("`{}` cannot be changed here without changing something else", path_text(&edit.path));
        Err(EditError::new(Diagnostic::refused("edit-unsafe", message), doc.sources.clone()))
    }

    fn name(&self, at: usize) -> &str {
        self.files.get(at).map_or("?", |file| file.name)
    }

    fn refused(
        &self,
        code: &'static str,
        message: String,
        at: usize,
        end: &Reach,
        edit: &Edit,
        help: &str,
    ) -> EditError {
        let diagnostic = Diagnostic::refused(code, message).at(end.key.into(), "").help(help);
        match self.docs.get(at) {
            Some(doc) => EditError::new(diagnostic.help(by_hand(edit, doc)), doc.sources.clone()),
            None => EditError::new(diagnostic, SourceMap::new()),
        }
    }
}

/// How far a path is written in a tree.
struct Reach {
    /// Segments that are there, at least one.
    depth: usize,
    /// Where the last of them is written.
    key: Span,
    node: Rc<Node>,
}

impl Reach {
    /// What is there replaces what a file below says: only maps are merged.
    fn stops(&self) -> bool {
        self.node.entries().is_none()
    }
}

fn reach(root: &Rc<Node>, path: &[Segment]) -> Option<Reach> {
    let mut found: Option<Reach> = None;
    let mut node = root;
    for (depth, segment) in path.iter().enumerate() {
        let next = match segment {
            Segment::Key(name) => node.entry(name).map(|(key, value)| (key.at.span, value)),
            Segment::Index(at) => {
                node.items().and_then(|items| items.get(*at)).map(|item| (item.at.span, item))
            }
        };
        let Some((key, value)) = next else { break };
        found = Some(Reach { depth: depth + 1, key, node: Rc::clone(value) });
        node = value;
    }
    found
}
