//! CreateListener, DescribeListeners, ModifyListener, DeleteListener.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::actions::{self, Place};
use super::tags::{self, Tag};
use super::tls::{self, GivenTls, Tls};
use super::{Ctx, arn, certificates, paging};
use crate::services::refuse;
use crate::state::elbv2::{Action, Attributes, MutualAuthentication, Protocol};
use crate::state::ids::IdKind;
use crate::state::{Listener, LoadBalancer, Rule, TagMap, Tags, quota};
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateListener {
    load_balancer_arn: String,
    protocol: Option<Protocol>,
    port: Option<u16>,
    ssl_policy: Option<String>,
    certificates: Option<Vec<certificates::Given>>,
    default_actions: Vec<Action>,
    alpn_policy: Option<Vec<String>>,
    tags: Option<Vec<Tag>>,
    mutual_authentication: Option<MutualAuthentication>,
}

/// What a listener is about to be.
struct Wanted {
    port: u16,
    protocol: Protocol,
    tls: Tls,
    actions: Vec<Action>,
}

pub(super) fn create(ctx: &mut Ctx<'_>, input: CreateListener) -> Result<Value, ApiError> {
    let load_balancer = input.load_balancer_arn;
    ctx.get::<LoadBalancer>(&load_balancer)?;
    // CreateListener: an Application Load Balancer's listener needs both.
    let protocol = input.protocol.ok_or_else(|| ApiError::validation("A protocol must be specified"))?;
    let port = input.port.ok_or_else(|| ApiError::validation("A port must be specified"))?;
    check_port(port)?;
    let given = GivenTls {
        ssl_policy: input.ssl_policy,
        certificates: input.certificates.unwrap_or_default(),
        alpn_policy: input.alpn_policy.unwrap_or_default(),
        mutual_authentication: input.mutual_authentication,
    };
    let tls = tls::resolve(ctx, protocol, Tls::default(), given)?;
    let place = Place { load_balancer: &load_balancer, protocol, port, replaced: None };
    let actions = actions::normalise(ctx, &place, input.default_actions)?;
    let tags = tags::check_new(ctx, input.tags)?;
    let wanted = Wanted { port, protocol, tls, actions };
    if let Some((arn, existing)) = on_port(ctx, &load_balancer, port) {
        // CreateListener: idempotent; other settings on the same port are DuplicateListener.
        refuse(!same_settings(ctx, arn, existing, &wanted), || duplicate(&load_balancer))?;
        return Ok(json!({ "Listeners": [describe_one(ctx, arn, existing)] }));
    }
    let most = ctx.state.quota(quota::LISTENERS);
    refuse(ctx.resources().listeners_of(&load_balancer).count() >= most, || {
        ApiError::new("TooManyListeners", format!("A load balancer can have at most {most} listeners"))
    })?;
    let arn = insert(ctx, &load_balancer, wanted, tags);
    Ok(json!({ "Listeners": [describe_one(ctx, &arn, ctx.get(&arn)?)] }))
}

/// API model, Port: 1 to 65535.
fn check_port(port: u16) -> Result<(), ApiError> {
    refuse(port == 0, || {
        ApiError::constraint("0", "port", "Member must have value greater than or equal to 1")
    })
}

fn on_port<'c>(ctx: &'c Ctx<'_>, load_balancer: &str, port: u16) -> Option<(&'c String, &'c Listener)> {
    ctx.resources().listeners_of(load_balancer).find(|(_, listener)| listener.port == port)
}

fn default_actions<'c>(ctx: &'c Ctx<'_>, listener: &str) -> &'c [Action] {
    ctx.resources().default_rule_of(listener).map_or(&[], |(_, rule)| &rule.actions)
}

fn same_settings(ctx: &Ctx<'_>, arn: &str, existing: &Listener, wanted: &Wanted) -> bool {
    existing.protocol == wanted.protocol
        && Tls::of(existing) == wanted.tls
        && default_actions(ctx, arn) == wanted.actions
}

fn duplicate(load_balancer: &str) -> ApiError {
    let message = format!("A listener already exists on this port for this load balancer '{load_balancer}'");
    ApiError::new("DuplicateListener", message)
}

fn insert(ctx: &mut Ctx<'_>, load_balancer: &str, wanted: Wanted, tags: TagMap) -> String {
    let arn = arn::listener_prefix(load_balancer) + &ctx.state.ids.next(IdKind::Listener);
    let rule_arn = arn::rule_prefix(&arn) + &ctx.state.ids.next(IdKind::Rule);
    let Wanted { port, protocol, tls, actions } = wanted;
    let now = ctx.now;
    let listener = Listener {
        port,
        protocol,
        ssl_policy: tls.ssl_policy,
        default_certificate: tls.default_certificate,
        certificates: BTreeSet::new(),
        mutual_authentication: tls.mutual_authentication,
        attributes: Attributes::new(),
        created: now,
        tags: Tags::new(tags, now),
    };
    let default_rule = Rule {
        priority: None,
        conditions: Vec::new(),
        actions,
        transforms: Vec::new(),
        created: now,
        tags: Tags::default(),
    };
    let resources = ctx.resources_mut();
    resources.listeners.insert(arn.clone(), listener);
    resources.rules.insert(rule_arn, default_rule);
    resources.note_attachments(now);
    arn
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeListeners {
    load_balancer_arn: Option<String>,
    listener_arns: Option<Vec<String>>,
    marker: Option<String>,
    page_size: Option<u32>,
}

pub(super) fn describe(ctx: &Ctx<'_>, input: DescribeListeners) -> Result<Value, ApiError> {
    let arns = input.listener_arns.unwrap_or_default();
    // DescribeListeners: "You must specify either a load balancer or one or more listeners."
    refuse(input.load_balancer_arn.is_some() != arns.is_empty(), || {
        ApiError::validation("You must specify either listener ARNs or a load balancer ARN")
    })?;
    let found: Vec<Value> = if let Some(load_balancer) = &input.load_balancer_arn {
        ctx.see::<LoadBalancer>(load_balancer)?;
        let listeners = ctx.resources().listeners_of(load_balancer).filter(|(_, l)| ctx.sees(l.created));
        listeners.map(|(arn, listener)| describe_one(ctx, arn, listener)).collect()
    } else {
        let one = |arn: &String| ctx.see(arn).map(|listener| describe_one(ctx, arn, listener));
        arns.iter().map(one).collect::<Result<_, _>>()?
    };
    paging::page("Listeners", found, input.marker.as_deref(), input.page_size)
}

/// Listener. `Certificates` has the default certificate only, without IsDefault.
fn describe_one(ctx: &Ctx<'_>, arn: &str, listener: &Listener) -> Value {
    let certificate = listener.default_certificate.as_ref();
    json!({
        "ListenerArn": arn,
        "LoadBalancerArn": arn::load_balancer_of(arn),
        "Port": listener.port,
        "Protocol": listener.protocol,
        "Certificates": certificate.map(|arn| json!([{ "CertificateArn": arn }])),
        "SslPolicy": listener.ssl_policy,
        "DefaultActions": default_actions(ctx, arn),
        "MutualAuthentication": listener.mutual_authentication,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyListener {
    listener_arn: String,
    port: Option<u16>,
    protocol: Option<Protocol>,
    ssl_policy: Option<String>,
    certificates: Option<Vec<certificates::Given>>,
    default_actions: Option<Vec<Action>>,
    alpn_policy: Option<Vec<String>>,
    mutual_authentication: Option<MutualAuthentication>,
}

/// ModifyListener: "Any properties that you do not specify remain unchanged"; an empty list is not specified.
pub(super) fn modify(ctx: &mut Ctx<'_>, input: ModifyListener) -> Result<Value, ApiError> {
    let arn = input.listener_arn;
    let listener = ctx.get::<Listener>(&arn)?;
    let load_balancer = arn::load_balancer_of(&arn);
    let port = input.port.unwrap_or(listener.port);
    let protocol = input.protocol.unwrap_or(listener.protocol);
    check_port(port)?;
    // ModifyListener, API: DuplicateListener.
    refuse(on_port(ctx, &load_balancer, port).is_some_and(|(other, _)| *other != arn), || {
        duplicate(&load_balancer)
    })?;
    let given = GivenTls {
        ssl_policy: input.ssl_policy,
        certificates: input.certificates.unwrap_or_default(),
        alpn_policy: input.alpn_policy.unwrap_or_default(),
        mutual_authentication: input.mutual_authentication,
    };
    let tls = tls::resolve(ctx, protocol, Tls::of(listener), given)?;
    let moved = (listener.protocol, listener.port) != (protocol, port);
    let actions = input.default_actions.filter(|actions| !actions.is_empty());
    let place = Place { load_balancer: &load_balancer, protocol, port, replaced: None };
    let (default_rule, actions) = check_rules(ctx, &arn, &place, actions, moved)?;
    let now = ctx.now;
    let listener = ctx.get_mut::<Listener>(&arn)?;
    (listener.port, listener.protocol) = (port, protocol);
    if protocol == Protocol::Http {
        // What becomes of the certificate list is not documented; without TLS it has no meaning.
        listener.certificates.clear();
    }
    listener.ssl_policy = tls.ssl_policy;
    listener.default_certificate = tls.default_certificate;
    listener.mutual_authentication = tls.mutual_authentication;
    let resources = ctx.resources_mut();
    if let (Some(actions), Some(rule)) = (actions, resources.rules.get_mut(&default_rule)) {
        rule.actions = actions;
    }
    resources.note_attachments(now);
    Ok(json!({ "Listeners": [describe_one(ctx, &arn, ctx.get(&arn)?)] }))
}

/// The default rule and its new actions, if it gets some. Where the listener's protocol or port change, the
/// actions that stay must be possible there too.
fn check_rules(
    ctx: &Ctx<'_>,
    listener: &str,
    place: &Place<'_>,
    given: Option<Vec<Action>>,
    moved: bool,
) -> Result<(String, Option<Vec<Action>>), ApiError> {
    let mut default = (String::new(), None);
    for (arn, rule) in ctx.resources().rules_of(listener) {
        let place = Place { replaced: Some((arn, &rule.actions)), ..*place };
        let is_default = rule.priority.is_none();
        if is_default {
            default.0 = arn.clone();
        }
        match &given {
            Some(actions) if is_default => {
                default.1 = Some(actions::normalise(ctx, &place, actions.clone())?)
            }
            _ if moved => {
                let verdict = actions::recheck(ctx, &place, &rule.actions);
                // For rules other than the default one it is a guess that AWS looks at them at all.
                if is_default {
                    verdict?
                } else if let Err(error) = verdict {
                    ctx.guess(true, || error)?
                }
            }
            _ => {}
        }
    }
    Ok(default)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteListener {
    listener_arn: String,
}

pub(super) fn delete(ctx: &mut Ctx<'_>, input: DeleteListener) -> Result<Value, ApiError> {
    let arn = input.listener_arn;
    ctx.get::<Listener>(&arn)?;
    let rules: Vec<String> = ctx.resources().rules_of(&arn).map(|(arn, _)| arn.clone()).collect();
    rules.iter().for_each(|rule| ctx.forget(rule));
    ctx.forget(&arn);
    let now = ctx.now;
    ctx.resources_mut().note_attachments(now);
    Ok(json!({}))
}
