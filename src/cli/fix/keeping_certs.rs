//! The certificates of a listener as its spec names them: keys of `certificates`, the default one first.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use super::known::Known;
use crate::base::{Diagnostic, Node, SourceMap};
use crate::cli::spec_edit;
use crate::edit::{self, Edit, Segment, Spot, Written};
use crate::fix::certs::{Listing, Meant};
use crate::kinds::certificate::{CertificateKey, is_server_certificate};
use crate::model::ResourceId;

/// The domains by which the spec finds certificates, for [`Meant::newest`].
pub fn domains(known: &Known) -> BTreeSet<String> {
    let table = table(known);
    table.iter().filter_map(|(_, meaning)| meaning.domain().map(str::to_owned)).collect()
}

/// Whether the next apply leaves the listener's certificates as the fix made them.
pub fn says(known: &Known, meant: &Meant, listing: &Listing) -> bool {
    let list = List::of(known, meant, &listing.listener);
    let is = |one: &Item, arn: &Option<String>| one.arn.is_some() && one.arn == *arn;
    let has = listing.has.is_none() || list.items.iter().any(|one| is(one, &listing.has));
    let leads = !listing.leads || list.items.first().is_some_and(|one| is(one, &listing.has));
    let without = !list.items.iter().any(|one| is(one, &listing.not));
    has && leads && without
}

/// What makes the spec say so, and what is to be said of it.
pub struct Made {
    /// The edits.
    pub edits: Vec<Edit>,
    /// For people.
    pub notes: Vec<String>,
    /// What is declared by them, to be written by hand where they cannot be made.
    pub declares: Option<String>,
}

/// The edits of the file `write` after which the spec says so.
///
/// # Errors
/// What a key of the listener means cannot be told; a file of the spec is no valid YAML.
pub fn edits(
    known: &Known,
    meant: &Meant,
    listing: &Listing,
    write: &Path,
    sources: &mut SourceMap,
) -> Result<Made, Box<Diagnostic>> {
    let id = &listing.listener;
    let list = List::of(known, meant, id);
    if let Some(unknown) = list.items.iter().find(|one| one.arn.is_none())
        && !meant.denied.is_empty()
    {
        return Err(Box::new(untold(known, meant, listing, &unknown.key)));
    }
    let path = edit::keys(&["listeners", id.key(), "certificates"]);
    let mut draft = Draft { list, edits: Vec::new(), path };
    let old = draft.place(listing.not.as_deref());
    let mut made = Made { edits: Vec::new(), notes: Vec::new(), declares: None };
    if let Some(arn) = &listing.has
        && draft.place(Some(arn)).is_none()
    {
        let item = |key: String| Item { key, arn: Some(arn.clone()) };
        match (known_as(known, meant, arn), old) {
            (Some(key), Some(at)) => draft.set(at, item(key)),
            (Some(key), None) => draft.add(item(key), listing.leads),
            (None, Some(at)) => {
                let key = draft.list.items.get(at).map(|one| one.key.clone()).unwrap_or_default();
                if used_once(known, &key) && in_place(known, &key, write, sources)? {
                    made.edits
                        .push(Edit::set(edit::keys(&["certificates", &key, "use"]), edit::Value::text(arn)));
                    draft.mean(at, arn);
                } else {
                    let key = declared(known, listing, arn, &mut made);
                    draft.set(at, item(key));
                }
            }
            (None, None) => {
                let key = declared(known, listing, arn, &mut made);
                draft.add(item(key), listing.leads);
            }
        }
    }
    if let Some(arn) = &listing.has
        && listing.leads
        && let Some(at) = draft.place(Some(arn)).filter(|at| *at > 0)
    {
        draft.lead(at, listing.not.as_deref());
    }
    while let Some(at) = draft.place(listing.not.as_deref()) {
        draft.remove(at);
    }
    made.notes.extend(left(known, listing, meant, &draft));
    made.edits.extend(draft.finish());
    Ok(made)
}

/// One key of a listener's list.
#[derive(Clone)]
struct Item {
    key: String,
    /// What it means, as far as that is known.
    arn: Option<String>,
}

/// The certificates of a listener as the spec lists them.
struct List {
    items: Vec<Item>,
    /// They stand in brackets or behind dashes at the listener itself; else the whole list is written anew.
    is_list: bool,
}

impl List {
    fn of(known: &Known, meant: &Meant, listener: &ResourceId) -> Self {
        let root = known.spec.root.as_ref();
        let own = root.and_then(|root| root.get("listeners")?.get(listener.key())?.get("certificates"));
        let shared = || root.and_then(|root| root.get("defaults")?.get("listener")?.get("certificates"));
        let keys = own.or_else(shared).map(keys).unwrap_or_default();
        let table = table(known);
        let arn = |key: &String| {
            let (_, meaning) = table.iter().find(|(one, _)| one == key)?;
            meant.arn(meaning).map(str::to_owned)
        };
        let items = keys.into_iter().map(|key| Item { arn: arn(&key), key }).collect();
        Self { items, is_list: own.is_some_and(|node| node.items().is_some()) }
    }
}

/// A list on its way, with the edits so far.
struct Draft {
    list: List,
    edits: Vec<Edit>,
    path: Vec<Segment>,
}

impl Draft {
    fn place(&self, arn: Option<&str>) -> Option<usize> {
        let arn = arn?;
        self.list.items.iter().position(|one| one.arn.as_deref() == Some(arn))
    }

    fn at(&self, place: usize) -> Vec<Segment> {
        self.path.iter().cloned().chain([Segment::Index(place)]).collect()
    }

    fn set(&mut self, place: usize, item: Item) {
        self.edits.push(Edit::set(self.at(place), edit::Value::text(&item.key)));
        if let Some(one) = self.list.items.get_mut(place) {
            *one = item;
        }
    }

    fn add(&mut self, item: Item, leads: bool) {
        let key = edit::Value::text(&item.key);
        let (path, place) = (self.path.clone(), if leads { 0 } else { self.list.items.len() });
        self.edits.push(if leads { Edit::prepend(path, key) } else { Edit::append(path, key) });
        self.list.items.insert(place, item);
    }

    fn remove(&mut self, place: usize) -> Option<Item> {
        self.edits.push(Edit::remove(self.at(place)));
        (place < self.list.items.len()).then(|| self.list.items.remove(place))
    }

    /// The key of the item means another certificate from now on.
    fn mean(&mut self, place: usize, arn: &str) {
        if let Some(one) = self.list.items.get_mut(place) {
            one.arn = Some(arn.to_owned());
        }
    }

    /// Makes an item the first: in the place of the one that goes, if that is there.
    fn lead(&mut self, place: usize, goes: Option<&str>) {
        let Some(item) = self.remove(place) else { return };
        match self.place(goes) {
            Some(0) => self.set(0, item),
            Some(_) | None => self.add(item, true),
        }
    }

    /// One by one, so that what is written beside the others stays; or, of what is no list, all at once.
    fn finish(self) -> Vec<Edit> {
        if self.list.is_list || self.edits.is_empty() {
            return self.edits;
        }
        let keys: Vec<edit::Value> = self.list.items.iter().map(|one| edit::Value::text(&one.key)).collect();
        let value = match keys.as_slice() {
            [only] => only.clone(),
            _ => edit::Value::List(keys),
        };
        vec![Edit::set(self.path, value)]
    }
}

/// One text or a list of texts.
fn keys(node: &Rc<Node>) -> Vec<String> {
    let text = |node: &Rc<Node>| node.text().map(str::to_owned);
    match node.items() {
        Some(items) => items.iter().filter_map(text).collect(),
        None => text(node).into_iter().collect(),
    }
}

/// The certificates of the spec: their keys, and what listeners mean by them.
fn table(known: &Known) -> Vec<(String, CertificateKey)> {
    let table = known.spec.root.as_ref().and_then(|root| root.get("certificates")?.entries());
    let enabled = |node: &Rc<Node>| node.get("enabled").and_then(|on| on.text()) != Some("false");
    let entries = table.unwrap_or_default().iter().filter(|(_, node)| enabled(node));
    let meaning = |key: &str, node: &Rc<Node>| match node.get("use").and_then(|uses| uses.text()) {
        Some(arn) if arn.starts_with("arn:") => CertificateKey(arn.to_owned()),
        Some(domain) => CertificateKey::by_domain(domain),
        None => CertificateKey(key.to_owned()),
    };
    entries.map(|(key, node)| (key.name.clone(), meaning(&key.name, node))).collect()
}

/// The key under which the spec has a certificate. One that names it before one that happens to find it.
fn known_as(known: &Known, meant: &Meant, arn: &str) -> Option<String> {
    let table = table(known);
    let is_it = |(_, meaning): &&(String, CertificateKey)| meant.arn(meaning) == Some(arn);
    let named = table.iter().find(|one| is_it(one) && one.1.domain().is_none());
    named.or_else(|| table.iter().find(is_it)).map(|(key, _)| key.clone())
}

/// Whether one listener alone has the key, by a list of its own.
fn used_once(known: &Known, key: &str) -> bool {
    let Some(root) = &known.spec.root else { return false };
    let has = |node: &Rc<Node>| {
        node.get("certificates").is_some_and(|list| keys(list).iter().any(|one| one == key))
    };
    let listeners = root.get("listeners").and_then(|node| node.entries()).unwrap_or_default();
    let shared = root.get("defaults").and_then(|node| node.get("listener")).is_some_and(has);
    !shared && listeners.iter().filter(|(_, node)| has(node)).count() == 1
}

/// Whether the file itself says of a key which certificate is used, without a variable.
fn in_place(
    known: &Known,
    key: &str,
    write: &Path,
    sources: &mut SourceMap,
) -> Result<bool, Box<Diagnostic>> {
    let spot = spec_edit::spot(&known.spec, &edit::keys(&["certificates", key, "use"]), sources)?;
    let file = spec_edit::name_of(&known.spec, write, sources);
    let literal = |spot: &Spot| spot.written == Written::Itself && !spot.text.contains("${");
    Ok(spot.is_some_and(|spot| literal(&spot) && file == Some(spot.file.as_str())))
}

/// Declares a certificate that is there under a new key.
fn declared(known: &Known, listing: &Listing, arn: &str, made: &mut Made) -> String {
    let wanted = wished(listing, arn);
    let taken = |key: &str| {
        let table = known.spec.root.as_ref().and_then(|root| root.get("certificates"));
        table.is_some_and(|table| table.get(key).is_some())
    };
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    let key = [wanted.clone()].into_iter().chain(numbered).find(|key| !taken(key)).unwrap_or(wanted.clone());
    let value = edit::Value::map([("use", edit::Value::text(arn))]);
    made.edits.push(Edit::set(edit::keys(&["certificates", &key]), value));
    made.declares = Some(format!("by hand, under `certificates`: {key}: {{ use: {arn} }}"));
    key
}

/// Most characters of a key, with room for a number.
const LONGEST: usize = 60;

/// What the certificate is for, or what it is called, as a key.
fn wished(listing: &Listing, arn: &str) -> String {
    let name = || {
        let last = arn.rsplit('/').next().unwrap_or_default();
        if is_server_certificate(arn) {
            return last.to_owned();
        }
        format!("certificate-{}", last.split('-').next().unwrap_or(last))
    };
    let name = listing.domain.clone().filter(|domain| !domain.is_empty()).unwrap_or_else(name);
    let name = name.replace("*.", "wildcard-").to_ascii_lowercase();
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let name: String = name.chars().map(|c| if fits(c) { c } else { '-' }).take(LONGEST).collect();
    let name = name.trim_start_matches(['-', '_']);
    if name.is_empty() { "certificate".to_owned() } else { name.to_owned() }
}

/// What stays in the spec of a certificate that no listener has any more.
fn left(known: &Known, listing: &Listing, meant: &Meant, draft: &Draft) -> Option<String> {
    let arn = listing.not.as_deref()?;
    let key = known_as(known, meant, arn)?;
    if !used_once(known, &key) || draft.list.items.iter().any(|one| one.key == key) {
        return None;
    }
    let own = table(known).iter().any(|(one, meaning)| *one == key && meaning.own().is_some());
    Some(match own {
        true => format!(
            "`{key}` stays under `certificates`, so that the stack keeps it; without it there the next apply deletes it"
        ),
        false => format!("`{key}` stays under `certificates`, where nothing uses it now"),
    })
}

/// What a key means cannot be asked.
fn untold(known: &Known, meant: &Meant, listing: &Listing, key: &str) -> Diagnostic {
    let (spec, id) = (&known.spec.name, &listing.listener);
    let message = format!("which certificate `{key}` of {spec} is cannot be told");
    let mut diagnostic = Diagnostic::refused("certificate-unread", message)
        .note(format!("these credentials may not ask: {}", meant.denied.join(", ")));
    if let Some(arn) = &listing.has {
        let place = if listing.leads { "first in" } else { "in" };
        diagnostic = diagnostic
            .help(format!("by hand, under `certificates`: KEY: {{ use: \"{arn}\" }}"))
            .help(format!("by hand, {place} `listeners.{}.certificates`: KEY", id.key()));
    }
    if let Some(arn) = &listing.not {
        let help = format!("by hand, out of `listeners.{}.certificates`: the key of {arn}", id.key());
        diagnostic = diagnostic.help(help);
    }
    diagnostic
}
