//! Which listener or rule of what was read a spot is, and how a command line names it.

use super::find::{Spot, Which};
use crate::base::Diagnostic;
use crate::kinds::action::{Action, GroupKey, behind};
use crate::kinds::listener::Listener;
use crate::kinds::{Live, Resource, listener, rule};
use crate::model::ResourceId;
use crate::plan::NOT_WRITTEN;

/// The listener or rule that a spot means; `word` is what was typed.
///
/// # Errors
/// It is not there (any more); with what is.
pub fn route(live: &Live, spot: &Spot, word: &str) -> Result<ResourceId, Diagnostic> {
    match spot {
        Spot::Listener { balancer: _, which } => {
            let found = match which {
                Which::Number(port) => of_port(live, *port),
                Which::Arn(arn) => by_arn(live, arn, listener::KIND),
                Which::Key(key) => Some(listener::id(key)).filter(|id| live.resources.contains_key(id)),
            };
            found.ok_or_else(|| no_listener(live, word))
        }
        Spot::Rule { balancer: _, port, which } => {
            let found = match which {
                Which::Number(priority) => {
                    let listener = port.and_then(|port| of_port(live, port));
                    let listener = listener.ok_or_else(|| no_listener(live, word))?;
                    rules(live, listener.key())
                        .find(|(number, _)| number == priority)
                        .map(|(_, id)| id.clone())
                }
                Which::Arn(arn) => by_arn(live, arn, rule::KIND),
                Which::Key(key) => {
                    Some(ResourceId::new(rule::KIND, key)).filter(|id| live.resources.contains_key(id))
                }
            };
            found.ok_or_else(|| no_rule(live, *port, word))
        }
        Spot::Group(_) | Spot::Balancer(_) => Err(no_route(word)),
    }
}

/// A word means something that routes no requests itself.
pub fn no_route(word: &str) -> Diagnostic {
    Diagnostic::error("wrong-kind", format!("`{word}` is no rule and no listener"))
        .help("name a rule: LB/PORT/PRIORITY, or LB/PORT/default for what no rule matches")
}

fn by_arn(live: &Live, arn: &str, kind: &str) -> Option<ResourceId> {
    live.resources.iter().find(|(id, one)| id.kind() == kind && one.arn == arn).map(|(id, _)| id.clone())
}

/// The listener on a port.
pub fn of_port(live: &Live, port: u16) -> Option<ResourceId> {
    listeners(live).find(|(_, model)| model.port == port).map(|(id, _)| id.clone())
}

/// All listeners that albctl can read.
pub fn listeners(live: &Live) -> impl Iterator<Item = (&ResourceId, &Listener)> {
    live.resources.iter().filter_map(|(id, one)| match &one.resource {
        Resource::Listener(model) => Some((id, model)),
        Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Rule(_) => None,
    })
}

/// The rules of a listener by number, in no order.
fn rules<'l>(live: &'l Live, key: &'l str) -> impl Iterator<Item = (u32, &'l ResourceId)> {
    live.resources.iter().filter_map(move |(id, one)| match &one.resource {
        Resource::Rule(model) if model.listener == key => Some((model.priority, id)),
        Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Listener(_)
        | Resource::Rule(_) => None,
    })
}

/// So many are listed.
const SHOWN: usize = 8;

fn no_listener(live: &Live, word: &str) -> Diagnostic {
    let ports: Vec<String> = listeners(live).map(|(_, model)| model.port.to_string()).collect();
    let diagnostic = Diagnostic::error("not-found", format!("there is no listener `{word}`"));
    match ports.is_empty() {
        true => diagnostic.note("the load balancer has no listener at all"),
        false => diagnostic.help(format!("it has listeners on these ports: {}", ports.join(", "))),
    }
}

fn no_rule(live: &Live, port: Option<u16>, word: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error("not-found", format!("there is no rule `{word}`"));
    let listener = port.and_then(|port| of_port(live, port));
    let mut numbers: Vec<u32> =
        listener.iter().flat_map(|id| rules(live, id.key())).map(|(number, _)| number).collect();
    numbers.sort_unstable();
    match (listener, port) {
        (Some(_), Some(port)) => {
            let all = numbers.iter().map(u32::to_string).chain(["default".to_owned()]);
            diagnostic
                .help(format!("the listener on port {port} has: {}", all.collect::<Vec<_>>().join(", ")))
        }
        (None, Some(_) | None) | (Some(_), None) => {
            let all: Vec<String> =
                live.resources.keys().filter(|id| id.kind() == rule::KIND).map(ToString::to_string).collect();
            let some = all.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
            match all.len().saturating_sub(SHOWN) {
                _ if all.is_empty() => diagnostic.note("the load balancer has no rule"),
                0 => diagnostic.help(format!("the load balancer has: {some}")),
                more => diagnostic.help(format!("the load balancer has: {some} and {more} more")),
            }
        }
    }
}

/// The action of a listener (its default) or rule.
pub fn action<'l>(live: &'l Live, id: &ResourceId) -> Option<&'l Action<GroupKey>> {
    match &live.resources.get(id)?.resource {
        Resource::Listener(model) => Some(&model.default),
        Resource::Rule(model) => Some(&model.then),
        Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_) => None,
    }
}

/// The refusal to change an action that others come before; none: nothing does.
pub fn behind(live: &Live, id: &ResourceId) -> Option<Diagnostic> {
    let action = action(live, id).filter(|action| behind::is(action))?;
    let message = format!("albctl does not change the action of {id}: it is {}", action.describe());
    let diagnostic = Diagnostic::refused(NOT_WRITTEN, message).note(behind::why(action.first()));
    let arn = &live.resources.get(id)?.arn;
    Some(behind::instead(id, arn, action.first()).into_iter().fold(diagnostic, Diagnostic::help))
}

/// The listener that a listener or rule is part of.
pub fn listener_of<'l>(live: &'l Live, id: &ResourceId) -> Option<(ResourceId, &'l Listener)> {
    let listener = match &live.resources.get(id)?.resource {
        Resource::Rule(model) => listener::id(&model.listener),
        Resource::Listener(_)
        | Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_) => id.clone(),
    };
    match &live.resources.get(&listener)?.resource {
        Resource::Listener(model) => Some((listener, model)),
        Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Rule(_) => None,
    }
}

/// `shop/443/30`, `shop/443/default`: what names a listener's default action or a rule on any command line.
pub fn word(live: &Live, id: &ResourceId) -> Option<String> {
    let (listener, model) = listener_of(live, id)?;
    let balancer = live.resources.get(&listener)?.arn.split('/').nth(2)?.to_owned();
    let which = match &live.resources.get(id)?.resource {
        Resource::Rule(rule) => rule.priority.to_string(),
        Resource::Listener(_)
        | Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_) => "default".to_owned(),
    };
    Some(format!("{balancer}/{}/{which}", model.port))
}

/// `rule/443/30, priority 30: path /api/*`, `default of listener/443, :443`.
pub fn words(live: &Live, id: &ResourceId) -> String {
    match live.resources.get(id).map(|one| &one.resource) {
        Some(Resource::Rule(model)) => {
            format!("{id}, priority {}: {}", model.priority, rule::condition::show(&model.when))
        }
        Some(Resource::Listener(model)) => format!("default of {id}, :{}", model.port),
        Some(
            Resource::Certificate(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Targets(_),
        )
        | None => id.to_string(),
    }
}
