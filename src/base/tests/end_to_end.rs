//! Text to values in one pass, good and bad.

use super::{
    sample::{Group, Health, Rule, Spec},
    *,
};

/// The text of a file with a variable `code`, decoded; what was found, one line each.
fn run(text: &str) -> (Option<Spec>, Vec<String>) {
    let Parsed { mut sources, root, mut diags } = parsed(text);
    let id = sources.add("--var code", "404");
    let vars = Vars::from([("code".to_owned(), VarValue::from_text(id, "404", "--var code=404"))]);
    let root = root.map(|root| substitute(&root, &vars, &mut diags));
    let spec = root.and_then(|root| Spec::decode(&root, &mut Cx::new(&mut diags)));
    (spec, lines(&diags, &sources))
}

const GOOD: &str = r#"
x-check: &check { path: /health, interval: 1m30s }
stack: 012
enabled: true
tags: { team: platform, cost: 1.10 }
groups:
  users:
    port: 80
    delay: 2m
    protocol: HTTPS
    health_check: *check
  orders: { health_check: /up }
  none: {}
rules:
  - name: all
    when: { path: [/a, "/b/*"] }
    forward: users
  - { name: rest, when: { path: "*" }, status: "${code}" }
"#;

#[test]
fn a_good_file() {
    let (spec, found) = run(GOOD);
    assert_eq!(found, Vec::<String>::new());
    let spec = spec.expect("a spec");
    assert_eq!((spec.stack.value.as_str(), spec.enabled), ("012", Some(true)));
    assert_eq!(
        spec.tags.as_ref().and_then(|tags| tags.get("cost")).map(|cost| cost.value.as_str()),
        Some("1.10")
    );
    let users = Group {
        port: Some(80),
        delay: Some(serde_json::json!(120)),
        protocol: Some("HTTPS".to_owned()),
        health: Some(Health { path: "/health".to_owned(), interval: Some(Seconds(90)) }),
    };
    assert_eq!(spec.groups.get("users"), Some(&users));
    let health = spec.groups.get("orders").and_then(|orders| orders.health.as_ref());
    assert_eq!(health, Some(&Health { path: "/up".to_owned(), interval: None }));
    assert_eq!(
        spec.groups.keys().map(|key| key.value.as_str()).collect::<Vec<_>>(),
        ["users", "orders", "none"]
    );
    let rest = Rule {
        name: Located::new("rest".to_owned(), Place::NONE),
        path: OneOrMany(vec!["*".to_owned()]),
        forward: None,
        status: Some(404),
    };
    assert_eq!(spec.rules.last(), Some(&rest));
    assert_eq!(spec.rules.first().map(|rule| rule.path.0.len()), Some(2));
}

const BAD: &str = r#"
stack: ~
enabled: yes
tags: { team: { name: x }, cost: 12 }
tags: {}
dns: []
x-free: { anything: goes }
grops: {}
groups:
  users:
    port: "80"
    delay: 2h
    protocol: HTPS
    helth_check: /health
    health_check: { path: /health, intervall: 5s, interval: 500ms }
  orders:
    port: 70000
    delay: soon
    health_check: health
  empty:
  list: [1]
  "${x}": {}
  search: { port: 0x50, health_check: { interval: 1m30 } }
rules:
  - name: a
    when: { path: [/a, [/b]] }
    forward: users
    status: 404
  - nam: b
    when: { path: *.x.com }
  - just text
  - name: c
    when: {}
    status: ${code}
  - { name: ~, when: { path: /x }, status: "${cod}" }
"#;

#[test]
fn all_mistakes_of_a_file_are_found_in_one_run() {
    let (spec, found) = run(BAD);
    assert!(spec.is_none());
    let expected = "\
2:1 null-value: `stack` has no value {write a value}
3:10 wrong-type: `enabled` must be `true` or `false`, found `yes` [write `true`]
4:9 wrong-type: `team` must be text, found a map
5:1 duplicate-key: `tags` is given twice [given again here]
6:1 not-supported-yet: `dns` is not supported yet
8:1 unknown-key: `grops` is not a field of the spec [did you mean `groups`?]
11:11 wrong-type: `port` must be a whole number, found the text \"80\" [write 80 without quotes]
12:12 out-of-range: `delay` must be from 0s to 1h, found 2h
13:15 unknown-word: `HTPS` is not a value of `protocol` [did you mean `HTTPS`?]
14:5 unknown-key: `helth_check` is not a field of `groups` [did you mean `health_check`?]
15:36 unknown-key: `intervall` is not a field of `health_check` [did you mean `interval`?]
15:61 bad-duration: `interval` must be a duration, found `500ms` {milliseconds are too fine: whole seconds are \
the smallest unit, such as `1s`}
17:11 out-of-range: `port` must be from 0 to 65535, found 70000
18:12 bad-duration: `delay` must be a duration from 0s to 1h, found `soon` {write it like `30s`, `5m`, `1h30m` \
or `1d`; a bare number is seconds}
19:19 bad-value: a path begins with `/`
20:3 null-value: `empty` has no value {write a value: `{}` for a map without keys, `\"\"` for empty text}
21:3 wrong-type: `list` must be a map, found a list
22:3 bad-variable: the key `${x}` holds a variable (keys are identities: variables stand in values only)
23:19 wrong-type: `port` must be a whole number, found `0x50` [digits only]
23:25 missing-key: `health_check` needs `path` [`path` is missing]
23:51 bad-duration: `interval` must be a duration, found `1m30` {write it like `30s`, `5m`, `1h30m` or `1d`; a \
bare number is seconds}
26:24 wrong-type: an entry of `path` must be text, found a list
28:5 conflicting-keys: `forward` and `status` exclude each other
29:5 unknown-key: `nam` is not a field of `rule` [did you mean `name`?]
29:5 missing-key: `rule` needs `forward` or `status`
30:19 quote-needed: text that begins with `*` must be quoted [quote it: \"*.x.com\"]
31:5 wrong-type: `rule` must be a map, found `just text`
33:5 missing-key: `when` needs `path` [`path` is missing]
35:7 null-value: `name` has no value {write a value}
35:45 unknown-variable: there is no variable `cod` [did you mean `code`?] (variables: code)";
    assert_eq!(found.join("\n").trim(), expected);
}

#[test]
fn the_schema_names_what_the_reader_reads() {
    let schema = Generator::new().root::<Spec>("spec");
    let keys = |def: &str| -> Vec<String> {
        let properties = schema["$defs"][def]["properties"].as_object();
        properties.map(|map| map.keys().cloned().collect()).unwrap_or_default()
    };
    assert_eq!(keys("spec"), ["enabled", "groups", "rules", "stack", "tags"]);
    assert_eq!(keys("group"), ["delay", "health_check", "port", "protocol"]);
    assert_eq!(schema["$defs"]["spec"]["required"], serde_json::json!(["stack"]));
    assert_eq!(schema["$defs"]["rule"]["allOf"][0]["then"]["oneOf"][1]["required"][0], "status");
}
