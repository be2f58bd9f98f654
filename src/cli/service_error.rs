//! A failed call as a diagnostic: the operation, the resource, the line of the spec that asked for it, the cause,
//! and what to do.

use crate::base::{Diagnostic, Place, SourceMap, Span};
use crate::exec::event::StepError;
use crate::exec::{ErrorKind, ServiceError};
use crate::kinds::context::parents;
use crate::kinds::{Action, Condition, Desired, Plan, Step, listener};
use crate::model::ResourceId;
use crate::output::text::caller;

/// What is known about the one who called, and how to tell it.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    /// The caller's ARN; empty when it is not known.
    pub arn: &'a str,
    /// What is talked to: `AWS`, or an endpoint.
    pub place: &'a str,
    /// Whether request ids are shown.
    pub verbose: bool,
}

/// A call that reads failed.
pub fn of_read(error: &ServiceError, who: Caller<'_>) -> Diagnostic {
    with_cause(titled(error, None, who), error, who)
}

/// A plan that was run, and what it was made from.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The spec.
    pub desired: &'a Desired,
    /// The texts of the spec.
    pub sources: &'a SourceMap,
}

/// A step failed.
pub fn of_step(step: &Step, error: &StepError, asked: Asked<'_>, who: Caller<'_>) -> Diagnostic {
    let place = asked.place_of(step);
    let subject = &step.subject;
    match error {
        StepError::Service(error) => {
            let (place, label) = match asked.value_in(step, &error.message) {
                Some(named) => (named, String::new()),
                None => (place, format!("asked for {subject}")),
            };
            with_cause(titled(error, Some(subject), who).at(place, label), error, who)
        }
        StepError::TimedOut { state, limit } => {
            let mut lines = state.lines().map(str::trim);
            let state = lines.next().unwrap_or_default().to_owned();
            let error = StepError::TimedOut { state, limit: *limit };
            let help = match asked.plan.steps.iter().any(|other| other.needs.contains(&step.id)) {
                true => "run the same command again: it goes on from here",
                false => "all calls are made: look at what it waited for",
            };
            let diagnostic = Diagnostic::error("timed-out", format!("{subject} is {error}")).at(place, "");
            let diagnostic = lines.fold(diagnostic, Diagnostic::note);
            match waits_for_acm(step) {
                true => diagnostic.note("AWS gives it 72h from the request, whether albctl waits or not"),
                false => diagnostic,
            }
            .help(help)
        }
        StepError::Hopeless { .. } => {
            Diagnostic::error("never-ready", format!("{subject} will not be ready: {error}"))
                .at(place, "")
                .help("mend what it says, then run the same command again")
        }
        StepError::ListenerChanged => listener_changed(subject),
        StepError::MissingOutput(_) => {
            Diagnostic::error("internal", format!("{subject}: {error}")).note("this is a mistake in albctl")
        }
    }
}

/// Whether it is ACM that is waited for. User guide of ACM: "DNS validation", 72 hours.
fn waits_for_acm(step: &Step) -> bool {
    matches!(&step.action, Action::Wait { condition: Condition::CertificateIssued(_), .. })
}

/// The rules of the listener of a step are not those that the plan saw.
fn listener_changed(subject: &ResourceId) -> Diagnostic {
    let listener = parents(subject).into_iter().find(|parent| parent.kind() == listener::KIND);
    let listener = listener.unwrap_or_else(|| subject.clone());
    Diagnostic::refused("listener-changed", format!("someone else is changing {listener}"))
        .note("its rules, or their priorities, are not those that the plan was made from")
        .help("run the same command again: it plans anew from what is live")
}

impl Asked<'_> {
    /// The line of the spec that asked for a step: of the one field that changes, else of the resource.
    fn place_of(self, step: &Step) -> Place {
        let Some(wanted) = self.desired.resources.get(&step.subject) else { return Place::NONE };
        let change = self.plan.changes.iter().find(|change| change.id == step.subject);
        let field = match change.map(|change| change.fields.as_slice()) {
            Some([only]) => wanted.fields.get(&only.key),
            Some(_) | None => None,
        };
        field.copied().unwrap_or(wanted.place)
    }

    /// Where the resource's part of the spec has the value that AWS's message names, such as a subnet's id.
    fn value_in(self, step: &Step, message: &str) -> Option<Place> {
        /// Shorter words are no ids.
        const SHORTEST: usize = 8;
        let wanted = self.desired.resources.get(&step.subject)?;
        let part = |c: char| c.is_ascii_alphanumeric() || "-_.:/".contains(c);
        let words = message.split(|c| !part(c)).map(|word| word.trim_end_matches(['.', ':']));
        let ids = words.filter(|word| word.len() >= SHORTEST && word.chars().any(|c| c.is_ascii_digit()));
        ids.flat_map(|id| wanted.fields.values().map(move |place| (id, place))).find_map(|(id, place)| {
            let start = place.span.start as usize + self.sources.slice(place.span).find(id)?;
            Some(Span::new(place.span.source, start, start + id.len()).into())
        })
    }
}

fn titled(error: &ServiceError, subject: Option<&ResourceId>, who: Caller<'_>) -> Diagnostic {
    let operation = &error.operation;
    let what = match subject {
        Some(subject) => format!("{operation} for {subject}"),
        None => operation.clone(),
    };
    match error.kind {
        ErrorKind::Denied => {
            let caller = if who.arn.is_empty() { "the caller".to_owned() } else { caller(who.arn) };
            let needed = subject.map(|subject| format!("needed for {subject}"));
            let title = format!("{caller} may not do {}:{operation}", service(operation));
            let diagnostic = Diagnostic::error("access-denied", title);
            needed.into_iter().fold(diagnostic, Diagnostic::note)
        }
        ErrorKind::Credentials => {
            Diagnostic::error(credentials_code(error), "AWS does not accept the credentials")
                .note(format!("the call was {what}"))
        }
        ErrorKind::Unreachable => {
            Diagnostic::error("unreachable", format!("{what} could not reach {}", who.place))
        }
        ErrorKind::Unavailable => {
            Diagnostic::error("unavailable", format!("{what} got no answer that can be used"))
        }
        ErrorKind::Throttled => {
            Diagnostic::error("throttled", format!("{what} was throttled until albctl gave up"))
        }
        ErrorKind::NotFound | ErrorKind::Refused => {
            Diagnostic::error(known_code(error.code.as_deref()), format!("{what} was refused by AWS"))
        }
    }
}

fn with_cause(diagnostic: Diagnostic, error: &ServiceError, who: Caller<'_>) -> Diagnostic {
    let code = error.code.as_deref().filter(|code| *code != diagnostic.code);
    let code = code.map(|code| format!("{code}: ")).unwrap_or_default();
    let request = match &error.request_id {
        Some(id) if who.verbose => format!(" (request id {id})"),
        Some(_) | None => String::new(),
    };
    let from = if error.code.is_some() { "AWS: " } else { "" };
    let diagnostic = diagnostic.note(format!("{from}{code}\"{}\"{request}", error.message));
    match hint(error) {
        Some(hint) => diagnostic.help(hint),
        None => diagnostic,
    }
}

fn hint(error: &ServiceError) -> Option<&'static str> {
    match error.kind {
        ErrorKind::Denied => Some("allow the action for the caller, or use other credentials: --profile"),
        ErrorKind::Credentials if credentials_code(error) == EXPIRED => {
            Some("get new ones: `aws sso login`, or assume the role again")
        }
        ErrorKind::Credentials => Some("see which are used: `aws sts get-caller-identity`"),
        ErrorKind::Unreachable => Some("look at the network, the proxy, the region and --endpoint-url"),
        ErrorKind::Unavailable => Some("run the same command again: what took effect is found and kept"),
        ErrorKind::Throttled => {
            Some("something else in this account calls the same API; run the same command again later")
        }
        ErrorKind::NotFound | ErrorKind::Refused => zone_hint(error),
    }
}

/// What a zone is for, which AWS's refusals of a target take for granted.
fn zone_hint(error: &ServiceError) -> Option<&'static str> {
    let text = error.message.to_ascii_lowercase();
    if error.operation != "RegisterTargets" || !text.contains("vpc") {
        return None;
    }
    Some(if text.contains("within the vpc") {
        "AWS knows the zone of an address of the VPC: leave it away (no `@all`, no `zone:`)"
    } else {
        "an address outside the VPC needs the zone `all`: `10.9.0.7@all`, in a spec `{ id: 10.9.0.7, zone: all }`"
    })
}

const EXPIRED: &str = "credentials-expired";

fn credentials_code(error: &ServiceError) -> &'static str {
    if error.is(&["ExpiredToken", "ExpiredTokenException", "RequestExpired"]) {
        EXPIRED
    } else if error.code.is_none() {
        "credentials-missing"
    } else {
        "credentials-invalid"
    }
}

/// The prefix of an operation in IAM policies.
fn service(operation: &str) -> &'static str {
    match operation {
        "GetCallerIdentity" => "sts",
        "GetResources" => "tag",
        "ListHostedZones" | "ListResourceRecordSets" | "ChangeResourceRecordSets" | "GetChange" => "route53",
        _ => "elasticloadbalancing",
    }
}

/// AWS's code as a diagnostic's; those that are not known here are named in the note.
fn known_code(code: Option<&str>) -> &'static str {
    let known = code.and_then(|code| CODES.iter().find(|known| **known == code));
    known.copied().unwrap_or("refused-by-aws")
}

/// The error codes of Elastic Load Balancing v2 and of the calls of Route 53. API: the shapes with an `error` trait.
const CODES: &[&str] = &[
    "ALPNPolicyNotFound",
    "AllocationIdNotFound",
    "AvailabilityZoneNotSupported",
    "CapacityDecreaseRequestsLimitExceeded",
    "CapacityReservationPending",
    "CapacityUnitsLimitExceeded",
    "CertificateNotFound",
    "DuplicateListener",
    "DuplicateLoadBalancerName",
    "DuplicateTagKeys",
    "DuplicateTargetGroupName",
    "HealthUnavailable",
    "IncompatibleProtocols",
    "InsufficientCapacity",
    "InvalidChangeBatch",
    "InvalidConfigurationRequest",
    "InvalidLoadBalancerAction",
    "InvalidScheme",
    "InvalidSecurityGroup",
    "InvalidSubnet",
    "InvalidTarget",
    "ListenerNotFound",
    "LoadBalancerNotFound",
    "NoSuchHostedZone",
    "OperationNotPermitted",
    "PriorRequestNotComplete",
    "PriorityInUse",
    "ResourceInUse",
    "RuleNotFound",
    "SSLPolicyNotFound",
    "SubnetNotFound",
    "TargetGroupAssociationLimit",
    "TargetGroupNotFound",
    "TooManyActions",
    "TooManyCertificates",
    "TooManyListeners",
    "TooManyLoadBalancers",
    "TooManyRegistrationsForTargetId",
    "TooManyRules",
    "TooManyTags",
    "TooManyTargetGroups",
    "TooManyTargets",
    "TooManyUniqueTargetGroupsPerLoadBalancer",
    "UnsupportedProtocol",
    "ValidationError",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StepVerb;
    use crate::output::fixtures;

    const WHO: Caller<'_> = Caller {
        arn: "arn:aws:sts::123456789012:assumed-role/ci-deploy/gh-8841",
        place: "AWS",
        verbose: false,
    };

    fn error(kind: ErrorKind, code: Option<&str>) -> ServiceError {
        ServiceError {
            operation: "SetRulePriorities".to_owned(),
            kind,
            code: code.map(str::to_owned),
            message: "why".to_owned(),
            request_id: Some("4f1c".to_owned()),
        }
    }

    #[test]
    fn a_denied_call_names_the_action() {
        let told = of_read(&error(ErrorKind::Denied, Some("AccessDenied")), WHO);
        assert_eq!(
            (told.code, told.message.as_str()),
            ("access-denied", "ci-deploy may not do elasticloadbalancing:SetRulePriorities")
        );
        assert_eq!(told.notes, ["AWS: AccessDenied: \"why\""]);
    }

    #[test]
    fn aws_codes_are_kept_and_unknown_ones_are_in_the_note() {
        let told = of_read(&error(ErrorKind::Refused, Some("PriorityInUse")), WHO);
        assert_eq!((told.code, told.notes.clone()), ("PriorityInUse", vec!["AWS: \"why\"".to_owned()]));
        let told = of_read(&error(ErrorKind::Refused, Some("BrandNew")), WHO);
        assert_eq!((told.code, told.notes), ("refused-by-aws", vec!["AWS: BrandNew: \"why\"".to_owned()]));
    }

    #[test]
    fn request_ids_need_verbose() {
        let told = of_read(&error(ErrorKind::Refused, Some("TooManyRules")), Caller { verbose: true, ..WHO });
        assert_eq!(told.notes, ["AWS: \"why\" (request id 4f1c)"]);
    }

    #[test]
    fn the_value_that_aws_names_is_pointed_at() {
        let mut sources = SourceMap::new();
        let text = "load_balancer:\n  subnets: [subnet-0aaa1111, subnet-0bbb2222]\n";
        let source = sources.add("shop.yaml", text);
        let span = |part: &str| {
            let start = text.find(part).unwrap();
            Span::new(source, start, start + part.len())
        };
        let resource = serde_json::from_value(serde_json::json!({"targets": {"group": "a", "targets": []}}));
        let wanted = crate::kinds::Wanted {
            resource: resource.unwrap(),
            place: span("load_balancer").into(),
            fields: [("subnets".to_owned(), span("[subnet-0aaa1111, subnet-0bbb2222]").into())].into(),
            note: None,
            ignore: Vec::new(),
            order: 0,
        };
        let step = fixtures::step("load_balancer", StepVerb::Create, "");
        let desired = Desired {
            stack: "shop".to_owned(),
            account: None,
            region: None,
            resources: [(step.subject.clone(), wanted)].into(),
            rule_order: std::collections::BTreeMap::new(),
            moved: Vec::new(),
            former_stack: None,
            dns_role: None,
            strangers: std::collections::BTreeMap::new(),
        };
        let plan = fixtures::plan(Vec::new(), vec![step.clone()]);
        let asked = Asked { plan: &plan, desired: &desired, sources: &sources };
        let refused = |message: &str| {
            let error = ServiceError {
                message: message.to_owned(),
                ..error(ErrorKind::Refused, Some("InvalidSubnet"))
            };
            let told = of_step(&step, &StepError::Service(error), asked, WHO);
            sources.slice(told.labels[0].span).to_owned()
        };
        assert_eq!(refused("The subnet ID 'subnet-0bbb2222' does not exist."), "subnet-0bbb2222");
        assert_eq!(refused("At least two subnets in two different zones"), "load_balancer");
    }

    #[test]
    fn credentials_are_told_apart() {
        for (code, wanted) in [
            (Some("ExpiredToken"), "credentials-expired"),
            (Some("InvalidClientTokenId"), "credentials-invalid"),
            (None, "credentials-missing"),
        ] {
            let told = of_read(&error(ErrorKind::Credentials, code), WHO);
            assert_eq!(told.code, wanted);
            assert_eq!(told.helps.len(), 1);
        }
    }
}
