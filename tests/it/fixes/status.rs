//! `status LB`: a load balancer that no spec describes.

use super::scene::Scene;
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
