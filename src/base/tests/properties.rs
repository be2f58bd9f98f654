//! What holds for any text and any tree.

use proptest::prelude::*;

use super::{sample::Spec, *};

/// Text with the characters that mean something to YAML, so that not all of it is an error.
fn yamlish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a: ".to_owned()),
        Just("- ".to_owned()),
        Just("\n".to_owned()),
        Just("\n  ".to_owned()),
        Just("&x ".to_owned()),
        Just("*x ".to_owned()),
        Just("<<: ".to_owned()),
        Just("${v}".to_owned()),
        "[\\[\\]{},:#'\"|>%@`!?~$\\\\*&\t-]",
        "[a-zä\u{1F600}0-9]{1,3}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Trees with the sample's keys and with values that are often right.
fn tree() -> impl Strategy<Value = Rc<Node>> {
    let text = prop_oneof![
        Just("true".to_owned()),
        Just("80".to_owned()),
        Just("5m".to_owned()),
        Just("/x".to_owned()),
        Just("~".to_owned()),
        "[a-z0-9${}]{0,6}",
    ];
    let leaf = (text, any::<bool>()).prop_map(|(text, plain)| Node::scalar(text, plain, Span::NONE));
    let key = prop::sample::select(vec![
        "stack",
        "enabled",
        "tags",
        "groups",
        "rules",
        "name",
        "when",
        "path",
        "forward",
        "status",
        "port",
        "delay",
        "protocol",
        "health_check",
        "interval",
        "dns",
        "x-y",
        "other",
    ]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| Node::seq(items, Span::NONE)),
            prop::collection::btree_map(key.clone(), inner, 0..6).prop_map(|entries| {
                let entries = entries.into_iter().map(|(key, value)| (Key::new(key, Span::NONE), value));
                Node::map(entries.collect(), Span::NONE)
            }),
        ]
    })
}

fn check_parse(text: &str) {
    let limits = Limits { bytes: 200, nodes: 30, depth: 5 };
    let mut sources = SourceMap::new();
    let id = sources.add("a.yaml", text);
    let mut diags = Diagnostics::new();
    let root = parse(id, text, &limits, &mut diags);
    if let Some(root) = &root {
        assert!(text.len() <= limits.bytes && root.size <= limits.nodes && root.height <= limits.depth + 1);
        // Every span fits the text.
        check_spans(root, text);
    } else {
        assert!(diags.has_errors());
    }
    let value =
        |text: &str| VarValue { node: Node::scalar(text, true, Span::NONE), origin_text: String::new() };
    let vars = Vars::from([("v".to_owned(), value("5"))]);
    if let Some(root) = root {
        let root = substitute(&root, &vars, &mut diags);
        let _: Option<Spec> = Decode::decode(&root, &mut Cx::new(&mut diags));
    }
    // Rendering never panics either, wherever the labels are.
    crate::output::diagnostics::render(&diags.sorted(), &sources, true);
}

fn check_spans(node: &Node, text: &str) {
    let span = node.at.span;
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {text:?}");
    for item in node.items().unwrap_or_default() {
        check_spans(item, text);
    }
    for (key, value) in node.entries().unwrap_or_default() {
        assert!(text.get(key.at.span.start as usize..key.at.span.end as usize).is_some());
        check_spans(value, text);
    }
}

fn any_text(node: &Node, part: &str) -> bool {
    node.text().is_some_and(|text| text.contains(part))
        || node.items().unwrap_or_default().iter().any(|item| any_text(item, part))
        || node.entries().unwrap_or_default().iter().any(|(_, value)| any_text(value, part))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn parsing_never_panics_nor_passes_a_limit(text in prop_oneof![yamlish(), any::<String>()]) {
        check_parse(&text);
    }

    #[test]
    fn bytes_never_panic(bytes in any::<Vec<u8>>()) {
        let valid = std::str::from_utf8(&bytes).is_ok();
        prop_assert_eq!(decode_utf8("x", bytes).is_ok(), valid);
    }

    #[test]
    fn durations_round_trip(seconds in any::<u64>()) {
        prop_assert_eq!(Seconds(seconds).to_string().parse(), Ok(Seconds(seconds)));
    }

    #[test]
    fn durations_never_panic(text in "[0-9dhms. -]{0,12}") {
        if let Ok(seconds) = text.parse::<Seconds>() {
            prop_assert_eq!(seconds.to_string().parse(), Ok(seconds));
        }
    }

    #[test]
    fn what_is_not_decoded_is_reported(root in tree()) {
        let mut diags = Diagnostics::new();
        let value = Spec::decode(&root, &mut Cx::new(&mut diags));
        prop_assert!(value.is_some() || diags.has_errors());
    }

    #[test]
    fn substitution_leaves_no_variables(root in tree()) {
        let mut diags = Diagnostics::new();
        let replaced = substitute(&root, &Vars::new(), &mut diags);
        let (opening, escaped) = ("${", "$${");
        prop_assert!(any_text(&root, escaped) || !any_text(&replaced, opening));
    }

    #[test]
    fn merging_with_nothing_changes_nothing(root in tree()) {
        let empty = Node::map(Vec::new(), Span::NONE);
        if root.entries().is_some() {
            prop_assert_eq!(merge(&root, &empty), root.clone());
            prop_assert_eq!(merge(&empty, &root), root.clone());
            prop_assert_eq!(merge(&root, &root), root);
        }
    }
}
