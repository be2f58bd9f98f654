//! A small language with one of everything: nested maps, short forms, tables, words, ranges.

use std::rc::Rc;

use crate::base::*;

#[derive(Debug, PartialEq)]
pub(super) struct Spec {
    pub(super) stack: Located<String>,
    pub(super) enabled: Option<bool>,
    pub(super) tags: Option<TextMap>,
    pub(super) groups: Table<Group>,
    pub(super) rules: Vec<Rule>,
}

#[derive(Debug, PartialEq)]
pub(super) struct Group {
    pub(super) port: Option<u16>,
    pub(super) delay: Option<serde_json::Value>,
    pub(super) protocol: Option<String>,
    pub(super) health: Option<Health>,
}

#[derive(Debug, PartialEq)]
pub(super) struct Health {
    pub(super) path: String,
    pub(super) interval: Option<Seconds>,
}

#[derive(Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) name: Located<String>,
    pub(super) path: OneOrMany<String>,
    pub(super) forward: Option<String>,
    pub(super) status: Option<u16>,
}

const DELAY: Ty = Ty::Seconds { min: 0, max: 3600 };
const PROTOCOL: Ty = Ty::OneOf(&["HTTP", "HTTPS"]);

impl Spec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        r.ignore_prefix("x-");
        r.later("dns", "Records.");
        let stack = r.required("stack", "The name of the stack.");
        let enabled = r.optional("enabled", "Whether it is there at all.");
        let tags = r.optional("tags", "Tags of everything.");
        let groups = r.optional("groups", "Where requests go.");
        let rules = r.optional("rules", "Which request goes where.");
        Some(Spec {
            stack: stack?,
            enabled,
            tags,
            groups: groups.unwrap_or_default(),
            rules: rules.unwrap_or_default(),
        })
    }
}

impl Decode for Spec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "the spec", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "spec", Self::read)
    }
}

impl Group {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let port = r.optional("port", "The port.");
        let delay = r.scalar("delay", "How long it drains.", DELAY).map(|delay| delay.value);
        let protocol = r.scalar("protocol", "", PROTOCOL);
        let protocol = protocol.and_then(|word| word.value.as_str().map(str::to_owned));
        let health = r.optional("health_check", "How health is checked.");
        Some(Group { port, delay, protocol, health })
    }
}

impl Decode for Group {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "groups", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "group", Self::read)
    }
}

impl Health {
    fn short(path: Located<String>, cx: &mut Cx<'_>) -> Option<Self> {
        if path.value.starts_with('/') {
            return Some(Health { path: path.value, interval: None });
        }
        cx.report(Diagnostic::error("bad-value", "a path begins with `/`").at(path.at, ""));
        None
    }

    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let path = r.required("path", "What is requested.");
        let interval = r.optional("interval", "");
        Some(Health { path: path?, interval })
    }
}

impl Decode for Health {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        scalar_or_object(node, cx, "health_check", Self::short, Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        let short = String::schema(g);
        scalar_or_object_schema(g, "health_check", short, Self::read)
    }
}

impl Rule {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let name = r.required("name", "Its identity.");
        let path = r.nested("when", "Which requests.", |r| r.required("path", ""));
        let forward = r.optional("forward", "");
        let status = r.optional("status", "");
        r.exactly_one(&["forward", "status"]);
        Some(Rule { name: name?, path: path.unwrap_or_default(), forward, status })
    }
}

impl Decode for Rule {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "rule", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "rule", Self::read)
    }
}
