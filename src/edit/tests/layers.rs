//! Specs of several files, and where they say what.

use super::*;
use crate::model::ResourceId;

const SHOP: &str = "\
vars: { env: ~, canary: 0 }
defaults:
  target_group: { health_check: /health, deregistration_delay: 30s }
target_groups:
  users: {}
  orders:
    port: 80
    stickiness: { app_cookie: { name: X } }
    targets: [10.0.0.1]
  mail:
    weight: \"${canary}\"
    health_check: /m
listeners:
  https:
    port: 443
    rules:
      - { name: one, then: { forward: users } }
      - name: two
        then: { forward: orders }
";

const PROD: &str = "\
# production
extends: shop.yaml
vars: { env: prod }
load_balancer:
  idle_timeout: 2m   # slow
";

fn files<'t>(prod: &'t str, shop: &'t str) -> [SpecText<'t>; 2] {
    [SpecText { name: "prod.yaml", text: prod }, SpecText { name: "shop.yaml", text: shop }]
}

fn over(target: usize, edit: Edit) -> Result<String, String> {
    apply_over(&files(PROD, SHOP), target, &[edit]).map_err(|error| {
        let place = error.place().map(|(file, line)| format!("{file}:{line}")).unwrap_or_default();
        let said = &error.diagnostic;
        format!("{} {place} {} | {}", said.code, said.message, said.helps.join(" | "))
    })
}

#[test]
fn a_key_of_the_base_is_overridden() {
    let added = |text: &str| Ok(format!("{PROD}{text}"));
    assert_eq!(
        over(0, set("target_groups.users.stickiness", cookie("1h"))),
        added("target_groups: { users: { stickiness: { lb_cookie: 1h } } }\n")
    );
    assert_eq!(
        over(0, set("target_groups.orders.port", text("81"))),
        added("target_groups: { orders: { port: 81 } }\n")
    );
    assert_eq!(
        over(0, set("target_groups.orders.targets", Value::texts(["10.0.0.2"]))),
        added("target_groups: { orders: { targets: [10.0.0.2] } }\n")
    );
    let own = over(0, set("load_balancer.idle_timeout", text("3m")));
    assert_eq!(own, Ok(PROD.replace("2m", "3m")));
}

#[test]
fn a_short_form_of_the_base_is_kept_in_the_override() {
    let edit = |group: &str| {
        set(&format!("target_groups.{group}.health_check.interval"), text("10s")).short_form("path")
    };
    assert_eq!(
        over(0, edit("mail")),
        Ok(format!("{PROD}target_groups: {{ mail: {{ health_check: {{ path: /m, interval: 10s }} }} }}\n"))
    );
    let by_defaults = "users: { health_check: { path: /health, interval: 10s } }";
    assert_eq!(over(0, edit("users")), Ok(format!("{PROD}target_groups: {{ {by_defaults} }}\n")));
    assert_eq!(over(1, edit("users")), Ok(SHOP.replace("users: {}", by_defaults)));
    let written = SHOP.replace("health_check: /m", "health_check: { path: /m, interval: 10s }");
    assert_eq!(over(1, edit("mail")), Ok(written));
}

#[test]
fn the_base_itself_may_be_edited() {
    let edit = set("target_groups.users.stickiness", cookie("1h"));
    assert_eq!(over(1, edit), Ok(SHOP.replace("users: {}", "users: { stickiness: { lb_cookie: 1h } }")));
}

#[test]
fn what_an_override_cannot_do_is_refused() {
    assert_eq!(
        over(0, set("target_groups.orders.stickiness", cookie("1h"))).unwrap_err(),
        "edit-inherited shop.yaml:8 `shop.yaml` also says something about `target_groups.orders.stickiness`, which would stay | edit `shop.yaml` instead | by hand, under `target_groups.orders`: stickiness: { lb_cookie: 1h }"
    );
    assert_eq!(
        over(0, Edit::remove(path("target_groups.orders.port"))).unwrap_err(),
        "edit-inherited shop.yaml:7 `target_groups.orders.port` is written in shop.yaml:7, and an override cannot take a key away | edit `shop.yaml` instead | by hand, take out `target_groups.orders.port`"
    );
    assert_eq!(
        over(0, Edit::append(path("target_groups.orders.targets"), text("10.0.0.2"))).unwrap_err(),
        "edit-inherited shop.yaml:9 `target_groups.orders.targets` is written in shop.yaml:9, and `extends` replaces lists whole, so an item cannot be added from here | edit `shop.yaml` instead | by hand, one more item of `target_groups.orders.targets`: 10.0.0.2"
    );
    assert_eq!(
        over(0, set("listeners.https.rules[1].then.forward", text("users"))).unwrap_err(),
        "edit-inherited shop.yaml:16 `listeners.https.rules` is written in shop.yaml:16, and `extends` replaces lists whole, so an item cannot be changed from here | edit `shop.yaml` instead | by hand, under `listeners.https.rules[1].then`: forward: users"
    );
    assert_eq!(
        over(0, set("target_groups.mail.weight", text("5"))).unwrap_err(),
        "edit-variable shop.yaml:11 the value comes from the variable `canary`, which `shop.yaml` uses | change the variable: `vars: { canary: VALUE }` in `prod.yaml` | by hand, under `target_groups.mail`: weight: 5"
    );
    assert_eq!(
        over(1, set("load_balancer.idle_timeout", text("5m"))).unwrap_err(),
        "edit-overridden prod.yaml:5 `prod.yaml` says it, and what it says wins | edit `prod.yaml` instead | by hand, under `load_balancer`: idle_timeout: 5m"
    );
    assert!(over(7, set("a", text("5"))).is_err());
}

#[test]
fn resources_have_paths() {
    let files = files(PROD, SHOP);
    let at = |kind: &str, key: &str| {
        let found = path_of(&files, &ResourceId::new(kind, key), &keys(&["x"])).expect("yaml");
        found.map(|path| path_text(&path))
    };
    assert_eq!(at("load_balancer", "").as_deref(), Some("load_balancer.x"));
    assert_eq!(at("target_group", "orders").as_deref(), Some("target_groups.orders.x"));
    assert_eq!(at("targets", "users").as_deref(), Some("target_groups.users.targets.x"));
    assert_eq!(at("listener", "https").as_deref(), Some("listeners.https.x"));
    assert_eq!(at("rule", "https/two").as_deref(), Some("listeners.https.rules[1].x"));
    assert_eq!(at("rule", "https/three"), None);
    assert_eq!(at("target_group", "none"), None);
    assert_eq!(at("certificate", "none"), None);
}

#[test]
fn spots_say_where_a_value_is_or_would_be() {
    let files = files(PROD, SHOP);
    let at = |text: &str| {
        let spot = spot(&files, &path(text)).expect("yaml").expect("a spot");
        format!("{:?} {}:{} {}", spot.written, spot.file, spot.line, spot.text)
    };
    assert_eq!(at("load_balancer.idle_timeout"), "Itself prod.yaml:5   idle_timeout: 2m   # slow");
    assert_eq!(at("target_groups.orders.port"), "Itself shop.yaml:7     port: 80");
    assert_eq!(at("target_groups.users.stickiness"), "Nowhere shop.yaml:5   users: {}");
    assert_eq!(
        at("target_groups.users.deregistration_delay"),
        "ByDefaults shop.yaml:3   target_group: { health_check: /health, deregistration_delay: 30s }"
    );
    assert_eq!(at("listeners.https.rules[1].then"), "Itself shop.yaml:19         then: { forward: orders }");
    assert_eq!(at("load_balancer.scheme"), "Nowhere prod.yaml:4 load_balancer:");
    assert_eq!(spot(&files, &path("nothing.here")).expect("yaml"), None);
}

#[test]
fn a_variable_is_followed_to_where_it_is_given() {
    let prod = "extends: shop.yaml\nvars: { env: prod, canary: 5 }\nload_balancer: { name: \"x-${env}\", idle: \"${other}\" }\n";
    let note = |target: usize, at: &str| {
        let error = apply_over(&files(prod, SHOP), target, &[set(at, text("9"))]).expect_err("a variable");
        assert_eq!(error.diagnostic.code, "edit-variable");
        error.diagnostic.notes.join("; ")
    };
    assert_eq!(note(0, "target_groups.mail.weight"), "`canary` is `5` by prod.yaml:2");
    assert_eq!(note(1, "target_groups.mail.weight"), "`canary` is `5` by prod.yaml:2");
    assert_eq!(note(0, "load_balancer.name"), "`env` is `prod` by prod.yaml:2");
    assert_eq!(note(0, "load_balancer.idle"), "no file of the spec gives `other` its value");
}
