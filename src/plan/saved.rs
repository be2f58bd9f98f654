//! A plan as it is kept in a file: what was wanted, under which options, and what came of it.
//!
//! Nothing of the file is run. Applying it plans the same wish anew against what is live then, and goes on only if
//! that gives the same plan; so whatever was changed in the file or in AWS meanwhile shows as another id.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Options, identity};
use crate::base::{Located, Place, SourceMap, Span};
use crate::kinds::{Desired, Plan, Resource, Wanted};
use crate::model::{Moved, ResourceId, StrangerPolicy};

/// The format of the file; any other is refused.
pub const FORMAT: u32 = 1;

/// A plan in a file. It holds no secret values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of albctl that made it.
    pub albctl: String,
    /// The account that it is for: 12 digits.
    pub account: String,
    /// The AWS region that it is for.
    pub region: String,
    /// The stack.
    pub stack: String,
    /// It is for the sandbox.
    pub sandbox: bool,
    /// The spec as the command named it.
    pub spec: String,
    /// The options that it was made with.
    pub options: Options,
    /// What was wanted.
    pub desired: SavedDesired,
    /// The plan that came of it.
    pub plan: Plan,
    /// The plan's digest.
    pub id: String,
}

impl SavedPlan {
    /// Whether the parts of the file fit together: it is as it was written, or was changed with great care.
    pub fn is_whole(&self) -> bool {
        let Self { account, region, stack, plan, id, desired, .. } = self;
        identity::digest(plan) == *id
            && (account, region, stack) == (&plan.account, &plan.region, &plan.stack)
            && desired.stack == *stack
    }
}

/// What a spec wants, with `FILE:LINE` for its places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedDesired {
    /// The stack's name.
    pub stack: String,
    /// The only account that the spec may be applied in.
    pub account: Option<String>,
    /// The region that the spec names.
    pub region: Option<String>,
    /// All resources by identity.
    pub resources: BTreeMap<ResourceId, SavedWanted>,
    /// For each listener key, its rules in the order of evaluation.
    pub rule_order: BTreeMap<String, Vec<ResourceId>>,
    /// `moved:`: (before, now, `FILE:LINE`).
    pub moved: Vec<(ResourceId, ResourceId, Option<String>)>,
    /// The name that the stack had before.
    pub former_stack: Option<String>,
    /// The role through which hosted zones are reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_role: Option<String>,
    /// What becomes of the strangers of each listener that says so.
    pub strangers: BTreeMap<ResourceId, StrangerPolicy>,
}

/// A resource as a spec wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedWanted {
    /// Its canonical form.
    pub resource: Resource,
    /// `FILE:LINE`.
    pub place: Option<String>,
    /// `FILE:LINE` of the fields that the spec gives.
    pub fields: BTreeMap<String, Option<String>>,
    /// `note:`.
    pub note: Option<String>,
    /// `ignore:`.
    pub ignore: Vec<String>,
    /// The place in the order of the spec.
    pub order: usize,
}

impl SavedDesired {
    /// What a spec wants, to be kept.
    pub fn of(desired: &Desired, sources: &SourceMap) -> Self {
        let Desired {
            stack,
            account,
            region,
            resources,
            rule_order,
            moved,
            former_stack,
            dns_role,
            strangers,
        } = desired;
        let value = |located: &Option<Located<String>>| located.as_ref().map(|it| it.value.clone());
        Self {
            stack: stack.clone(),
            account: value(account),
            region: value(region),
            resources: resources.iter().map(|(id, wanted)| (id.clone(), saved(wanted, sources))).collect(),
            rule_order: rule_order.clone(),
            moved: moved
                .iter()
                .map(|one| (one.from.clone(), one.to.clone(), place_text(one.place, sources)))
                .collect(),
            former_stack: value(former_stack),
            dns_role: dns_role.clone(),
            strangers: strangers.clone(),
        }
    }

    /// What was wanted. Its places become places in new sources: the files' names and lines without their texts.
    pub fn restore(self, sources: &mut SourceMap) -> Desired {
        let places = Places::of(&self, sources);
        let Self { stack, account, region, resources, rule_order, moved, former_stack, dns_role, strangers } =
            self;
        let located = |text: Option<String>| text.map(|text| Located::new(text, Place::NONE));
        let wanted = |(id, saved): (ResourceId, SavedWanted)| {
            let SavedWanted { resource, place, fields, note, ignore, order } = saved;
            let fields = fields.into_iter().map(|(key, text)| (key, places.get(text.as_deref()))).collect();
            (id, Wanted { resource, place: places.get(place.as_deref()), fields, note, ignore, order })
        };
        Desired {
            stack,
            account: located(account),
            region: located(region),
            resources: resources.into_iter().map(wanted).collect(),
            rule_order,
            moved: moved
                .into_iter()
                .map(|(from, to, place)| Moved { from, to, place: places.get(place.as_deref()) })
                .collect(),
            former_stack: located(former_stack),
            dns_role,
            strangers,
        }
    }
}

fn saved(wanted: &Wanted, sources: &SourceMap) -> SavedWanted {
    let Wanted { resource, place, fields, note, ignore, order } = wanted;
    SavedWanted {
        resource: resource.clone(),
        place: place_text(*place, sources),
        fields: fields.iter().map(|(key, place)| (key.clone(), place_text(*place, sources))).collect(),
        note: note.clone(),
        ignore: ignore.clone(),
        order: *order,
    }
}

/// `FILE:LINE`; none for what was not written in any source.
pub fn place_text(place: Place, sources: &SourceMap) -> Option<String> {
    if place.span.is_none() {
        return None;
    }
    let (line, _) = sources.position(place.span);
    Some(format!("{}:{line}", sources.name(place.span.source)))
}

/// Names what a spec wants, whoever wrote it and however: the first 16 hex digits of the SHA-256 of its canonical
/// form without places, notes and the order of what has no order.
pub fn spec_hash(desired: &Desired) -> String {
    // Without sources every place reads the same; which fields are given stays, since some of them mean something.
    let mut json = serde_json::to_value(SavedDesired::of(desired, &SourceMap::new())).unwrap_or_default();
    let resources = json.get_mut("resources").and_then(Value::as_object_mut);
    for wanted in resources.into_iter().flat_map(|all| all.values_mut()).filter_map(Value::as_object_mut) {
        for key in ["place", "note", "order"] {
            wanted.remove(key);
        }
    }
    identity::sha256(&json).chars().take(16).collect()
}

/// The places of a saved plan, found again.
struct Places(BTreeMap<String, Place>);

impl Places {
    /// Lines beyond this are not those of a spec.
    const MOST_LINES: usize = 1_000_000;
    /// Stands where a message would show a line of the spec.
    const LINE: &'static str = "(from the saved plan)";

    fn of(desired: &SavedDesired, sources: &mut SourceMap) -> Self {
        let mut files: BTreeMap<&str, BTreeMap<usize, &str>> = BTreeMap::new();
        let all = desired.resources.values();
        let moved = desired.moved.iter().filter_map(|(_, _, place)| place.as_ref());
        for text in all.flat_map(|one| one.place.iter().chain(one.fields.values().flatten())).chain(moved) {
            let Some((file, line)) = text.rsplit_once(':') else { continue };
            let Some(line) = line.parse().ok().filter(|line| (1..=Self::MOST_LINES).contains(line)) else {
                continue;
            };
            files.entry(file).or_default().insert(line, text);
        }
        let mut places = BTreeMap::new();
        for (file, lines) in files {
            let (mut source_text, mut spans, mut last) = (String::new(), Vec::new(), 1);
            for (line, text) in lines {
                source_text.extend(std::iter::repeat_n('\n', line - last));
                last = line;
                spans.push((text, source_text.len(), source_text.len() + Self::LINE.len()));
                source_text.push_str(Self::LINE);
            }
            let source = sources.add(file, source_text);
            let place = |(text, start, end): (&str, usize, usize)| {
                (text.to_owned(), Place::from(Span::new(source, start, end)))
            };
            places.extend(spans.into_iter().map(place));
        }
        Self(places)
    }

    fn get(&self, text: Option<&str>) -> Place {
        text.and_then(|text| self.0.get(text)).copied().unwrap_or(Place::NONE)
    }
}
