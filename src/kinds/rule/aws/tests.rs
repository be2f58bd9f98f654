use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types as api;

use super::*;
use crate::kinds::action::aws::GroupKeys;
use crate::kinds::rule::condition::QueryPair;

fn set(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn every_condition() -> Vec<Condition> {
    let pair =
        |key: Option<&str>, value: &str| QueryPair { key: key.map(str::to_owned), value: value.to_owned() };
    vec![
        Condition::Host(set(&["*.example.com", "api.example.com"])),
        Condition::Path(set(&["/api/*", "/a b"])),
        Condition::Method(set(&["POST", "GET"])),
        Condition::Header { name: "X-Version".to_owned(), values: set(&["2*"]) },
        Condition::Query(BTreeSet::from([pair(Some("beta"), "1"), pair(None, "*x*")])),
        Condition::SourceIp(set(&["10.0.0.0/8", "::/0"])),
    ]
}

#[test]
fn every_condition_survives_the_round_trip() {
    for condition in every_condition() {
        assert_eq!(conditions::from_api(&conditions::to_api(&condition).unwrap()), condition);
    }
    assert_eq!(conditions::to_api(&Condition::Unknown { description: String::new() }), None);
}

#[test]
fn legacy_values_are_read_and_echoes_ignored() {
    let legacy = api::RuleCondition::builder().field("path-pattern").values("/old/*").build();
    assert_eq!(conditions::from_api(&legacy), Condition::Path(set(&["/old/*"])));
    let config = api::PathPatternConditionConfig::builder().values("/a").values("/b").build();
    let echoed =
        api::RuleCondition::builder().field("path-pattern").values("/a").path_pattern_config(config).build();
    assert_eq!(conditions::from_api(&echoed), Condition::Path(set(&["/a", "/b"])));
}

#[test]
fn what_is_not_known_is_named() {
    let config = api::HostHeaderConditionConfig::builder().regex_values("^a.*$").build();
    let regex = api::RuleCondition::builder()
        .field("host-header")
        .regex_values("^a.*$")
        .host_header_config(config)
        .build();
    let unknown = |condition: &api::RuleCondition| conditions::from_api(condition).show();
    assert_eq!(unknown(&regex), "(host-header regex ^a.*$)");
    let new = api::RuleCondition::builder().field("moon-phase").values("full").build();
    assert_eq!(unknown(&new), "(moon-phase full)");
    let empty = api::RuleCondition::builder().field("source-ip").build();
    assert_eq!(unknown(&empty), "(source-ip)");
}

fn live(priority: &str) -> api::builders::RuleBuilder {
    let fixed = api::FixedResponseActionConfig::builder().status_code("503").build();
    let action = api::Action::builder()
        .r#type(api::ActionTypeEnum::FixedResponse)
        .order(1)
        .fixed_response_config(fixed)
        .build();
    let conditions = every_condition().iter().rev().filter_map(conditions::to_api).collect();
    api::Rule::builder().rule_arn("arn:r").priority(priority).actions(action).set_conditions(Some(conditions))
}

#[test]
fn a_rule_is_read_in_its_one_form() {
    let rule = from_api(&live("20").build(), "https", &GroupKeys::new(), Tags::new()).unwrap();
    assert_eq!((rule.priority, rule.listener.as_str()), (20, "https"));
    assert_eq!(rule.when, crate::kinds::rule::condition::canonical(every_condition()));
    assert_eq!(rule.then.describe(), "fixed 503");
    assert!(rule.transforms.is_empty());
}

#[test]
fn the_default_rule_is_no_rule() {
    assert_eq!(priority(&live("default").build()), None);
    assert_eq!(priority(&live("1").is_default(true).build()), None);
    assert_eq!(priority(&live("50000").is_default(false).build()), Some(50_000));
}

#[test]
fn transforms_are_shown() {
    let rewrite = api::RewriteConfig::builder().regex("^/a/(.*)$").replace("/$1").build();
    let config = api::UrlRewriteConfig::builder().rewrites(rewrite).build();
    let transform = api::RuleTransform::builder()
        .r#type(api::TransformTypeEnum::UrlRewrite)
        .url_rewrite_config(config)
        .build();
    let rule = live("1").transforms(transform).build();
    let model = from_api(&rule, "https", &GroupKeys::new(), Tags::new()).unwrap();
    assert_eq!(model.transforms, ["url-rewrite ^/a/(.*)$ -> /$1"]);
}

#[test]
fn a_lost_creation_is_recognised_by_its_settings() {
    let call = |priority: u32, status: u16| Call::CreateRule {
        listener: "arn:l".to_owned(),
        priority,
        when: every_condition(),
        then: Action::FixedResponse { status, content_type: None, body: None },
        tags: Tags::new(),
    };
    let rule = live("20").build();
    assert!(made_by(&rule, &call(20, 503)));
    assert!(!made_by(&rule, &call(30, 503)));
    assert!(!made_by(&rule, &call(20, 404)));
}
