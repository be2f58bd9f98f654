//! The AWS services: for each a table of operations.

mod acm;
mod ec2;
mod elbv2;
mod iam;
mod lambda;
mod route53;
mod sts;
mod tag_lists;
mod tagging;

pub(crate) use elbv2::load_balancer_of;

use std::sync::LazyLock;

use serde_json::Value;

use crate::clock::{Millis, millis};
use crate::rates::Category;
use crate::state::{Region, State};
use crate::wire::{ApiError, Params, Protocol, Route};

/// An AWS service of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// AWS Certificate Manager.
    Acm,
    /// Elastic Load Balancing v2.
    Elbv2,
    /// Identity and Access Management: server certificates.
    Iam,
    /// Security Token Service.
    Sts,
    /// Resource Groups Tagging API.
    Tagging,
    /// Route 53: hosted zones and their records.
    Route53,
    /// Lambda: functions and who may invoke them.
    Lambda,
    /// Elastic Compute Cloud: the rules of security groups.
    Ec2,
}

/// One operation of a service.
pub(crate) struct Operation {
    /// The AWS API name.
    pub(crate) name: &'static str,
    /// Whether it writes.
    pub(crate) mutating: bool,
    /// Its throttling bucket; None where the sandbox does not model throttling.
    pub(crate) category: Option<Category>,
    /// Reads the input, checks, and does it.
    pub(crate) run: fn(&mut Ctx<'_>, &Params) -> Result<Value, ApiError>,
}

impl Service {
    /// Every service.
    pub(crate) const ALL: [Service; 8] = [
        Service::Acm,
        Service::Ec2,
        Service::Elbv2,
        Service::Iam,
        Service::Lambda,
        Service::Route53,
        Service::Sts,
        Service::Tagging,
    ];

    /// A short name, for the log of calls.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Service::Acm => "acm",
            Service::Elbv2 => "elbv2",
            Service::Iam => "iam",
            Service::Sts => "sts",
            Service::Tagging => "tagging",
            Service::Route53 => "route53",
            Service::Lambda => "lambda",
            Service::Ec2 => "ec2",
        }
    }

    /// The service's name in a credential scope.
    pub(crate) fn signing_name(self) -> &'static str {
        match self {
            Service::Acm => "acm",
            Service::Elbv2 => "elasticloadbalancing",
            Service::Iam => "iam",
            Service::Sts => "sts",
            Service::Tagging => "tagging",
            Service::Route53 => "route53",
            Service::Lambda => "lambda",
            Service::Ec2 => "ec2",
        }
    }

    pub(crate) fn protocol(self) -> Protocol {
        match self {
            Service::Elbv2 | Service::Iam | Service::Sts => Protocol::Query,
            Service::Acm | Service::Tagging => Protocol::Json,
            Service::Route53 => Protocol::RestXml,
            Service::Lambda => Protocol::RestJson,
            Service::Ec2 => Protocol::Ec2,
        }
    }

    /// The API version, which awsQuery requests carry.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Service::Acm => "2015-12-08",
            Service::Elbv2 => "2015-12-01",
            Service::Iam => "2010-05-08",
            Service::Sts => "2011-06-15",
            Service::Tagging => "2017-01-26",
            Service::Route53 => "2013-04-01",
            Service::Lambda => "2015-03-31",
            Service::Ec2 => "2016-11-15",
        }
    }

    /// What stands before the operation in `x-amz-target`.
    pub(crate) fn target_prefix(self) -> Option<&'static str> {
        match self {
            Service::Ec2
            | Service::Elbv2
            | Service::Iam
            | Service::Sts
            | Service::Route53
            | Service::Lambda => None,
            Service::Acm => Some("CertificateManager"),
            Service::Tagging => Some("ResourceGroupsTaggingAPI_20170126"),
        }
    }

    /// Where its operations are, if its protocol is a REST one.
    pub(crate) fn routes(self) -> &'static [Route] {
        match self {
            Service::Acm | Service::Ec2 | Service::Elbv2 | Service::Iam | Service::Sts | Service::Tagging => {
                &[]
            }
            Service::Route53 => route53::ROUTES,
            Service::Lambda => lambda::ROUTES,
        }
    }

    /// The XML namespace of its answers.
    pub(crate) fn namespace(self) -> &'static str {
        match self {
            Service::Elbv2 => "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
            Service::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
            Service::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            Service::Route53 => "https://route53.amazonaws.com/doc/2013-04-01/",
            Service::Ec2 => "http://ec2.amazonaws.com/doc/2016-11-15/",
            Service::Acm | Service::Tagging | Service::Lambda => "",
        }
    }

    /// Its operations.
    fn operations(self) -> &'static [Operation] {
        match self {
            Service::Acm => acm::OPERATIONS,
            Service::Elbv2 => elbv2::OPERATIONS,
            Service::Iam => iam::OPERATIONS,
            Service::Sts => sts::OPERATIONS,
            Service::Tagging => tagging::OPERATIONS,
            Service::Route53 => route53::OPERATIONS,
            Service::Lambda => lambda::OPERATIONS,
            Service::Ec2 => ec2::OPERATIONS,
        }
    }

    /// The operation of this name.
    pub(crate) fn operation(self, name: &str) -> Option<&'static Operation> {
        self.operations().iter().find(|o| o.name == name)
    }

    /// "Rate exceeded", with the code that this service uses on the wire.
    pub(crate) fn throttled(self) -> ApiError {
        let (code, status) = match self {
            Service::Elbv2 | Service::Iam | Service::Sts | Service::Route53 => ("Throttling", 400),
            Service::Acm => ("ThrottlingException", 400),
            Service::Tagging => ("ThrottledException", 400),
            Service::Lambda => ("TooManyRequestsException", 429),
            // EC2, "Error codes for the Amazon EC2 API": RequestLimitExceeded, HTTP 503.
            Service::Ec2 => ("RequestLimitExceeded", 503),
        };
        ApiError { code: code.to_owned(), status, message: "Rate exceeded".to_owned() }
    }

    /// A fault of the service: HTTP 500.
    pub(crate) fn internal(self, message: &str) -> ApiError {
        let code = match self.protocol() {
            Protocol::Query | Protocol::RestXml => "InternalFailure",
            Protocol::Json => "InternalServiceException",
            Protocol::RestJson => "ServiceException",
            Protocol::Ec2 => "InternalError",
        };
        ApiError { code: code.to_owned(), status: 500, message: message.to_owned() }
    }

    /// An operation that the service, or the sandbox, does not have.
    pub(crate) fn unknown_operation(self, operation: &str) -> ApiError {
        let code = match self.protocol() {
            Protocol::Query | Protocol::Ec2 => "InvalidAction",
            Protocol::Json | Protocol::RestXml | Protocol::RestJson => "UnknownOperationException",
        };
        ApiError::new(code, format!("Could not find operation {operation} for version {}", self.version()))
    }
}

/// What an operation sees: the state, and where and when it was called.
pub(crate) struct Ctx<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) region: &'a str,
    pub(crate) now: Millis,
}

impl Ctx<'_> {
    /// The resources of the call's region.
    pub(crate) fn resources(&self) -> &Region {
        static EMPTY: LazyLock<Region> = LazyLock::new(Region::default);
        self.state.regions.get(self.region).unwrap_or(&EMPTY)
    }

    /// The resources of the call's region, to change them.
    pub(crate) fn resources_mut(&mut self) -> &mut Region {
        self.state.regions.entry(self.region.to_owned()).or_default()
    }

    /// Whether Describe calls see a resource that was created then ([`State::invisible_after_create`]).
    pub(crate) fn sees(&self, created: Millis) -> bool {
        self.now >= created.saturating_add(millis(self.state.invisible_after_create))
    }

    /// Refuses on an unconfirmed fact, unless such refusals are switched off ([`State::strict_guesses`]).
    pub(crate) fn guess(&self, refused: bool, error: impl FnOnce() -> ApiError) -> Result<(), ApiError> {
        if refused && self.state.strict_guesses { Err(error()) } else { Ok(()) }
    }
}

/// Runs an operation.
pub(crate) fn run(ctx: &mut Ctx<'_>, operation: &Operation, params: &Params) -> Result<Value, ApiError> {
    (operation.run)(ctx, params)
}

/// Refuses with `error` if `refused`: checks read as a list of conditions.
pub(crate) fn refuse(refused: bool, error: impl FnOnce() -> ApiError) -> Result<(), ApiError> {
    if refused { Err(error()) } else { Ok(()) }
}
