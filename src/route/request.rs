//! One request, as far as rules look at it.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;

/// How a request reaches the load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// Plain.
    Http,
    /// Encrypted.
    Https,
}

/// A request. What rules compare is kept as the client sends it: nothing is decoded or normalised.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// HTTP or HTTPS.
    pub scheme: Scheme,
    /// The first `Host` header, with or without a port.
    pub host: String,
    /// The listener's port.
    pub port: u16,
    /// The method, in its own case.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The pairs of the query in their order; a key without `=` has an empty value.
    pub query: Vec<(String, String)>,
    /// Headers in their order; a name may stand more than once.
    pub headers: Vec<(String, String)>,
    /// The peer's address on the connection: never that of `X-Forwarded-For`.
    pub source_ip: IpAddr,
    /// The descriptions of the conditions unknown to albctl that are taken to hold for this request: see
    /// [`super::matcher`].
    pub assumed: BTreeSet<String>,
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        write!(f, "{} {scheme}://{}{}", self.method, self.host, self.path)?;
        for (index, (key, value)) in self.query.iter().enumerate() {
            let mark = if index == 0 { '?' } else { '&' };
            write!(f, "{mark}{key}={value}")?;
        }
        for (name, value) in &self.headers {
            write!(f, " -H '{name}: {value}'")?;
        }
        if !self.assumed.is_empty() {
            let assumed: Vec<&str> = self.assumed.iter().map(String::as_str).collect();
            write!(f, " (where {} holds)", assumed.join(" and "))?;
        }
        Ok(())
    }
}
