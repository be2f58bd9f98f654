//! The wire: HTTP requests in, HTTP answers out. Knows the AWS protocols and no resource.

mod decode;
mod error;
mod identify;
mod query;
mod render;
mod rest;
mod xml;
mod xml_body;

pub(crate) use error::ApiError;
pub(crate) use identify::{Call, Protocol, Unidentified, identify, loggable};
pub(crate) use query::Params;
pub(crate) use render::{answer, refusal};
pub(crate) use rest::Route;

use std::time::Duration;

/// One HTTP request, as an AWS client sends it.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET`, `POST` ...
    pub method: String,
    /// Path and query, such as `/` or `/?Action=DescribeLoadBalancers`.
    pub uri: String,
    /// Header names are lower case. Signatures are not verified, but `authorization` says region and service.
    pub headers: Vec<(String, String)>,
    /// The body, complete.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of this (lower-case) name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// One HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status: 200, or what the error has.
    pub status: u16,
    /// Header names are lower case. Always has `content-type` and `x-amzn-requestid`.
    pub headers: Vec<(String, String)>,
    /// XML or JSON, by the service's protocol.
    pub body: Vec<u8>,
}

/// What the caller's network sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An answer arrives; it may be an error.
    Answer(Response),
    /// The connection breaks; whether the call took effect depends on the fault.
    Dropped,
}

/// The outcome of a call, and when it arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// What arrives.
    pub outcome: Outcome,
    /// Delay before it, in sandbox time. The clock has not been moved by it: whoever waits does that.
    pub delay: Duration,
}
