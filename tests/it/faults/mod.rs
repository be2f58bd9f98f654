//! Whatever happens to an apply on its way, it ends truthfully, and applying again brings the stack where an apply
//! that nothing happened to would have.

mod apply;
mod large;
mod resume;
mod scenarios;
mod together;
mod turns;

use std::collections::BTreeSet;

use albctl::exec::{Outcome, StepState, Summary};
use albctl_sandbox::{Fault, FaultKind, Match};

use self::apply::{Attempt, World};
use self::scenarios::Scenario;

/// What happens to one call of an apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// It is refused for good.
    Refused,
    /// It is throttled, and once more.
    Throttled,
    /// The connection breaks before it takes effect.
    DroppedBefore,
    /// The connection breaks after it took effect.
    DroppedAfter,
    /// The same, and no answer to the next calls comes back either: longer than anybody tries.
    Unanswered,
    /// The process ends when it is about to send the call.
    CrashedBefore,
    /// The process ends when the call has taken effect.
    CrashedAfter,
}

const ALL: [Trouble; 7] = [
    Trouble::Refused,
    Trouble::Throttled,
    Trouble::DroppedBefore,
    Trouble::DroppedAfter,
    Trouble::Unanswered,
    Trouble::CrashedBefore,
    Trouble::CrashedAfter,
];

impl Trouble {
    /// What is injected for the `nth` call of all.
    fn faults(self, nth: usize) -> Vec<Fault> {
        let fault = |nth, count, kind| Fault { matches: Match::Any, nth, count, kind };
        let denied =
            FaultKind::Fail { code: "AccessDenied".to_owned(), status: 403, message: "no".to_owned() };
        match self {
            Self::Refused => vec![fault(nth, 1, denied)],
            Self::Throttled => vec![fault(nth, 2, FaultKind::Throttle)],
            Self::DroppedBefore => vec![fault(nth, 1, FaultKind::DropBefore)],
            Self::DroppedAfter => vec![fault(nth, 1, FaultKind::DropAfter)],
            // Four attempts, and after each a look whether it took effect.
            Self::Unanswered => vec![fault(nth, 12, FaultKind::DropAfter)],
            Self::CrashedBefore => vec![fault(nth, 0, FaultKind::DropBefore)],
            Self::CrashedAfter => {
                vec![fault(nth, 1, FaultKind::DropAfter), fault(nth + 1, 0, FaultKind::DropBefore)]
            }
        }
    }

    /// Whether the process ends at the call: what it would have sent after that never arrives.
    fn crashes(self) -> bool {
        matches!(self, Self::CrashedBefore | Self::CrashedAfter)
    }

    /// Whether it makes a difference for a call: what only reads has no effect before which to crash.
    fn concerns(self, call: &str) -> bool {
        let reads = ["Describe", "Get", "List"].iter().any(|verb| call.starts_with(verb));
        self != Self::CrashedAfter || !reads
    }

    /// Whether the apply itself gets over it.
    fn passes(self) -> bool {
        matches!(self, Self::Throttled | Self::DroppedBefore | Self::DroppedAfter)
    }
}

/// How a disturbed apply ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ending {
    Completed,
    Incomplete,
    NotRead,
    Crashed,
}

/// Disturbs every call of the way from A to B in every way.
fn disturb(scenario: &Scenario) {
    let mut world = World::before(scenario);
    let calls = world.undisturbed();
    let mut endings = BTreeSet::new();
    for (index, call) in calls.iter().enumerate() {
        for trouble in ALL.into_iter().filter(|trouble| trouble.concerns(call)) {
            let when = format!("{trouble:?} at call {} of {}, {call}", index + 1, calls.len());
            endings.insert(case(&world, trouble, index + 1, call, &when));
        }
    }
    let all = [Ending::Completed, Ending::Incomplete, Ending::NotRead, Ending::Crashed];
    assert_eq!(endings, all.into(), "the plan reads and writes, and both can fail");
}

fn case(world: &World, trouble: Trouble, nth: usize, call: &str, when: &str) -> Ending {
    world.reset();
    for fault in trouble.faults(nth) {
        world.stage.sandbox.inject(fault);
    }
    let first = if trouble.crashes() { world.crashing_apply() } else { world.apply() };
    assert!(world.stage.sandbox.faults_hit() > 0, "{when}: nothing happened");
    world.stage.sandbox.clear_faults();
    // Without the tagging API an apply goes on, and says what it may not have seen.
    let half_blind = call == "GetResources" && matches!(trouble, Trouble::Refused | Trouble::Unanswered);
    let ending = match &first {
        Attempt::Ran(Outcome::Completed(summary)) => {
            assert!(summary.states.values().all(|state| matches!(state, StepState::Done)), "{when}");
            // Quotas, and what a certificate of others is for, are worth knowing, not worth failing for.
            let optional = half_blind
                || ["DescribeAccountLimits", "DescribeCertificate", "ListServerCertificates"].contains(&call);
            assert!(trouble != Trouble::Refused || optional, "{when}: a refused call is no success");
            if world.is_there(when) {
                return Ending::Completed;
            }
            assert!(half_blind, "{when}: it says that all is done, and it is not");
            Ending::Completed
        }
        Attempt::Ran(Outcome::Incomplete(summary)) => {
            assert!(!trouble.passes(), "{when}: {:?}", failures(summary));
            assert!(!failures(summary).is_empty(), "{when}: nothing says what failed");
            Ending::Incomplete
        }
        Attempt::Ran(Outcome::Interrupted(_)) => panic!("{when}: nobody interrupted it"),
        Attempt::NotRead(why) => {
            assert!(!trouble.passes(), "{when}: {why}");
            assert!(world.is_untouched(), "{when}: it wrote without having read");
            Ending::NotRead
        }
        Attempt::Refused(why) => panic!("{when}: refused: {why}"),
        Attempt::Crashed => Ending::Crashed,
    };
    // Where nothing was written the next apply is the undisturbed one.
    if !world.is_untouched() {
        match world.apply() {
            Attempt::Ran(Outcome::Completed(_)) => {}
            other => panic!("{when}: the next apply does not reach it: {other:#?}"),
        }
        assert!(world.is_there(when), "{when}: the next plan is not empty");
    }
    ending
}

fn failures(summary: &Summary) -> Vec<String> {
    let failed = summary.states.iter().filter_map(|(step, state)| match state {
        StepState::Failed(error) => Some(format!("{step}: {error}")),
        StepState::Done | StepState::Skipped { .. } | StepState::Stopped | StepState::NotBegun => None,
    });
    failed.collect()
}

macro_rules! matrix {
    ($($name:ident,)*) => {
        $(
            #[test]
            fn $name() {
                disturb(&scenarios::$name());
            }
        )*
    };
}

matrix! {
    creation,
    reorder,
    insert_on_top,
    rules_content_and_order,
    replacement,
    renames,
    ports,
    http_to_https,
    default_action,
    removal_of_half,
    targets,
    attributes_and_tags,
    certificate_imported,
    certificate_imported_anew,
    certificate_requested,
    server_certificate_rotated,
    destruction,
}
