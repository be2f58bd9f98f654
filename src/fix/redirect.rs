//! `redirect enable|disable`: the default action of an HTTP listener that sends clients to HTTPS.

mod answers;

use serde_json::{Value, json};

use super::{Fix, Keep, place};
use crate::base::{Diagnostic, Place};
use crate::kinds::action::{Action, GroupKey, Redirect, Weighted};
use crate::kinds::listener::Listener;
use crate::kinds::listener::model::Protocol;
use crate::kinds::{Live, Resource, Wanted, listener, rule, target_group};
use crate::model::ResourceId;

/// The redirect that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enable<'a> {
    /// How the command named the load balancer: for the command that takes it back.
    pub name: &'a str,
    /// The port of the HTTP listener.
    pub port: u16,
    /// The port of the HTTPS listener.
    pub to_port: u16,
    /// 301 or 302.
    pub status: u16,
    /// All rules are listed that win over the default, not only the first ones.
    pub all_rules: bool,
}

/// What answers instead of the redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// The targets of a group.
    Forward(GroupKey),
    /// The load balancer, with this status.
    Fixed(u16),
    /// Nobody: the listener goes.
    Nothing,
}

/// So many rules are listed, unless all are asked for.
const SHOWN: usize = 5;

/// Sends the clients of an HTTP listener to HTTPS, and makes the listener where there is none.
///
/// # Errors
/// There is no HTTPS listener to go to, the port is no HTTP listener's, or the redirect would come back.
pub fn enable(live: &Live, wanted: Enable<'_>) -> Result<Fix, Vec<Diagnostic>> {
    let (name, to) = (wanted.name, wanted.to_port);
    let (https, target) = https(live, wanted).map_err(|problem| vec![problem])?;
    let back: Vec<Diagnostic> = answers::leads_back(live, &https, target, wanted).into_iter().collect();
    if !back.is_empty() {
        return Err(back);
    }
    let action = Action::Redirect(redirect(to, wanted.status));
    let mut fix = Fix::of(live);
    fix.unchanged = format!(":{} redirects to https on :{to} with {} already", wanted.port, wanted.status);
    let mut lost = None;
    match at_port(live, wanted.port) {
        Some((id, model)) if model.protocol == Protocol::Https => return Err(vec![is_https(id, wanted)]),
        Some((id, model)) => {
            fix.keep.push(keep(id, to, wanted.status));
            if model.default == action {
                return Ok(Fix { warnings: rules_that_win(live, id, wanted), ..fix });
            }
            if let Some(problem) = place::behind(live, id) {
                return Err(vec![problem]);
            }
            fix.undo = take_back(live, name, wanted.port, &model.default);
            lost = fix.undo.is_none().then(|| super::no_way_back(&model.default.describe()));
            fix.warnings = rules_that_win(live, id, wanted);
            fix.warnings.extend(answers::terminator(live, id));
            if let Some(Resource::Listener(model)) =
                fix.desired.resources.get_mut(id).map(|one| &mut one.resource)
            {
                model.default = action;
            }
        }
        None => {
            let id = free_id(live, &fix.desired.stack, wanted.port);
            fix.keep.push(Keep { id: id.clone(), field: "port".to_owned(), value: json!(wanted.port) });
            fix.keep.push(keep(&id, to, wanted.status));
            fix.undo = Some(format!("redirect disable {name}{} --delete-listener", on(wanted.port)));
            let order = fix.desired.resources.len();
            fix.desired.resources.insert(id, new_listener(wanted.port, action, order));
        }
    }
    fix.warnings.extend(answers::does_not_answer(live, &https, target));
    fix.effect = effect(wanted);
    fix.effect.extend(lost);
    Ok(fix)
}

/// Lets something else answer than the redirect.
///
/// # Errors
/// The listener would go with rules that answer; the group has no healthy target, which `allowed` lifts.
pub fn disable(
    live: &Live,
    name: &str,
    port: u16,
    instead: &Instead,
    allowed: bool,
) -> Result<Fix, Vec<Diagnostic>> {
    let mut fix = Fix::of(live);
    let Some((id, model)) = at_port(live, port) else {
        fix.unchanged = format!("there is no listener on :{port}");
        return Ok(fix);
    };
    if to_https(&model.default).is_none() {
        fix.unchanged = format!("{id} does not redirect to HTTPS, it is {}", model.default.describe());
        return Ok(fix);
    }
    fix.undo = take_back(live, name, port, &model.default);
    let lost = fix.undo.is_none().then(|| super::no_way_back(&model.default.describe()));
    let action = match instead {
        Instead::Forward(group) => {
            match answers::unserved(live, group) {
                Some(problem) if problem.stops() && !allowed => return Err(vec![problem]),
                problem => fix.warnings.extend(problem.filter(|one| !one.stops())),
            }
            fix.effect = vec![
                format!("requests on :{port} that no rule matches go to {group}, in plain HTTP."),
                "Browsers that keep a 301 from before go on asking in HTTPS.".to_owned(),
            ];
            let groups = vec![Weighted { group: group.clone(), weight: 1 }];
            Action::Forward { groups, stickiness: None }
        }
        Instead::Fixed(status) => {
            fix.effect = vec![format!(
                "requests on :{port} that no rule matches are answered {status}, without a body."
            )];
            let content_type = Some("text/plain".to_owned());
            Action::FixedResponse { status: *status, content_type, body: None }
        }
        Instead::Nothing => {
            let rules = rules(live, id);
            if !rules.is_empty() {
                return Err(vec![holds_rules(id, &rules)]);
            }
            fix.effect = vec![format!("nothing listens on :{port} any more: clients cannot connect there.")];
            fix.effect.extend(lost);
            fix.keep.push(Keep { id: id.clone(), field: String::new(), value: Value::Null });
            fix.desired.resources.remove(id);
            return Ok(fix);
        }
    };
    fix.effect.extend(lost);
    let value = match instead {
        Instead::Forward(group) => json!({ "forward": group.0 }),
        Instead::Fixed(status) => json!({ "fixed_response": status }),
        Instead::Nothing => Value::Null,
    };
    fix.keep.push(Keep { id: id.clone(), field: "default".to_owned(), value });
    if let Some(Resource::Listener(model)) = fix.desired.resources.get_mut(id).map(|one| &mut one.resource) {
        model.default = action;
    }
    Ok(fix)
}

/// The listener on a port.
pub fn at_port(live: &Live, port: u16) -> Option<(&ResourceId, &Listener)> {
    place::listeners(live).find(|(_, model)| model.port == port)
}

/// The rules of a listener in the order of evaluation.
fn rules<'a>(live: &'a Live, listener: &ResourceId) -> Vec<(&'a ResourceId, &'a rule::Rule)> {
    let mut found: Vec<_> = live
        .resources
        .iter()
        .filter_map(|(id, one)| match &one.resource {
            Resource::Rule(model) if model.listener == listener.key() => Some((id, model)),
            _ => None,
        })
        .collect();
    found.sort_by_key(|(_, model)| model.priority);
    found
}

/// Protocol and port change, the rest of the URL stays. API: `RedirectActionConfig`.
fn redirect(to_port: u16, status: u16) -> Redirect {
    Redirect { protocol: "HTTPS".to_owned(), port: to_port.to_string(), ..Redirect::identity(status) }
}

/// The redirect to HTTPS that an action is; none: it is something else.
fn to_https(action: &Action<GroupKey>) -> Option<&Redirect> {
    match action {
        Action::Redirect(redirect) if redirect.protocol == "HTTPS" => Some(redirect),
        Action::Redirect(_)
        | Action::Forward { .. }
        | Action::FixedResponse { .. }
        | Action::Behind { .. }
        | Action::Unknown { .. } => None,
    }
}

/// The HTTPS listener that clients are sent to.
fn https<'a>(live: &'a Live, wanted: Enable<'_>) -> Result<(ResourceId, &'a Listener), Diagnostic> {
    let to = wanted.to_port;
    let found = at_port(live, to);
    if let Some((id, model)) = found.filter(|(_, model)| model.protocol == Protocol::Https) {
        return Ok((id.clone(), model));
    }
    let message = match found {
        Some((id, _)) => format!("{id} on :{to} is an HTTP listener, not HTTPS"),
        None => format!("there is no HTTPS listener on :{to}"),
    };
    let diagnostic = Diagnostic::refused("no-https-listener", message)
        .note("clients would be sent where nothing answers them");
    let others: Vec<u16> = place::listeners(live)
        .filter(|(_, model)| model.protocol == Protocol::Https)
        .map(|(_, model)| model.port)
        .collect();
    Err(match others.first() {
        Some(port) => diagnostic.help(format!("send them to the one on :{port}: --to-port {port}")),
        None => diagnostic.help(format!(
            "make one first, with a certificate for its hosts; in a spec:\nhttps: {{ port: {to}, certificates: \
             [KEY], default: {{ ... }} }}"
        )),
    })
}

fn is_https(id: &ResourceId, wanted: Enable<'_>) -> Diagnostic {
    let message = format!("{id} on :{} is an HTTPS listener: nobody asks it in HTTP", wanted.port);
    let help = "name the port on which clients ask in HTTP: --port 80";
    Diagnostic::refused("redirect-loop", message).help(help)
}

/// What goes on answering in HTTP: rules win over the default.
fn rules_that_win(live: &Live, listener: &ResourceId, wanted: Enable<'_>) -> Vec<Diagnostic> {
    let other: Vec<String> = rules(live, listener)
        .into_iter()
        .filter(|(_, model)| to_https(&model.then).is_none())
        .map(|(_, model)| format!("{:>5}  {}", model.priority, model.describe()))
        .collect();
    if other.is_empty() {
        return Vec::new();
    }
    let message = match other.len() {
        1 => format!("1 rule of {listener} goes on answering in HTTP: it wins over the default"),
        all => format!("{all} rules of {listener} go on answering in HTTP: they win over the default"),
    };
    let shown = if wanted.all_rules { other.len() } else { SHOWN };
    let diagnostic = Diagnostic::warning("rules-win", message);
    let diagnostic = other.iter().take(shown).cloned().fold(diagnostic, Diagnostic::note);
    vec![match other.len().saturating_sub(shown) {
        0 => diagnostic,
        more => diagnostic.help(format!("{more} more: --rules lists them all")),
    }]
}

fn holds_rules(id: &ResourceId, rules: &[(&ResourceId, &rule::Rule)]) -> Diagnostic {
    let count = if rules.len() == 1 { "1 rule".to_owned() } else { format!("{} rules", rules.len()) };
    let message = format!("{id} cannot be deleted here: {count} would go with it");
    let diagnostic = Diagnostic::refused("holds-rules", message);
    let line = |model: &rule::Rule| format!("{:>5}  {}", model.priority, model.describe());
    let diagnostic =
        rules.iter().take(SHOWN).map(|(_, model)| line(model)).fold(diagnostic, Diagnostic::note);
    diagnostic.help("keep the listener, with another default: --forward TARGET_GROUP or --fixed STATUS")
}

/// The identity of a new listener: of a stack `http`, if that is free, else what everybody else's is called.
fn free_id(live: &Live, stack: &str, port: u16) -> ResourceId {
    let (http, numbered) = (listener::id("http"), listener::id(&port.to_string()));
    match stack.is_empty() || live.resources.contains_key(&http) {
        true => numbered,
        false => http,
    }
}

fn new_listener(port: u16, default: Action<GroupKey>, order: usize) -> Wanted {
    let model = Listener::http(port, default);
    let resource = Resource::Listener(model);
    let fields = resource.field_keys().into_iter().map(|key| (key.to_owned(), Place::NONE)).collect();
    Wanted { resource, place: Place::NONE, fields, note: None, ignore: Vec::new(), order }
}

/// How a spec writes the redirect.
fn keep(id: &ResourceId, to_port: u16, status: u16) -> Keep {
    let value = match (to_port, status) {
        (443, 301) => json!({ "redirect": "https" }),
        (port, status) => {
            json!({ "redirect": { "protocol": "HTTPS", "port": port.to_string(), "status": status } })
        }
    };
    Keep { id: id.clone(), field: "default".to_owned(), value }
}

fn on(port: u16) -> String {
    if port == 80 { String::new() } else { format!(" --port {port}") }
}

/// The command that brings back the default of before, where there is one that says all of it.
fn take_back(live: &Live, name: &str, port: u16, was: &Action<GroupKey>) -> Option<String> {
    let disable = format!("redirect disable {name}{}", on(port));
    match was {
        Action::Forward { groups, stickiness: None } => match groups.as_slice() {
            [only] => Some(format!("{disable} --forward {}", name_of(live, &only.group))),
            _ => None,
        },
        Action::FixedResponse { status, content_type, body: None }
            if content_type.as_deref().is_none_or(|kind| kind == "text/plain") =>
        {
            Some(format!("{disable} --fixed {status}"))
        }
        Action::Redirect(was) => {
            let to_port: u16 = was.port.parse().ok()?;
            let same = *was == redirect(to_port, was.status);
            let to = if to_port == 443 { String::new() } else { format!(" --to-port {to_port}") };
            same.then(|| format!("redirect enable {name}{}{to} --status {}", on(port), was.status))
        }
        Action::Forward { .. }
        | Action::FixedResponse { .. }
        | Action::Behind { .. }
        | Action::Unknown { .. } => None,
    }
}

/// What AWS calls a group: everybody may name it so, whatever the spec at hand.
fn name_of(live: &Live, group: &GroupKey) -> String {
    live.resources
        .get(&target_group::id(&group.0))
        .map_or_else(|| group.to_string(), |one| one.resource.label())
}

fn effect(wanted: Enable<'_>) -> Vec<String> {
    let Enable { port, to_port, status, .. } = wanted;
    let to =
        if to_port == 443 { "https://HOST/PATH".to_owned() } else { format!("https://HOST:{to_port}/PATH") };
    let mut lines = vec![format!(
        "a request on :{port} that no rule matches is answered {status} and asked for again at {to}. A POST that is \
         redirected arrives as a GET: what posts has to use https itself."
    )];
    lines.push(match status {
        301 => "Browsers keep a 301, long after it is taken back: --status 302 is for trying it first."
            .to_owned(),
        _ => "Browsers do not keep a 302: once all works, --status 301 saves them the way.".to_owned(),
    });
    lines.push(
        "If something before this load balancer ends TLS and asks it in HTTP (CloudFront, a proxy), its clients would \
         be redirected for ever: let it ask in HTTPS first."
            .to_owned(),
    );
    lines
}
