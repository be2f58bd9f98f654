//! Rules change without a request being lost. Every run of a plan is watched: see [`crate::watch`].

use std::collections::{BTreeMap, BTreeSet};

use albctl::kinds::action::Action;
use albctl::kinds::rule::Condition;
use albctl::kinds::{Call, Plan, rule};
use albctl::model::Verb;
use albctl::plan::Options;

use crate::support::Stage;

/// One rule: name, conditions, group, priority.
type Line<'a> = (&'a str, &'a str, &'a str, Option<u32>);

fn spec_with(default: &str, rules: &[Line<'_>]) -> String {
    let mut text = "version: 1
stack: shop
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
target_groups:
  web: { port: 80, target_type: ip }
  api: { port: 81, target_type: ip }
  img: { port: 82, target_type: ip }
listeners:
  http:
    port: 80
"
    .to_owned();
    text += &format!("    default: {{ {default} }}\n");
    text += if rules.is_empty() { "" } else { "    rules:\n" };
    for (name, when, group, priority) in rules {
        let priority = priority.map(|number| format!(" priority: {number},")).unwrap_or_default();
        text += &format!(
            "      - {{ name: {name},{priority} when: {{ {when} }}, then: {{ forward: {group} }} }}\n"
        );
    }
    text
}

fn spec(rules: &[Line<'_>]) -> String {
    spec_with("fixed_response: 404", rules)
}

fn anew(plan: &Plan) -> Vec<String> {
    let replaced = plan.changes.iter().filter(|change| change.verb == Verb::Replace);
    replaced
        .map(|change| {
            assert!(change.how.as_deref().is_some_and(|how| how.starts_with("made anew")), "{change:?}");
            change.id.to_string()
        })
        .collect()
}

/// Applies both in turn; returns the plan of the second and its calls.
fn from_to(before: &str, after: &str) -> (Plan, Vec<String>) {
    let stage = Stage::new();
    stage.apply(before);
    stage.written();
    let plan = stage.apply(after);
    (plan, stage.written())
}

#[test]
fn rules_that_swap_contents_are_made_anew_as_few_as_possible() {
    let a = ("a", "path: \"/x/*\"", "web", None);
    let b = ("b", "path: \"*/y\"", "api", None);
    let before = spec(&[a, b]);
    let after = spec(&[("a", b.1, b.2, None), ("b", a.1, a.2, None)]);
    let (plan, calls) = from_to(&before, &after);
    assert_eq!(anew(&plan).len(), 1, "{:#?}", plan.changes);
    assert!(
        calls.contains(&"CreateRule".to_owned()) && calls.contains(&"DeleteRule".to_owned()),
        "{calls:?}"
    );
}

#[test]
fn overlapping_rules_change_order_in_one_call() {
    let rules = [
        ("a", "path: \"/*\"", "web", None),
        ("b", "host: \"*.example.com\"", "api", None),
        ("c", "method: GET", "img", None),
    ];
    let [a, b, c] = rules;
    for order in [[c, b, a], [b, a, c], [b, c, a], [a, c, b], [c, a, b]] {
        let (plan, calls) = from_to(&spec(&rules), &spec(&order));
        assert_eq!(calls, ["SetRulePriorities"], "{order:?}");
        assert!(anew(&plan).is_empty());
    }
}

#[test]
fn content_and_order_change_together() {
    let before = spec(&[
        ("a", "path: \"/a*\"", "web", None),
        ("b", "path: \"/*\", method: GET", "api", None),
        ("c", "path: \"/ab*\"", "img", None),
    ]);
    let after = spec(&[
        ("c", "path: \"/a*\"", "api", None),
        ("n", "path: \"/abc\"", "img", None),
        ("a", "path: \"/ab*\"", "web", None),
        ("b", "path: \"/*\", method: POST", "web", None),
    ]);
    from_to(&before, &after);
    from_to(&after, &before);
}

#[test]
fn rules_are_inserted_at_the_top_in_the_middle_and_at_the_end() {
    let (a, b) = (("a", "path: \"/a*\"", "web", None), ("b", "path: \"/*\"", "api", None));
    let new = ("n", "path: \"/ab*\"", "img", None);
    for order in [[new, a, b], [a, new, b], [a, b, new]] {
        let (_, calls) = from_to(&spec(&[a, b]), &spec(&order));
        assert_eq!(calls, ["CreateRule"], "{order:?}");
        let (_, calls) = from_to(&spec(&order), &spec(&[a, b]));
        assert_eq!(calls, ["DeleteRule"], "{order:?}");
    }
}

#[test]
fn the_default_action_takes_its_place_among_the_rules() {
    // The only rule goes and the default becomes its action: in the other order its requests would see a 404.
    let before = spec_with("fixed_response: 404", &[("a", "path: \"/*\"", "web", None)]);
    let after = spec_with("forward: web", &[]);
    let (_, calls) = from_to(&before, &after);
    assert_eq!(calls, ["ModifyListener", "DeleteRule"]);
    let (_, calls) = from_to(&after, &before);
    assert_eq!(calls, ["CreateRule", "ModifyListener"]);
}

fn hundred(order: impl Iterator<Item = usize>) -> String {
    let names: Vec<(String, String)> =
        order.map(|index| (format!("r{index}"), format!("path: \"/r{index}/*\""))).collect();
    let groups = ["web", "api", "img"];
    let lines: Vec<Line<'_>> = names
        .iter()
        .map(|(name, when)| (name.as_str(), when.as_str(), groups[name.len() % 3], None))
        .collect();
    spec(&lines)
}

#[test]
fn a_hundred_rules_are_shuffled_in_one_call() {
    let (_, calls) = from_to(&hundred(0..100), &hundred((0..100).map(|index| index * 37 % 100)));
    assert_eq!(calls, ["SetRulePriorities"]);
    let (_, calls) = from_to(&hundred(0..100), &hundred((0..100).rev()));
    assert_eq!(calls, ["SetRulePriorities"]);
}

fn stranger(stage: &Stage, text: &str, priority: u32, path: &str) -> String {
    let call = rule::Call::CreateRule {
        listener: stage.arn(text, "listener/http"),
        priority,
        when: vec![Condition::Path(BTreeSet::from([path.to_owned()]))],
        then: Action::FixedResponse { status: 403, content_type: None, body: None },
        tags: BTreeMap::new(),
    };
    stage.stranger(&Call::Rule(call))
}

#[test]
fn strangers_keep_their_numbers_and_what_they_answer() {
    let rules = [
        ("a", "path: \"/a*\"", "web", None),
        ("b", "path: \"/ab*\"", "api", None),
        ("c", "path: \"/*\"", "img", None),
    ];
    let [a, b, c] = rules;
    let swapped = [("a", b.1, b.2, None), ("b", a.1, a.2, None), c];
    for after in [vec![c, b, a], vec![b, a, c], vec![a, c], swapped.to_vec()] {
        let stage = Stage::new();
        stage.apply(&spec(&rules));
        let arns = [11, 12, 21].map(|number| stranger(&stage, &spec(&rules), number, &format!("/*{number}")));
        stage.written();
        stage.apply(&spec(&after));
        for call in stage.writes() {
            assert!(arns.iter().all(|arn| !call.params.to_string().contains(arn)), "{call:?}");
        }
        let prune = Options { prune: true, ..Options::default() };
        let plan = stage.plan_with(&spec(&after), &prune).expect("a plan").plan;
        stage.complete(&plan);
        assert_eq!(stage.written(), ["DeleteRule"; 3]);
    }
}

#[test]
fn explicit_priorities_are_swapped_and_taken_over() {
    let rules = [("a", "path: \"/a*\"", "web", Some(1)), ("b", "path: \"/*\"", "api", Some(2))];
    let swapped = [("b", rules[1].1, "api", Some(1)), ("a", rules[0].1, "web", Some(2))];
    assert_eq!(from_to(&spec(&rules), &spec(&swapped)).1, ["SetRulePriorities"]);
    // New rules with the numbers of others that go, and the contents of each other.
    let after = [("c", rules[1].1, "web", Some(1)), ("d", rules[0].1, "api", Some(2))];
    from_to(&spec(&rules), &spec(&after));
    let contents = [("a", rules[1].1, "api", Some(1)), ("b", rules[0].1, "web", Some(2))];
    from_to(&spec(&rules), &spec(&contents));
}

#[test]
fn at_the_quota_what_can_go_first_goes_first_and_the_rest_is_refused() {
    let stage = Stage::new();
    let before = hundred(0..100);
    stage.apply(&before);
    stage.written();
    // In place: no rule more.
    stage.apply(&hundred((0..100).rev()));
    assert_eq!(stage.written(), ["SetRulePriorities"]);
    // What goes is answered by the default action as before: it can go first.
    let gone = before
        .replace("forward: web", "fixed_response: 404")
        .replace("name: r17, when: { path: \"/r17/", "name: new, when: { path: \"/new/");
    let stage = Stage::new();
    let same = before.replace("forward: web", "fixed_response: 404");
    stage.apply(&same);
    stage.written();
    stage.apply(&gone);
    assert_eq!(stage.written(), ["DeleteRule", "CreateRule"]);
    // What is forwarded must not meet the default action in between: there is no room for the new rule.
    let stage = Stage::new();
    stage.apply(&before);
    let refusal = stage.refusal(&before.replace(
        "name: r7, when: { path: \"/r7/*\" }",
        "name: new, when: { path: [\"/r7/*\", \"/new/*\"] }",
    ));
    assert!(refusal.starts_with("refused[rule-quota]"), "{refusal}");
    assert!(refusal.contains("it has 100 of 100"), "{refusal}");
}

#[test]
fn an_apply_that_was_interrupted_anywhere_is_taken_up_again() {
    let a = ("a", "path: \"/x/*\"", "web", None);
    let b = ("b", "path: \"/x/y*\"", "api", None);
    let c = ("c", "path: \"/*\"", "img", None);
    let before = spec(&[a, b, c]);
    let after = spec_with(
        "forward: img",
        &[("n", "path: \"/x/yz\"", "img", None), ("b", a.1, a.2, None), ("a", b.1, b.2, None)],
    );
    let stage = Stage::new();
    stage.apply(&before);
    let count = stage.plan(&after).steps.len();
    assert!(count > 3, "{count}");
    for done in 1..count {
        let stage = Stage::new();
        stage.apply(&before);
        let mut plan = stage.plan(&after);
        plan.steps.truncate(done);
        stage.complete(&plan);
        stage.apply(&after);
    }
}

#[test]
fn of_two_rules_of_one_identity_the_one_that_is_not_as_wanted_is_a_leftover() {
    let stage = Stage::new();
    let text = spec(&[("a", "path: /a", "web", None)]);
    stage.apply(&text);
    let tags = BTreeMap::from([
        ("albctl:stack".to_owned(), "shop".to_owned()),
        ("albctl:id".to_owned(), "rule/http/a".to_owned()),
    ]);
    let call = rule::Call::CreateRule {
        listener: stage.arn(&text, "listener/http"),
        priority: 99,
        when: vec![Condition::Path(BTreeSet::from(["/twin".to_owned()]))],
        then: Action::FixedResponse { status: 403, content_type: None, body: None },
        tags,
    };
    let twin = stage.stranger(&Call::Rule(call));
    let first = stage.arn(&text, "rule/http/a");
    let refusal = stage.refusal(&text.replace("path: /a", "path: /b"));
    assert!(refusal.starts_with("refused[ambiguous-identity]"), "{refusal}");
    assert!(refusal.contains(&first) && refusal.contains(&twin), "{refusal}");
    stage.written();
    let plan = stage.apply(&text);
    let how = plan.changes[0].how.as_deref().unwrap_or_default();
    assert!(how.contains("left over from an interrupted apply") && how.contains("priority 99"), "{how}");
    let writes = stage.writes();
    assert_eq!(writes.len(), 1);
    assert!(
        writes[0].operation == "DeleteRule" && writes[0].params.to_string().contains(&twin),
        "{writes:?}"
    );
    stage.destroy(&text);
}

#[test]
#[should_panic(expected = "is answered")]
fn the_watch_sees_a_request_that_is_lost() {
    let stage = Stage::new();
    let before = spec(&[("a", "path: \"/a\"", "web", None)]);
    stage.apply(&before);
    let after = spec(&[("b", "path: [\"/a\", \"/b\"]", "web", None)]);
    let mut plan = stage.plan(&after);
    plan.steps.reverse();
    plan.steps.iter_mut().for_each(|step| step.needs.clear());
    stage.complete(&plan);
}

/// Sixty rules that overlap in many ways, by host, path, method and header; `turn` gives each other contents.
fn overlapping(order: impl Iterator<Item = usize>, turn: usize) -> String {
    let when = |index: usize| match index % 4 {
        0 => format!("host: \"*{}.example.com\"", index / 4),
        1 => format!("path: [\"/a{}*\", \"*z{}\"]", index / 4, index / 4),
        2 => format!("path: \"/*/x{}\", method: {}", index / 4, ["GET", "POST"][index / 4 % 2]),
        _ => format!("header: {{ X-A: \"{}*\" }}, path: \"/a*\"", index / 4),
    };
    let groups = ["web", "api", "img"];
    let rules: Vec<(String, String, &str)> = order
        .map(|index| (format!("r{index}"), when((index + turn) % 60), groups[(index + turn) % 3]))
        .collect();
    let lines: Vec<Line<'_>> =
        rules.iter().map(|(name, when, group)| (name.as_str(), when.as_str(), *group, None)).collect();
    spec(&lines)
}

#[test]
fn many_overlapping_rules_change_contents_and_order_at_once() {
    let before = overlapping(0..60, 0);
    let stage = Stage::new();
    stage.apply(&before);
    stage.sandbox.edit(|state| {
        state.quotas.insert(albctl_sandbox::state::quota::RULES.to_owned(), 200);
    });
    for after in [overlapping((0..60).rev(), 0), overlapping((0..60).map(|index| index * 37 % 60), 7)] {
        stage.apply(&after);
    }
}

/// Two listeners with so many rules each.
fn two(first: std::ops::Range<usize>, second: std::ops::Range<usize>) -> String {
    let rules = |range: std::ops::Range<usize>| {
        let one = |index: usize| {
            format!("      - {{ name: r{index}, when: {{ path: /r{index} }}, then: {{ forward: web }} }}\n")
        };
        range.map(one).collect::<String>()
    };
    let mut text = spec(&[]) + "    rules:\n" + &rules(first);
    text += "  other:\n    port: 81\n    default: { fixed_response: 404 }\n    rules:\n";
    text + &rules(second)
}

#[test]
fn listeners_share_the_quota_and_take_turns_where_it_is_tight() {
    let stage = Stage::new();
    stage.sandbox.edit(|state| {
        state.quotas.insert(albctl_sandbox::state::quota::RULES.to_owned(), 12);
    });
    stage.apply(&two(0..4, 10..18));
    stage.written();
    // Four rules come on one listener and four go on the other, which has to be first.
    stage.apply(&two(0..8, 10..14));
    let calls = stage.written();
    assert_eq!(calls, [["DeleteRule"; 4], ["CreateRule"; 4]].concat());
    let refusal = stage.refusal(&two(0..9, 10..14));
    assert!(refusal.starts_with("refused[rule-quota]") && refusal.contains("12 of 12"), "{refusal}");
    // More rules than the default quota tell of a raised one.
    let raised = Stage::new();
    raised.sandbox.edit(|state| {
        state.quotas.insert(albctl_sandbox::state::quota::RULES.to_owned(), 150);
    });
    raised.apply(&two(0..60, 100..160));
    raised.apply(&two(0..70, 100..170));
}
