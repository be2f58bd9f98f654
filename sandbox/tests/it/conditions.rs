use serde_json::{Value, json};

use crate::harness::{Aws, aws, rule, with};

struct Probe {
    aws: Aws,
    listener: String,
}

fn probe() -> Probe {
    let aws = aws();
    let listener = aws.listener(&aws.load_balancer("lb"), 80);
    Probe { aws, listener }
}

impl Probe {
    fn input(&self, conditions: Value) -> Value {
        with(rule(&self.listener, 1), json!({ "Conditions": conditions }))
    }

    /// The conditions as they come back.
    #[track_caller]
    fn good(&self, conditions: Value) -> Value {
        let made = self.aws.ok("CreateRule", self.input(conditions))["Rules"][0].clone();
        self.aws.ok("DeleteRule", json!({ "RuleArn": made["RuleArn"] }));
        made["Conditions"].clone()
    }

    #[track_caller]
    fn bad(&self, conditions: Value) -> String {
        self.aws.invalid("CreateRule", self.input(conditions))
    }
}

fn host(values: &[&str]) -> Value {
    json!({ "Field": "host-header", "HostHeaderConfig": { "Values": values } })
}

fn path(values: &[&str]) -> Value {
    json!({ "Field": "path-pattern", "PathPatternConfig": { "Values": values } })
}

fn header(name: &str, values: &[&str]) -> Value {
    json!({ "Field": "http-header", "HttpHeaderConfig": { "HttpHeaderName": name, "Values": values } })
}

fn method(values: &[&str]) -> Value {
    json!({ "Field": "http-request-method", "HttpRequestMethodConfig": { "Values": values } })
}

fn query(values: Value) -> Value {
    json!({ "Field": "query-string", "QueryStringConfig": { "Values": values } })
}

fn source(values: &[&str]) -> Value {
    json!({ "Field": "source-ip", "SourceIpConfig": { "Values": values } })
}

#[test]
fn values_are_mirrored() {
    let probe = probe();
    let host_values = json!(["a.example.com", "*.b.example.com"]);
    let mirrored = with(host(&["a.example.com", "*.b.example.com"]), json!({ "Values": host_values }));
    assert_eq!(probe.good(json!([host(&["a.example.com", "*.b.example.com"])])), json!([mirrored]));
    let mirrored = with(path(&["/a/*"]), json!({ "Values": ["/a/*"] }));
    assert_eq!(probe.good(json!([path(&["/a/*"])])), json!([mirrored]));
    // What comes back can be sent again.
    assert_eq!(probe.good(json!([mirrored])), json!([mirrored]));
    let old = json!([{ "Field": "path-pattern", "Values": ["/a/*"] }]);
    assert_eq!(probe.good(old), json!([mirrored]), "the old form");
    for unchanged in [
        header("X-T", &["v1", "v*"]),
        method(&["GET", "POST"]),
        query(json!([{ "Key": "k", "Value": "v*" }, { "Value": "w" }])),
        source(&["10.0.0.0/8", "2001:db8::/32"]),
    ] {
        assert_eq!(probe.good(json!([unchanged])), json!([unchanged]));
    }
}

#[test]
fn the_old_form() {
    let probe = probe();
    probe.bad(json!([{ "Field": "path-pattern", "Values": ["/a", "/b"] }]));
    probe.bad(json!([with(path(&["/a"]), json!({ "Values": ["/b"] }))]));
    probe.bad(json!([{ "Field": "source-ip", "Values": ["10.0.0.0/8"] }]));
    probe.bad(json!([with(method(&["GET"]), json!({ "Values": ["GET"] }))]));
    probe.bad(json!([{ "Field": "host-header" }]));
}

#[test]
fn regexes() {
    let probe = probe();
    let regex = |field: &str, config: &str| json!({ "Field": field, config: { "RegexValues": ["^/a$"] } });
    for (field, config) in [("host-header", "HostHeaderConfig"), ("path-pattern", "PathPatternConfig")] {
        let back = probe.good(json!([regex(field, config)]));
        assert_eq!(back[0], with(regex(field, config), json!({ "RegexValues": ["^/a$"] })));
        let old = probe.good(json!([{ "Field": field, "RegexValues": ["^/a$"] }]));
        assert_eq!(old, back);
    }
    let named = json!({ "Field": "http-header", "HttpHeaderConfig": { "HttpHeaderName": "X", "RegexValues": ["^b$"] } });
    let back = probe.good(json!([named]));
    assert_eq!(back[0]["HttpHeaderConfig"]["RegexValues"], json!(["^b$"]));
    assert_eq!(back[0]["RegexValues"], json!(["^b$"]));
    let both = json!({ "RegexValues": ["^a$"], "Values": ["/a"] });
    probe.bad(json!([{ "Field": "path-pattern", "PathPatternConfig": both }]));
    let both = with(both, json!({ "HttpHeaderName": "X" }));
    probe.bad(json!([{ "Field": "http-header", "HttpHeaderConfig": both }]));
    probe.bad(json!([{ "Field": "source-ip", "SourceIpConfig": { "Values": ["10.0.0.0/8"] }, "RegexValues": ["a"] }]));
    for bad in ["(?=a)", "a++", "\\p{L}", "", &"a".repeat(129)] {
        probe.bad(json!([{ "Field": "path-pattern", "PathPatternConfig": { "RegexValues": [bad] } }]));
    }
    // Not wildcards, but values.
    let six = ["a*", "b*", "c*", "d*", "e*", "f*"];
    let config = json!({ "Field": "path-pattern", "PathPatternConfig": { "RegexValues": six } });
    assert_eq!(probe.bad(json!([config])), "A rule can only have '5' condition values");
    let many = ["a*b*c*d*e*f*g*"];
    probe.good(json!([{ "Field": "path-pattern", "PathPatternConfig": { "RegexValues": many } }]));
}

#[test]
fn counts() {
    let probe = probe();
    probe.good(json!([path(&["/1", "/2", "/3", "/4", "/5"])]));
    let message = probe.bad(json!([path(&["/1", "/2", "/3"]), host(&["a.b", "c.d"]), method(&["GET"])]));
    assert_eq!(message, "A rule can only have '5' condition values");
    probe.good(json!([path(&["/*/*/?/*"]), host(&["*.*.b"])]));
    probe.bad(json!([path(&["/*/*/?/*"]), host(&["*.*.b"]), header("X", &["*"])]));
    probe.good(json!([
        path(&["/*/*/?/*"]),
        host(&["*.*.b"]),
        query(json!([{ "Key": "a\\*", "Value": "\\?" }]))
    ]));
    probe.bad(json!([path(&["/*/*/?/*"]), host(&["*.*.b"]), query(json!([{ "Value": "\\\\*" }]))]));
    probe.aws.edit(|state| {
        state.quotas.insert("condition-values-per-alb-rule".into(), 6);
        state.quotas.insert("condition-wildcards-per-alb-rule".into(), 7);
    });
    probe.good(json!([path(&["/1", "/2", "/3", "/4", "/5", "/6"])]));
    probe.good(json!([path(&["/*******"])]));
}

#[test]
fn one_of_each_field() {
    let probe = probe();
    for one in [host(&["a.b"]), path(&["/a"]), method(&["GET"]), source(&["10.0.0.0/8"])] {
        probe.bad(json!([one, one]));
    }
    probe.good(json!([header("A", &["1"]), header("B", &["2"]), header("A", &["3"])]));
    probe.good(json!([query(json!([{ "Value": "1" }])), query(json!([{ "Value": "2" }]))]));
}

#[test]
fn empty_and_foreign() {
    let probe = probe();
    for empty in [host(&[]), path(&[]), header("X", &[]), method(&[]), query(json!([])), source(&[])] {
        probe.bad(json!([empty]));
    }
    for field in ["http-header", "http-request-method", "query-string", "source-ip"] {
        probe.bad(json!([{ "Field": field }]));
    }
    probe.bad(json!([with(path(&["/a"]), json!({ "Field": "host-header" }))]));
    probe.bad(json!([{ "Field": "nope", "Values": ["a"] }]));
    probe.bad(json!([{ "PathPatternConfig": { "Values": ["/a"] } }]));
    let both = json!({ "Values": ["10.0.0.0/8"], "IpAddressType": "ipv4" });
    probe.bad(json!([{ "Field": "source-ip", "SourceIpConfig": both }]));
    probe.bad(json!([with(path(&["/a"]), json!({ "HostHeaderConfig": { "Values": ["a.b"] } }))]));
}

#[test]
fn hosts() {
    let probe = probe();
    probe.good(json!([host(&["*.example.com", "A-1._x.Com", "?.b"])]));
    let long = format!("{}.com", "a".repeat(125));
    for bad in ["localhost", "*", "a.", "a.b1", "*.example.*", "a.b:80", "é.com", "a b.com", "", &long] {
        probe.bad(json!([host(&[bad])]));
    }
}

#[test]
fn paths() {
    let probe = probe();
    probe.good(json!([path(&["/_-.$/~\"'@:+&*?aZ9"])]));
    for bad in ["/a b", "/é", "/a%20b", "/a#b", "/a=b", "", &format!("/{}", "a".repeat(128))] {
        probe.bad(json!([path(&[bad])]));
    }
}

#[test]
fn headers() {
    let probe = probe();
    probe.good(json!([header("User-Agent", &["*Chrome*", "a b!~"])]));
    for bad in ["Host", "host", "", "X Y", "X*", "X:", &"x".repeat(41)] {
        probe.bad(json!([header(bad, &["a"])]));
    }
    for bad in ["é", "a\tb", "", &"a".repeat(129)] {
        probe.bad(json!([header("X", &[bad])]));
    }
    probe.bad(json!([{ "Field": "http-header", "HttpHeaderConfig": { "Values": ["a"] } }]));
}

#[test]
fn methods() {
    let probe = probe();
    probe.good(json!([method(&["GET", "M-SEARCH", "X_Y"])]));
    for bad in ["get", "G*", "", "A1", &"A".repeat(41)] {
        probe.bad(json!([method(&[bad])]));
    }
}

#[test]
fn queries() {
    let probe = probe();
    probe.good(json!([query(json!([{ "Key": "a", "Value": "b%20c" }]))]));
    for bad in [
        json!({ "Key": "a" }),
        json!({ "Key": "a", "Value": "" }),
        json!({ "Key": "", "Value": "a" }),
        json!({ "Value": "a b" }),
        json!({ "Value": "é" }),
        json!({ "Value": "a".repeat(129) }),
    ] {
        probe.bad(json!([query(json!([bad]))]));
    }
}

#[test]
fn sources() {
    let probe = probe();
    probe.good(json!([source(&["10.0.0.0/8", "0.0.0.0/0", "::/0"])]));
    for bad in ["10.0.0.1", "10.0.0.0/33", "*", "255.255.255.255/32", "", "10.0.0.0/8/8"] {
        probe.bad(json!([source(&[bad])]));
    }
}
