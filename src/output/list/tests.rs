use std::collections::BTreeMap;

use super::*;
use crate::model::FoundCertificate;
use crate::model::world::{Front, Tags};
use crate::output::style::Look;

const DAY: u64 = 86_400;

fn targets(states: &[HealthState]) -> Vec<TargetHealth> {
    let one = |state: &HealthState| TargetHealth {
        id: "10.0.0.1".to_owned(),
        port: Some(80),
        state: *state,
        words: "initial".to_owned(),
        zone: None,
        status: "initial".to_owned(),
        reason: None,
        description: None,
    };
    states.iter().map(one).collect()
}

fn group(name: &str, targets: Option<Vec<TargetHealth>>) -> SurveyedGroup {
    SurveyedGroup { arn: format!("arn:{name}"), name: name.to_owned(), target_type: "ip".to_owned(), targets }
}

fn listener(port: u16, certificates: &[&str]) -> SurveyedListener {
    SurveyedListener {
        arn: format!("arn:{port}"),
        port,
        protocol: if certificates.is_empty() { "HTTP" } else { "HTTPS" }.to_owned(),
        certificates: certificates.iter().map(|one| (*one).to_owned()).collect(),
        complete: true,
        weightless: false,
    }
}

fn balancer(name: &str, tags: &[(&str, &str)]) -> Surveyed {
    let tags: Tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Surveyed {
        arn: format!("arn:{name}"),
        name: name.to_owned(),
        dns_name: None,
        scheme: "internet-facing".to_owned(),
        front: Front { state: "active".to_owned(), serves: true, ..Front::default() },
        tags: Some(tags),
        listeners: Some(vec![listener(80, &[])]),
        groups: Some(vec![group("users", Some(targets(&[HealthState::Healthy])))]),
    }
}

fn survey(balancers: Vec<Surveyed>) -> Survey {
    let found = |days: u64, status: &str| {
        Some(FoundCertificate {
            arn: String::new(),
            names: vec![format!("d{days}.example.com")],
            status: status.to_owned(),
            not_after: Some(days * DAY),
            renews: false,
        })
    };
    let certificates = BTreeMap::from([
        ("c:10".to_owned(), found(20, "ISSUED")),
        ("c:90".to_owned(), found(100, "ISSUED")),
        ("c:old".to_owned(), found(7, "ISSUED")),
        ("c:gone".to_owned(), None),
    ]);
    Survey { now: 10 * DAY, balancers, certificates, ..Survey::default() }
}

fn only(one: Surveyed) -> Row {
    rows(&survey(vec![one])).remove(0)
}

#[test]
fn the_certificate_that_ends_first_counts() {
    let with = |listeners: Vec<SurveyedListener>| {
        only(Surveyed { listeners: Some(listeners), ..balancer("a", &[]) })
    };
    let both = with(vec![listener(443, &["c:90"]), listener(8443, &["c:90", "c:10"])]);
    assert_eq!(both.days, Known::All(Some(10)));
    assert_eq!(both.problems, ["d20.example.com ends in 10 days"]);
    assert_eq!(with(vec![listener(80, &[])]).days, Known::All(None));
    let unread = with(vec![listener(443, &["c:90", "c:denied"])]);
    assert_eq!((unread.days, unread.problems), (Known::Part(Some(90)), vec![]));
    assert_eq!(with(vec![listener(443, &["c:denied"])]).days, Known::Nothing);
    let gone = with(vec![listener(443, &["c:gone", "c:old"])]);
    assert_eq!(gone.days, Known::All(Some(-4)), "three whole days after the end: -1 is the first day");
    assert_eq!(gone.problems, ["its certificate c:gone is gone", "d7.example.com expired 3 days ago"]);
    let short = with(vec![SurveyedListener { complete: false, ..listener(443, &["c:90"]) }]);
    assert_eq!(short.days, Known::Part(Some(90)), "there may be others");
}

#[test]
fn targets_are_counted_over_all_groups() {
    let with = |groups: Vec<SurveyedGroup>| only(Surveyed { groups: Some(groups), ..balancer("a", &[]) });
    let (good, new, bad) = (HealthState::Healthy, HealthState::Unchecked, HealthState::Unhealthy);
    let told = with(vec![
        group("users", Some(targets(&[good, bad, new]))),
        group("orders", Some(targets(&[bad, new]))),
        group("search", Some(targets(&[new]))),
        group("mail", Some(targets(&[bad]))),
        group("none", Some(Vec::new())),
    ]);
    assert_eq!(told.health, Known::All(Some((1, 7))));
    assert_eq!(
        told.problems,
        [
            "users: 1 of 3 targets is unhealthy",
            "orders: none of 2 targets is healthy",
            "search: no target is healthy yet (1 initial)",
            "mail: its only target is not healthy",
            "none has no targets",
        ]
    );
    assert_eq!(with(Vec::new()).health, Known::All(None));
    assert_eq!(with(vec![group("a", None)]).health, Known::Nothing);
    assert_eq!(
        with(vec![group("a", None), group("b", Some(targets(&[good])))]).health,
        Known::Part(Some((1, 1)))
    );
}

#[test]
fn a_load_balancer_that_does_not_serve_well_needs_attention() {
    let state = |state: &str, serves: bool| {
        let front = Front { state: state.to_owned(), serves, ..Front::default() };
        only(Surveyed { front, ..balancer("a", &[]) }).problems
    };
    assert!(state("active", true).is_empty());
    assert_eq!(state("active_impaired", true), ["active_impaired"]);
    assert_eq!(state("provisioning", false), ["provisioning"]);
}

#[test]
fn the_owner_is_told_by_tags() {
    let owner = |tags: &[(&str, &str)]| match only(balancer("a", tags)).owner {
        Known::All(Some(owner)) => owner.words(),
        Known::All(None) => "-".to_owned(),
        Known::Part(_) | Known::Nothing => "?".to_owned(),
    };
    assert_eq!(owner(&[("albctl:stack", "shop"), ("aws:cloudformation:stack-name", "x")]), "albctl shop");
    assert_eq!(owner(&[("aws:cloudformation:stack-name", "web")]), "CloudFormation web");
    assert_eq!(owner(&[("elbv2.k8s.aws/cluster", "prod"), ("ingress.k8s.aws/stack", "a/b")]), "LBC prod");
    assert_eq!(owner(&[("Name", "x")]), "-");
    let unread = only(Surveyed { tags: None, ..balancer("a", &[]) });
    assert_eq!(unread.owner, Known::Nothing);
}

#[test]
fn what_is_not_known_is_a_question_mark_and_a_narrow_screen_is_enough() {
    let blank = Surveyed {
        tags: None,
        listeners: None,
        groups: None,
        ..balancer("a-load-balancer-of-32-characters", &[])
    };
    let ports: Vec<SurveyedListener> = (1..=6).map(|port| listener(port, &[])).collect();
    let failed = Front { state: "failed (no addresses)".to_owned(), ..Front::default() };
    let many = Surveyed {
        listeners: Some(ports),
        front: failed,
        ..balancer("shop", &[("aws:cloudformation:stack-name", "a-very-long-name-of-a-stack")])
    };
    let secure = Surveyed { listeners: Some(vec![listener(443, &["c:old"])]), ..balancer("tls", &[]) };
    let all = rows(&survey(vec![blank, many, secure]));
    let wide = text::body(&all, &["owners are not known".to_owned()], Look::PLAIN);
    assert_eq!(
        wide,
        "
  load balancer                     owner              state   scheme    listeners  healthy  cert
  a-load-balancer-of-32-characters  ?                  active  internet  ?          ?        ?
! shop                              CFN a-v...a-stack  failed  internet  :1 :2 +4   1/1      -
! tls                               -                  active  internet  :443       1/1      expired

! owners are not known
! shop  failed (no addresses)
! tls  d7.example.com expired 3 days ago

"
    );
    let narrow = text::body(&all, &[], Look { width: 80, ..Look::PLAIN });
    assert!(narrow.lines().all(|line| line.chars().count() <= 80), "{narrow}");
    let row = narrow.lines().nth(3).unwrap_or_default();
    assert!(row.starts_with("! shop"), "{narrow}");
    assert_eq!(text::line(&all, "us-east-1", Look::PLAIN), "3 load balancers, 2 need attention.");
    assert_eq!(text::line(&[], "us-east-1", Look::PLAIN), "No application load balancer in us-east-1.");
    assert_eq!(text::body(&[], &[], Look::PLAIN), "");
}
