//! Targets on the wire. API: RegisterTargets, DeregisterTargets, DescribeTargetHealth.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types as api;
use aws_sdk_elasticloadbalancingv2::types::{
    TargetHealthReasonEnum as Reason, TargetHealthStateEnum as State,
};

use super::{Call, Target, Targets, function};
use crate::aws::error::classify;
use crate::exec::{Outputs, Probe, ServiceError};
use crate::model::Health;
use crate::model::world::{HealthState, TargetHealth};

/// The zone of an address outside the VPC.
const ALL_ZONES: &str = "all";

/// Makes one attempt at a call.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn perform(client: &Client, call: &Call<String>) -> Result<Outputs, ServiceError> {
    let operation = call.operation();
    match call {
        Call::RegisterTargets { target_group, targets } => {
            let request = client
                .register_targets()
                .target_group_arn(target_group)
                .set_targets(Some(targets.iter().map(to_api).collect()));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::DeregisterTargets { target_group, targets } => {
            let request = client
                .deregister_targets()
                .target_group_arn(target_group)
                .set_targets(Some(targets.iter().map(to_api).collect()));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
    }
    Ok(Outputs::new())
}

/// The target for a request; the port is always sent.
fn to_api(target: &Target) -> api::TargetDescription {
    let Target { id, port, zone } = target;
    api::TargetDescription::builder()
        .id(id)
        .set_port(port.map(i32::from))
        .set_availability_zone(zone.clone())
        .build()
}

/// A live target. AWS answers with the zone that it found itself, which is no setting: a zone is kept only if it is
/// `all`, or if one of the `wanted` targets names it.
fn from_api(target: &api::TargetDescription, wanted: &BTreeSet<Target>) -> Option<Target> {
    let id = target.id()?.to_owned();
    let port = target.port().and_then(|port| u16::try_from(port).ok());
    let named = |zone: &str| {
        zone == ALL_ZONES
            || wanted.iter().any(|one| one.id == id && one.port == port && one.zone.as_deref() == Some(zone))
    };
    let zone = target.availability_zone().filter(|zone| named(zone)).map(str::to_owned);
    Some(Target { id, port, zone })
}

/// The registered targets of the group that the spec calls `group`: all but those that drain.
pub fn registered(
    group: &str,
    health: &[api::TargetHealthDescription],
    wanted: &BTreeSet<Target>,
) -> Targets {
    let targets = health
        .iter()
        .filter(|one| is_registered(one))
        .filter_map(|one| from_api(one.target()?, wanted))
        .collect();
    Targets { group: group.to_owned(), targets, additive: false }
}

/// How many targets a group has, and how many of them are healthy.
pub fn counts(health: &[api::TargetHealthDescription]) -> Health {
    let states = states(health);
    Health {
        registered: states.len(),
        healthy: states.iter().filter(|one| one.state == HealthState::Healthy).count(),
    }
}

/// The registered targets with what AWS says of them.
pub fn states(health: &[api::TargetHealthDescription]) -> Vec<TargetHealth> {
    health.iter().filter(|one| is_registered(one)).filter_map(one_state).collect()
}

/// The targets that leave and finish the requests that they have.
pub fn draining(health: &[api::TargetHealthDescription]) -> Vec<TargetHealth> {
    health.iter().filter(|one| is_draining(one)).filter_map(one_state).collect()
}

fn one_state(description: &api::TargetHealthDescription) -> Option<TargetHealth> {
    let target = description.target()?;
    let health = description.target_health();
    Some(TargetHealth {
        id: target.id()?.to_owned(),
        port: target.port().and_then(|port| u16::try_from(port).ok()),
        state: state(health),
        words: describe(health),
        zone: target.availability_zone().map(str::to_owned),
        status: health.and_then(api::TargetHealth::state).map_or("unknown", State::as_str).to_owned(),
        reason: health.and_then(api::TargetHealth::reason).map(|reason| reason.as_str().to_owned()),
        description: health.and_then(api::TargetHealth::description).map(str::to_owned),
    })
}

fn state(health: Option<&api::TargetHealth>) -> HealthState {
    let stopped = |health: &api::TargetHealth| {
        matches!(health.reason(), Some(Reason::InvalidState | Reason::IpUnusable))
    };
    match health.and_then(api::TargetHealth::state) {
        Some(State::Healthy) => HealthState::Healthy,
        Some(State::Unavailable) if health.is_some_and(is_fit) => HealthState::Healthy,
        Some(State::Initial | State::Unavailable) | None => HealthState::Unchecked,
        Some(State::Unused) if !health.is_some_and(stopped) => HealthState::Unchecked,
        // What AWS may call a target one day is not taken for healthy.
        Some(_) => HealthState::Unhealthy,
    }
}

fn is_registered(health: &api::TargetHealthDescription) -> bool {
    let Some(health) = health.target_health() else { return true };
    let gone = matches!(health.reason(), Some(Reason::NotRegistered | Reason::DeregistrationInProgress));
    health.state() != Some(&State::Draining) && !gone
}

fn is_draining(health: &api::TargetHealthDescription) -> bool {
    let Some(health) = health.target_health() else { return false };
    health.state() == Some(&State::Draining) || health.reason() == Some(&Reason::DeregistrationInProgress)
}

/// Whether all of `wanted` are healthy, and else in words what the others are: `1 of 2: i-0b2c initial`.
pub fn judge(health: &[api::TargetHealthDescription], wanted: &BTreeSet<Target>) -> Probe {
    let mut others = Vec::new();
    for target in wanted {
        let state = health.iter().filter(|one| is_registered(one)).find_map(|one| {
            let live = from_api(one.target()?, wanted)?;
            (live.id == target.id && live.port == target.port).then(|| one.target_health())
        });
        let state = state.flatten();
        if !state.is_some_and(is_fit) {
            others.push(format!("{} {}", function::short(&target.id), describe(state)));
        }
    }
    let count = format!("{} of {}", wanted.len() - others.len(), wanted.len());
    if others.is_empty() {
        Probe::Holds(count)
    } else {
        Probe::NotYet(format!("{count}: {}", others.join(", ")))
    }
}

/// Whether a target takes requests: it passes its checks, or, being a function, need not be checked.
fn is_fit(health: &api::TargetHealth) -> bool {
    health.state() == Some(&State::Healthy) || health.reason() == Some(&Reason::HealthCheckDisabled)
}

fn describe(health: Option<&api::TargetHealth>) -> String {
    let Some(health) = health else { return "not registered".to_owned() };
    let state = health.state().map_or("unknown", State::as_str);
    match health.description() {
        // AWS says here what the target answered.
        Some(why) if health.state() == Some(&State::Unhealthy) => format!("{state} ({why})"),
        Some(_) | None if health.reason() == Some(&Reason::HealthCheckDisabled) => "not checked".to_owned(),
        Some(_) | None => state.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(id: &str, port: u16, zone: Option<&str>) -> Target {
        Target { id: id.to_owned(), port: Some(port), zone: zone.map(str::to_owned) }
    }

    fn live(target: &Target, state: State) -> api::TargetHealthDescription {
        let health = api::TargetHealth::builder().state(state).description("Health checks failed").build();
        api::TargetHealthDescription::builder().target(to_api(target)).target_health(health).build()
    }

    #[test]
    fn draining_targets_are_not_registered() {
        let health = [
            live(&target("10.0.0.1", 80, None), State::Healthy),
            live(&target("10.0.0.1", 81, None), State::Unused),
            live(&target("10.0.0.2", 80, None), State::Draining),
        ];
        let expected = BTreeSet::from([target("10.0.0.1", 80, None), target("10.0.0.1", 81, None)]);
        assert_eq!(registered("users", &health, &BTreeSet::new()).targets, expected);
    }

    #[test]
    fn only_a_target_that_passes_its_checks_is_healthy() {
        let unused = |reason: Reason| {
            let health = api::TargetHealth::builder().state(State::Unused).reason(reason).build();
            let target = to_api(&target("10.0.0.9", 80, None));
            api::TargetHealthDescription::builder().target(target).target_health(health).build()
        };
        let one = |state: State| live(&target("10.0.0.1", 80, None), state);
        let health = [
            one(State::Healthy),
            one(State::Initial),
            one(State::Unhealthy),
            one(State::Draining),
            unused(Reason::NotInUse),
            unused(Reason::InvalidState),
            unused(Reason::NotRegistered),
        ];
        let found: Vec<HealthState> = states(&health).into_iter().map(|one| one.state).collect();
        let (good, unknown, bad) = (HealthState::Healthy, HealthState::Unchecked, HealthState::Unhealthy);
        assert_eq!(
            found,
            [good, unknown, bad, unknown, bad],
            "those that drain or are gone are not registered"
        );
    }

    #[test]
    fn those_that_leave_are_told_apart_with_all_that_aws_says() {
        let health = [
            live(&target("10.0.0.1", 80, Some("us-east-1a")), State::Healthy),
            live(&target("10.0.0.2", 80, Some("all")), State::Draining),
        ];
        let leaving = draining(&health);
        assert_eq!(leaving.len(), 1);
        let one = &leaving[0];
        let told = (one.id.as_str(), one.port, one.zone.as_deref(), one.status.as_str());
        assert_eq!(told, ("10.0.0.2", Some(80), Some("all"), "draining"));
        assert_eq!(one.description.as_deref(), Some("Health checks failed"));
        assert_eq!(states(&health)[0].zone.as_deref(), Some("us-east-1a"));
    }

    #[test]
    fn every_reason_of_aws_has_its_words() {
        for code in Reason::values() {
            assert!(super::super::reason::known(code), "{code} has no words");
        }
    }

    #[test]
    fn a_zone_that_aws_found_is_no_setting() {
        let wanted = BTreeSet::from([target("10.0.0.3", 80, Some("us-east-1b"))]);
        let health = [
            live(&target("10.0.0.1", 80, Some("us-east-1a")), State::Healthy),
            live(&target("10.0.0.2", 80, Some("all")), State::Healthy),
            live(&target("10.0.0.3", 80, Some("us-east-1b")), State::Healthy),
        ];
        let zones: Vec<Option<String>> =
            registered("users", &health, &wanted).targets.into_iter().map(|one| one.zone).collect();
        assert_eq!(zones, [None, Some("all".to_owned()), Some("us-east-1b".to_owned())]);
    }

    #[test]
    fn health_is_told_in_words() {
        let wanted =
            BTreeSet::from([target("i-0a", 80, None), target("i-0b", 80, None), target("i-0c", 80, None)]);
        let health = [
            live(&target("i-0a", 80, None), State::Healthy),
            live(&target("i-0b", 80, None), State::Unhealthy),
        ];
        let expected = "1 of 3: i-0b unhealthy (Health checks failed), i-0c not registered";
        assert_eq!(judge(&health, &wanted), Probe::NotYet(expected.to_owned()));
        let one = BTreeSet::from([target("i-0a", 80, None)]);
        assert_eq!(judge(&health, &one), Probe::Holds("1 of 1".to_owned()));
    }
}
