//! Routing policies: set identifiers, and which record sets go together.

use serde_json::{Value, json};

use crate::harness::{Aws, aws, text};
use crate::rest::{alias, but, record};

const NAME: &str = "w.example.com";

fn zone() -> (Aws, String) {
    let aws = aws();
    let id = aws.zone("example.com");
    (aws, id)
}

fn set(action: &str, identifier: &str, policy: Value) -> Value {
    let change = but(record(action, NAME, "A", &["192.0.2.1"]), json!({ "SetIdentifier": identifier }));
    but(change, policy)
}

#[test]
fn weighted() {
    let (aws, id) = zone();
    let weighted =
        |action: &str, identifier: &str, weight: u32| set(action, identifier, json!({ "Weight": weight }));
    aws.change(&id, json!([weighted("CREATE", "a", 10), weighted("CREATE", "b", 0)]));
    aws.change(&id, json!([weighted("UPSERT", "a", 255)]));
    let sets: Vec<(String, String)> =
        aws.own_records(&id).iter().map(|r| (text(&r["SetIdentifier"]), text(&r["Weight"]))).collect();
    assert_eq!(sets, [("a".into(), "255".into()), ("b".into(), "0".into())]);
    let shown = "[name='w.example.com.', type='A', set-identifier='a']";
    aws.bad_batch(&id, json!([weighted("CREATE", "a", 1)]), shown);
    aws.bad_batch(&id, json!([weighted("DELETE", "a", 10)]), "do not match");
    aws.change(&id, json!([weighted("DELETE", "a", 255)]));
    aws.change_refused("InvalidInput", &id, json!([weighted("CREATE", "c", 256)]), "range");
    let target = but(alias("CREATE", NAME), json!({ "SetIdentifier": "c", "Weight": 5 }));
    aws.change(&id, json!([target]));
    assert!(aws.own_records(&id).iter().any(|r| r.get("AliasTarget").is_some() && r["Weight"] == "5"));
    let many: Value = (0..98).map(|i| weighted("CREATE", &format!("n{i}"), 1)).collect();
    aws.change(&id, many);
    // Developer guide, "Quotas": 100 weighted records of one name and type.
    aws.bad_batch(&id, json!([weighted("CREATE", "x", 1)]), "100 RRSets");
}

#[test]
fn identifier_and_policy_belong_together() {
    let (aws, id) = zone();
    let refused = |change: Value, part: &str| aws.change_refused("InvalidInput", &id, json!([change]), part);
    refused(
        set("CREATE", "a", json!({})),
        "but found none in Change with [Action=CREATE, Name=w.example.com, Type=A, SetIdentifier=a]",
    );
    refused(
        set("CREATE", "a", json!({ "Weight": 1, "SetIdentifier": null })),
        "Missing field 'SetIdentifier'",
    );
    refused(set("CREATE", "a", json!({ "Weight": 1, "Region": "us-east-1" })), "but found more than one");
    refused(set("CREATE", &"a".repeat(129), json!({ "Weight": 1 })), "128");
}

#[test]
fn one_policy_for_a_name_and_type() {
    let (aws, id) = zone();
    let exist = "RRSet with DNS name w.example.com., type A cannot be created as other RRSets \
        exist with the same name and type.";
    aws.change(&id, json!([set("CREATE", "a", json!({ "Weight": 1 }))]));
    let simple = record("UPSERT", NAME, "A", &["192.0.2.1"]);
    aws.bad_batch(&id, json!([simple]), exist);
    aws.bad_batch(
        &id,
        json!([set("CREATE", "b", json!({ "Region": "us-east-1" }))]),
        "SetIdentifier b cannot be created",
    );
    // Another type is another matter, and a batch can change the policy.
    aws.change(&id, json!([record("CREATE", NAME, "TXT", &["\"x\""])]));
    aws.change(&id, json!([set("DELETE", "a", json!({ "Weight": 1 })), simple]));
    aws.bad_batch(
        &id,
        json!([set("UPSERT", "a", json!({ "Weight": 1 }))]),
        "SetIdentifier a cannot be created",
    );
}

#[test]
fn failover() {
    let (aws, id) = zone();
    let failover = |identifier: &str, which: &str| set("CREATE", identifier, json!({ "Failover": which }));
    aws.change(&id, json!([failover("one", "PRIMARY"), failover("two", "SECONDARY")]));
    // ResourceRecordSet, `Failover`: one primary and one secondary of a name and type.
    aws.bad_batch(&id, json!([failover("three", "PRIMARY")]), "PRIMARY");
    aws.bad_batch(&id, json!([failover("three", "SECONDARY")]), "SECONDARY");
    aws.change_refused("InvalidInput", &id, json!([failover("three", "TERTIARY")]), "enum value set");
    let swap = json!([
        set("UPSERT", "one", json!({ "Failover": "SECONDARY" })),
        set("UPSERT", "two", json!({ "Failover": "PRIMARY" })),
    ]);
    aws.change(&id, swap);
    let kinds: Vec<String> = aws.own_records(&id).iter().map(|r| text(&r["Failover"])).collect();
    assert_eq!(kinds, ["SECONDARY", "PRIMARY"]);
}

#[test]
fn latency() {
    let (aws, id) = zone();
    let latency = |identifier: &str, region: &str| set("CREATE", identifier, json!({ "Region": region }));
    aws.change(&id, json!([latency("one", "us-east-1"), latency("two", "eu-west-1")]));
    // ResourceRecordSet, `Region`: one for a region, with one record.
    aws.bad_batch(&id, json!([latency("three", "us-east-1")]), "us-east-1");
    let two = json!([{ "Value": "192.0.2.1" }, { "Value": "192.0.2.2" }]);
    let two = but(latency("three", "us-west-2"), json!({ "ResourceRecords": two }));
    aws.bad_batch(&id, json!([two]), "more than one ResourceRecord");
    assert_eq!(aws.own_records(&id)[0]["Region"], "us-east-1");
}

#[test]
fn the_other_policies() {
    let (aws, id) = zone();
    let multivalue = json!({ "MultiValueAnswer": true });
    aws.change(&id, json!([set("CREATE", "a", multivalue.clone()), set("CREATE", "b", multivalue.clone())]));
    let target = but(but(alias("CREATE", NAME), json!({ "SetIdentifier": "c" })), multivalue);
    aws.bad_batch(&id, json!([target]), "multivalue");
    assert_eq!(aws.own_records(&id)[0]["MultiValueAnswer"], "true");
    let geo = |identifier: &str, code: &str| {
        let place =
            json!({ "GeoLocation": { "CountryCode": code }, "Name": "g.example.com", "HealthCheckId": "h" });
        set("CREATE", identifier, place)
    };
    aws.change(&id, json!([geo("a", "DE"), geo("b", "*")]));
    aws.bad_batch(&id, json!([geo("c", "DE")]), "same location");
    let first = aws.own_records(&id)[0].clone();
    assert_eq!((&first["GeoLocation"]["CountryCode"], &first["HealthCheckId"]), (&json!("DE"), &json!("h")));
}
