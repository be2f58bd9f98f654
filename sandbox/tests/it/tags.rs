use serde_json::{Value, json};

use crate::harness::{Aws, aws, listener, load_balancer, rule, target_group, with};

fn tags(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(k, v)| json!({ "Key": k, "Value": v })).collect()
}

fn of(aws: &Aws, arn: &str) -> Value {
    let answer = aws.ok("DescribeTags", json!({ "ResourceArns": [arn] }));
    assert_eq!(answer["TagDescriptions"][0]["ResourceArn"], arn);
    answer["TagDescriptions"][0]["Tags"].clone()
}

/// One of each kind.
fn four(aws: &Aws) -> Vec<String> {
    let (lb, group) = (aws.load_balancer("lb"), aws.target_group("tg"));
    let listener = aws.listener(&lb, 80);
    let rule = aws.rule(&listener, 1);
    vec![lb, group, listener, rule]
}

#[test]
fn in_create_calls() {
    let aws = aws();
    let both = json!({ "Tags": tags(&[("b", "2"), ("a", "1")]) });
    let sorted = tags(&[("a", "1"), ("b", "2")]);
    let lb = aws.ok("CreateLoadBalancer", with(load_balancer("lb"), both.clone()));
    let lb = lb["LoadBalancers"][0]["LoadBalancerArn"].as_str().unwrap();
    let group = aws.ok("CreateTargetGroup", with(target_group("tg"), both.clone()));
    let l = aws.ok("CreateListener", with(listener(lb, 80), both.clone()));
    let l = l["Listeners"][0]["ListenerArn"].as_str().unwrap();
    let r = aws.ok("CreateRule", with(rule(l, 1), both));
    let group = group["TargetGroups"][0]["TargetGroupArn"].as_str().unwrap();
    for arn in [lb, group, l, r["Rules"][0]["RuleArn"].as_str().unwrap()] {
        assert_eq!(of(&aws, arn), sorted);
    }
}

#[test]
fn adding_and_removing() {
    let aws = aws();
    let arns = four(&aws);
    arns.iter().for_each(|arn| assert_eq!(of(&aws, arn), "", "an untagged resource has an entry"));
    aws.ok("AddTags", json!({ "ResourceArns": arns, "Tags": tags(&[("x", "1"), ("y", "")]) }));
    aws.ok("AddTags", json!({ "ResourceArns": [arns[0]], "Tags": tags(&[("x", "2")]) }));
    assert_eq!(of(&aws, &arns[0]), tags(&[("x", "2"), ("y", "")]));
    assert_eq!(of(&aws, &arns[3]), tags(&[("x", "1"), ("y", "")]));
    aws.ok("RemoveTags", json!({ "ResourceArns": arns, "TagKeys": ["x", "absent"] }));
    arns.iter().for_each(|arn| assert_eq!(of(&aws, arn), tags(&[("y", "")])));
    let all = aws.ok("DescribeTags", json!({ "ResourceArns": arns }));
    assert_eq!(all["TagDescriptions"].as_array().unwrap().len(), 4);
    let rules = aws.ok("DescribeRules", json!({ "ListenerArn": arns[2] }));
    let default = rules["Rules"][1]["RuleArn"].as_str().unwrap();
    aws.ok("AddTags", json!({ "ResourceArns": [default], "Tags": tags(&[("x", "1")]) }));
}

#[test]
fn what_is_missing() {
    let aws = aws();
    let arns = four(&aws);
    let codes = ["LoadBalancerNotFound", "TargetGroupNotFound", "ListenerNotFound", "RuleNotFound"];
    for (arn, code) in arns.iter().zip(codes) {
        let gone = format!("{}0000", &arn[..arn.len() - 4]);
        let both = json!([arn, gone]);
        aws.refused(code, "DescribeTags", json!({ "ResourceArns": both }));
        aws.refused(code, "AddTags", json!({ "ResourceArns": both, "Tags": tags(&[("a", "1")]) }));
        aws.refused(code, "RemoveTags", json!({ "ResourceArns": both, "TagKeys": ["a"] }));
    }
    aws.invalid("DescribeTags", json!({ "ResourceArns": ["arn:aws:s3:::bucket"] }));
    aws.invalid("DescribeTags", json!({ "ResourceArns": [] }));
}

#[test]
fn limits() {
    let aws = aws();
    let arn = aws.target_group("tg");
    aws.invalid("DescribeTags", json!({ "ResourceArns": vec![&arn; 21] }));
    let many = json!({ "ResourceArns": vec![&arn; 21], "Tags": tags(&[("a", "1")]) });
    aws.refused_on_a_guess("ValidationError", "AddTags", many);
    let keys: Vec<String> = (0..49).map(|i| format!("k{i}")).collect();
    let more: Vec<(&str, &str)> = keys.iter().map(|k| (k.as_str(), "v")).collect();
    aws.ok("AddTags", json!({ "ResourceArns": [arn], "Tags": tags(&more) }));
    aws.ok("AddTags", json!({ "ResourceArns": [arn], "Tags": tags(&[("a", "2")]) }));
    let one_more = json!({ "ResourceArns": [arn], "Tags": tags(&[("b", "1")]) });
    aws.refused_on_a_guess("TooManyTags", "AddTags", one_more);
    let keys: Vec<String> = (0..51).map(|i| format!("k{i}")).collect();
    let more: Vec<(&str, &str)> = keys.iter().map(|k| (k.as_str(), "v")).collect();
    let create = with(target_group("other"), json!({ "Tags": tags(&more) }));
    aws.refused("TooManyTags", "CreateTargetGroup", create);
}

#[test]
fn keys_and_values() {
    let aws = aws();
    let arn = aws.target_group("tg");
    let add = |key: &str, value: &str| json!({ "ResourceArns": [arn], "Tags": tags(&[(key, value)]) });
    for (key, value) in [
        ("", "v"),
        (&*"k".repeat(129), "v"),
        ("k", &*"v".repeat(257)),
        ("k*", "v"),
        ("k", "a\nb"),
        ("k", "{}"),
        ("aws:k", "v"),
        ("AWS:k", "v"),
    ] {
        aws.invalid("AddTags", add(key, value));
        let create = with(target_group("x"), json!({ "Tags": tags(&[(key, value)]) }));
        aws.invalid("CreateTargetGroup", create);
    }
    aws.ok("AddTags", add(&"é".repeat(128), "_.:/=+-@ 1"));
    let twice = json!({ "ResourceArns": [arn], "Tags": tags(&[("a", "1"), ("a", "2")]) });
    aws.refused("DuplicateTagKeys", "AddTags", twice);
    let twice = with(target_group("x"), json!({ "Tags": tags(&[("a", "1"), ("a", "2")]) }));
    aws.refused("DuplicateTagKeys", "CreateTargetGroup", twice);
    aws.invalid("AddTags", json!({ "ResourceArns": [arn], "Tags": [] }));
    aws.invalid("CreateTargetGroup", with(target_group("x"), json!({ "Tags": [] })));
    aws.invalid("RemoveTags", json!({ "ResourceArns": [arn], "TagKeys": ["aws:x"] }));
}

#[test]
fn deleting_clears() {
    let aws = aws();
    let old = aws.target_group_with("tg", json!({ "Tags": tags(&[("old", "1")]) }));
    aws.ok("DeleteTargetGroup", json!({ "TargetGroupArn": old }));
    assert_eq!(of(&aws, &aws.target_group("tg")), "");
}

#[test]
fn finding_by_tag() {
    let aws = aws();
    let arns = four(&aws);
    assert!(aws.tagged(json!({})).is_empty(), "what was never tagged is not known");
    aws.ok("AddTags", json!({ "ResourceArns": arns, "Tags": tags(&[("own", "s"), ("n", "1")]) }));
    aws.ok("AddTags", json!({ "ResourceArns": [arns[0]], "Tags": tags(&[("n", "2")]) }));
    let find = |filters: Value| {
        let mut found = aws.tagged(json!({ "TagFilters": filters }));
        found.sort_by_key(|a| arns.iter().position(|b| a == b));
        found
    };
    assert_eq!(find(json!([{ "Key": "own", "Values": ["s"] }])), arns);
    assert_eq!(find(json!([{ "Key": "own" }])), arns);
    assert_eq!(find(json!([{ "Key": "own" }, { "Key": "n", "Values": ["2", "3"] }])), arns[..1]);
    assert_eq!(find(json!([{ "Key": "n", "Values": ["1", "2"] }])), arns);
    assert!(find(json!([{ "Key": "own", "Values": ["other"] }])).is_empty());
    let of_type = |t: &str| aws.tagged(json!({ "ResourceTypeFilters": [t] }));
    assert_eq!(of_type("elasticloadbalancing:targetgroup"), arns[1..2]);
    assert_eq!(of_type("elasticloadbalancing").len(), 4);
    assert!(of_type("ec2").is_empty());
    assert_eq!(aws.tagged(json!({ "ResourceARNList": [arns[2]] })), arns[2..3]);
    aws.ok("RemoveTags", json!({ "ResourceArns": [arns[0]], "TagKeys": ["own", "n"] }));
    assert_eq!(aws.tagged(json!({})).len(), 4, "previously tagged");
    let elsewhere = Aws { region: "eu-west-1", ..aws };
    assert!(elsewhere.tagged(json!({})).is_empty());
}

#[test]
fn paging_of_the_tagging_api() {
    let aws = aws();
    let arns = four(&aws);
    aws.ok("AddTags", json!({ "ResourceArns": arns, "Tags": tags(&[("own", "s")]) }));
    let (_, first) = aws.tagging("GetResources", json!({ "ResourcesPerPage": 3, "PaginationToken": "" }));
    assert_eq!(first["ResourceTagMappingList"].as_array().unwrap().len(), 3);
    assert_eq!(first["ResourceTagMappingList"][0]["Tags"], tags(&[("own", "s")]));
    let token = first["PaginationToken"].clone();
    let (_, second) = aws.tagging("GetResources", json!({ "ResourcesPerPage": 3, "PaginationToken": token }));
    assert_eq!(second["ResourceTagMappingList"].as_array().unwrap().len(), 1);
    assert_eq!(second["PaginationToken"], "");
}

#[test]
fn refusals_of_the_tagging_api() {
    let aws = aws();
    let code = |params: Value| {
        let (status, body) = aws.tagging("GetResources", params);
        assert_eq!(status, 400);
        body["__type"].as_str().unwrap().to_owned()
    };
    for bad in [
        json!({ "ResourcesPerPage": 0 }),
        json!({ "ResourcesPerPage": 101 }),
        json!({ "TagsPerPage": 99 }),
        json!({ "TagFilters": [{ "Values": ["a"] }] }),
        json!({ "TagFilters": vec![json!({ "Key": "a" }); 51] }),
        json!({ "TagFilters": [{ "Key": "a", "Values": vec!["v"; 21] }] }),
        json!({ "ResourceARNList": [] }),
        json!({ "ResourceARNList": ["a"], "TagFilters": [{ "Key": "a" }] }),
        json!({ "IncludeComplianceDetails": true }),
        json!({ "Nope": 1 }),
        json!([]),
    ] {
        assert_eq!(code(bad), "InvalidParameterException");
    }
    assert_eq!(code(json!({ "PaginationToken": "x" })), "PaginationTokenExpiredException");
}
