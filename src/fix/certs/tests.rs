//! Which certificate a client gets, and what of it needs attention.

use super::{Facts, Reason, Renewal, choose, is_host};
use crate::kinds::certificate::model::Store;

const NOW: u64 = 1_767_225_600;
const DAY: u64 = 86_400;

fn facts(arn: &str, names: &[&str], key: &str) -> Facts {
    Facts {
        arn: arn.to_owned(),
        store: Store::Acm,
        domain: names[0].to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        key: key.to_owned(),
        signature: Some("SHA256WITHRSA".to_owned()),
        not_before: Some(NOW - DAY),
        not_after: Some(NOW + 100 * DAY),
        status: "ISSUED".to_owned(),
        renewal: Renewal::Itself,
        failure: None,
        used_by: Vec::new(),
        records: Vec::new(),
    }
}

fn chosen<'f>(host: &str, default: &'f Facts, list: &[&'f Facts]) -> (&'f str, Reason) {
    let choice = choose(host, default, list, NOW);
    (choice.certificate.arn.as_str(), choice.reason)
}

#[test]
fn the_default_is_for_hosts_that_no_other_is_for() {
    let default = facts("d", &["www.example.com"], "RSA_2048");
    let api = facts("a", &["api.example.com"], "RSA_2048");
    let wild = facts("w", &["*.example.com"], "RSA_2048");
    assert_eq!(chosen("api.example.com", &default, &[&api]), ("a", Reason::Only));
    assert_eq!(chosen("API.example.com", &default, &[&api]), ("a", Reason::Only));
    assert_eq!(chosen("other.example.net", &default, &[&api, &wild]), ("d", Reason::Default));
    // A wildcard stands for one label.
    assert_eq!(chosen("a.b.example.com", &default, &[&wild]), ("d", Reason::Default));
    assert_eq!(chosen("example.com", &default, &[&wild]), ("d", Reason::Default));
    // The default, where it is not in the list, is the last resort, whatever its names.
    assert_eq!(chosen("www.example.com", &default, &[&wild]), ("w", Reason::Only));
    assert_eq!(choose("www.example.com", &default, &[], NOW).name, Some("www.example.com"));
    assert_eq!(choose("other.example.net", &default, &[], NOW).name, None);
}

#[test]
fn of_several_the_best_is_taken_one_criterion_after_the_other() {
    let base = facts("b", &["api.example.com"], "RSA_4096");
    let ec = facts("e", &["*.example.com"], "EC_prime256v1");
    assert_eq!(chosen("api.example.com", &base, &[&base, &ec]), ("e", Reason::Algorithm));
    let md5 = Facts { signature: Some("MD5WITHRSA".to_owned()), ..base.clone() };
    let sha = facts("s", &["api.example.com"], "RSA_2048");
    assert_eq!(chosen("api.example.com", &md5, &[&md5, &sha]), ("s", Reason::Hash));
    assert_eq!(chosen("api.example.com", &base, &[&sha, &base]), ("b", Reason::KeySize));
    let p384 = facts("p", &["api.example.com"], "EC_secp384r1");
    assert_eq!(chosen("api.example.com", &base, &[&ec, &p384, &base]), ("p", Reason::KeySize));
    let longer = Facts { arn: "l".to_owned(), not_after: Some(NOW + 200 * DAY), ..sha.clone() };
    assert_eq!(chosen("api.example.com", &sha, &[&sha, &longer]), ("l", Reason::Validity));
    // One that does not begin yet goes behind one that is valid, however long it lasts.
    let later = Facts { not_before: Some(NOW + DAY), ..longer.clone() };
    assert_eq!(chosen("api.example.com", &sha, &[&sha, &later]), ("s", Reason::Validity));
    let twin = Facts { arn: "t".to_owned(), ..sha.clone() };
    assert_eq!(chosen("api.example.com", &sha, &[&twin, &sha]), ("s", Reason::Undecided));
}

#[test]
fn clients_without_ecdsa_get_the_best_rsa_certificate() {
    let ec = facts("e", &["api.example.com"], "EC_prime256v1");
    let small = facts("s", &["api.example.com"], "RSA_2048");
    let large = facts("l", &["api.example.com"], "RSA_4096");
    let choice = choose("api.example.com", &ec, &[&ec, &small, &large], NOW);
    assert_eq!(choice.without_ecdsa.map(|one| one.arn.as_str()), Some("l"));
    assert_eq!(choice.others.iter().map(|one| one.arn.as_str()).collect::<Vec<_>>(), ["l", "s"]);
    let choice = choose("api.example.com", &small, &[&small, &large], NOW);
    assert_eq!(choice.without_ecdsa, None);
}

#[test]
fn what_ends_soon_or_cannot_be_used_needs_attention() {
    let good = facts("g", &["api.example.com"], "RSA_2048");
    assert_eq!(good.problem(NOW), None);
    let left = |days: u64| Facts { not_after: Some(NOW + days * DAY + 60), ..good.clone() };
    assert_eq!(left(30).problem(NOW), None);
    assert_eq!(left(29).problem(NOW).as_deref(), Some("29 days left, renews itself"));
    assert_eq!(left(1).problem(NOW).as_deref(), Some("1 day left, renews itself"));
    assert_eq!(left(0).problem(NOW).as_deref(), Some("ends today, renews itself"));
    let over = |seconds: u64| Facts { not_after: Some(NOW - seconds), ..good.clone() };
    assert_eq!(over(60).problem(NOW).as_deref(), Some("expired today"));
    assert_eq!(over(3 * DAY - 60).problem(NOW).as_deref(), Some("expired 2 days ago"));
    assert_eq!(over(3 * DAY + 60).problem(NOW).as_deref(), Some("expired 3 days ago"));
    assert_eq!(over(60).renewal_at(NOW), "ACM has not renewed it");
    assert_eq!(left(1).renewal_at(NOW), "renews itself");
    let failed = Facts { status: "REVOKED".to_owned(), ..good.clone() };
    assert_eq!(failed.problem(NOW).as_deref(), Some("REVOKED: it cannot be used"));
    let stuck = Facts { renewal: Renewal::Stuck("PENDING_VALIDATION".to_owned()), ..good.clone() };
    assert_eq!(stuck.problem(NOW).as_deref(), Some("its renewal PENDING_VALIDATION"));
    let early = Facts { not_before: Some(NOW + 1), ..good };
    assert_eq!(early.problem(NOW).as_deref(), Some("its time has not come yet"));
}

#[test]
fn hosts_are_told_from_names_of_server_certificates() {
    for host in ["api.example.com", "*.example.com", "a-b.c", "xn--bcher-kva.example"] {
        assert!(is_host(host), "{host}");
    }
    for other in ["", "legacy", "legacy@2025.x", "a..b", ".a", "a b.c", "*", "*.com.*"] {
        assert!(!is_host(other), "{other}");
    }
}
