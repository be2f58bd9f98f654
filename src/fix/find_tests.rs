use super::*;

const PREFIX: &str = "arn:aws:elasticloadbalancing:us-east-1:123456789012";

fn balancer(name: &str) -> Balancer {
    Balancer {
        arn: format!("{PREFIX}:loadbalancer/app/{name}/0123"),
        name: name.to_owned(),
        dns_name: format!("{name}-1465839214.us-east-1.elb.amazonaws.com"),
        zones: BTreeSet::new(),
    }
}

fn group(name: &str) -> Group {
    let arn = format!("{PREFIX}:targetgroup/{name}/0123");
    Group { arn, name: name.to_owned(), balancers: Vec::new(), foreign: None }
}

fn inventory() -> Inventory {
    Inventory {
        account: "123456789012".to_owned(),
        caller: "arn:aws:iam::123456789012:user/dana".to_owned(),
        region: "us-east-1".to_owned(),
        balancers: ["shop-prod", "shop-test", "wiki"].map(balancer).to_vec(),
        groups: ["shop-prod-orders", "shop-prod-users", "shop-prod-users-canary", "wiki"].map(group).to_vec(),
    }
}

fn keys() -> Keys {
    Keys {
        stack: Some("shop".to_owned()),
        balancer: Some("shop-prod".to_owned()),
        groups: [("orders", "shop-prod-orders"), ("wiki", "shop-prod-users")]
            .map(|(key, name)| (key.to_owned(), name.to_owned()))
            .into(),
        listeners: [("https".to_owned(), 443)].into(),
    }
}

fn named(word: &str, keys: &Keys) -> String {
    match inventory().group(word, keys) {
        Ok(group) => group.name.clone(),
        Err(problem) => format!("{}: {}", problem.code, problem.helps.join("; ")),
    }
}

#[test]
fn a_group_has_many_names() {
    let none = Keys::default();
    assert_eq!(named("shop-prod-orders", &none), "shop-prod-orders");
    assert_eq!(named(&group("wiki").arn, &none), "wiki");
    assert_eq!(named("shop-prod-o", &none), "shop-prod-orders", "a beginning that no other has");
    assert_eq!(named("shop-prod-users", &none), "shop-prod-users", "a whole name wins over a beginning");
    assert_eq!(named("orders", &keys()), "shop-prod-orders", "a key of the spec");
    assert!(
        named("wiki", &keys()).starts_with("ambiguous-name: the spec's: target_group/wiki"),
        "and a name"
    );
    assert_eq!(named("target_group/wiki", &keys()), "shop-prod-users");
    assert_eq!(named("target_group/orders", &keys()), "shop-prod-orders", "as plans call it");
    assert_eq!(named("order", &keys()), "shop-prod-orders", "the beginning of a key");
    let two = Keys {
        groups: [("or", "wiki"), ("ord", "shop-prod-orders")]
            .map(|(key, name)| (key.to_owned(), name.to_owned()))
            .into(),
        ..Keys::default()
    };
    assert!(named("o", &two).starts_with("ambiguous-name"), "two keys begin so");
    assert_eq!(named("or", &two), "wiki", "a whole key wins");
}

#[test]
fn what_is_unknown_or_ambiguous_is_told_with_candidates_nearest_first() {
    let none = Keys::default();
    assert_eq!(
        named("shop-prod-u", &none),
        "ambiguous-name: name one: shop-prod-users, shop-prod-users-canary"
    );
    assert!(named("canary", &none).starts_with("not-found: one of these? shop-prod-users-canary, "));
    assert!(named("shop-prod-ordres", &none).starts_with("not-found: one of these? shop-prod-orders, "));
    assert!(named("", &none).starts_with("not-found: "), "no word is the beginning of everything");
    let empty = Inventory { region: "us-east-1".to_owned(), ..Inventory::default() };
    let problem = empty.group("orders", &none).unwrap_err();
    assert_eq!(problem.notes, ["there is none at all: the region is us-east-1"]);
}

#[test]
fn the_beginning_of_several_groups_is_no_name_for_a_load_balancer() {
    // `shop-prod-` begins three groups; `shop-prod-u` two, and a load balancer that is called so.
    let mut all = inventory();
    all.balancers.push(balancer("shop-prod-u9"));
    let spot = |word: &str| all.spot(word, &Keys::default());
    let problem = spot("shop-prod-u").unwrap_err();
    assert_eq!(problem.code, "ambiguous-name");
    assert_eq!(problem.notes, ["the load balancer is shop-prod-u9"]);
    assert_eq!(problem.helps, ["name one: shop-prod-users, shop-prod-users-canary, shop-prod-u9"]);
    assert_eq!(spot("shop-prod-u9"), Ok(Spot::Balancer(balancer("shop-prod-u9").arn)), "its whole name is");
    // The other way round.
    let mut all = inventory();
    all.balancers.push(balancer("wikis"));
    all.groups.push(group("wikipedia"));
    all.balancers.retain(|one| one.name != "wiki");
    all.groups.retain(|one| one.name != "wiki");
    all.balancers.push(balancer("wikibooks"));
    let problem = all.spot("wiki", &Keys::default()).unwrap_err();
    assert_eq!(
        (problem.code, problem.notes.as_slice()),
        ("ambiguous-name", &["the target group is wikipedia".to_owned()][..])
    );
}

#[test]
fn a_load_balancer_is_found_by_its_dns_name_too() {
    let all = inventory();
    let found = |word: &str| all.balancer(word, &keys()).map(|one| one.name.as_str()).ok();
    assert_eq!(found("shop-test-1465839214.us-east-1.elb.amazonaws.com"), Some("shop-test"));
    assert_eq!(found("dualstack.WIKI-1465839214.us-east-1.elb.amazonaws.com."), Some("wiki"));
    assert_eq!(found("shop"), Some("shop-prod"), "the stack's name");
    assert_eq!(found("load_balancer"), Some("shop-prod"), "as plans call it");
    assert_eq!(found("shop-"), None);
    let listener = format!("{PREFIX}:listener/app/wiki/0123/aa11");
    assert_eq!(found(&listener), Some("wiki"), "the ARN of one of its listeners");
}

#[test]
fn listeners_and_rules_are_inside_of_load_balancers() {
    let spot = |word: &str| inventory().spot(word, &keys());
    let prod = balancer("shop-prod").arn;
    let rule = |port: Option<u16>, which| Ok(Spot::Rule { balancer: prod.clone(), port, which });
    let listener = |which| Ok(Spot::Listener { balancer: prod.clone(), which });
    assert_eq!(spot("shop-prod/443"), listener(Which::Number(443)));
    assert_eq!(spot("shop-prod/https"), listener(Which::Number(443)), "the key of a listener");
    assert_eq!(spot("shop-prod/443/30"), rule(Some(443), Which::Number(30)));
    assert_eq!(spot("shop-prod/443/default"), listener(Which::Number(443)));
    assert_eq!(spot("listener/https"), listener(Which::Number(443)));
    assert_eq!(spot("https"), listener(Which::Number(443)), "its key alone");
    assert_eq!(spot("rule/https/orders"), rule(None, Which::Key("https/orders".to_owned())));
    assert_eq!(spot("target_group/orders"), Ok(Spot::Group(group("shop-prod-orders").arn)));
    for bad in ["shop-prod/0", "shop-prod/http", "shop-prod/99999", "nothing/443"] {
        assert_eq!(spot(bad).map_err(|problem| problem.code), Err("not-found"), "{bad}");
    }
}

#[test]
fn an_arn_says_which_load_balancer_it_is_inside_of() {
    let spot = |word: &str| inventory().spot(word, &Keys::default());
    let prod = balancer("shop-prod").arn;
    let listener = format!("{PREFIX}:listener/app/shop-prod/0123/aa11");
    let rule = format!("{PREFIX}:listener-rule/app/shop-prod/0123/aa11/bb22");
    assert_eq!(
        spot(&listener),
        Ok(Spot::Listener { balancer: prod.clone(), which: Which::Arn(listener.clone()) })
    );
    let expected = Spot::Rule { balancer: prod, port: None, which: Which::Arn(rule.clone()) };
    assert_eq!(spot(&rule), Ok(expected));
    let elsewhere = rule.replace("us-east-1", "eu-west-1");
    assert_eq!(spot(&elsewhere).map_err(|problem| problem.code), Err("not-found"));
}

#[test]
fn an_arn_of_elsewhere_says_where_and_a_deleted_one_what_is_near() {
    let (all, none) = (inventory(), Keys::default());
    let told = |problem: Diagnostic| (problem.message, problem.helps.join("; "));
    let kinds = [
        "targetgroup/shop-prod-users/0123",
        "loadbalancer/app/shop-prod/0123",
        "listener/app/wiki/0123/aa11",
    ];
    for kind in kinds {
        let found = |word: &str| {
            let (spot, group, balancer) =
                (all.spot(word, &none), all.group(word, &none), all.balancer(word, &none));
            [spot.err(), group.err(), balancer.err()].map(|problem| problem.map(told).expect("a problem"))
        };
        let region = ("that ARN is of region eu-west-1; you are in us-east-1", "--region eu-west-1");
        for problem in found(&format!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:{kind}")) {
            assert_eq!((problem.0.as_str(), problem.1.as_str()), region, "{kind}");
        }
        for problem in found(&format!("arn:aws:elasticloadbalancing:us-east-1:999999999999:{kind}")) {
            let message = "that ARN is of account 999999999999; these credentials are for 123456789012";
            assert_eq!(problem.0, message, "{kind}");
        }
    }
    let deleted =
        |resource: &str| told(all.spot(&format!("{PREFIX}:{resource}"), &none).expect_err("deleted")).1;
    assert!(
        deleted("targetgroup/shop-prod-user/9")
            .starts_with("one of these? shop-prod-users, shop-prod-users-canary")
    );
    assert!(deleted("loadbalancer/app/shop-tset/9").starts_with("one of these? shop-test, "));
    assert_eq!(deleted("targetgroup/wiki/9"), "use the name: wiki", "it was made anew");
}

#[test]
fn one_word_for_two_things_is_not_guessed() {
    let spot = |word: &str, keys: &Keys| inventory().spot(word, keys).map_err(|problem| problem.code);
    assert_eq!(spot("wiki", &Keys::default()), Err("ambiguous-name"));
    assert_eq!(spot("shop-prod", &Keys::default()), Ok(Spot::Balancer(balancer("shop-prod").arn)));
    assert_eq!(spot("shop-prod-orders", &keys()), Ok(Spot::Group(group("shop-prod-orders").arn)));
    assert_eq!(spot("shop-t", &Keys::default()), Ok(Spot::Balancer(balancer("shop-test").arn)));
}
