use super::*;
use crate::output::fixtures::{change, example, field, live, plan, step, stranger};

fn text_of(plan: &Plan, live: &Live, look: Look) -> String {
    render(View { plan, id: "7c41e9", live, destroy: false }, look).whole()
}

#[test]
fn every_verb_has_its_mark_and_columns() {
    let wanted = "
~   load_balancer             shop-prod                                                 shop.yaml:15
      idle_timeout            60s -> 2m
-/+ target_group/orders       shop-prod-orders                                          shop.yaml:41
      port                    3000 -> 8080   cannot change in place
      stickiness              lb_cookie 1h -> off (default: not in the spec)
+   target_group/search       shop-prod-search                                          shop.yaml:52
      ip HTTP:3000, health check /health every 30s, targets external
+   rule/https/search         priority 40: path /search* -> search                      shop.yaml:81
-   rule/https/legacy         priority 50: path /v1/* -> legacy
      note: iOS app before 4.2, until 2026-10 (dana)
-   target_group/legacy       shop-prod-legacy, no targets

Plan 7c41e9: 2 to create, 1 to change, 1 to replace, 2 to delete. 6 writes.
";
    assert_eq!(text_of(&example(), &live(), Look::PLAIN), wanted);
}

#[test]
fn nothing_to_do_is_counted_by_kind() {
    let mut live = live();
    for id in ["load_balancer", "listener/http", "rule/http/a", "rule/http/b", "target_group/a", "targets/a"]
    {
        let existing = serde_json::from_value(serde_json::json!({"targets": {"group": "a", "targets": []}}));
        let existing =
            kinds::Existing { resource: existing.unwrap(), arn: String::new(), tags: BTreeMap::new() };
        live.resources.insert(crate::model::ResourceId::from_tag(id), existing);
    }
    live.strangers.push(stranger());
    let plan = plan(Vec::new(), Vec::new());
    assert_eq!(
        text_of(&plan, &live, Look::PLAIN),
        "No changes: 1 load balancer, 1 listener, 2 rules, 1 target group.\n\
         ? rule on https, priority 5 \"block-bots\" is not in the spec; kept (remove it: --prune)\n"
    );
    let destroyed = render(
        View { plan: &plan, id: "7c41e9", live: &super::super::fixtures::live(), destroy: true },
        Look::PLAIN,
    );
    assert_eq!(destroyed.line, "Nothing to destroy: nothing of shop-prod is live.");
}

#[test]
fn renames_and_adoptions_say_what_is_written_on_the_resource() {
    let renamed = Change {
        fields: vec![field("key", "http", "main"), field("port", "80", "81")],
        how: Some("through port 65535: two ports cannot be swapped in one call".to_owned()),
        ..change(Verb::Rename, "listener/main", ":80", "")
    };
    let adopted = Change {
        fields: vec![field("idle_timeout", "60s", "2m")],
        ..change(Verb::Adopt, "load_balancer", "shop-prod", "will be tagged as this stack's")
    };
    let plan = plan(vec![renamed, adopted], Vec::new());
    let wanted = "
~   listener/main             :80
      key                     http -> main
      port                    80 -> 81
      how: through port 65535: two ports cannot be swapped in one call
=   load_balancer             shop-prod
      will be tagged as this stack's
      idle_timeout            60s -> 2m

Plan 7c41e9: 1 to rename, 1 to adopt. 0 writes.
";
    assert_eq!(text_of(&plan, &live(), Look::PLAIN), wanted);
}

#[test]
fn strangers_and_notes_stand_before_the_total() {
    let mut live = live();
    live.strangers.push(stranger());
    live.notes.push("tags could not be read: AccessDenied".to_owned());
    let update = Change {
        fields: vec![field("http2", "on", "off")],
        ..change(Verb::Update, "load_balancer", "s", "")
    };
    let plan = plan(vec![update], vec![step("load_balancer", StepVerb::Change, "")]);
    let text = text_of(&plan, &live, Look::PLAIN);
    let wanted = "
~   load_balancer             s
      http2                   on -> off

? rule on https, priority 5 \"block-bots\" is not in the spec; kept (remove it: --prune)
! tags could not be read: AccessDenied

Plan 7c41e9: 1 to change. 1 write.
";
    assert_eq!(text, wanted);
}

#[test]
fn how_a_rule_is_made_anew_stands_below_its_fields() {
    let replace = Change {
        fields: vec![field("then", "forward a", "forward b")],
        how: Some("made anew, new ARN: in place, GET http://a/x would get a third answer".to_owned()),
        note: Some("for the app".to_owned()),
        ..change(Verb::Replace, "rule/https/a", "priority 10", "")
    };
    let plan = plan(vec![replace], vec![step("rule/https/a", StepVerb::Create, "")]);
    let text = text_of(&plan, &live(), Look::PLAIN);
    let wanted = "
-/+ rule/https/a              priority 10
      then                    forward a -> forward b
      how: made anew, new ARN: in place, GET http://a/x would get a third answer
      note: for the app

Plan 7c41e9: 1 to replace. 1 write.
";
    assert_eq!(text, wanted);
}

#[test]
fn a_stranger_goes_with_its_listener() {
    let mut live = live();
    live.strangers.push(stranger());
    let plan = plan(vec![change(Verb::Delete, "listener/https", ":443", "")], Vec::new());
    let text = render(View { plan: &plan, id: "02d9af", live: &live, destroy: true }, Look::PLAIN);
    assert!(
        text.body.contains("\n? not ours, goes with its listener: rule priority 5 \"block-bots\"\n"),
        "{}",
        text.body
    );
}

#[test]
fn a_pruned_stranger_is_removed() {
    let mut live = live();
    live.strangers.push(stranger());
    let mut delete = step("listener/https", StepVerb::Delete, "");
    delete.action = Action::Call(crate::output::fixtures::call(serde_json::json!({"rule": {
        "operation": "DeleteRule", "rule": {"known": stranger().arn}}})));
    let plan = plan(Vec::new(), vec![delete]);
    let text = text_of(&plan, &live, Look::PLAIN);
    assert!(text.contains("is not in the spec; removed (--prune)"), "{text}");
    assert!(text.ends_with("\nPlan 7c41e9: nothing to change. 1 write.\n"), "{text}");
}

#[test]
fn a_stranger_whose_removal_is_a_change_is_told_once() {
    let mut live = live();
    live.strangers.push(stranger());
    let plan = plan(
        vec![change(Verb::Delete, "rule/https/unmanaged-5", "block-bots", "not in the spec")],
        Vec::new(),
    );
    assert!(!text_of(&plan, &live, Look::PLAIN).contains('?'));
}

#[test]
fn long_values_are_cut_unless_verbose() {
    let long = |last: &str| format!("{}, {last}", ["subnet-0123456789abcdef0"; 6].join(", "));
    let fields = vec![field("subnets", &long("subnet-aaaa"), &long("subnet-bbbb"))];
    let plan = plan(vec![Change { fields, ..change(Verb::Update, "load_balancer", "s", "") }], Vec::new());
    let cut = text_of(&plan, &live(), Look::PLAIN);
    assert!(cut.lines().all(|line| line.chars().count() <= 100), "{cut}");
    assert!(cut.contains("subnet-aaaa -> ") && cut.contains("subnet-bbbb"), "{cut}");
    let whole = text_of(&plan, &live(), Look { verbose: true, ..Look::PLAIN });
    assert!(whole.contains(&long("subnet-aaaa")), "{whole}");
}

#[test]
fn a_narrow_terminal_drops_the_places() {
    let narrow = Look { width: 72, ..Look::PLAIN };
    let text = text_of(&example(), &live(), narrow);
    assert!(!text.contains("shop.yaml:"), "{text}");
    assert!(text.contains("\n~   load_balancer             shop-prod\n"), "{text}");
}

#[test]
fn long_identities_and_keys_push_what_follows() {
    let id = format!("rule/https/{}", "x".repeat(30));
    let mut update = change(Verb::Update, &id, "priority 20", "");
    update.fields.push(field("health_check.unhealthy_threshold", "2", "3"));
    let text = text_of(&plan(vec![update], Vec::new()), &live(), Look::PLAIN);
    assert!(text.contains(&format!("~   {id} priority 20\n")), "{text}");
    assert!(text.contains("      health_check.unhealthy_threshold 2 -> 3\n"), "{text}");
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let mut live = live();
    live.strangers.push(Stranger { name: "a\u{1b}[2Jb".to_owned(), ..stranger() });
    let mut update = change(Verb::Update, "load_balancer", "s\u{7}", "");
    update.fields.push(field("tags", "a=\r1", "a=2"));
    update.note = Some("two\nlines".to_owned());
    let text = text_of(&plan(vec![update], Vec::new()), &live, Look::PLAIN);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    assert!(text.contains("note: two\\nlines"), "{text}");
}

#[test]
fn colour_adds_nothing_but_colour() {
    let colored = text_of(&example(), &live(), Look { color: true, ..Look::PLAIN });
    assert!(colored.contains("\u{1b}[32m+\u{1b}[0m") && colored.contains("\u{1b}[1mload_balancer\u{1b}[0m"));
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), text_of(&example(), &live(), Look::PLAIN));
}

#[test]
fn verbose_lists_the_calls() {
    let text = text_of(&example(), &live(), Look { verbose: true, ..Look::PLAIN });
    assert!(text.contains("\nSteps\n   1  DeleteLoadBalancer "), "{text}");
    assert!(text.contains("\n   5  wait at most 5m               target_group/orders\n"), "{text}");
}

#[test]
fn long_summaries_go_on_below_broken_at_commas() {
    let paths = ["/api/users/*"; 12].join(", ");
    let create = Change {
        place: Some("shop.yaml:81".to_owned()),
        ..change(Verb::Create, "rule/https/users", "priority 20", &format!("path {paths} -> users"))
    };
    let text = text_of(&plan(vec![create], Vec::new()), &live(), Look::PLAIN);
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[1].starts_with("+   rule/https/users          priority 20  ")
            && lines[1].ends_with("shop.yaml:81")
    );
    assert!(lines[2].starts_with("      path /api/users/*, ") && lines[2].ends_with(','), "{text}");
    assert!(lines[3].ends_with("/api/users/* -> users"), "{text}");
    assert!(lines.iter().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn endless_summaries_are_cut() {
    let create = change(Verb::Create, "target_group/a", "a", &["some-attribute 30s"; 60].join(", "));
    let text = text_of(&plan(vec![create], Vec::new()), &live(), Look::PLAIN);
    assert!(text.lines().count() <= 9 && text.contains("..."), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let create = change(Verb::Create, "target_group/a", "a", &"x".repeat(300));
    let text = text_of(&plan(vec![create], Vec::new()), &live(), Look::PLAIN);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn how_a_change_is_done_stands_below_its_fields_over_as_many_lines_as_it_takes() {
    let names = ["rule/https/orders-of-the-shop"; 4].join(", ");
    let how = format!("two applies.\nthis apply: {names} switch, then it stops\nnext apply: the rest");
    let replace = Change {
        fields: vec![FieldChange { replaces: true, ..field("port", "3000", "8080") }],
        how: Some(how),
        note: Some("for people".to_owned()),
        ..change(Verb::Replace, "target_group/orders", "shop-orders -> shop-orders-8c1f22", "")
    };
    let text = text_of(&plan(vec![replace], Vec::new()), &live(), Look::PLAIN);
    let expected = "-/+ target_group/orders       shop-orders -> shop-orders-8c1f22
      port                    3000 -> 8080   cannot change in place
      how: two applies.
           this apply: rule/https/orders-of-the-shop, rule/https/orders-of-the-shop,
           rule/https/orders-of-the-shop, rule/https/orders-of-the-shop switch, then it stops
           next apply: the rest
      note: for people
";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn what_waits_for_others_is_told_with_the_arn_that_they_need() {
    let waiting = |arn| Plan {
        unfinished: vec![Unfinished {
            id: crate::model::ResourceId::from_tag("target_group/users"),
            arn,
            port: 8080,
            until: "its new group has 0 of at least 2 targets healthy; the old one still serves".to_owned(),
        }],
        ..plan(Vec::new(), Vec::new())
    };
    let text = text_of(&waiting(Ref::Known("arn:new".to_owned())), &live(), Look::PLAIN);
    let expected = "! target_group/users: its new group has 0 of at least 2 targets healthy; the old one still \
                    serves\n      arn:new\n";
    assert!(text.contains(expected), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}
