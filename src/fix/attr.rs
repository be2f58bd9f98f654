//! `attr get|set`: any attribute of a load balancer, target group or listener, by the rows of its table.

mod effect;
mod settings;

use serde_json::Value;

use super::{Fix, Keep, stickiness};
use crate::base::shell::quoted;
use crate::base::{BadDuration, Diagnostic, Diagnostics, OFF, Place, Seconds, Ty, suggest};
use crate::kinds::target_group::fits;
use crate::kinds::{Live, Resource, Wanted, listener, load_balancer, target_group};
use crate::model::ResourceId;
use crate::model::field::{Carrier, Field, Form, Model};

/// One attribute of something live.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The key in specs and plans.
    pub key: &'static str,
    /// AWS's key; none: there are several, `KEY.s3.*` and the like, or a call of its own changes it.
    pub aws: Option<&'static str>,
    /// The value: durations in seconds.
    pub value: Value,
    /// The value as a plan shows it.
    pub text: String,
    /// What it is where nobody has set it.
    pub default: Value,
    /// The same as a plan shows it.
    pub default_text: String,
}

impl Fact {
    /// Whether it is at its default.
    pub fn is_default(&self) -> bool {
        self.value == self.default
    }
}

/// Why nothing is set.
#[derive(Clone, Debug)]
pub enum Problem {
    /// A key that does not exist, a value that is none: the command line is wrong.
    Usage(Vec<Diagnostic>),
    /// Values that exclude each other: AWS would refuse them.
    Refused(Vec<Diagnostic>),
}

/// Runs `$body` with the model of a kind that has attributes; `$other` for the others.
macro_rules! with_attributes {
    ($resource:expr, $model:ident => $body:expr, $other:expr) => {
        match $resource {
            Resource::LoadBalancer($model) => $body,
            Resource::TargetGroup($model) => $body,
            Resource::Listener($model) => $body,
            Resource::Certificate(_) | Resource::DnsRecord(_) | Resource::Rule(_) | Resource::Targets(_) => {
                $other
            }
        }
    };
}

/// All attributes of a resource, in the order of its table.
pub fn facts(resource: &Resource) -> Vec<Fact> {
    fn of<M: Model>(model: &M) -> Vec<Fact> {
        let rows = M::FIELDS.iter().filter(|row| is_attribute(row) && (row.applies)(model));
        rows.map(|row| fact(row, model)).collect()
    }
    with_attributes!(resource, model => of(model), Vec::new())
}

/// The attributes that words name. `name` is what the command called the resource.
///
/// # Errors
/// A word that names none: with the nearest one.
pub fn named(
    id: &ResourceId,
    name: &str,
    resource: &Resource,
    words: &[String],
) -> Result<Vec<Fact>, Vec<Diagnostic>> {
    fn of<M: Model>(
        id: &ResourceId,
        name: &str,
        model: &M,
        words: &[String],
    ) -> Result<Vec<Fact>, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let mut found = Vec::new();
        for word in words {
            match row(id, name, model, word) {
                Ok(row) => found.push(fact(row, model)),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }
    with_attributes!(resource, model => of(id, name, model, words), Ok(Vec::new()))
}

/// Sets attributes: `KEY=VALUE` each. `name` is what the command called the resource, for the one that takes it back.
///
/// # Errors
/// A key that does not exist, a value out of range, values that exclude each other.
pub fn set(live: &Live, id: &ResourceId, name: &str, given: &[(String, String)]) -> Result<Fix, Problem> {
    let mut fix = Fix::of(live);
    let Some(wanted) = fix.desired.resources.get_mut(id) else { return Ok(fix) };
    let before = wanted.resource.clone();
    let keys = assign(id, name, wanted, given).map_err(Problem::Usage)?;
    let mut problems = conflicts(&wanted.resource);
    let known = conflicts(&before);
    // What is wrong otherwise is live and works: it is not the matter here.
    problems.retain(|one| known.iter().all(|other| other.message != one.message));
    if problems.iter().any(Diagnostic::stops) {
        return Err(Problem::Refused(problems));
    }
    let after = wanted.resource.clone();
    let changed: Vec<Fact> = facts(&after).into_iter().filter(|one| keys.contains(&one.key)).collect();
    let were: Vec<Fact> = facts(&before).into_iter().filter(|one| keys.contains(&one.key)).collect();
    let told: Vec<String> = changed.iter().map(|one| format!("{} is {}", one.key, one.text)).collect();
    fix.unchanged = told.join(", ");
    fix.warnings = problems;
    let differ = |one: &&Fact| were.iter().any(|was| was.key == one.key && was.value != one.value);
    let differing: Vec<&Fact> = changed.iter().filter(differ).collect();
    let several = differing.len() > 1;
    let told = |one: &&Fact| {
        let words = effect::of(&after, id, one)?;
        Some(if several { format!("{}: {words}", one.key) } else { words })
    };
    fix.effect = differing.iter().filter_map(told).collect();
    if id.kind() == target_group::KIND {
        fix.used_by = stickiness::used_by(live, id, false);
    }
    let back: Vec<String> = were.iter().map(|was| format!("{}={}", was.key, quoted(&written(was)))).collect();
    fix.undo = Some(format!("attr set {} {}", quoted(name), back.join(" ")));
    fix.keep = changed.iter().map(|one| keep(id, one)).collect();
    Ok(fix)
}

/// Whether `attr` knows a row.
fn is_attribute<M>(row: &Field<M>) -> bool {
    matches!(row.carrier, Carrier::Attribute(_) | Carrier::Attributes) || settings::is_setting(row.key)
}

fn fact<M: Model>(row: &'static Field<M>, model: &M) -> Fact {
    let (value, default) = (row.get(model), (row.default)(model));
    let aws = match row.carrier {
        Carrier::Attribute(aws) => Some(aws),
        Carrier::Fixed | Carrier::Operation(_) | Carrier::Attributes | Carrier::Tags => None,
    };
    Fact { key: row.key, aws, text: row.show(&value), default_text: row.show(&default), value, default }
}

/// The row of a key, the spec's or AWS's.
fn row<M: Model>(
    id: &ResourceId,
    name: &str,
    model: &M,
    word: &str,
) -> Result<&'static Field<M>, Diagnostic> {
    let is_it = |row: &&'static Field<M>| {
        is_attribute(row)
            && (row.key == word || matches!(row.carrier, Carrier::Attribute(aws) if aws == word))
    };
    match M::FIELDS.iter().find(is_it) {
        Some(row) if (row.applies)(model) => Ok(row),
        Some(row) => Err(Diagnostic::error("unknown-key", format!("`{}` means nothing for {id}", row.key))
            .note(does_not_apply(id, row.key))),
        None => Err(unknown::<M>(id, name, model, word)),
    }
}

fn does_not_apply(id: &ResourceId, key: &str) -> &'static str {
    match id.kind() {
        listener::KIND if settings::is_setting(key) => "only HTTPS listeners have it",
        listener::KIND => "headers about TLS are for HTTPS listeners",
        _ => "groups of a function have other attributes than those of instances and addresses",
    }
}

/// What has a command of its own, by the beginning of the key; and what cannot be set at all.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    (target_group::KIND, "stickiness", "albctl stickiness enable|disable|show"),
    (target_group::KIND, "health_check", "albctl health set"),
    (load_balancer::KIND, "access_logs", "albctl logs enable|disable --access"),
    (load_balancer::KIND, "connection_logs", "albctl logs enable|disable --connection"),
    (load_balancer::KIND, "health_check_logs", "albctl logs enable|disable --health-check"),
];

/// Attributes that AWS has and albctl does not manage. API: `LoadBalancerAttribute`, `TargetGroupAttribute`.
const UNMANAGED: &[&str] = &["ipv6.deny_all_igw_traffic", "load_balancing.cross_zone.enabled"];

fn unknown<M: Model>(id: &ResourceId, name: &str, model: &M, word: &str) -> Diagnostic {
    let missing = Diagnostic::error("unknown-key", format!("{} has no attribute `{word}`", article(id)));
    if let Some((_, _, command)) = elsewhere(id, word) {
        let message = format!("`{word}` has a command of its own");
        return Diagnostic::error("unknown-key", message).help((*command).to_owned());
    }
    if UNMANAGED.iter().any(|known| word.starts_with(known)) {
        return missing.note("AWS knows this one, albctl does not manage it yet");
    }
    if M::FIELDS.iter().any(|row| row.key == word) {
        let message = format!("`{word}` of {id} is no attribute");
        return Diagnostic::error("unknown-key", message).help(settings::way(word));
    }
    let rows = || M::FIELDS.iter().filter(|row| is_attribute(row) && (row.applies)(model));
    let keys = rows().map(|row| row.key).chain(rows().filter_map(|row| match row.carrier {
        Carrier::Attribute(aws) => Some(aws),
        Carrier::Fixed | Carrier::Operation(_) | Carrier::Attributes | Carrier::Tags => None,
    }));
    // Of a dotted key a part may be given alone.
    let is_part = |key: &&str| {
        let end = key.strip_suffix(word).is_some_and(|rest| rest.ends_with('.'));
        end || key.strip_prefix(word).is_some_and(|rest| rest.starts_with('.'))
    };
    let parts: Vec<&str> = rows().map(|row| row.key).filter(is_part).collect();
    match (parts.as_slice(), suggest(word, keys)) {
        ([near], _) => missing.help(format!("did you mean `{near}`?")),
        ([], Some(near)) => missing.help(format!("did you mean `{near}`?")),
        ([], None) => missing.help(format!("see them all: albctl attr get {}", quoted(name))),
        (some, _) if some.len() <= LISTED => missing.help(format!("one of these? {}", some.join(", "))),
        (_, _) => missing.help(format!("several begin so, see them: albctl attr get {}", quoted(name))),
    }
}

/// So many keys are named.
const LISTED: usize = 6;

fn elsewhere(id: &ResourceId, word: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    // `health_check_logs` begins with `health_check`, but of another kind.
    ELSEWHERE.iter().find(|(kind, key, _)| {
        let rest = word.strip_prefix(key);
        id.kind() == *kind && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

fn article(id: &ResourceId) -> &'static str {
    match id.kind() {
        load_balancer::KIND => "a load balancer",
        target_group::KIND => "a target group",
        _ => "a listener",
    }
}

/// Sets the values; the keys of the rows.
fn assign(
    id: &ResourceId,
    name: &str,
    wanted: &mut Wanted,
    given: &[(String, String)],
) -> Result<Vec<&'static str>, Vec<Diagnostic>> {
    fn of<M: Model>(
        id: &ResourceId,
        name: &str,
        model: &mut M,
        given: &[(String, String)],
    ) -> Result<Vec<&'static str>, Vec<Diagnostic>> {
        let (mut keys, mut problems) = (Vec::new(), Vec::new());
        for (word, text) in given {
            match row(id, name, model, word).and_then(|row| Ok((row, value(row, text)?))) {
                Ok((row, _)) if keys.contains(&row.key) => {
                    problems
                        .push(Diagnostic::error("duplicate-key", format!("`{}` is given twice", row.key)));
                }
                Ok((row, value)) => {
                    row.set(model, value);
                    keys.push(row.key);
                }
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(keys) } else { Err(problems) }
    }
    with_attributes!(&mut wanted.resource, model => of(id, name, model, given), Ok(Vec::new()))
}

/// The value that a text is for a row.
fn value<M: Model>(row: &Field<M>, text: &str) -> Result<Value, Diagnostic> {
    let ty = match row.form {
        Form::Scalar(ty) => ty,
        Form::Structure(_) => {
            let message = format!("`{}` has several values", row.key);
            let known = ELSEWHERE.iter().find(|(_, key, _)| *key == row.key);
            let diagnostic = Diagnostic::error("wrong-type", message);
            return Err(known
                .into_iter()
                .fold(diagnostic, |one, (_, _, command)| one.help((*command).to_owned())));
        }
    };
    let bad = |code: &'static str| {
        let wanted = match ty {
            Ty::Bool => "`on` or `off`".to_owned(),
            ty => ty.wanted().replace("`true`, `false`", "`on`, `off`"),
        };
        let message = format!("`{}` must be {wanted}, found `{text}`", row.key);
        Diagnostic::error(code, message)
    };
    match ty {
        Ty::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" => Ok(Value::from(true)),
            "false" | "off" | "no" => Ok(Value::from(false)),
            _ => Err(bad("bad-value")),
        },
        Ty::Int { min, max } => match text.parse::<i64>() {
            Ok(number) if (min..=max).contains(&number) => Ok(Value::from(number)),
            Ok(_) => Err(bad("out-of-range")),
            Err(_) => Err(bad("bad-value")),
        },
        Ty::OffOr { .. } if text == OFF => Ok(Value::from(OFF)),
        Ty::OffOr { min, max } => match text.parse::<i64>() {
            Ok(number) if (min..=max).contains(&number) => Ok(Value::from(number)),
            Ok(_) => Err(bad("out-of-range")),
            Err(_) => Err(bad("bad-value")),
        },
        Ty::Seconds { min, max } => {
            let seconds: Result<Seconds, BadDuration> = text.parse();
            let seconds = seconds.map_err(|error| bad("bad-duration").help(error.to_string()))?;
            let inside = i64::try_from(seconds.0).ok().filter(|seconds| (min..=max).contains(seconds));
            inside.map(Value::from).ok_or_else(|| bad("out-of-range"))
        }
        Ty::Text { .. } if row.key == settings::SSL_POLICY => settings::policy(text).map(Value::from),
        // What is shown as `none` is written so.
        Ty::Text { .. } if text == "none" => Ok(Value::from("")),
        Ty::Text { max } if text.chars().count() > max => Err(bad("out-of-range")),
        Ty::Text { .. } => Ok(Value::from(text)),
        Ty::OneOf(words) if words.contains(&text) => Ok(Value::from(text)),
        // A switch with a third position.
        Ty::OneOf(words) if words.contains(&"true") && ["on", "yes"].contains(&text) => {
            Ok(Value::from("true"))
        }
        Ty::OneOf(words) if words.contains(&"false") && ["off", "no"].contains(&text) => {
            Ok(Value::from("false"))
        }
        Ty::OneOf(words) => {
            let near = suggest(text, words.iter().copied());
            let help = near.map(|word| format!("did you mean `{word}`?"));
            Err(help.into_iter().fold(bad("bad-value"), Diagnostic::help))
        }
    }
}

/// What AWS would refuse of the values together.
fn conflicts(resource: &Resource) -> Vec<Diagnostic> {
    match resource {
        Resource::TargetGroup(model) => {
            let mut found = Diagnostics::new();
            fits::check(model, Place::NONE, &|_| None, &mut found);
            found.sorted()
        }
        Resource::Listener(model) => {
            listener::attributes::check(model).into_iter().chain(settings::unknown_policy(model)).collect()
        }
        Resource::LoadBalancer(model) => settings::misfit(model).into_iter().collect(),
        Resource::Certificate(_) | Resource::DnsRecord(_) | Resource::Rule(_) | Resource::Targets(_) => {
            Vec::new()
        }
    }
}

/// A value as a command line has it.
fn written(one: &Fact) -> String {
    match &one.value {
        Value::Bool(on) => on.to_string(),
        _ => one.text.clone(),
    }
}

/// How a spec writes it.
fn keep(id: &ResourceId, one: &Fact) -> Keep {
    let value = match (&one.value, &one.text) {
        // Only durations look another way.
        (Value::Number(number), text) if *text != number.to_string() => Value::from(text.as_str()),
        (value, _) => value.clone(),
    };
    Keep { id: id.clone(), field: one.key.to_owned(), value }
}
