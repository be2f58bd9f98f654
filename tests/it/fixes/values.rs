//! Values of options that AWS would refuse, which have blanks and other characters that no line of words can have.

use super::scene::Scene;

/// Runs `command`, its last word `value`: exit 2, nothing written, and `told`.
fn refused(scene: &Scene, command: &str, value: &str, told: &str) {
    let words: Vec<&str> = command.split_whitespace().chain([value, "--yes"]).collect();
    let ran = scene.words(&words);
    assert_eq!(ran.code, 2, "{value:?}: {ran:#?}");
    assert!(ran.err.contains(told) && ran.err.contains("help: "), "{value:?}: {}", ran.err);
    assert_eq!(scene.writes(), [""; 0], "{value:?}");
}

#[test]
fn names_of_cookies_are_tokens() {
    let scene = Scene::new();
    for name in ["A B", "A;B", "A,B", "A=B", "A\tB", "A\nB", "\"A\"", "caf\u{e9}", "A\u{7f}", "A/B", "A(B)"] {
        refused(&scene, "stickiness enable web-orders --app-cookie", name, "is no name of a cookie");
    }
    let fine = scene.words(&["stickiness", "enable", "web-orders", "--app-cookie", "SID.a-b_c!|~", "--yes"]);
    assert_eq!(fine.code, 0, "{fine:#?}");
}

#[test]
fn paths_of_checks_are_those_of_urls() {
    let scene = Scene::new();
    for path in ["/a b", "/a\tb", "/\u{0}", "/caf\u{e9}", "/a\u{7f}", " /a"] {
        let told = if path.starts_with('/') { "a character that no URL has" } else { "begins with `/`" };
        refused(&scene, "health set web-orders --path", path, told);
    }
    refused(&scene, "health set web-orders --path", "", "begins with `/`");
    let fine = scene.words(&["health", "set", "web-orders", "--path", "/a%20b?deep=1&x=[y]", "--yes"]);
    assert_eq!(fine.code, 0, "{fine:#?}");
}

#[test]
fn buckets_and_prefixes_of_logs_are_those_of_s3() {
    let scene = Scene::new();
    for bucket in ["s3://shop", "shop:logs", "shop logs", ".shop", "shop-", "a..b", "10.0.0.1", "ab", ""] {
        refused(&scene, "logs enable web --bucket", bucket, "is no name of a bucket");
    }
    for prefix in ["AWSLogs", "a/AWSLogs/b", "a\tb"] {
        refused(&scene, "logs enable web --bucket shop-logs --prefix", prefix, "the prefix of logs");
    }
}
