//! What happens while a question stands on the screen.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::scene::Scene;

/// What somebody else does, as the state that it leads to; the scene is as it was.
fn meanwhile(scene: &Scene, line: &str) -> serde_json::Value {
    let before = scene.stage.sandbox.snapshot();
    let ran = scene.albctl(&format!("{line} --yes"));
    assert_eq!(ran.code, 0, "{ran:?}");
    let after = scene.stage.sandbox.snapshot();
    scene.stage.sandbox.restore(before).expect("a state of this version");
    scene.stage.sandbox.clear_calls();
    after
}

#[test]
fn a_yes_carries_it_out_after_one_more_look_at_what_is_written_to() {
    let scene = Scene::new();
    let with_yes = {
        let other = Scene::new();
        other.albctl("stickiness enable web-orders --yes");
        other.calls()
    };
    let questions = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&questions);
    let ran = scene.asked("stickiness enable web-orders", move |question| {
        assert!(question.ends_with("Apply? [y/N] "), "{question}");
        asked.fetch_add(1, Ordering::Relaxed);
        "y\n".to_owned()
    });
    assert_eq!((ran.code, questions.load(Ordering::Relaxed)), (0, 1), "{ran:?}");
    let calls = scene.calls();
    let at = calls.iter().position(|call| call == "ModifyTargetGroupAttributes").expect("it is written");
    assert_eq!(calls[at - 1], "DescribeTargetGroupAttributes");
    assert_eq!(calls.len(), with_yes.len() + 1);
}

#[test]
fn anything_else_changes_nothing() {
    let scene = Scene::new();
    for reply in ["", "n\n", "yep\n"] {
        let ran = scene.asked("stickiness enable web-orders", move |_| reply.to_owned());
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.err.contains("Not applied. Nothing was changed."), "{ran:?}");
        assert_eq!(scene.writes(), [""; 0]);
    }
}

#[test]
fn what_somebody_else_changed_meanwhile_is_not_overwritten() {
    for (line, other, told) in [
        (
            "stickiness enable web-orders",
            "stickiness enable web-orders --duration 2h",
            "planned now:  ~ target_group/web-orders: stickiness lb_cookie 2h -> lb_cookie 1d",
        ),
        (
            "attr set web-orders slow_start=30s",
            "attr set web-orders deregistration_delay=30s",
            "deregistration_delay 30s -> 5m",
        ),
        (
            "weights web/443/20 web-users=50 web-users-canary=50",
            "weights web/443/20 web-users=1 web-users-canary=0",
            "100",
        ),
    ] {
        let scene = Scene::new();
        let after = meanwhile(&scene, other);
        let sandbox = Arc::clone(&scene.stage.sandbox);
        let ran = scene.asked(line, move |_| {
            sandbox.restore(after.clone()).expect("a state of this version");
            "yes\n".to_owned()
        });
        assert_eq!(ran.code, 6, "{line}: {ran:?}");
        assert!(ran.err.contains("refused[plan-changed]"), "{line}: {ran:?}");
        assert!(ran.err.contains(told), "{line}: {}", ran.err);
        assert_eq!(scene.writes(), [""; 0], "{line}");
    }
}
