//! How the spec writes a target group.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::model::{Ecs, HealthCheck, ProtocolVersion, Stickiness, TargetGroup, TargetType};
use crate::base::decode::schema;
use crate::base::{
    Cx, Decode, Diagnostic, Generator, Located, Node, NodeKind, ObjectReader, Place, Schema, Ty, object,
    record, scalar_or_object, scalar_or_object_schema,
};
use crate::kinds::names;
use crate::kinds::rows::{self, Common, Rows};
use crate::kinds::targets::spec::TargetsSpec;
use crate::model::world::Tags;

const DURATION: Ty = Ty::Seconds { min: 1, max: 604_800 };

/// AWS's default duration of stickiness: one day. API: `TargetGroupAttribute`.
const DEFAULT_DURATION: u32 = 86_400;

/// What a load balancer does when too few targets are healthy. API: `target_group_health.*`.
const GROUP_HEALTH: [(&str, &str); 2] = [
    ("dns_failover", "When the load balancer's DNS name no longer leads to a zone."),
    ("unhealthy_state_routing", "When requests go to all targets, the unhealthy ones too."),
];

/// A target group as the spec writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetGroupSpec {
    /// What all resources may say.
    pub common: Common,
    /// The scalar fields, those of the health check among them.
    pub rows: Rows,
    /// Whether clients keep their target.
    pub stickiness: Option<Located<Stickiness>>,
    /// Left out: managed by others.
    pub targets: Option<Located<TargetsSpec>>,
    /// Those of `name`, `port` and `vpc` that were written, well or badly.
    pub written: Vec<&'static str>,
    /// The Lambda function that answers.
    pub function: Option<Located<String>>,
    /// The container that ECS registers, for `albctl output --format ecs`; never sent.
    pub ecs: Option<EcsSpec>,
    /// The place of the whole.
    pub at: Place,
}

impl TargetGroupSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let common = Common::read(r);
        for key in ["use", "attributes", "target_control_port"] {
            r.later(key, "");
        }
        let mut rows = rows::read::<TargetGroup>(r, "", &[]);
        let check: Option<HealthRows> = r.optional("health_check", "How targets are checked.");
        rows.extend(check.map(|check| check.0).unwrap_or_default());
        rows.extend(read_group_health(r));
        let stickiness: Option<Located<StickinessSpec>> =
            r.optional("stickiness", "Whether a client keeps its target.");
        let targets = r.optional("targets", "Exactly these; left out, others register them.");
        let stickiness = stickiness.map(|it| it.map(|spec| spec.0));
        let function = r.optional("function", "A Lambda function: NAME, NAME:ALIAS or an ARN.");
        let ecs = r.optional("ecs", "The container that ECS registers, for `albctl output`; never sent.");
        let written = ["name", "port", "vpc"].into_iter().filter(|key| r.has(key)).collect();
        Some(Self { common, rows, stickiness, targets, written, function, ecs, at: r.at() })
    }

    /// The canonical form; `vpc` is the stack's.
    pub fn lower(&self, stack: &str, key: &str, vpc: Option<&str>, tags: Tags) -> TargetGroup {
        let is_function = self.is_function();
        let stickiness = self.stickiness.as_ref().filter(|_| !is_function);
        let mut model = TargetGroup {
            name: names::derived(stack, key),
            target_type: if is_function { TargetType::Lambda } else { TargetType::Instance },
            function: self.function.as_ref().map(|function| function.value.clone()),
            permission: true,
            protocol: None,
            protocol_version: ProtocolVersion::DEFAULT,
            port: None,
            vpc: vpc.filter(|_| !is_function).map(str::to_owned),
            health_check: HealthCheck::off(),
            stickiness: stickiness.map_or(Stickiness::Off, |it| it.value.clone()),
            attributes: BTreeMap::new(),
            ecs: None,
            tags,
        };
        // The type of a function follows from its name, whatever the defaults of all groups say.
        let named = |key: &str| self.function.is_some() && key == "target_type";
        let fitting = self.rows.iter().filter(|(key, _)| applies(key, is_function) && !named(key));
        let fitting: Rows = fitting.map(|(key, value)| (*key, value.clone())).collect();
        let also_given: &[&str] =
            if is_function { &["tags", "stickiness", "target_type"] } else { &["tags", "stickiness"] };
        rows::fill(&mut model, &fitting, also_given);
        if !model.health_check.enabled {
            model.health_check = HealthCheck::off();
        }
        let port = model.port;
        let ecs = self.ecs.as_ref().filter(|_| !is_function).map(|ecs| Ecs {
            container: ecs.container.value.clone(),
            port: ecs.port.as_ref().map(|port| port.value).or(port),
        });
        TargetGroup { ecs, ..model }
    }

    /// Whether the target is a Lambda function.
    pub fn is_function(&self) -> bool {
        let named = rows::text(&self.rows, "target_type");
        self.function.is_some() || named.is_some_and(|named| named.value == TargetType::Lambda.as_str())
    }

    /// What this group itself says, and not the defaults of all groups, that its type cannot have.
    pub fn misfits(&self) -> Vec<(&'static str, Place)> {
        let is_function = self.is_function();
        let rows = self.rows.iter().filter(|(key, _)| !applies(key, is_function));
        let rows = rows.map(|(key, value)| (*key, value.at));
        let sticky = self.stickiness.iter().filter(|_| is_function).map(|it| ("stickiness", it.at));
        let targets = self.targets.iter().filter(|_| is_function).map(|it| ("targets", it.at));
        let ecs = self.ecs.iter().filter(|_| is_function).map(|it| ("ecs", it.container.at));
        rows.chain(sticky)
            .chain(targets)
            .chain(ecs)
            .filter(|(_, at)| self.at.span.contains(at.span))
            .collect()
    }

    /// Where each field was written.
    pub fn places(&self) -> BTreeMap<String, Place> {
        let mut places = rows::places(&self.rows);
        places.extend(self.function.iter().map(|it| ("function".to_owned(), it.at)));
        places.extend(self.stickiness.iter().map(|it| ("stickiness".to_owned(), it.at)));
        places
    }
}

impl Decode for TargetGroupSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "target group", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "target_group", Self::read)
    }
}

/// Whether a field that the spec gives means anything for a function, or for everything else.
fn applies(key: &str, is_function: bool) -> bool {
    const FUNCTIONS_ONLY: &[&str] = &["multi_value_headers", "health_check.enabled"];
    const BOTH: &[&str] = &["name", "target_type"];
    let check =
        key.starts_with("health_check.") && !["health_check.protocol", "health_check.port"].contains(&key);
    match is_function {
        true => FUNCTIONS_ONLY.contains(&key) || BOTH.contains(&key) || check,
        false => !FUNCTIONS_ONLY.contains(&key),
    }
}

/// `ecs: { container: NAME, port: N }`.
#[derive(Clone, Debug, PartialEq)]
pub struct EcsSpec {
    /// The name of the container in the task definition.
    pub container: Located<String>,
    /// Its port; by default the group's.
    pub port: Option<Located<u16>>,
}

impl EcsSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let container = r.required("container", "The name of the container in the task definition.");
        let port = r.optional("port", "The container's port; by default the group's.");
        Some(Self { container: container?, port })
    }
}

impl Decode for EcsSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "ecs", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "ecs", Self::read)
    }
}

/// `health_check: /health`, or its fields.
struct HealthRows(Rows);

impl HealthRows {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        Some(Self(rows::read::<TargetGroup>(r, "health_check.", &[])))
    }
}

impl Decode for HealthRows {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        let short = |path: Located<String>, _: &mut Cx<'_>| {
            Some(Self(Rows::from([("health_check.path", path.map(serde_json::Value::from))])))
        };
        scalar_or_object(node, cx, "health_check", short, Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        scalar_or_object_schema(g, "health_check", schema::text(Some(1024)), Self::read)
    }
}

/// `target_group_health: { dns_failover: { count: 2 }, unhealthy_state_routing: { percentage: 50 } }`.
fn read_group_health(r: &mut ObjectReader<'_, '_>) -> Rows {
    let read = |r: &mut ObjectReader<'_, '_>| {
        let mut rows = Rows::new();
        for (action, doc) in GROUP_HEALTH {
            let prefix = format!("target_group_health.{action}.");
            let found = r.nested(action, doc, |r| Some(rows::read::<TargetGroup>(r, &prefix, &[])));
            rows.extend(found.unwrap_or_default());
        }
        Some(rows)
    };
    let doc = "What happens when too few targets are healthy.";
    r.nested("target_group_health", doc, read).unwrap_or_default()
}

/// `off`, `{ lb_cookie: 1d }` or `{ app_cookie: { name: SESSIONID, duration: 1h } }`.
struct StickinessSpec(Stickiness);

impl StickinessSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let lb_cookie = r.scalar("lb_cookie", "For how long the load balancer's own cookie binds.", DURATION);
        let app_cookie = r.nested("app_cookie", "By a cookie of the application.", |r| {
            let name: Option<Located<String>> = r.required("name", "The application's cookie.");
            let duration = r.scalar("duration", "By default one day.", DURATION);
            Some((name?, duration))
        });
        r.exactly_one(&["lb_cookie", "app_cookie"]);
        if r.was_bad() {
            return None;
        }
        let seconds = |value: &Located<serde_json::Value>| {
            value.value.as_u64().and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(DEFAULT_DURATION)
        };
        Some(Self(match (lb_cookie, app_cookie) {
            (Some(duration), _) => Stickiness::LbCookie { duration: seconds(&duration) },
            (None, Some((name, duration))) => Stickiness::AppCookie {
                name: name.value,
                duration: duration.as_ref().map_or(DEFAULT_DURATION, seconds),
            },
            (None, None) => return None,
        }))
    }
}

impl Decode for StickinessSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        if !cx.usable(node) {
            return None;
        }
        if let NodeKind::Scalar { text, .. } = &node.kind {
            if text == "off" {
                return Some(Self(Stickiness::Off));
            }
            let message = format!("`{text}` is no stickiness");
            let help =
                "write `off`, `{ lb_cookie: 1d }` or `{ app_cookie: { name: SESSIONID, duration: 1h } }`";
            cx.report(Diagnostic::error("unknown-word", message).at(node.at, "").help(help));
            return None;
        }
        object(node, cx, "stickiness", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        scalar_or_object_schema(g, "stickiness", schema::words(&["off"]), Self::read)
    }
}
