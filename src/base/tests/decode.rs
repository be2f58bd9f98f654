//! Values of every type, and what is said when they are wrong.

use serde_json::json;

use super::*;

/// `v: TEXT` read as a map with the one key `v`.
fn value<T: Decode>(text: &str) -> Result<T, String> {
    struct Holder<T>(Option<T>);
    impl<T: Decode> Decode for Holder<T> {
        fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
            object(node, cx, "the spec", |r| Some(Holder(r.optional("v", ""))))
        }
        fn schema(_: &mut Generator) -> Schema {
            Schema::Null
        }
    }
    let (holder, found) = decoded::<Holder<T>>(&format!("v: {text}"));
    holder.and_then(|holder| holder.0).ok_or_else(|| found.join("\n"))
}

/// The same for a [`Ty`].
fn read(ty: Ty, text: &str) -> Result<serde_json::Value, String> {
    let Parsed { sources, root, mut diags } = parsed(&format!("v: {text}"));
    let root = root.expect("a tree");
    let mut cx = Cx::new(&mut diags);
    let value = object(&root, &mut cx, "the spec", |r| r.scalar("v", "", ty));
    value.map(|value| value.value).ok_or_else(|| lines(&diags, &sources).join("\n"))
}

fn said<T>(message: &str) -> Result<T, String> {
    Err(format!("1:4 {message}"))
}

#[test]
fn text_is_the_source_text() {
    for (text, expected) in [("1.10", "1.10"), ("no", "no"), ("'x'", "x"), ("012", "012"), ("\"\"", "")] {
        assert_eq!(value::<String>(text), Ok(expected.to_owned()));
    }
    assert_eq!(value::<String>("[a]"), Err("1:1 wrong-type: `v` must be text, found a list".to_owned()));
    let null = "1:1 null-value: `v` has no value {leave the line out for the default, or write a value}";
    for text in ["", "~", "null"] {
        assert_eq!(value::<String>(text), Err(null.to_owned()));
    }
}

#[test]
fn bools_are_true_and_false_only() {
    assert_eq!((value("true"), value("false")), (Ok(true), Ok(false)));
    let wrong = "wrong-type: `v` must be `true` or `false`, found";
    assert_eq!(value::<bool>("yes"), said(&format!("{wrong} `yes` [write `true`]")));
    assert_eq!(value::<bool>("Off"), said(&format!("{wrong} `Off` [write `false`]")));
    assert_eq!(value::<bool>("TRUE"), said(&format!("{wrong} `TRUE` [write `true`]")));
    assert_eq!(
        value::<bool>("'true'"),
        said(&format!("{wrong} the text \"true\" [write `true` without quotes]"))
    );
    assert_eq!(value::<bool>("maybe"), said(&format!("{wrong} `maybe`")));
}

#[test]
fn whole_numbers() {
    assert_eq!(value::<u16>("80"), Ok(80));
    assert_eq!(value::<u64>("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(value::<i64>("-9223372036854775808"), Ok(i64::MIN));
    assert_eq!(value::<u32>("0"), Ok(0));
    let wrong = "wrong-type: `v` must be a whole number, found";
    assert_eq!(value::<u16>("'80'"), said(&format!("{wrong} the text \"80\" [write 80 without quotes]")));
    assert_eq!(value::<u16>("80.0"), said(&format!("{wrong} `80.0` [digits only]")));
    assert_eq!(value::<u16>("1_000"), said(&format!("{wrong} `1_000` [digits only]")));
    assert_eq!(value::<u16>("+1"), said(&format!("{wrong} `+1` [digits only]")));
    assert_eq!(value::<u16>("many"), said(&format!("{wrong} `many`")));
    assert_eq!(value::<u16>("65536"), said("out-of-range: `v` must be from 0 to 65535, found 65536"));
    assert_eq!(value::<u16>("-1"), said("out-of-range: `v` must be from 0 to 65535, found -1"));
    let zero = "bad-value: `v` must be a whole number, found `080` [write it without the leading zero]";
    assert_eq!(value::<u16>("080"), said(zero));
    let huge = "9".repeat(200);
    assert!(value::<i64>(&huge).is_err_and(|found| found.contains("out-of-range")));
}

#[test]
fn durations() {
    let seconds = |text: &str| value::<Seconds>(text).map(|seconds| seconds.0);
    for (text, expected) in [
        ("30s", 30),
        ("1h30m", 5400),
        ("1d", 86_400),
        ("45", 45),
        ("'45'", 45),
        ("0s", 0),
        ("1d2h3m4s", 93_784),
    ] {
        assert_eq!(seconds(text), Ok(expected), "{text}");
    }
    let wrong = |found: &str, help: &str| {
        said(&format!("bad-duration: `v` must be a duration, found `{found}` {{{help}}}"))
    };
    let form = "write it like `30s`, `5m`, `1h30m` or `1d`; a bare number is seconds";
    for text in ["soon", "1.5h", "-5s", "1h 30m", "1h30", "s", "1w", "5S"] {
        assert_eq!(seconds(text), wrong(text, form), "{text}");
    }
    let fine = "milliseconds are too fine: whole seconds are the smallest unit, such as `1s`";
    assert_eq!(seconds("500ms"), wrong("500ms", fine));
    let order = "each unit comes once, the larger one first, as in `1d12h30m`";
    assert_eq!(seconds("30m1h"), wrong("30m1h", order));
    assert_eq!(seconds("1h1h"), wrong("1h1h", order));
    assert_eq!(seconds("999999999999999999d"), wrong("999999999999999999d", "it is too large"));
    assert!("".parse::<Seconds>().is_err());
    for (seconds, expected) in [(0, "0s"), (86_400, "1d"), (5400, "1h30m"), (90, "1m30s"), (4000, "1h6m40s")]
    {
        assert_eq!(Seconds(seconds).to_string(), expected);
    }
}

#[test]
fn attribute_types_read() {
    let delay = Ty::Seconds { min: 1, max: 4000 };
    assert_eq!(read(delay, "1m"), Ok(json!(60)));
    assert_eq!(read(delay, "0s"), said("out-of-range: `v` must be from 1s to 1h6m40s, found 0s"));
    assert_eq!(delay.wanted(), "a duration from 1s to 1h6m40s");
    let count = Ty::Int { min: 2, max: 10 };
    assert_eq!(read(count, "2"), Ok(json!(2)));
    assert_eq!(read(count, "x"), said("wrong-type: `v` must be a whole number from 2 to 10, found `x`"));
    assert_eq!(read(count, "11"), said("out-of-range: `v` must be from 2 to 10, found 11"));
    assert_eq!(read(Ty::Bool, "true"), Ok(json!(true)));
    let text = Ty::Text { max: 3 };
    assert_eq!(read(text, "äöü"), Ok(json!("äöü")));
    assert_eq!(read(text, "abcd"), said("out-of-range: `v` has 4 characters, more than 3"));
    let words = Ty::OneOf(&["HTTP", "HTTPS", "GRPC"]);
    assert_eq!(read(words, "HTTP"), Ok(json!("HTTP")));
    assert_eq!(
        read(words, "https"),
        said("unknown-word: `https` is not a value of `v` [did you mean `HTTPS`?]")
    );
    assert_eq!(
        read(words, "smtp6"),
        said("unknown-word: `smtp6` is not a value of `v` (values: HTTP, HTTPS, GRPC)")
    );
    assert_eq!(
        read(words, "{}"),
        Err("1:1 wrong-type: `v` must be one of `HTTP`, `HTTPS`, `GRPC`, found a map".to_owned())
    );
}

#[test]
fn attribute_types_show() {
    let delay = Ty::Seconds { min: 0, max: 4000 };
    let count = Ty::Int { min: 0, max: 9 };
    let shown = [
        delay.show(&json!(30)),
        delay.show(&json!(-1)),
        Ty::Bool.show(&json!(true)),
        Ty::Bool.show(&json!(false)),
        count.show(&json!(5)),
        Ty::Text { max: 9 }.show(&json!("a b")),
        count.show(&json!(null)),
    ];
    assert_eq!(shown, ["30s", "-1s", "on", "off", "5", "a b", "none"]);
}

#[test]
fn lists_keep_what_can_be_read() {
    assert_eq!(value::<Vec<u16>>("[1, 2]"), Ok(vec![1, 2]));
    assert_eq!(value::<Vec<u16>>("[]"), Ok(vec![]));
    assert_eq!(value::<Vec<u16>>("[1, x, 3]"), Ok(vec![1, 3]));
    assert_eq!(
        value::<Vec<u16>>("[x, ~]"),
        Err("1:5 wrong-type: an entry of `v` must be a whole number, found `x`\n\
             1:8 null-value: an entry of `v` has no value {remove it, or write a value}"
            .to_owned())
    );
    assert_eq!(value::<Vec<u16>>("7"), said("wrong-type: `v` must be a list, found `7`"));
    assert_eq!(value("7"), Ok(OneOrMany(vec![7_u16])));
    assert_eq!(value("[7, 8]"), Ok(OneOrMany(vec![7_u16, 8])));
    assert_eq!(value::<OneOrMany<u16>>("x"), said("wrong-type: `v` must be a whole number, found `x`"));
}

#[test]
fn tables_keep_order_and_remember_what_failed() {
    let table = value::<Table<u16>>("{ b: 1, a: x, c: 3, d: ~ }").expect("a table");
    assert_eq!(table.keys().map(|key| key.value.as_str()).collect::<Vec<_>>(), ["b", "c"]);
    assert_eq!((table.get("c"), table.get("a"), table.len()), (Some(&3), None, 2));
    assert!(table.mentions("a") && table.mentions("b") && !table.mentions("z"));
    assert_eq!(
        value::<Table<u16>>("[1]").map(|_| ()),
        Err("1:1 wrong-type: `v` must be a map, found a list".to_owned())
    );
    let tags = value::<TextMap>("{ cost: 12, on: yes, e: '' }").expect("tags");
    let tags: Vec<_> = tags.iter().map(|(key, value)| (key.value.as_str(), value.value.as_str())).collect();
    assert_eq!(tags, [("cost", "12"), ("on", "yes"), ("e", "")]);
}

#[test]
fn anything_may_be_kept_as_a_tree() {
    let node = value::<Rc<Node>>("[1, { a: ~ }]").expect("a tree");
    assert_eq!(node.size, 4);
    assert!(value::<Rc<Node>>("~").is_err());
}

#[test]
fn a_misspelt_key_is_one_mistake() {
    let found = |text: &str| {
        let Parsed { sources, root, mut diags } = parsed(text);
        let read = |r: &mut ObjectReader<'_, '_>| {
            let scheme = r.required::<String>("scheme", "");
            r.optional::<String>("forward", "");
            r.optional::<String>("redirect", "");
            r.exactly_one(&["forward", "redirect"]);
            assert_eq!(r.was_bad(), scheme.is_none() || !(r.has("forward") || r.has("redirect")));
            scheme
        };
        let value = object(&root.expect("a tree"), &mut Cx::new(&mut diags), "then", read);
        assert!(value.is_some() || diags.has_errors());
        lines(&diags, &sources)
    };
    assert_eq!(found("{ scheme: x, forward: y }"), Vec::<String>::new());
    assert_eq!(
        found("{ shceme: x, redirct: y }"),
        [
            "1:3 unknown-key: `shceme` is not a field of `then` [did you mean `scheme`?]",
            "1:14 unknown-key: `redirct` is not a field of `then` [did you mean `redirect`?]",
        ]
    );
    assert_eq!(
        found("{ color: red }"),
        [
            "1:1 missing-key: `then` needs `scheme` [`scheme` is missing]",
            "1:1 missing-key: `then` needs `forward` or `redirect`",
            "1:3 unknown-key: `color` is not a field of `then` (fields: forward, redirect, scheme)",
        ]
    );
    assert_eq!(
        found("scheme: ~\nforward: a\nredirect: b"),
        [
            "1:1 null-value: `scheme` has no value {write a value}",
            "3:1 conflicting-keys: `forward` and `redirect` exclude each other",
        ]
    );
}

#[test]
fn what_was_reported_already_is_passed_over() {
    let Parsed { root, mut diags, .. } = parsed("a: *none\nb: [*none]\nc: { d: *none }");
    let root = root.expect("a tree");
    let before = diags.errors();
    object(&root, &mut Cx::new(&mut diags), "the spec", |r| {
        assert_eq!(r.optional::<u16>("a", ""), None);
        assert_eq!(r.optional::<Vec<u16>>("b", ""), None);
        assert_eq!(r.nested("c", "", |r| r.required::<bool>("d", "")), None);
        Some(())
    });
    assert_eq!(diags.errors(), before);
}

#[test]
fn recording_gives_the_schema() {
    struct Rule;
    impl Rule {
        fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
            r.ignore_prefix("x-");
            r.later("soon", "");
            let port = r.required::<u16>("port", "The port.");
            let all = r.optional::<Vec<Rule>>("all", "");
            let delay =
                r.nested("wait", "", |r| r.required_scalar("delay", "", Ty::Seconds { min: 1, max: 9 }));
            assert!(r.was_bad() && !r.has("port") && r.at() == Place::NONE);
            port.and(all).and(delay).map(|_| Rule)
        }
    }
    impl Decode for Rule {
        fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
            object(node, cx, "rule", Self::read)
        }
        fn schema(g: &mut Generator) -> Schema {
            record(g, "rule", Self::read)
        }
    }
    let variable = r"^\$\{[a-z_][a-z0-9_]*\}$";
    let rule = json!({
        "type": ["object", "string"], "pattern": variable, "additionalProperties": false,
        "required": ["port"], "patternProperties": { "^x-": true },
        "properties": {
            "port": {
                "type": ["integer", "string"], "pattern": variable, "minimum": 0, "maximum": 65535,
                "description": "The port.",
            },
            "all": { "type": ["array", "string"], "pattern": variable, "items": { "$ref": "#/$defs/rule" } },
            "wait": {
                "type": ["object", "string"], "pattern": variable, "additionalProperties": false,
                "required": ["delay"],
                "properties": { "delay": {
                    "type": ["integer", "string"], "pattern": r"^([0-9]+[dhms])+$|^[0-9]+$|\$\{",
                    "minimum": 1, "maximum": 9,
                } },
            },
        },
    });
    let root = Generator::new().root::<Rule>("a rule");
    assert_eq!(root["$ref"], "#/$defs/rule");
    assert_eq!(root["$defs"], json!({ "rule": rule }));
    assert!(Generator::partial().root::<Rule>("")["$defs"]["rule"].get("required").is_none());
}

#[test]
fn definitions_of_the_same_name_are_told_apart() {
    let mut g = Generator::new();
    let first = record(&mut g, "thing", |r| r.optional::<u16>("a", ""));
    let again = record(&mut g, "thing", |r| r.optional::<u16>("a", ""));
    let other = record(&mut g, "thing", |r| r.optional::<bool>("b", ""));
    assert_eq!((first == again, &other["$ref"]), (true, &json!("#/$defs/thing_2")));
}
