//! How the spec writes an action: `forward`, `redirect` or `fixed_response`.

use std::rc::Rc;

use serde_json::Value;

use super::check;
use super::model::{Action, GroupKey, MAX_GROUPS, Redirect, Weighted};
use crate::base::decode::schema;
use crate::base::{
    Cx, Decode, Diagnostic, Diagnostics, Generator, Located, Node, NodeKind, ObjectReader, Schema, Table, Ty,
    object, record, scalar_or_object, scalar_or_object_schema,
};

/// Content types of fixed responses. API: `FixedResponseActionConfig`.
const CONTENT_TYPES: &[&str] =
    &["text/plain", "text/css", "text/html", "application/javascript", "application/json"];

/// Weights run from 0 to 999. API: `TargetGroupTuple`.
pub const MAX_WEIGHT: u32 = 999;

/// An action as the spec writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionSpec {
    forward: Option<Located<Forward>>,
    redirect: Option<Located<RedirectSpec>>,
    fixed_response: Option<FixedResponse>,
    group_stickiness: Option<Located<Value>>,
}

impl ActionSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let forward = r.optional("forward", "To a target group, or to several by weight.");
        let redirect = r.optional("redirect", "To another URL; `https` is the usual one.");
        let fixed_response = r.optional("fixed_response", "An answer by the load balancer itself.");
        let ty = Ty::Seconds { min: 1, max: 604_800 };
        let doc = "How long a client keeps its group of a weighted forward.";
        let group_stickiness = r.scalar("group_stickiness", doc, ty);
        r.exactly_one(&["forward", "redirect", "fixed_response"]);
        if let Some(at) = r.key_at("group_stickiness").filter(|_| !r.has("forward") && !r.was_bad()) {
            let message = "`group_stickiness` goes with `forward` only";
            r.fail(Diagnostic::error("conflicting-keys", message).at(at, ""));
        }
        (!r.was_bad()).then_some(Self { forward, redirect, fixed_response, group_stickiness })
    }

    /// The keys of the target groups that are forwarded to.
    pub fn groups(&self) -> impl Iterator<Item = &Located<String>> {
        self.forward.iter().flat_map(|forward| forward.value.0.iter().map(|(key, _)| key))
    }

    /// The canonical action. Whether its groups exist is for the caller to check.
    pub fn lower(&self, diags: &mut Diagnostics) -> Option<Action<GroupKey>> {
        if let Some(forward) = &self.forward {
            let groups = weights(forward, diags)?;
            let stickiness = self.group_stickiness.as_ref().and_then(|value| value.value.as_u64());
            let stickiness = stickiness.and_then(|seconds| u32::try_from(seconds).ok());
            return Some(Action::Forward { groups, stickiness }.canonical());
        }
        if let Some(redirect) = &self.redirect {
            return redirect.value.lower(redirect, diags);
        }
        self.fixed_response.as_ref().map(FixedResponse::lower)
    }

    /// The redirect, with its place.
    pub fn redirect_place(&self) -> Option<crate::base::Place> {
        self.redirect.as_ref().map(|redirect| redirect.at)
    }
}

impl Decode for ActionSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "action", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "action", Self::read)
    }
}

/// `users`, or `{ users: rest, users-canary: 5 }`.
#[derive(Clone, Debug, PartialEq)]
struct Forward(Vec<(Located<String>, Weight)>);

/// The share of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    Number(u32),
    /// 100 less the others.
    Rest,
}

impl Decode for Weight {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        if !cx.usable(node) {
            return None;
        }
        if matches!(&node.kind, NodeKind::Scalar { text, .. } if text == "rest") {
            return Some(Self::Rest);
        }
        let ty = Ty::Int { min: 0, max: i64::from(MAX_WEIGHT) };
        let number = ty.read(node, cx)?.as_u64()?;
        u32::try_from(number).ok().map(Self::Number)
    }

    fn schema(_: &mut Generator) -> Schema {
        schema::any_of(vec![schema::integer(Some(0), Some(i128::from(MAX_WEIGHT))), schema::words(&["rest"])])
    }
}

impl Decode for Forward {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        if !cx.usable(node) {
            return None;
        }
        match &node.kind {
            NodeKind::Scalar { .. } => {
                let key = cx.located_text(node, "a target group")?;
                Some(Self(vec![(key, Weight::Number(1))]))
            }
            NodeKind::Map(entries) if entries.is_empty() => {
                let message = "`forward` needs at least one target group";
                cx.report(Diagnostic::error("bad-value", message).at(node.at, ""));
                None
            }
            NodeKind::Map(_) => {
                let table = Table::<Weight>::decode(node, cx)?;
                table.failed.is_empty().then_some(Self(table.entries))
            }
            NodeKind::Seq(_) => {
                let message = "`forward` is a target group, or a map of target groups to weights";
                let help = "write it as `forward: { users: 95, users-canary: 5 }`";
                cx.report(Diagnostic::error("wrong-type", message).at(node.at, "").help(help));
                None
            }
        }
    }

    fn schema(g: &mut Generator) -> Schema {
        schema::any_of(vec![schema::text(None), Table::<Weight>::schema(g)])
    }
}

fn weights(forward: &Located<Forward>, diags: &mut Diagnostics) -> Option<Vec<Weighted<GroupKey>>> {
    let groups = &forward.value.0;
    if groups.len() > MAX_GROUPS {
        let message = format!("a forward takes at most {MAX_GROUPS} target groups, found {}", groups.len());
        diags.push(Diagnostic::error("too-many-groups", message).at(forward.at, ""));
        return None;
    }
    let given: u32 = groups.iter().map(|(_, weight)| number(*weight, 0)).sum();
    let rests = groups.iter().filter(|(_, weight)| *weight == Weight::Rest).count();
    if rests > 1 || (rests == 1 && given > 100) {
        let message = "`rest` is 100 less the other weights: once in a forward, the others at most 100";
        diags.push(Diagnostic::error("bad-value", message).at(forward.at, ""));
        return None;
    }
    let rest = 100_u32.saturating_sub(given);
    let weighted: Vec<Weighted<GroupKey>> = groups
        .iter()
        .map(|(key, weight)| Weighted { group: GroupKey(key.value.clone()), weight: number(*weight, rest) })
        .collect();
    if weighted.iter().all(|one| one.weight == 0) {
        let message = "all weights of this forward are 0: it would send requests nowhere";
        diags.push(Diagnostic::error("bad-value", message).at(forward.at, ""));
        return None;
    }
    Some(weighted)
}

fn number(weight: Weight, rest: u32) -> u32 {
    match weight {
        Weight::Number(number) => number,
        Weight::Rest => rest,
    }
}

/// `https`, or the parts that change.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RedirectSpec {
    pub(super) protocol: Option<Located<Value>>,
    pub(super) host: Option<Located<Value>>,
    pub(super) port: Option<Located<String>>,
    pub(super) path: Option<Located<Value>>,
    pub(super) query: Option<Located<Value>>,
    pub(super) status: Option<Located<Value>>,
}

impl RedirectSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let protocol =
            r.scalar("protocol", "The new protocol.", Ty::OneOf(&["HTTP", "HTTPS", "#{protocol}"]));
        let host = r.scalar("host", "The new host; `#{host}` keeps it.", Ty::Text { max: 128 });
        let port = r.optional("port", "The new port; `#{port}` keeps it.");
        let path = r.scalar("path", "The new path; `/#{path}` keeps it.", Ty::Text { max: 128 });
        let query =
            r.scalar("query", "The new query without `?`; `#{query}` keeps it.", Ty::Text { max: 128 });
        let status = r.scalar("status", "301 (the default) or 302.", Ty::OneOf(&["301", "302"]));
        (!r.was_bad()).then_some(Self { protocol, host, port, path, query, status })
    }

    fn https() -> Self {
        let word = |text: &str| Some(Located::new(Value::from(text), crate::base::Place::NONE));
        Self {
            protocol: word("HTTPS"),
            host: None,
            port: Some(Located::new("443".to_owned(), crate::base::Place::NONE)),
            path: None,
            query: None,
            status: None,
        }
    }

    fn lower(&self, whole: &Located<Self>, diags: &mut Diagnostics) -> Option<Action<GroupKey>> {
        let text = |part: &Option<Located<Value>>| {
            part.as_ref().and_then(|part| part.value.as_str()).map(str::to_owned)
        };
        let status = text(&self.status).and_then(|text| text.parse().ok()).unwrap_or(301);
        let same = Redirect::identity(status);
        let redirect = Redirect {
            protocol: text(&self.protocol).unwrap_or_else(|| same.protocol.clone()),
            host: text(&self.host).unwrap_or_else(|| same.host.clone()),
            port: self.port.as_ref().map_or_else(|| same.port.clone(), |port| port.value.clone()),
            path: text(&self.path).unwrap_or_else(|| same.path.clone()),
            query: text(&self.query).unwrap_or_else(|| same.query.clone()),
            status,
        };
        let problems = check::redirect(self, whole.at, &redirect);
        let good = problems.iter().all(|problem| !problem.stops());
        problems.into_iter().for_each(|problem| diags.push(problem));
        good.then_some(Action::Redirect(redirect))
    }
}

impl Decode for RedirectSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        let short = |text: Located<String>, cx: &mut Cx<'_>| {
            if text.value == "https" {
                return Some(Self::https());
            }
            let message = format!("`{}` is not a redirect", text.value);
            let help = "write `https`, or a map such as `{ host: www.example.com }`";
            cx.report(Diagnostic::error("unknown-word", message).at(text.at, "").help(help));
            None
        };
        scalar_or_object(node, cx, "redirect", short, Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        scalar_or_object_schema(g, "redirect", schema::words(&["https"]), Self::read)
    }
}

/// `404`, or status, content type and body.
#[derive(Clone, Debug, PartialEq)]
struct FixedResponse {
    status: u16,
    content_type: Option<String>,
    body: Option<String>,
}

impl FixedResponse {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let status = r.required::<Status>("status", "2xx, 4xx or 5xx.");
        let content_type =
            r.scalar("content_type", "Of the body; by default text/plain.", Ty::OneOf(CONTENT_TYPES));
        let body = r.scalar("body", "At most 1024 characters.", Ty::Text { max: 1024 });
        let text = |value: Option<Located<Value>>| value.and_then(|it| it.value.as_str().map(str::to_owned));
        let bad = r.was_bad();
        let Status(status) = status?;
        (!bad).then(|| Self { status, content_type: text(content_type), body: text(body) })
    }

    fn lower(&self) -> Action<GroupKey> {
        Action::FixedResponse {
            status: self.status,
            content_type: self.content_type.clone(),
            body: self.body.clone(),
        }
        .canonical()
    }
}

impl Decode for FixedResponse {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        if !cx.usable(node) {
            return None;
        }
        if matches!(node.kind, NodeKind::Scalar { .. }) {
            let Status(status) = Status::decode(node, cx)?;
            return Some(Self { status, content_type: None, body: None });
        }
        object(node, cx, "fixed_response", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        let short = Status::schema(g);
        scalar_or_object_schema(g, "fixed_response", short, Self::read)
    }
}

/// API: `FixedResponseActionConfig`, `StatusCode`: `^(2|4|5)\d\d$`.
struct Status(u16);

impl Decode for Status {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        let status = Ty::Int { min: 200, max: 599 }.read(node, cx)?.as_u64()?;
        if (300..400).contains(&status) {
            let message = format!("`status` must be 2xx, 4xx or 5xx, found {status}");
            let help = "to send clients elsewhere use `redirect`";
            cx.report(Diagnostic::error("out-of-range", message).at(node.at, "").help(help));
            return None;
        }
        u16::try_from(status).ok().map(Self)
    }

    fn schema(_: &mut Generator) -> Schema {
        schema::integer(Some(200), Some(599))
    }
}
