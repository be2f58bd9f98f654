//! Actions of rules: which go together, and the canonical form in which AWS returns them.

use std::collections::BTreeSet;

use super::{Ctx, authenticate, forward, redirect};
use crate::services::refuse;
use crate::state::elbv2::{Action, ActionType, FixedResponseConfig, Protocol};
use crate::wire::ApiError;

/// Where actions are to stand.
pub(super) struct Place<'a> {
    /// The load balancer.
    pub(super) load_balancer: &'a str,
    /// The listener's protocol and port, as they will be.
    pub(super) protocol: Protocol,
    pub(super) port: u16,
    /// The rule whose actions these replace, and those.
    pub(super) replaced: Option<(&'a str, &'a [Action])>,
}

/// Checks the actions of one rule and fills in what the API fills in.
pub(super) fn normalise(
    ctx: &Ctx<'_>,
    place: &Place<'_>,
    actions: Vec<Action>,
) -> Result<Vec<Action>, ApiError> {
    refuse(actions.is_empty(), || ApiError::validation("At least one action must be specified"))?;
    let actions = order(actions)?;
    check_kinds(&actions, place)?;
    let one = |action: Action| one(place, action);
    let actions = actions.into_iter().map(one).collect::<Result<Vec<_>, _>>()?;
    forward::check_groups(ctx, place, &actions)?;
    Ok(actions)
}

/// Checks actions that are there already against a place whose protocol or port changes.
pub(super) fn recheck(ctx: &Ctx<'_>, place: &Place<'_>, actions: &[Action]) -> Result<(), ApiError> {
    check_kinds(actions, place)?;
    for config in actions.iter().filter_map(|a| a.redirect_config.as_ref()) {
        redirect::normalise(place, config.clone())?;
    }
    forward::check_groups(ctx, place, actions)
}

/// `InvalidLoadBalancerAction`.
pub(super) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidLoadBalancerAction", message)
}

/// Action, `Order`: 1 to 50000, required when there are several; a single action gets 1.
fn order(mut actions: Vec<Action>) -> Result<Vec<Action>, ApiError> {
    if let [single] = actions.as_mut_slice() {
        single.order.get_or_insert(1);
    }
    let mut seen = BTreeSet::new();
    for action in &actions {
        let order = action.order.ok_or_else(|| {
            ApiError::validation("An order must be specified for each action when there are multiple actions")
        })?;
        refuse(!(1..=50_000).contains(&order), || {
            let constraint = "Member must have value between 1 and 50000";
            ApiError::constraint(&order.to_string(), "actions.member.order", constraint)
        })?;
        refuse(!seen.insert(order), || {
            ApiError::validation(format!("The order '{order}' is used by more than one action"))
        })?;
    }
    actions.sort_by_key(|action| action.order);
    Ok(actions)
}

/// Action: exactly one of forward, fixed-response and redirect, which is the last one; on HTTPS listeners one
/// of the authentication actions before it.
fn check_kinds(actions: &[Action], place: &Place<'_>) -> Result<(), ApiError> {
    let (routing, authentication): (Vec<&Action>, Vec<&Action>) =
        actions.iter().partition(|a| is_routing(a.kind));
    // CreateRule, API: TooManyActions.
    refuse(routing.len() > 1 || authentication.len() > 1, || {
        let text = "A rule can have one routing action and one authentication action";
        ApiError::new("TooManyActions", text)
    })?;
    refuse(!actions.last().is_some_and(|last| is_routing(last.kind)), || {
        invalid("The last action must be a forward, redirect or fixed-response action")
    })?;
    refuse(!authentication.is_empty() && place.protocol != Protocol::Https, || {
        let kind = authentication.first().map_or("", |a| a.kind.as_str());
        invalid(format!("Actions of type '{kind}' are only supported for HTTPS listeners"))
    })
}

fn is_routing(kind: ActionType) -> bool {
    match kind {
        ActionType::Forward | ActionType::Redirect | ActionType::FixedResponse => true,
        ActionType::AuthenticateOidc | ActionType::AuthenticateCognito | ActionType::JwtValidation => false,
    }
}

fn one(place: &Place<'_>, action: Action) -> Result<Action, ApiError> {
    check_configuration(&action)?;
    let kind = action.kind;
    let missing = || ApiError::validation(format!("An action of type '{kind}' must have its configuration"));
    let Action {
        kind: _,
        order,
        target_group_arn,
        forward_config,
        redirect_config,
        fixed_response_config,
        authenticate_oidc_config,
        authenticate_cognito_config,
        jwt_validation_config,
    } = action;
    let mut normal = Action {
        kind,
        order,
        target_group_arn: None,
        forward_config: None,
        redirect_config: None,
        fixed_response_config: None,
        authenticate_oidc_config: None,
        authenticate_cognito_config: None,
        jwt_validation_config: None,
    };
    match kind {
        ActionType::Forward => {
            let (arn, config) = forward::normalise(target_group_arn, forward_config)?;
            (normal.target_group_arn, normal.forward_config) = (arn, Some(config));
        }
        ActionType::Redirect => {
            let config = redirect_config.ok_or_else(missing)?;
            normal.redirect_config = Some(redirect::normalise(place, config)?);
        }
        ActionType::FixedResponse => {
            let config = fixed_response_config.ok_or_else(missing)?;
            normal.fixed_response_config = Some(check_fixed_response(config)?);
        }
        ActionType::AuthenticateOidc => {
            let config = authenticate_oidc_config.ok_or_else(missing)?;
            normal.authenticate_oidc_config = Some(authenticate::oidc(place, config)?);
        }
        ActionType::AuthenticateCognito => {
            let config = authenticate_cognito_config.ok_or_else(missing)?;
            normal.authenticate_cognito_config = Some(authenticate::cognito(config)?);
        }
        ActionType::JwtValidation => {
            let config = jwt_validation_config.ok_or_else(missing)?;
            normal.jwt_validation_config = Some(authenticate::jwt(config)?);
        }
    }
    Ok(normal)
}

/// Action: "Specify only when Type is ...".
fn check_configuration(action: &Action) -> Result<(), ApiError> {
    let given = [
        (ActionType::Forward, action.target_group_arn.is_some() || action.forward_config.is_some()),
        (ActionType::Redirect, action.redirect_config.is_some()),
        (ActionType::FixedResponse, action.fixed_response_config.is_some()),
        (ActionType::AuthenticateOidc, action.authenticate_oidc_config.is_some()),
        (ActionType::AuthenticateCognito, action.authenticate_cognito_config.is_some()),
        (ActionType::JwtValidation, action.jwt_validation_config.is_some()),
    ];
    let foreign = given.into_iter().find(|(kind, is_given)| *is_given && *kind != action.kind);
    refuse(foreign.is_some(), || {
        let other = foreign.map_or("", |(kind, _)| kind.as_str());
        let kind = action.kind;
        ApiError::validation(format!(
            "An action of type '{kind}' cannot have the configuration of type '{other}'"
        ))
    })
}

/// FixedResponseActionConfig, `ContentType`.
const CONTENT_TYPES: [&str; 5] =
    ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];

fn check_fixed_response(config: FixedResponseConfig) -> Result<FixedResponseConfig, ApiError> {
    let code = &config.status_code;
    // API model, FixedResponseActionStatusCode.
    let is_code = matches!(code.as_bytes(), [b'2' | b'4' | b'5', b'0'..=b'9', b'0'..=b'9']);
    refuse(!is_code, || {
        let path = "actions.member.fixedResponseConfig.statusCode";
        ApiError::constraint(code, path, "Member must satisfy regular expression pattern: ^(2|4|5)\\d\\d$")
    })?;
    let content_type = config.content_type.as_deref();
    refuse(content_type.is_some_and(|t| !CONTENT_TYPES.contains(&t)), || {
        let all = CONTENT_TYPES.map(|t| format!("'{t}'")).join(", ");
        invalid(format!("The ContentType must be one of: {all}"))
    })?;
    // API model, FixedResponseActionMessage.
    refuse(config.message_body.as_ref().is_some_and(|m| m.chars().count() > 1024), || {
        let path = "actions.member.fixedResponseConfig.messageBody";
        ApiError::constraint("..", path, "Member must have length less than or equal to 1024")
    })?;
    Ok(config)
}
