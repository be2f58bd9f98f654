use std::collections::BTreeSet;
use std::net::IpAddr;

use proptest::prelude::*;

use super::{Cidr, Glob, Matcher, Request, Scheme, Source, common, draw};
use crate::kinds::rule::Condition;
use crate::kinds::rule::condition::QueryPair;

fn set(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(ToString::to_string).collect()
}

fn request() -> Request {
    Request {
        scheme: Scheme::Http,
        host: "shop.example.com".to_owned(),
        port: 80,
        method: "GET".to_owned(),
        path: "/img/a".to_owned(),
        query: vec![("beta".to_owned(), "1".to_owned())],
        headers: vec![("X-Version".to_owned(), "2.1".to_owned())],
        source_ip: IpAddr::from([10, 1, 2, 3]),
        assumed: BTreeSet::new(),
    }
}

fn matches(condition: Condition, request: &Request) -> bool {
    Matcher::new(&[condition]).matches(request)
}

fn path(pattern: &str, path: &str) -> bool {
    matches(Condition::Path(set(&[pattern])), &Request { path: path.to_owned(), ..request() })
}

fn host(pattern: &str, host: &str) -> bool {
    matches(Condition::Host(set(&[pattern])), &Request { host: host.to_owned(), ..request() })
}

#[test]
fn patterns_match_the_whole_value_and_wildcards_cross_slashes_and_dots() {
    assert!(path("/img/*", "/img/a/b") && path("/img/*", "/img/") && !path("/img/*", "/img"));
    assert!(path("/img*", "/img") && path("/img*", "/imgx/y"));
    assert!(path("/a?c", "/abc") && !path("/a?c", "/ac") && !path("/a?c", "/abbc"));
    assert!(host("*.example.com", "a.b.example.com") && !host("*.example.com", "example.com"));
}

#[test]
fn paths_have_case_and_hosts_have_none_and_no_port() {
    assert!(!path("/Img", "/img"));
    assert!(
        host("SHOP.example.com", "shop.Example.COM") && host("shop.example.com", "shop.example.com:8080")
    );
}

#[test]
fn the_query_is_no_part_of_the_path() {
    assert!(path("/img/a", "/img/a") && !path("/img/a?beta=1", "/img/a"));
}

#[test]
fn methods_are_compared_exactly() {
    assert!(matches(Condition::Method(set(&["GET", "POST"])), &request()));
    assert!(!matches(Condition::Method(set(&["get", "G*"])), &request()));
}

#[test]
fn headers_are_searched_for_any_value_and_an_absent_one_matches_nothing() {
    let header =
        |name: &str, values: &[&str]| Condition::Header { name: name.to_owned(), values: set(values) };
    assert!(matches(header("x-version", &["3*", "2*"]), &request()));
    assert!(!matches(header("x-other", &["*"]), &request()));
    let mut twice = request();
    twice.headers.push(("x-VERSION".to_owned(), "THREE".to_owned()));
    assert!(matches(header("X-Version", &["three"]), &twice));
    let both = [header("X-Version", &["2*"]), header("X-Version", &["thr??"])];
    assert!(Matcher::new(&both).matches(&twice) && !Matcher::new(&both).matches(&request()));
}

#[test]
fn a_pair_of_the_query_matches_key_and_value_and_escapes_are_taken_as_they_stand() {
    let pair = |key: Option<&str>, value: &str| {
        Condition::Query(BTreeSet::from([QueryPair { key: key.map(str::to_owned), value: value.to_owned() }]))
    };
    assert!(matches(pair(Some("BETA"), "?"), &request()) && matches(pair(None, "1"), &request()));
    assert!(!matches(pair(Some("alpha"), "1"), &request()) && !matches(pair(Some("beta"), "2"), &request()));
    let starred = Request { query: vec![("q".to_owned(), "a*B".to_owned())], ..request() };
    assert!(matches(pair(Some("q"), "A\\*b"), &starred) && !matches(pair(Some("q"), "A\\?b"), &starred));
    let split = Request {
        query: vec![("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())],
        ..request()
    };
    assert!(!matches(pair(Some("a"), "2"), &split), "key and value are of one pair");
}

#[test]
fn addresses_are_in_blocks_of_their_own_family() {
    let within = |block: &str| matches(Condition::SourceIp(set(&[block])), &request());
    assert!(within("10.0.0.0/8") && within("0.0.0.0/0") && within("10.1.2.3/32"));
    assert!(!within("10.2.0.0/16") && !within("::/0") && !within("10.1.2.3"));
    let six = Request { source_ip: "2001:db8::1".parse().expect("an address"), ..request() };
    assert!(matches(Condition::SourceIp(set(&["2001:db8::/32"])), &six));
    let meet = |a: &str, b: &str| Cidr::parse(a).expect("a block").meet(Cidr::parse(b).expect("a block"));
    assert_eq!(meet("10.0.0.0/8", "10.1.0.0/16"), Cidr::parse("10.1.0.0/16"));
    assert_eq!(meet("10.0.0.0/8", "11.0.0.0/16"), None);
}

#[test]
fn all_conditions_must_hold_and_what_is_unknown_holds_when_assumed() {
    let unknown = Condition::Unknown { description: "path-pattern regex ^/x".to_owned() };
    let conditions = [Condition::Path(set(&["/img/*"])), unknown.clone()];
    assert!(!Matcher::new(&conditions).matches(&request()));
    let assumed = Request { assumed: set(&["path-pattern regex ^/x"]), ..request() };
    assert!(Matcher::new(&conditions).matches(&assumed));
    let elsewhere = Request { path: "/".to_owned(), ..assumed };
    assert!(!Matcher::new(&conditions).matches(&elsewhere));
}

/// The meaning of a pattern, by trying everything.
fn naive(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|skip| naive(rest, &text[skip..])),
        Some((one, rest)) => {
            text.split_first().is_some_and(|(c, tail)| (one == c || *one == '?') && naive(rest, tail))
        }
    }
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn globs_mean_what_the_naive_reading_says(pattern in "[ab*?/]{0,8}", text in "[ab/]{0,10}") {
        prop_assert_eq!(Glob::exact(&pattern).matches(&text), naive(&chars(&pattern), &chars(&text)));
    }

    #[test]
    fn a_common_text_matches_all_patterns_and_none_means_that_there_is_none(
        one in "[ab*?]{0,6}", other in "[ab*?]{0,6}", text in "[ab]{0,6}"
    ) {
        let (first, second) = (Glob::exact(&one), Glob::exact(&other));
        match common(&[&first, &second]) {
            Some(found) => {
                prop_assert!(first.matches(&found) && second.matches(&found), "{}", found);
                prop_assert!(!first.apart(&second));
            }
            None => prop_assert!(!(first.matches(&text) && second.matches(&text)), "{}", text),
        }
    }
}

fn drawn(rules: &[&[Condition]]) -> Vec<Request> {
    let sources: Vec<Source<'_>> = rules.iter().map(|when| Source { when, focus: true }).collect();
    draw(&sources, Scheme::Http, 80)
}

/// Which rules each drawn request matches.
fn signatures(rules: &[&[Condition]]) -> BTreeSet<Vec<bool>> {
    let matchers: Vec<Matcher> = rules.iter().map(|when| Matcher::new(when)).collect();
    drawn(rules).iter().map(|request| matchers.iter().map(|one| one.matches(request)).collect()).collect()
}

#[test]
fn every_overlap_of_three_rules_is_hit_and_so_is_nothing() {
    let host = [Condition::Host(set(&["*.example.com"]))];
    let path = [Condition::Path(set(&["/api/*"]))];
    let header = [Condition::Header { name: "X-A".to_owned(), values: set(&["1*"]) }];
    let found = signatures(&[&host, &path, &header]);
    assert_eq!(found.len(), 8, "{found:?}");
}

#[test]
fn patterns_of_one_sort_overlap_where_a_text_fits_both() {
    let front = [Condition::Path(set(&["/a/*"]))];
    let back = [Condition::Path(set(&["*/b"]))];
    let exact = [Condition::Path(set(&["/a/b"]))];
    let found = signatures(&[&front, &back, &exact]);
    for wanted in [[true, true, true], [true, true, false], [true, false, false], [false, true, false]] {
        assert!(found.contains(wanted.as_slice()), "{wanted:?} of {found:?}");
    }
}

#[test]
fn every_value_is_drawn_and_what_almost_matches() {
    let rule = [
        Condition::Host(set(&["a.example.com", "b.example.com"])),
        Condition::Method(set(&["GET", "POST"])),
        Condition::SourceIp(set(&["10.0.0.0/8"])),
    ];
    let requests = drawn(&[&rule]);
    let has = |host: &str, method: &str, inside: bool| {
        requests.iter().any(|request| {
            request.host == host
                && request.method == method
                && (request.source_ip == IpAddr::from([10, 0, 0, 0])) == inside
        })
    };
    for host in ["a.example.com", "b.example.com"] {
        assert!(has(host, "GET", true) && has(host, "POST", true));
    }
    assert!(has("a.example.com", "GET", false), "the address alone misses");
    assert!(has("a.example.com", "ZQ9", true), "the method alone misses");
}

#[test]
fn what_is_unknown_is_drawn_both_ways() {
    let unknown = [Condition::Unknown { description: "regex".to_owned() }];
    assert_eq!(signatures(&[&unknown]), BTreeSet::from([vec![false], vec![true]]));
}
