//! The last look at a listener's rules.

use super::fake::{Aws, call, create_rule, failure, plan};
use super::{ErrorKind, Outcome, go};
use crate::kinds::Plan;

/// Two rules of one listener whose rules the plan rests on, and something else.
fn two_rules() -> Plan {
    let mut second = create_rule("listener");
    second.id = serde_json::from_value(serde_json::json!("second")).unwrap();
    let mut plan = plan(vec![create_rule("listener"), second, call("other", &[])]);
    plan.basis = [("listener".to_owned(), vec![("rule".to_owned(), 7)])].into();
    plan
}

#[tokio::test(start_paused = true)]
async fn all_rules_of_a_listener_wait_for_one_look() {
    let aws = Aws::taking(1);
    let seen = go(&two_rules(), &aws, 4).await;
    assert!(matches!(seen.outcome, Outcome::Completed(_)));
    assert_eq!(aws.calls(), ["look listener", "other", "listener", "listener"]);
    assert_eq!((seen.summary().writes, seen.summary().reads), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn where_the_rules_are_others_none_is_written_and_the_rest_is() {
    let aws = Aws::taking(1);
    aws.rules(&[Ok(false)]);
    let seen = go(&two_rules(), &aws, 4).await;
    assert!(matches!(seen.outcome, Outcome::Incomplete(_)));
    assert_eq!(aws.calls(), ["look listener", "other"]);
    let changed = "failed: someone else is changing this listener";
    assert_eq!(
        [seen.state("listener"), seen.state("second"), seen.state("other")],
        [changed, changed, "done"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_look_is_tried_again_and_one_that_fails_for_good_is_a_failure() {
    let aws = Aws::taking(1);
    aws.rules(&[Err(failure(ErrorKind::Throttled, "Throttling")), Ok(true)]);
    assert!(matches!(go(&two_rules(), &aws, 4).await.outcome, Outcome::Completed(_)));
    let aws = Aws::taking(1);
    aws.rules(&[Err(failure(ErrorKind::Denied, "AccessDenied"))]);
    let seen = go(&two_rules(), &aws, 4).await;
    assert!(matches!(seen.outcome, Outcome::Incomplete(_)));
    assert_eq!(aws.calls(), ["look listener", "other"]);
}
