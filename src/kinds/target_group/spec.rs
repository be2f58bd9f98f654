//! How the spec writes a target group.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::model::{HealthCheck, Protocol, Stickiness, TargetGroup, TargetType};
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
    /// The place of the whole.
    pub at: Place,
}

impl TargetGroupSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let common = Common::read(r);
        for key in
            ["use", "attributes", "protocol_version", "ecs", "target_control_port", "target_group_health"]
        {
            r.later(key, "");
        }
        let mut rows = rows::read::<TargetGroup>(r, "", &[]);
        let check: Option<HealthRows> = r.optional("health_check", "How targets are checked.");
        rows.extend(check.map(|check| check.0).unwrap_or_default());
        let stickiness: Option<Located<StickinessSpec>> =
            r.optional("stickiness", "Whether a client keeps its target.");
        let targets = r.optional("targets", "Exactly these; left out, others register them.");
        let stickiness = stickiness.map(|it| it.map(|spec| spec.0));
        let written = ["name", "port", "vpc"].into_iter().filter(|key| r.has(key)).collect();
        Some(Self { common, rows, stickiness, targets, written, at: r.at() })
    }

    /// The canonical form; `vpc` is the stack's.
    pub fn lower(&self, stack: &str, key: &str, vpc: Option<&str>, tags: Tags) -> TargetGroup {
        let mut model = TargetGroup {
            name: names::derived(stack, key),
            target_type: TargetType::Instance,
            protocol: Protocol::Http,
            port: 0,
            vpc: vpc.unwrap_or_default().to_owned(),
            health_check: HealthCheck {
                protocol: Protocol::Http,
                port: String::new(),
                path: String::new(),
                interval: 0,
                timeout: 0,
                healthy_threshold: 0,
                unhealthy_threshold: 0,
                success_codes: String::new(),
            },
            stickiness: self.stickiness.as_ref().map_or(Stickiness::Off, |it| it.value.clone()),
            attributes: BTreeMap::new(),
            tags,
        };
        rows::fill(&mut model, &self.rows, &["tags", "stickiness"]);
        model
    }

    /// Where each field was written.
    pub fn places(&self) -> BTreeMap<String, Place> {
        let mut places = rows::places(&self.rows);
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
