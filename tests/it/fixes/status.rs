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
    let rules: [(i32, &str, &[(&str, i32)]); 4] = [
        (10, "/a", &[("users", 0), ("users-canary", 0)]),
        (20, "/b", &[("users", 95), ("empty", 5)]),
        (30, "/c", &[("users", 70), ("users-canary", 30)]),
        (40, "/d", &[("users", 1), ("orders", 2)]),
    ];
    for (priority, path, groups) in rules {
        let then = shop.forward(groups, None);
        shop.rule("http", priority, ("path-pattern", path), then);
    }
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
    let zero = "are 0: no target group gets a request, and each is answered 503";
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
