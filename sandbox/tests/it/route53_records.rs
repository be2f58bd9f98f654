//! Record sets: changes and what they are refused for, listing, escapes.

use serde_json::{Value, json};

use crate::harness::{Aws, aws, text};
use crate::rest::{alias, but, record};

fn zone() -> (Aws, String) {
    let aws = aws();
    let id = aws.zone("example.com");
    (aws, id)
}

fn a(action: &str, name: &str) -> Value {
    record(action, name, "A", &["192.0.2.1"])
}

#[test]
fn create_upsert_delete() {
    let (aws, id) = zone();
    let www = "www.example.com";
    aws.change(&id, json!([a("CREATE", "WWW.Example.com")]));
    aws.bad_batch(
        &id,
        json!([a("CREATE", www)]),
        "[Tried to create resource record set [name='www.example.com.', type='A'] but it already exists]",
    );
    aws.change(
        &id,
        json!([but(record("UPSERT", www, "A", &["192.0.2.2", "192.0.2.3"]), json!({ "TTL": 300 }))]),
    );
    let records = aws.own_records(&id);
    let values = json!([{ "Value": "192.0.2.2" }, { "Value": "192.0.2.3" }]);
    assert_eq!(
        records,
        [json!({ "Name": "www.example.com.", "Type": "A", "TTL": "300", "ResourceRecords": values })]
    );
    let gone = record("DELETE", www, "A", &["192.0.2.3", "192.0.2.2"]);
    aws.bad_batch(&id, json!([gone]), "but the values provided do not match the current values");
    aws.bad_batch(&id, json!([a("DELETE", www)]), "but the values provided do not match the current values");
    aws.bad_batch(
        &id,
        json!([a("DELETE", "x.example.com")]),
        "Tried to delete resource record set [name='x.example.com.', type='A'] but it was not found",
    );
    aws.change(&id, json!([but(gone, json!({ "TTL": 300 }))]));
    assert!(aws.own_records(&id).is_empty(), "the order of values does not matter");
}

#[test]
fn a_batch_is_atomic() {
    let (aws, id) = zone();
    aws.change(&id, json!([a("CREATE", "old.example.com")]));
    let batch = json!([
        a("CREATE", "new.example.com"),
        a("DELETE", "old.example.com"),
        a("CREATE", "a.other.com"),
        record("CREATE", "bad.example.com", "A", &["999.1.1.1"]),
    ]);
    aws.bad_batch(
        &id,
        batch.clone(),
        "RRSet with DNS name a.other.com. is not permitted in zone example.com.",
    );
    aws.bad_batch(
        &id,
        batch,
        "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '999.1.1.1'",
    );
    assert_eq!(aws.own_records(&id).len(), 1);
    aws.change_refused("InvalidInput", &id, json!([]), "Changes");
}

#[test]
fn one_record_set_twice() {
    let (aws, id) = zone();
    let invalid =
        "The request contains an invalid set of changes for a resource record set 'A a.example.com.'";
    let name = "a.example.com";
    aws.bad_batch(&id, json!([a("UPSERT", name), a("UPSERT", name)]), invalid);
    aws.bad_batch(&id, json!([a("CREATE", name), a("DELETE", name)]), invalid);
    aws.change(&id, json!([a("CREATE", name)]));
    // ChangeResourceRecordSets: the same set deleted twice is an InvalidChangeBatch.
    aws.bad_batch(&id, json!([a("DELETE", name), a("DELETE", name)]), invalid);
    aws.change(&id, json!([a("DELETE", name), record("CREATE", name, "A", &["192.0.2.9"])]));
    assert_eq!(aws.own_records(&id)[0]["ResourceRecords"][0]["Value"], "192.0.2.9");
}

#[test]
fn cname_is_alone() {
    let (aws, id) = zone();
    let cname = |action: &str, name: &str| record(action, name, "CNAME", &["target.example.org"]);
    // Developer guide, "CNAME": not at the zone apex.
    aws.bad_batch(
        &id,
        json!([cname("UPSERT", "example.com")]),
        "RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.",
    );
    aws.change(&id, json!([a("CREATE", "a.example.com")]));
    aws.bad_batch(
        &id,
        json!([cname("UPSERT", "a.example.com")]),
        "is not permitted as it conflicts with other records with the same DNS name in zone example.com.",
    );
    aws.change(&id, json!([a("DELETE", "a.example.com"), cname("CREATE", "a.example.com")]));
    aws.bad_batch(
        &id,
        json!([a("UPSERT", "a.example.com")]),
        "a conflicting RRSet of type  CNAME with the same DNS name already exists in zone example.com.",
    );
    // A change of type is one batch, in any order of the two records.
    aws.change(&id, json!([alias("CREATE", "a.example.com"), cname("DELETE", "a.example.com")]));
    let two = record("CREATE", "b.example.com", "CNAME", &["x.org", "y.org"]);
    aws.bad_batch(&id, json!([two]), "more than one value");
    aws.bad_batch(&id, json!([cname("CREATE", "c.example.com"), a("CREATE", "c.example.com")]), "CNAME");
}

#[test]
fn names_and_escapes() {
    let (aws, id) = zone();
    aws.change(&id, json!([a("CREATE", "*.Example.com"), a("CREATE", "a@b.example.com.")]));
    let names: Vec<String> = aws.own_records(&id).iter().map(|r| text(&r["Name"])).collect();
    assert_eq!(names, ["\\052.example.com.", "a\\100b.example.com."]);
    aws.bad_batch(&id, json!([a("CREATE", "\\052.example.com")]), "already exists");
    aws.change(&id, json!([a("DELETE", "\\052.example.com")]));
    for (bad, why) in [
        ("a..example.com", "DomainLabelEmpty"),
        ("ä.example.com", "UnsupportedCharacter"),
        (&format!("{}.example.com", "a".repeat(64)), "DomainLabelTooLong"),
    ] {
        aws.bad_batch(&id, json!([a("CREATE", bad)]), why);
    }
    aws.bad_batch(&id, json!([a("CREATE", "badexample.com")]), "is not permitted in zone example.com.");
}

#[test]
fn required_records() {
    let (aws, id) = zone();
    let list = aws.records(&id, "")["ResourceRecordSets"].clone();
    let delete = |i: usize| {
        let mut set = list[i].clone();
        set["TTL"] = json!(text(&set["TTL"]));
        json!([{ "Action": "DELETE", "ResourceRecordSet": set }])
    };
    aws.bad_batch(&id, delete(0), "A HostedZone must contain at least one NS record for the zone itself.");
    aws.bad_batch(&id, delete(1), "A HostedZone must contain exactly one SOA record.");
    aws.change(&id, json!([record("UPSERT", "example.com", "NS", &["ns1.example.net."])]));
    aws.dns("DELETE", &format!("hostedzone/{id}"), Value::Null);
}

#[test]
fn aliases() {
    let (aws, id) = zone();
    aws.change(
        &id,
        json!([
            alias("CREATE", "example.com"),
            but(alias("CREATE", "example.com"), json!({ "Type": "AAAA" }))
        ]),
    );
    let records = aws.own_records(&id);
    let kinds: Vec<String> = records.iter().map(|r| text(&r["Type"])).collect();
    assert_eq!(kinds, ["A", "AAAA"]);
    let target = json!({
        "HostedZoneId": "Z35SXDOTRQ7X7K",
        "DNSName": "dualstack.my-lb-1.us-east-1.elb.amazonaws.com.",
        "EvaluateTargetHealth": "true",
    });
    assert_eq!(records[0], json!({ "Name": "example.com.", "Type": "A", "AliasTarget": target }));
    // The zone and name that the load balancer itself says.
    let lb = aws.ok("CreateLoadBalancer", crate::harness::load_balancer("lb"))["LoadBalancers"][0].clone();
    let of = |zone: &Value, name: &Value| {
        let target = json!({ "HostedZoneId": zone, "DNSName": name, "EvaluateTargetHealth": false });
        but(alias("UPSERT", "lb.example.com"), json!({ "AliasTarget": target }))
    };
    aws.change(&id, json!([of(&lb["CanonicalHostedZoneId"], &lb["DNSName"])]));
    aws.change(&id, json!([of(&json!("Z2FDTNDATAQYW2"), &json!("d1.cloudfront.net"))]));
    let outside = "but the alias target name does not lie within the target zone";
    aws.bad_batch(&id, json!([of(&json!("Z32O12XQLNTSW2"), &lb["DNSName"])]), outside);
    aws.bad_batch(&id, json!([of(&lb["CanonicalHostedZoneId"], &json!("a.example.org"))]), outside);
    aws.bad_batch(&id, json!([of(&json!("Z2FDTNDATAQYW2"), &lb["DNSName"])]), outside);
    aws.bad_batch(
        &id,
        json!([but(alias("UPSERT", "c.example.com"), json!({ "Type": "CNAME" }))]),
        "but that target was not found",
    );
    let other = aws.zone("example.org");
    aws.bad_batch(&id, json!([of(&json!(other), &json!("example.org"))]), outside);
}

#[test]
fn aliases_within_the_zone() {
    let (aws, id) = zone();
    let to = |name: &str, target: &str| {
        let target = json!({ "HostedZoneId": id, "DNSName": target, "EvaluateTargetHealth": false });
        but(alias("UPSERT", name), json!({ "AliasTarget": target }))
    };
    aws.bad_batch(&id, json!([to("b.example.com", "a.example.com")]), "but that target was not found");
    aws.change(&id, json!([to("b.example.com", "a.example.com"), a("CREATE", "a.example.com")]));
    let six = but(to("c.example.com", "a.example.com"), json!({ "Type": "AAAA" }));
    aws.bad_batch(&id, json!([six]), "type AAAA in zone");
    aws.bad_batch(&id, json!([to("d.example.com", "d.example.com")]), "but that target was not found");
    aws.bad_batch(&id, json!([to("d.example.com", "a.example.org")]), "does not lie within");
}

#[test]
fn foreign_alias_zones_are_a_guess() {
    let (aws, id) = zone();
    let target =
        json!({ "HostedZoneId": "ZOTHERSERVICE", "DNSName": "x.example.aws", "EvaluateTargetHealth": false });
    let change = json!([but(alias("UPSERT", "x.example.com"), json!({ "AliasTarget": target }))]);
    aws.bad_batch(&id, change.clone(), "does not lie within the target zone");
    aws.edit(|state| state.strict_guesses = false);
    aws.change(&id, change);
}

#[test]
fn the_form_of_a_record_set() {
    let (aws, id) = zone();
    let name = "a.example.com";
    let refused = |change: Value, part: &str| aws.change_refused("InvalidInput", &id, json!([change]), part);
    let none = "Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], \
        but found none in Change with [Action=CREATE, Name=a.example.com, Type=A, SetIdentifier=null]";
    refused(but(alias("CREATE", name), json!({ "AliasTarget": null })), none);
    refused(but(alias("CREATE", name), json!({ "TTL": 60 })), "but found more than one");
    refused(but(a("CREATE", name), json!({ "TTL": null })), "Missing field 'TTL'");
    refused(but(a("CREATE", name), json!({ "ResourceRecords": null })), "Missing field 'ResourceRecords'");
    refused(but(a("CREATE", name), json!({ "TTL": 2_147_483_648_u32 })), "TTL");
    refused(but(a("CREATE", name), json!({ "TTL": -1 })), "tTL");
    refused(but(a("CREATE", name), json!({ "Type": "AAAAA" })), "enum value set");
    refused(but(a("CREATE", name), json!({ "Typo": "1" })), "Typo");
    refused(
        json!({ "Action": "REPLACE", "ResourceRecordSet": a("x", name)["ResourceRecordSet"] }),
        "enum value set",
    );
    aws.bad_batch(
        &id,
        json!([record("CREATE", name, "A", &["1.1.1.1", "1.1.1.1"])]),
        "Duplicate Resource Record",
    );
    aws.bad_batch(&id, json!([record("CREATE", name, "TXT", &["plain"])]), "enclosed in quotation marks");
    aws.change(&id, json!([record("CREATE", name, "TXT", &["\"<&> plain\""])]));
    assert_eq!(aws.own_records(&id)[0]["ResourceRecords"][0]["Value"], "\"<&> plain\"");
}

#[test]
fn sizes_of_batches() {
    let (aws, id) = zone();
    let batch = |action: &str, n: usize| -> Value {
        (0..n).map(|i| a(action, &format!("n{i}.example.com"))).collect()
    };
    // Developer guide, "Quotas on ChangeResourceRecordSets": an UPSERT counts twice.
    aws.bad_batch(&id, batch("UPSERT", 501), "Number of records limit of 1000 exceeded.");
    aws.change(&id, batch("UPSERT", 500));
    aws.bad_batch(&id, batch("CREATE", 1001), "Number of records limit of 1000 exceeded.");
    let long = format!("\"{}\"", "x".repeat(250));
    let texts: Value =
        (0..130).map(|i| record("CREATE", &format!("t{i}.example.com"), "TXT", &[&long])).collect();
    aws.bad_batch(&id, texts, "Number of characters limit of 32000 exceeded.");
}

#[test]
fn listing_and_paging() {
    let (aws, id) = zone();
    let weighted = |identifier: &str| {
        but(a("CREATE", "w.example.com"), json!({ "SetIdentifier": identifier, "Weight": 1 }))
    };
    let batch = json!([
        a("CREATE", "b.example.com"),
        record("CREATE", "b.example.com", "AAAA", &["2001:db8::1"]),
        a("CREATE", "z.a.example.com"),
        a("CREATE", "*.example.com"),
        weighted("two"),
        weighted("one"),
    ]);
    aws.change(&id, batch);
    let shown = |list: &Value| -> Vec<String> {
        let one =
            |r: &Value| format!("{} {} {}", text(&r["Name"]), text(&r["Type"]), text(&r["SetIdentifier"]));
        list.as_array().unwrap().iter().map(one).collect()
    };
    let want = [
        "example.com. NS ",
        "example.com. SOA ",
        "\\052.example.com. A ",
        "z.a.example.com. A ",
        "b.example.com. A ",
        "b.example.com. AAAA ",
        "w.example.com. A one",
        "w.example.com. A two",
    ];
    assert_eq!(shown(&aws.records(&id, "")["ResourceRecordSets"]), want);
    let (mut seen, mut query) = (Vec::new(), "?maxitems=1".to_owned());
    for _ in 0..want.len() {
        let page = aws.records(&id, &query);
        seen.extend(shown(&page["ResourceRecordSets"]));
        if page["IsTruncated"] == "false" {
            break;
        }
        let name = text(&page["NextRecordName"]).replace('\\', "%5C");
        query = format!("?maxitems=1&name={name}&type={}", text(&page["NextRecordType"]));
        if let Some(identifier) = page["NextRecordIdentifier"].as_str() {
            query.push_str(&format!("&identifier={identifier}"));
        }
    }
    assert_eq!(seen, want);
    assert_eq!(shown(&aws.records(&id, "?name=b.example.com&type=AAAA")["ResourceRecordSets"]), want[5..]);
    assert_eq!(shown(&aws.records(&id, "?name=c.example.com")["ResourceRecordSets"]), want[6..]);
    let path = format!("hostedzone/{id}/rrset");
    aws.dns_refused("InvalidInput", "GET", &format!("{path}?type=A"), Value::Null);
    aws.dns_refused("InvalidInput", "GET", &format!("{path}?name=b.example.com&identifier=x"), Value::Null);
    aws.dns_refused("InvalidInput", "GET", &format!("{path}?name=a..b"), Value::Null);
    aws.dns_refused("InvalidInput", "GET", &format!("{path}?maxitems=0"), Value::Null);
    aws.change(&id, (0..300).map(|i| a("CREATE", &format!("n{i}.example.com"))).collect());
    let page = aws.records(&id, "?maxitems=1000");
    assert_eq!(page["ResourceRecordSets"].as_array().unwrap().len(), 300, "never more");
    assert_eq!(page["IsTruncated"], "true");
}

#[test]
fn what_resolvers_see_of_a_cname() {
    let (aws, id) = zone();
    let cname = |action: &str, value: &str| json!([record(action, "_x.a.example.com", "CNAME", &[value])]);
    let seen = || aws.edit(|state| state.route53.public_cname("_X.a.example.com.", state.now));
    assert_eq!(seen(), None);
    aws.change(&id, cname("CREATE", "one.example.org"));
    assert_eq!(seen(), None, "not before it is INSYNC");
    aws.wait(2);
    assert_eq!(seen().as_deref(), Some("one.example.org"));
    aws.change(&id, cname("UPSERT", "one.example.org"));
    assert_eq!(seen().as_deref(), Some("one.example.org"), "nothing changed");
    aws.change(&id, cname("UPSERT", "two.example.org"));
    assert_eq!(seen(), None);
    aws.wait(2);
    assert_eq!(seen().as_deref(), Some("two.example.org"));
    let vpc = json!({ "VPCId": "vpc-0aaa", "VPCRegion": "us-east-1" });
    aws.zone_with(json!({ "Name": "a.example.com", "CallerReference": "p", "VPC": vpc }));
    assert!(seen().is_some(), "private zones are not seen");
    let child = aws.zone("a.example.com");
    assert_eq!(seen(), None, "the child zone is asked");
    aws.change(&child, cname("CREATE", "three.example.org"));
    aws.wait(2);
    assert_eq!(seen().as_deref(), Some("three.example.org"));
}

#[test]
fn a_validation_record_in_a_public_zone_lets_acm_issue() {
    let (aws, id) = zone();
    let arn = crate::acm::request(&aws, "www.example.com", json!({}));
    aws.wait(5);
    let detail = crate::acm::describe(&aws, &arn);
    let wanted = &detail["DomainValidationOptions"][0]["ResourceRecord"];
    let (name, value) = (text(&wanted["Name"]), text(&wanted["Value"]));
    let status = || text(&crate::acm::describe(&aws, &arn)["Status"]);
    aws.change(&id, json!([record("CREATE", &name, "CNAME", &["other.example.com"])]));
    aws.wait(600);
    assert_eq!(status(), "PENDING_VALIDATION", "the value counts");
    aws.change(&id, json!([record("UPSERT", &name, "CNAME", &[&value])]));
    // It is seen once it is in sync, and the certificate issued some time after that.
    aws.wait(5);
    assert_eq!(status(), "PENDING_VALIDATION");
    aws.wait(600);
    assert_eq!(status(), "ISSUED");
}
