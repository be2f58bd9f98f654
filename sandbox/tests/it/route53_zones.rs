//! Hosted zones, their tags, and changes on their way.

use std::time::Duration;

use albctl_sandbox::{Rates, Request};
use serde_json::{Value, json};

use crate::harness::{answer, aws, text};
use crate::rest::{record, xml};

fn names(list: &Value) -> Vec<String> {
    list.as_array().map(|l| l.iter().map(|z| text(&z["Name"])).collect()).unwrap_or_default()
}

#[test]
fn a_new_zone() {
    let aws = aws();
    let input =
        json!({ "Name": "Example.COM", "CallerReference": "r1", "HostedZoneConfig": { "Comment": "c & d" } });
    let response = aws.route53("POST", "hostedzone", input);
    assert_eq!(response.status, 201);
    let made = xml(&response.body);
    let id = text(&made["HostedZone"]["Id"]);
    let location = response.headers.iter().find(|(name, _)| name == "location").unwrap();
    assert!(id.starts_with("/hostedzone/Z") && location.1.ends_with(&id), "{id} {location:?}");
    assert!(made.get("Location").is_none());
    assert_eq!(made["HostedZone"]["Name"], "example.com.");
    assert_eq!(made["HostedZone"]["Config"], json!({ "Comment": "c & d", "PrivateZone": "false" }));
    assert_eq!(made["HostedZone"]["ResourceRecordSetCount"], "2");
    assert_eq!(made["ChangeInfo"]["Status"], "PENDING");
    let got = aws.dns("GET", &format!("hostedzone/{}", &id[12..]), Value::Null);
    assert_eq!(got["HostedZone"], made["HostedZone"]);
    let servers = got["DelegationSet"]["NameServers"].as_array().unwrap();
    assert_eq!(servers.len(), 4);
    // The id with its prefix, as an answer has it.
    let records = aws.records(&id.replace('/', "%2F"), "");
    let list = records["ResourceRecordSets"].as_array().unwrap();
    let of = |i: usize| (text(&list[i]["Name"]), text(&list[i]["Type"]), text(&list[i]["TTL"]));
    assert_eq!(of(0), ("example.com.".into(), "NS".into(), "172800".into()));
    assert_eq!(of(1), ("example.com.".into(), "SOA".into(), "900".into()));
    let values = list[0]["ResourceRecords"].as_array().unwrap().iter();
    let values: Vec<String> = values.map(|r| text(&r["Value"])).collect();
    let dotted: Vec<String> = servers.iter().map(|s| format!("{}.", text(s))).collect();
    assert_eq!(values, dotted);
}

#[test]
fn refused_zones() {
    let aws = aws();
    let new = |name: &str, reference: &str| json!({ "Name": name, "CallerReference": reference });
    aws.zone_with(new("example.com", "r1"));
    aws.zone_with(new("example.com", "r2"));
    let refused = |code: &str, input: Value| aws.dns_refused(code, "POST", "hostedzone", input);
    // CreateHostedZone: HostedZoneAlreadyExists is about the reference, not the name.
    refused("HostedZoneAlreadyExists", new("other.com", "r1"));
    for bad in ["", "a..b", "ä.com", "*.example.com", "\\052.example.com"] {
        refused("InvalidDomainName", new(bad, "r3"));
    }
    refused("InvalidInput", new("a.com", ""));
    refused("InvalidInput", json!({ "Name": "a.com" }));
    refused("InvalidInput", json!({ "Name": "a.com", "CallerReference": "r3", "Surprise": "1" }));
    let private = json!({ "PrivateZone": true });
    refused("InvalidInput", json!({ "Name": "a.com", "CallerReference": "r3", "HostedZoneConfig": private }));
    let set = json!({ "Name": "a.com", "CallerReference": "r3", "DelegationSetId": "N1" });
    refused("NoSuchDelegationSet", set);
    aws.edit(|state| state.route53.most_zones = 2);
    refused("TooManyHostedZones", new("a.com", "r3"));
}

#[test]
fn private_zones() {
    let aws = aws();
    let new = |reference: &str, vpc: &str| {
        let vpc = json!({ "VPCId": vpc, "VPCRegion": "us-east-1" });
        json!({ "Name": "in.example.com", "CallerReference": reference, "VPC": vpc })
    };
    let id = aws.zone_with(new("r1", "vpc-0aaa"));
    aws.zone("in.example.com");
    let zone = aws.dns("GET", &format!("hostedzone/{id}"), Value::Null);
    assert_eq!(zone["HostedZone"]["Config"]["PrivateZone"], "true");
    assert_eq!(zone["VPCs"], json!([{ "VPCId": "vpc-0aaa", "VPCRegion": "us-east-1" }]));
    assert!(zone.get("DelegationSet").is_none());
    aws.dns_refused("ConflictingDomainExists", "POST", "hostedzone", new("r2", "vpc-0aaa"));
    aws.dns_refused("InvalidVPCId", "POST", "hostedzone", new("r2", "net-1"));
    aws.edit(|state| assert!(state.missing.insert("vpc-0ccc".into())));
    aws.dns_refused("InvalidVPCId", "POST", "hostedzone", new("r2", "vpc-0ccc"));
    aws.zone_with(new("r2", "vpc-0bbb"));
    let private = aws.dns("GET", "hostedzone?hostedzonetype=PrivateHostedZone", Value::Null);
    assert_eq!(names(&private["HostedZones"]).len(), 2);
    aws.dns_refused("InvalidInput", "GET", "hostedzone?hostedzonetype=Public", Value::Null);
}

#[test]
fn pages_of_zones() {
    let aws = aws();
    assert_eq!(aws.dns("GET", "hostedzone", Value::Null)["HostedZones"], "");
    for i in 0..5 {
        aws.zone(&format!("z{i}.com"));
    }
    let (mut seen, mut marker) = (Vec::new(), String::new());
    loop {
        let page = aws.dns("GET", &format!("hostedzone?maxitems=2&marker={marker}"), Value::Null);
        seen.extend(names(&page["HostedZones"]));
        match page["IsTruncated"].as_str() {
            Some("true") => marker = text(&page["NextMarker"]),
            _ => break,
        }
    }
    seen.sort();
    assert_eq!(seen, ["z0.com.", "z1.com.", "z2.com.", "z3.com.", "z4.com."]);
    aws.dns_refused("NoSuchHostedZone", "GET", "hostedzone?marker=ZNOPE", Value::Null);
    aws.dns_refused("InvalidInput", "GET", "hostedzone?maxitems=0", Value::Null);
    aws.dns_refused("InvalidInput", "GET", "hostedzone?maxitems=many", Value::Null);
    aws.dns_refused("NoSuchDelegationSet", "GET", "hostedzone?delegationsetid=N1", Value::Null);
}

#[test]
fn zones_by_name() {
    let aws = aws();
    for name in ["example.com", "a.example.com", "example.org", "example.com", "com"] {
        aws.zone(name);
    }
    let all = aws.dns("GET", "hostedzonesbyname", Value::Null);
    let want = ["com.", "example.com.", "example.com.", "a.example.com.", "example.org."];
    assert_eq!(names(&all["HostedZones"]), want, "the labels reversed");
    let page = aws.dns("GET", "hostedzonesbyname?dnsname=Example.com&maxitems=1", Value::Null);
    assert_eq!(names(&page["HostedZones"]), ["example.com."]);
    assert_eq!(
        (page["IsTruncated"].as_str(), page["NextDNSName"].as_str()),
        (Some("true"), Some("example.com."))
    );
    let next =
        format!("hostedzonesbyname?dnsname=example.com&hostedzoneid={}", text(&page["NextHostedZoneId"]));
    let rest = aws.dns("GET", &next, Value::Null);
    assert_eq!(names(&rest["HostedZones"]), want[2..]);
    assert_ne!(rest["HostedZones"][0]["Id"], page["HostedZones"][0]["Id"]);
    let from = aws.dns("GET", "hostedzonesbyname?dnsname=example.net", Value::Null);
    assert_eq!(names(&from["HostedZones"]), ["example.org."], "a place to start at, no filter");
    aws.dns_refused("InvalidInput", "GET", "hostedzonesbyname?hostedzoneid=Z1", Value::Null);
    aws.dns_refused("InvalidDomainName", "GET", "hostedzonesbyname?dnsname=a..b", Value::Null);
}

#[test]
fn deleting_a_zone() {
    let aws = aws();
    let id = aws.zone("example.com");
    let path = format!("hostedzone/{id}");
    aws.change(&id, json!([record("CREATE", "a.example.com", "A", &["192.0.2.1"])]));
    aws.dns_refused("HostedZoneNotEmpty", "DELETE", &path, Value::Null);
    aws.change(&id, json!([record("DELETE", "a.example.com", "A", &["192.0.2.1"])]));
    assert_eq!(aws.dns("DELETE", &path, Value::Null)["ChangeInfo"]["Status"], "PENDING");
    aws.dns_refused("NoSuchHostedZone", "GET", &path, Value::Null);
    aws.dns_refused("NoSuchHostedZone", "DELETE", &path, Value::Null);
    aws.dns_refused("NoSuchHostedZone", "GET", &format!("{path}/rrset"), Value::Null);
    aws.change_refused(
        "NoSuchHostedZone",
        &id,
        json!([record("CREATE", "a.example.com", "A", &["1.1.1.1"])]),
        &id,
    );
}

#[test]
fn pending_then_in_sync() {
    let aws = aws();
    let id = aws.zone("example.com");
    aws.edit(|state| state.route53.sync_delay = Duration::from_secs(30));
    let change = aws.change(&id, json!([record("CREATE", "a.example.com", "A", &["192.0.2.1"])]));
    let path = text(&change["Id"]).replace("/change/", "change/");
    let status = || text(&aws.dns("GET", &path, Value::Null)["ChangeInfo"]["Status"]);
    assert_eq!((text(&change["Status"]), status()), ("PENDING".into(), "PENDING".into()));
    assert_eq!(aws.own_records(&id).len(), 1, "it is listed at once");
    aws.wait(29);
    assert_eq!(status(), "PENDING");
    aws.wait(1);
    assert_eq!(status(), "INSYNC");
    aws.dns_refused("NoSuchChange", "GET", "change/CNOPE", Value::Null);
}

#[test]
fn a_zone_that_is_busy() {
    let aws = aws();
    let (id, other) = (aws.zone("example.com"), aws.zone("example.org"));
    aws.edit(|state| state.route53.busy_after_change = Duration::from_secs(1));
    let upsert = |zone: &str| json!([record("UPSERT", &format!("a.{zone}"), "A", &["192.0.2.1"])]);
    aws.change(&id, upsert("example.com"));
    // ChangeResourceRecordSets: PriorRequestNotComplete.
    aws.change_refused("PriorRequestNotComplete", &id, upsert("example.com"), "still processing");
    aws.dns_refused("PriorRequestNotComplete", "DELETE", &format!("hostedzone/{id}"), Value::Null);
    aws.change(&other, upsert("example.org"));
    aws.wait(1);
    aws.change(&id, upsert("example.com"));
}

#[test]
fn throttling() {
    let aws = aws();
    aws.edit(|state| state.rates = Some(Rates::aws()));
    let statuses: Vec<u16> = (0..80).map(|_| aws.route53("GET", "hostedzone", Value::Null).status).collect();
    assert!(statuses[..50].iter().all(|status| *status == 200));
    assert!(statuses.contains(&400));
    let throttled = (0..20).find_map(|_| {
        let response = aws.route53("GET", "hostedzone", Value::Null);
        (response.status == 400).then(|| xml(&response.body))
    });
    // Developer guide, "Quotas": "Throttling", "Rate exceeded".
    assert_eq!(throttled.unwrap()["Error"]["Code"], "Throttling");
    aws.ok("DescribeLoadBalancers", json!({}));
}

#[test]
fn tags() {
    let aws = aws();
    let (id, other) = (aws.zone("example.com"), aws.zone("example.org"));
    let path = format!("tags/hostedzone/{id}");
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
    aws.dns("POST", &path, json!({ "AddTags": [tag("a", "1"), tag("b", "2")] }));
    aws.dns("POST", &path, json!({ "AddTags": [tag("a", "3")], "RemoveTagKeys": ["b", "c"] }));
    let set = aws.dns("GET", &path, Value::Null)["ResourceTagSet"].clone();
    assert_eq!(set, json!({ "ResourceType": "hostedzone", "ResourceId": id, "Tags": [tag("a", "3")] }));
    let several = aws.dns("POST", "tags/hostedzone", json!({ "ResourceIds": [id, other] }));
    assert_eq!(several["ResourceTagSets"][0], set);
    assert_eq!(several["ResourceTagSets"][1]["Tags"], "");
    aws.dns_refused("InvalidInput", "POST", &path, json!({}));
    let eleven: Vec<Value> = (0..11).map(|i| tag(&format!("k{i}"), "v")).collect();
    aws.dns_refused("InvalidInput", "POST", &path, json!({ "AddTags": eleven }));
    let ten: Vec<Value> = eleven[..10].to_vec();
    aws.dns_refused("InvalidInput", "POST", &path, json!({ "AddTags": ten }));
    aws.dns_refused("InvalidInput", "POST", &path, json!({ "AddTags": [tag(&"k".repeat(129), "v")] }));
    aws.dns_refused("NoSuchHostedZone", "GET", "tags/hostedzone/ZNOPE", Value::Null);
    aws.dns_refused("NoSuchHealthCheck", "GET", "tags/healthcheck/h1", Value::Null);
    aws.dns_refused("InvalidInput", "GET", "tags/lamp/h1", Value::Null);
    aws.dns_refused("InvalidInput", "POST", "tags/hostedzone", json!({ "ResourceIds": [] }));
}

#[test]
fn the_protocol() {
    let aws = aws();
    aws.dns_refused("UnknownOperationException", "PUT", "hostedzone", Value::Null);
    aws.dns_refused("UnknownOperationException", "GET", "healthcheck", Value::Null);
    let post = |body: &str| {
        let uri = "/2013-04-01/hostedzone".to_owned();
        let request =
            Request { method: "POST".into(), uri, headers: Vec::new(), body: body.as_bytes().to_vec() };
        let response = answer(aws.send(&request));
        (response.status, text(&xml(&response.body)["Error"]["Code"]))
    };
    for bad in ["<a", "{}", "<a><Name>x</Name><Name>y</Name></a>", ""] {
        assert_eq!(post(bad), (400, "InvalidInput".into()), "{bad}");
    }
    assert_eq!(post("<a><Name>x.com</Name><CallerReference>r</CallerReference></a>").0, 201, "unsigned");
    let calls = aws.sandbox.calls();
    let last = calls.last().unwrap();
    assert_eq!(
        (last.service.as_str(), last.operation.as_str(), last.mutating),
        ("route53", "CreateHostedZone", true)
    );
    assert_eq!(last.params, json!({ "Name": "x.com", "CallerReference": "r" }));
    assert!(calls.iter().any(|c| c.error.as_deref() == Some("UnknownOperationException")));
}

#[test]
fn set_up_through_the_state() {
    let aws = aws();
    aws.edit(|state| {
        state.create_zone("Example.com", None).unwrap();
        assert!(state.create_zone("a..b", None).unwrap_err().contains("empty"));
    });
    let zones = aws.dns("GET", "hostedzonesbyname", Value::Null);
    assert_eq!(names(&zones["HostedZones"]), ["example.com."]);
}
