use serde_json::{Value, json};

use crate::harness::{Aws, aws, fixed, forward, rule, text, with};

fn start() -> (Aws, String) {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let listener = aws.listener(&lb, 80);
    (aws, listener)
}

fn priorities(aws: &Aws, listener: &str) -> Vec<String> {
    let rules = aws.ok("DescribeRules", json!({ "ListenerArn": listener }))["Rules"].clone();
    rules.as_array().unwrap().iter().map(|r| text(&r["Priority"])).collect()
}

fn default_rule(aws: &Aws, listener: &str) -> String {
    let rules = aws.ok("DescribeRules", json!({ "ListenerArn": listener }))["Rules"].clone();
    text(&rules.as_array().unwrap().last().unwrap()["RuleArn"])
}

fn transforms() -> Value {
    json!([
        { "Type": "url-rewrite", "UrlRewriteConfig": { "Rewrites": [{ "Regex": "^/old/(.*)$", "Replace": "/new/$1" }] } },
        { "Type": "host-header-rewrite", "HostHeaderRewriteConfig": { "Rewrites": [{ "Regex": "^a$", "Replace": "b" }] } },
    ])
}

#[test]
fn a_new_rule() {
    let (aws, listener) = start();
    let made = aws.ok("CreateRule", rule(&listener, 7))["Rules"][0].clone();
    let arn = text(&made["RuleArn"]);
    assert_eq!(
        arn.strip_prefix(&(listener.replace(":listener/", ":listener-rule/") + "/")).unwrap().len(),
        16
    );
    assert_eq!(made["Priority"], "7");
    assert_eq!(made["IsDefault"], "false");
    assert_eq!(made["Actions"][0]["Order"], "1");
    assert_eq!(aws.describe_rule(&arn), made);
}

#[test]
fn required_and_possible() {
    let (aws, listener) = start();
    let create = |changes| with(rule(&listener, 1), changes);
    for change in [
        json!({ "Priority": null }),
        json!({ "Priority": 0 }),
        json!({ "Priority": 50_001 }),
        json!({ "Priority": "first" }),
        json!({ "Conditions": [] }),
        json!({ "Conditions": null }),
        json!({ "Actions": [] }),
        json!({ "ListenerArn": "l" }),
    ] {
        aws.invalid("CreateRule", create(change));
    }
    let gone = create(json!({ "ListenerArn": listener.replace("/lb/", "/zz/") }));
    aws.refused("ListenerNotFound", "CreateRule", gone);
    aws.ok("CreateRule", create(json!({ "Priority": 50_000 })));
}

#[test]
fn priorities_are_unique() {
    let (aws, listener) = start();
    aws.rule(&listener, 1);
    let message = aws.refused("PriorityInUse", "CreateRule", rule(&listener, 1));
    assert_eq!(message, "Priority '1' is currently in use");
}

#[test]
fn the_quota_is_per_load_balancer() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let (a, b) = (aws.listener(&lb, 80), aws.listener(&lb, 81));
    aws.quota("rules-per-application-load-balancer", 2);
    aws.rule(&a, 1);
    aws.rule(&b, 1);
    aws.refused("TooManyRules", "CreateRule", rule(&b, 2));
    let other = aws.load_balancer("other");
    aws.rule(&aws.listener(&other, 80), 1);
}

#[test]
fn a_hundred_rules() {
    let (aws, listener) = start();
    (1..=100).for_each(|priority| drop(aws.rule(&listener, priority)));
    aws.refused("TooManyRules", "CreateRule", rule(&listener, 101));
    assert_eq!(priorities(&aws, &listener).len(), 101, "one page");
}

#[test]
fn sorted_by_priority_and_paged() {
    let (aws, listener) = start();
    for priority in [30, 5, 100, 7, 1000] {
        aws.rule(&listener, priority);
    }
    assert_eq!(priorities(&aws, &listener), ["5", "7", "30", "100", "1000", "default"]);
    let mut seen = Vec::new();
    let mut input = json!({ "ListenerArn": listener, "PageSize": 4 });
    loop {
        let page = aws.ok("DescribeRules", input.clone());
        seen.extend(page["Rules"].as_array().unwrap().iter().map(|r| text(&r["Priority"])));
        match &page["NextMarker"] {
            Value::Null => break,
            marker => input["Marker"] = marker.clone(),
        }
    }
    assert_eq!(seen, priorities(&aws, &listener));
}

#[test]
fn describing() {
    let (aws, listener) = start();
    let (a, b) = (aws.rule(&listener, 2), aws.rule(&listener, 1));
    let both = aws.ok("DescribeRules", json!({ "RuleArns": [a, b] }));
    assert_eq!(both["Rules"][0]["RuleArn"], a, "in the order asked for");
    aws.invalid("DescribeRules", json!({}));
    aws.invalid("DescribeRules", json!({ "ListenerArn": listener, "RuleArns": [a] }));
    let gone = a.replace("/lb/", "/zz/");
    aws.refused("RuleNotFound", "DescribeRules", json!({ "RuleArns": [a, gone] }));
    aws.refused(
        "ListenerNotFound",
        "DescribeRules",
        json!({ "ListenerArn": listener.replace("/lb/", "/z/") }),
    );
}

#[test]
fn modifying_keeps_the_rest() {
    let (aws, listener) = start();
    let arn = aws.rule(&listener, 3);
    let before = aws.describe_rule(&arn);
    let host = json!([{ "Field": "host-header", "HostHeaderConfig": { "Values": ["a.example.com"] } }]);
    aws.ok("ModifyRule", json!({ "RuleArn": arn, "Conditions": host, "Actions": [] }));
    let after = aws.describe_rule(&arn);
    assert_eq!(after["Conditions"][0]["Field"], "host-header");
    assert_eq!((&after["Actions"], &after["Priority"]), (&before["Actions"], &before["Priority"]));
    let group = aws.target_group("tg");
    aws.ok("ModifyRule", json!({ "RuleArn": arn, "Actions": [forward(&group)], "Conditions": [] }));
    assert_eq!(aws.describe_rule(&arn)["Conditions"], after["Conditions"]);
    aws.refused("RuleNotFound", "ModifyRule", json!({ "RuleArn": arn.replace("/lb/", "/zz/") }));
    aws.invalid("ModifyRule", json!({ "RuleArn": arn, "Priority": 4 }));
}

#[test]
fn transforms_and_their_reset() {
    let (aws, listener) = start();
    let made = aws.ok("CreateRule", with(rule(&listener, 1), json!({ "Transforms": transforms() })));
    let arn = text(&made["Rules"][0]["RuleArn"]);
    assert_eq!(made["Rules"][0]["Transforms"], transforms());
    aws.ok("ModifyRule", json!({ "RuleArn": arn, "Transforms": [] }));
    assert_eq!(aws.describe_rule(&arn)["Transforms"], transforms(), "an empty list is not given");
    aws.invalid("ModifyRule", json!({ "RuleArn": arn, "Transforms": transforms(), "ResetTransforms": true }));
    aws.ok("ModifyRule", json!({ "RuleArn": arn, "ResetTransforms": true }));
    assert_eq!(aws.describe_rule(&arn)["Transforms"], "");
    aws.ok("ModifyRule", json!({ "RuleArn": arn, "Transforms": transforms(), "ResetTransforms": false }));
    assert_eq!(aws.describe_rule(&arn)["Transforms"], transforms());
}

#[test]
fn bad_transforms() {
    let (aws, listener) = start();
    let rewrite =
        |regex: &str, replace: &str| json!({ "Rewrites": [{ "Regex": regex, "Replace": replace }] });
    let url = |config: Value| json!({ "Type": "url-rewrite", "UrlRewriteConfig": config });
    for bad in [
        json!([url(rewrite("a", "b")), url(rewrite("c", "d"))]),
        json!([url(json!({ "Rewrites": [] }))]),
        json!([url(
            json!({ "Rewrites": [{ "Regex": "a", "Replace": "b" }, { "Regex": "c", "Replace": "d" }] })
        )]),
        json!([url(rewrite("", "b"))]),
        json!([url(rewrite(&"a".repeat(1025), "b"))]),
        json!([url(rewrite("a", &"b".repeat(1025)))]),
        json!([url(rewrite("(?=a)", "b"))]),
        json!([{ "Type": "url-rewrite" }]),
        json!([{ "Type": "url-rewrite", "HostHeaderRewriteConfig": rewrite("a", "b") }]),
        json!([{ "Type": "path-rewrite", "UrlRewriteConfig": rewrite("a", "b") }]),
        json!([url(json!({ "Rewrites": [{ "Regex": "a" }] }))]),
    ] {
        aws.invalid("CreateRule", with(rule(&listener, 1), json!({ "Transforms": bad })));
    }
}

#[test]
fn the_default_rule() {
    let (aws, listener) = start();
    let default = default_rule(&aws, &listener);
    aws.refused("OperationNotPermitted", "DeleteRule", json!({ "RuleArn": default }));
    aws.refused("OperationNotPermitted", "ModifyRule", json!({ "RuleArn": default, "Actions": [fixed()] }));
    let priorities = json!([{ "RuleArn": default, "Priority": 1 }]);
    aws.refused("OperationNotPermitted", "SetRulePriorities", json!({ "RulePriorities": priorities }));
}

#[test]
fn deleting() {
    let (aws, listener) = start();
    let arn = aws.rule(&listener, 1);
    aws.ok("DeleteRule", json!({ "RuleArn": arn }));
    aws.refused("RuleNotFound", "DeleteRule", json!({ "RuleArn": arn }));
    aws.invalid("DeleteRule", json!({ "RuleArn": listener }));
    aws.rule(&listener, 1);
}

#[test]
fn setting_priorities() {
    let (aws, listener) = start();
    let (a, b, c) = (aws.rule(&listener, 1), aws.rule(&listener, 2), aws.rule(&listener, 3));
    let set = |pairs: &[(&str, u32)]| {
        let pairs: Vec<Value> = pairs.iter().map(|(r, p)| json!({ "RuleArn": r, "Priority": p })).collect();
        json!({ "RulePriorities": pairs })
    };
    let of = |arn: &str| text(&aws.describe_rule(arn)["Priority"]);
    // Swap, own priority, chain into a place that is left in the same call.
    aws.ok("SetRulePriorities", set(&[(&a, 2), (&b, 1)]));
    assert_eq!((of(&a), of(&b)), ("2".into(), "1".into()));
    aws.ok("SetRulePriorities", set(&[(&a, 2)]));
    let answer = aws.ok("SetRulePriorities", set(&[(&b, 2), (&a, 3), (&c, 50_000)]));
    assert_eq!(answer["Rules"].as_array().unwrap().len(), 3);
    assert_eq!((of(&a), of(&b), of(&c)), ("3".into(), "2".into(), "50000".into()));

    aws.refused("PriorityInUse", "SetRulePriorities", set(&[(&a, 2)]));
    aws.refused("PriorityInUse", "SetRulePriorities", set(&[(&a, 10), (&b, 10)]));
    aws.refused("PriorityInUse", "SetRulePriorities", set(&[(&a, 10), (&b, 50_000)]));
    aws.invalid("SetRulePriorities", set(&[(&a, 10), (&a, 11)]));
    aws.invalid("SetRulePriorities", set(&[]));
    aws.invalid("SetRulePriorities", set(&[(&a, 0)]));
    aws.invalid("SetRulePriorities", set(&[(&a, 50_001)]));
    aws.invalid("SetRulePriorities", json!({ "RulePriorities": [{ "RuleArn": a }] }));
    aws.invalid("SetRulePriorities", json!({ "RulePriorities": [{ "Priority": 1 }] }));
    let gone = a.replace("/lb/", "/zz/");
    aws.refused("RuleNotFound", "SetRulePriorities", set(&[(&a, 10), (&gone, 11)]));

    // Another listener's rules are no conflict.
    let other = aws.listener(&aws.load_balancer("other"), 80);
    let d = aws.rule(&other, 2);
    aws.ok("SetRulePriorities", set(&[(&d, 3)]));
}
