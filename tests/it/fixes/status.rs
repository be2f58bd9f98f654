//! `status LB`: a load balancer that no spec describes.

use serde_json::Value;

use super::scene::Scene;
use super::shop::Shop;
use crate::cli::snapshot;

#[test]
fn a_load_balancer_that_nobody_owns() {
    let scene = Scene::new();
    let (ran, line) = (scene.albctl("status web"), "status web");
    assert_eq!(ran.code, 0, "{ran:#?}");
    snapshot!("status_of_a_load_balancer", ran.transcript(line));
    assert_eq!(scene.writes(), [""; 0]);
    let dns_name = scene.albctl("status web --output json").json()["load_balancer"]["dns_name"].clone();
    let by_name = scene.albctl(&format!("status {}", dns_name.as_str().expect("a name")));
    assert_eq!(by_name.code, 0, "{by_name:#?}");
    assert_eq!(by_name.out.lines().skip(1).collect::<Vec<_>>(), ran.out.lines().skip(1).collect::<Vec<_>>());
    let by_arn = scene.albctl(&format!("status {}", scene.balancer));
    assert_eq!(by_arn.code, 0, "{by_arn:#?}");
}

#[test]
fn a_name_that_is_none() {
    let scene = Scene::new();
    let ran = scene.albctl("status wep");
    assert_eq!(ran.code, 1, "{ran:#?}");
    assert!(ran.err.contains("there is no load balancer `wep`") && ran.err.contains("web"), "{ran:#?}");
    let ran = scene.albctl("status nothing.yaml");
    assert_eq!(ran.code, 4, "a file that is not there is no load balancer: {ran:#?}");
}

/// A shop whose default has all weights 0, a rule likewise, and a rule that shares with groups that cannot answer.
fn weightless() -> Shop {
    let mut shop = Shop::open();
    let mut rule = |priority: i32, path: &str, groups: &[(&str, i32)]| {
        let then = shop.forward(groups, None);
        shop.rule("http", priority, ("path-pattern", path), then);
    };
    rule(10, "/a", &[("users", 0), ("users-canary", 0)]);
    rule(20, "/b", &[("users", 95), ("empty", 5)]);
    rule(30, "/c", &[("users", 70), ("users-canary", 30)]);
    rule(40, "/d", &[("users", 1), ("orders", 2)]);
    shop.listener("zero", "shop", 8080, &[("users", 0), ("orders", 0)], None);
    shop.fails("users-canary");
    shop
}

#[test]
fn weights_that_are_all_0_need_attention_and_so_do_shares_of_groups_that_cannot_answer() {
    let shop = weightless();
    let text = shop.run("status shop").exits(0).to_string();
    let json = shop.run("status shop --output json").exits(0).json();
    let problems: Vec<&str> =
        json["problems"].as_array().expect("problems").iter().filter_map(Value::as_str).collect();
    let zero = "are 0: no group gets a request, each is answered 503";
    for who in ["rule/80/10  all its weights", "listener/8080  all weights of its default"] {
        assert!(problems.contains(&format!("{who} {zero}").as_str()), "{problems:#?}");
    }
    let rules = &json["listeners"][0]["rules"];
    assert_eq!(
        [0, 1, 2, 3].map(|at| rules[at]["then"]["problem"].as_str()),
        [
            Some("all weights 0, answers 503"),
            Some("answers 503 to 5%"),
            Some("no healthy target for 30%"),
            None
        ]
    );
    assert_eq!([0, 1].map(|at| rules[at]["then"]["weightless"].as_bool()), [Some(true), Some(false)]);
    snapshot!("status_weightless", text);
    let list = shop.run("list --output json").exits(0).json();
    let row = list["load_balancers"].as_array().expect("rows").iter().find(|one| one["name"] == "shop");
    let problem = ":8080 answers 503 by default: all its weights are 0";
    assert!(
        row.expect("a row")["problems"].as_array().expect("problems").contains(&problem.into()),
        "{list:#}"
    );
    let list = shop.run("list").exits(0);
    assert!(list.stdout.contains(&format!("! shop  {problem}")), "{list}");
    let lines = ["weights show shop/80/10", "weights show shop/80/20 -q", "weights show shop/80/30 -q"];
    snapshot!("weights_weightless", lines.map(|line| shop.run(line).exits(0).to_string()).join("\n"));
    let json = shop.run("weights show shop/80/10 --output json").exits(0).to_string();
    assert!(json.contains(&format!("all weights {zero}")), "{json}");
}

#[test]
fn what_is_on_a_load_balancer_means_it() {
    let scene = Scene::new();
    let whole = scene.albctl("status web");
    let (listener, rule) = (scene.https.clone(), scene.rules[&10].clone());
    let group = scene.groups["web-orders"].clone();
    let words =
        ["web/443", "web/443/10", "web/80/default", "web-orders", "web-ord", &listener, &rule, &group];
    for word in words {
        let ran = scene.albctl(&format!("status {word}"));
        assert_eq!(ran.code, 0, "{word}: {ran:#?}");
        let body = |ran: &super::scene::Ran| ran.out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(body(&ran), body(&whole), "{word}");
    }
    super::scene::group(&scene.stage, "alone", 80, albctl::model::world::Tags::new());
    let mut told = Vec::new();
    for word in ["web/8080", "web/443/99", "specs/none", "specs/none.yaml", "alone"] {
        told.push(scene.albctl(&format!("status {word}")).transcript(&format!("status {word}")));
    }
    snapshot!("status_of_what_is_not_there", told.join("\n"));
}

#[test]
fn an_arn_of_another_region_says_so_everywhere() {
    let scene = Scene::new();
    let elsewhere = |arn: &str| arn.replace("us-east-1", "eu-west-1");
    let (group, balancer) = (elsewhere(&scene.groups["web-orders"]), elsewhere(&scene.balancer));
    let (listener, rule) = (elsewhere(&scene.https), elsewhere(&scene.rules[&10]));
    for line in [
        format!("status {balancer}"),
        format!("status {group}"),
        format!("stickiness enable {group} --yes"),
        format!("targets list {group}"),
        format!("targets remove {group} 10.0.0.1 --yes"),
        format!("redirect enable {balancer} --yes"),
        format!("cert list {listener}"),
        format!("health {group}"),
        format!("weights show {rule}"),
        format!("weights set web/443/20 {group}=100 --yes"),
        format!("attr get {balancer}"),
        format!("logs disable {balancer} --yes"),
        format!("doctor {balancer}"),
    ] {
        let ran = scene.albctl(&line);
        let told = "that ARN is of region eu-west-1; you are in us-east-1";
        assert!(ran.code == 1 && ran.err.contains(told), "{line}: {ran:#?}");
        assert!(ran.err.contains("= help: --region eu-west-1"), "{line}: {ran:#?}");
    }
    let other = scene.balancer.replace("000000000000", "999999999999");
    let ran = scene.albctl(&format!("status {other}"));
    assert!(
        ran.err.contains("that ARN is of account 999999999999; these credentials are for 000000000000"),
        "{ran:#?}"
    );
}

#[test]
fn a_command_of_several_names_has_one_shape_for_programs() {
    let scene = Scene::new();
    super::scene::group(&scene.stage, "alone", 80, albctl::model::world::Tags::new());
    for (line, results) in [
        ("stickiness show web-orders", 1),
        ("stickiness show web-orders web-users alone", 3),
        ("stickiness enable web-orders --yes", 1),
        ("stickiness enable web-users alone --dry-run", 2),
        ("stickiness disable web-orders --yes", 1),
        ("targets list web-orders", 1),
        ("targets list web-orders web-users alone", 2),
        ("weights show web/443/20", 1),
        ("weights show web/443/20 web/443/10", 2),
    ] {
        let answer = scene.albctl(&format!("{line} --output json")).json();
        assert_eq!(
            (&answer["exit_code"], &answer["format_version"]),
            (&0.into(), &1.into()),
            "{line}: {answer:#}"
        );
        assert_eq!(answer["results"].as_array().map(Vec::len), Some(results), "{line}: {answer:#}");
        assert_eq!(answer["results"][0]["exit_code"], 0, "{line}: {answer:#}");
    }
}
