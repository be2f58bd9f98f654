//! Actions on the wire. API: `Action`.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types as api;
use aws_sdk_elasticloadbalancingv2::types::ActionTypeEnum as Type;

use super::{Action, GroupKey, Redirect, Weighted};

/// The keys of the stack's own target groups, by ARN.
pub type GroupKeys = BTreeMap<String, String>;

/// The action for a request, target groups by ARN; `None` for one that albctl does not know, or that others come
/// before: it cannot be sent.
pub fn to_api(action: &Action<String>) -> Option<api::Action> {
    let built = api::Action::builder();
    Some(match action {
        Action::Forward { groups, stickiness } => {
            built.r#type(Type::Forward).forward_config(forward_to_api(groups, *stickiness)).build()
        }
        Action::Redirect(redirect) => {
            built.r#type(Type::Redirect).redirect_config(redirect_to_api(redirect)).build()
        }
        Action::FixedResponse { status, content_type, body } => {
            let fixed = api::FixedResponseActionConfig::builder()
                .status_code(status.to_string())
                .set_content_type(content_type.clone())
                .set_message_body(body.clone())
                .build();
            built.r#type(Type::FixedResponse).fixed_response_config(fixed).build()
        }
        Action::Behind { .. } | Action::Unknown { .. } => return None,
    })
}

fn forward_to_api(groups: &[Weighted<String>], stickiness: Option<u32>) -> api::ForwardActionConfig {
    let tuple = |Weighted { group, weight }: &Weighted<String>| {
        api::TargetGroupTuple::builder().target_group_arn(group).weight(number(*weight)).build()
    };
    let sticky = stickiness.map(|seconds| {
        api::TargetGroupStickinessConfig::builder().enabled(true).duration_seconds(number(seconds)).build()
    });
    api::ForwardActionConfig::builder()
        .set_target_groups(Some(groups.iter().map(tuple).collect()))
        .set_target_group_stickiness_config(sticky)
        .build()
}

/// All six parts are sent, so that nothing depends on what an endpoint takes for granted.
fn redirect_to_api(redirect: &Redirect) -> api::RedirectActionConfig {
    let Redirect { protocol, host, port, path, query, status } = redirect;
    api::RedirectActionConfig::builder()
        .protocol(protocol)
        .host(host)
        .port(port)
        .path(path)
        .query(query)
        .status_code(format!("HTTP_{status}").as_str().into())
        .build()
}

fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// The canonical form of the actions of a listener or rule. A routing action after others, authentication for one,
/// becomes [`Action::Behind`]; what albctl does not know, [`Action::Unknown`].
pub fn from_api(actions: &[api::Action], keys: &GroupKeys) -> Action<GroupKey> {
    let mut sorted: Vec<&api::Action> = actions.iter().collect();
    sorted.sort_by_key(|action| action.order());
    let known = match sorted.split_last() {
        Some((only, [])) => one_from_api(only, keys),
        Some((last, first)) => one_from_api(last, keys).map(|then| Action::Behind {
            first: first.iter().copied().map(name).collect(),
            then: Box::new(then),
        }),
        None => None,
    };
    known.unwrap_or_else(|| Action::Unknown { description: describe(&sorted) }).canonical()
}

fn name(action: &api::Action) -> String {
    action.r#type().map_or("no type", Type::as_str).to_owned()
}

fn describe(sorted: &[&api::Action]) -> String {
    match sorted {
        [] => "no action".to_owned(),
        some => some.iter().copied().map(name).collect::<Vec<_>>().join(", "),
    }
}

fn one_from_api(action: &api::Action, keys: &GroupKeys) -> Option<Action<GroupKey>> {
    match action.r#type()? {
        Type::Forward => forward_from_api(action, keys),
        Type::Redirect => Some(Action::Redirect(redirect_from_api(action.redirect_config()?)?)),
        Type::FixedResponse => {
            let fixed = action.fixed_response_config()?;
            let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
            Some(Action::FixedResponse {
                status: fixed.status_code()?.parse().ok()?,
                content_type: given(fixed.content_type()),
                body: given(fixed.message_body()),
            })
        }
        // The SDK's own enum grows: authentication, and what comes later.
        _ => None,
    }
}

/// `TargetGroupArn` and a `ForwardConfig` of one group are the same.
fn forward_from_api(action: &api::Action, keys: &GroupKeys) -> Option<Action<GroupKey>> {
    let key = |arn: &str| GroupKey(keys.get(arn).map_or(arn, String::as_str).to_owned());
    let config = action.forward_config();
    let mut groups = Vec::new();
    for tuple in config.map(api::ForwardActionConfig::target_groups).unwrap_or_default() {
        let weight = u32::try_from(tuple.weight().unwrap_or(1)).ok()?;
        groups.push(Weighted { group: key(tuple.target_group_arn()?), weight });
    }
    if groups.is_empty() {
        groups.push(Weighted { group: key(action.target_group_arn()?), weight: 1 });
    }
    let sticky = config.and_then(api::ForwardActionConfig::target_group_stickiness_config);
    let stickiness = sticky
        .filter(|sticky| sticky.enabled() == Some(true))
        .map(|sticky| sticky.duration_seconds().and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(0));
    Some(Action::Forward { groups, stickiness })
}

fn redirect_from_api(redirect: &api::RedirectActionConfig) -> Option<Redirect> {
    let status = redirect.status_code()?.as_str().strip_prefix("HTTP_")?.parse().ok()?;
    let kept = Redirect::identity(status);
    let part = |given: Option<&str>, kept: String| given.map_or(kept, str::to_owned);
    Some(Redirect {
        protocol: part(redirect.protocol(), kept.protocol),
        host: part(redirect.host(), kept.host),
        port: part(redirect.port(), kept.port),
        path: part(redirect.path(), kept.path),
        query: part(redirect.query(), kept.query),
        status,
    })
}

/// The canonical form of an action whose groups are named by ARN, as calls hold them: for comparison with what
/// [`from_api`] gives.
pub fn by_arn(action: &Action<String>) -> Action<GroupKey> {
    let Ok(action) = action.map::<_, std::convert::Infallible>(&mut |arn| Ok(GroupKey(arn.clone())));
    action.canonical()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(action: &Action<String>) {
        let sent = to_api(action).unwrap();
        assert_eq!(from_api(&[sent], &GroupKeys::new()), by_arn(action));
    }

    fn weighted(group: &str, weight: u32) -> Weighted<String> {
        Weighted { group: group.to_owned(), weight }
    }

    #[test]
    fn every_action_survives_the_round_trip() {
        let fixed = |content_type: Option<&str>, body: Option<&str>| Action::FixedResponse {
            status: 404,
            content_type: content_type.map(str::to_owned),
            body: body.map(str::to_owned),
        };
        round_trip(&fixed(None, None));
        round_trip(&fixed(Some("application/json"), Some("{\"a\": 1}")));
        round_trip(&Action::Redirect(Redirect::identity(302)));
        round_trip(&Action::Redirect(Redirect {
            protocol: "HTTPS".to_owned(),
            host: "new.example.com".to_owned(),
            port: "443".to_owned(),
            path: "/v2/#{path}".to_owned(),
            query: String::new(),
            status: 301,
        }));
        round_trip(&Action::Forward { groups: vec![weighted("arn:a", 1)], stickiness: None });
        let groups = vec![weighted("arn:b", 95), weighted("arn:a", 0)];
        round_trip(&Action::Forward { groups, stickiness: Some(3600) });
    }

    #[test]
    fn own_groups_get_their_keys() {
        let keys = GroupKeys::from([("arn:a".to_owned(), "users".to_owned())]);
        let groups = vec![weighted("arn:a", 1), weighted("arn:x", 2)];
        let sent = to_api(&Action::Forward { groups, stickiness: None }).unwrap();
        let live = from_api(&[sent], &keys);
        let names: Vec<&str> = live.groups().iter().map(|one| one.group.0.as_str()).collect();
        assert_eq!(names, ["arn:x", "users"]);
    }

    #[test]
    fn a_lone_arn_and_a_config_of_one_group_are_equal() {
        let lone = api::Action::builder().r#type(Type::Forward).target_group_arn("arn:a").order(1).build();
        let tuple = api::TargetGroupTuple::builder().target_group_arn("arn:a").weight(7).build();
        let off = api::TargetGroupStickinessConfig::builder().enabled(false).duration_seconds(20).build();
        let config = api::ForwardActionConfig::builder()
            .target_groups(tuple)
            .target_group_stickiness_config(off)
            .build();
        let both = api::Action::builder()
            .r#type(Type::Forward)
            .target_group_arn("arn:a")
            .forward_config(config)
            .build();
        let keys = GroupKeys::new();
        assert_eq!(from_api(&[lone], &keys), from_api(&[both], &keys));
    }

    #[test]
    fn parts_of_a_redirect_left_out_keep_the_requests_own() {
        let config = api::RedirectActionConfig::builder()
            .protocol("HTTPS")
            .port("443")
            .status_code(api::RedirectActionStatusCodeEnum::Http301)
            .build();
        let action = api::Action::builder().r#type(Type::Redirect).redirect_config(config).build();
        let live = from_api(&[action], &GroupKeys::new());
        assert_eq!(live.show(), "https 301");
    }

    #[test]
    fn what_is_not_known_is_named() {
        let login = api::Action::builder().r#type(Type::AuthenticateOidc).order(1).build();
        let forward = api::Action::builder().r#type(Type::Forward).target_group_arn("arn:a").order(2).build();
        let unknown = |actions: &[api::Action]| match from_api(actions, &GroupKeys::new()) {
            Action::Unknown { description } => description,
            known => known.describe(),
        };
        assert_eq!(unknown(&[forward.clone(), login.clone()]), "authenticate-oidc, then forward arn:a");
        let token = api::Action::builder().r#type("new-check".into()).order(0).build();
        let both = [login.clone(), forward, token];
        assert_eq!(unknown(&both), "new-check, authenticate-oidc, then forward arn:a");
        let groups = vec![weighted("arn:a", 1)];
        let behind = from_api(&both, &GroupKeys::new());
        assert_eq!(behind.routed(), &by_arn(&Action::Forward { groups, stickiness: None }));
        let Ok(sent) = behind.map::<_, std::convert::Infallible>(&mut |key| Ok(key.0.clone()));
        assert_eq!(to_api(&sent), None, "what comes before would be lost");
        // What goes last is not known: where requests go is not, either.
        assert_eq!(unknown(&[login]), "authenticate-oidc");
        assert_eq!(unknown(&[api::Action::builder().r#type("new-thing".into()).build()]), "new-thing");
        assert_eq!(unknown(&[api::Action::builder().r#type(Type::Redirect).build()]), "redirect");
        assert_eq!(unknown(&[]), "no action");
        assert_eq!(to_api(&Action::Unknown { description: String::new() }), None);
    }
}
