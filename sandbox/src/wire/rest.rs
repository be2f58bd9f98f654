//! The REST protocols: method and path say the operation, parameters come from path, query and body.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::query::{Node, Params};
use super::{ApiError, Protocol, xml_body};
use crate::services::Service;

/// Where an operation is: the `http` trait of the API model.
#[derive(Debug)]
pub(crate) struct Route {
    /// The AWS API name.
    pub(crate) operation: &'static str,
    /// `GET`, `POST` ...
    pub(crate) method: &'static str,
    /// Such as `/2013-04-01/hostedzone/{Id}`; a part in braces is a parameter.
    pub(crate) path: &'static str,
    /// Names in the query, each with the parameter that it is.
    pub(crate) query: &'static [(&'static str, &'static str)],
    /// The HTTP status of success.
    pub(crate) status: u16,
}

/// A route, and the parameters that the request's path and query have.
pub(super) struct Found {
    pub(super) route: &'static Route,
    params: Vec<(String, String)>,
}

/// The lists of Route 53 and the element of their items; lists that are not here are empty on the wire.
const ITEMS: &[(&str, &str)] = &[
    ("AddTags", "Tag"),
    ("Changes", "Change"),
    ("HostedZones", "HostedZone"),
    ("NameServers", "NameServer"),
    ("RemoveTagKeys", "Key"),
    ("ResourceIds", "ResourceId"),
    ("ResourceRecordSets", "ResourceRecordSet"),
    ("ResourceRecords", "ResourceRecord"),
    ("ResourceTagSets", "ResourceTagSet"),
    ("Tags", "Tag"),
    ("VPCs", "VPC"),
];

/// The element of the items of a list.
pub(super) fn item_name(list: &str) -> &'static str {
    ITEMS.iter().find(|(name, _)| *name == list).map_or("member", |(_, item)| item)
}

/// Whether an element is a list.
pub(super) fn is_list(name: &str) -> bool {
    ITEMS.iter().any(|(list, _)| *list == name)
}

/// The service of a path: its first part is the API version.
pub(super) fn service(uri: &str) -> Option<Service> {
    let version = parts(path_of(uri)).next()?;
    Service::ALL.into_iter().find(|service| {
        service.routes().iter().any(|route| parts(route.path).next().is_some_and(|part| part == version))
    })
}

/// The operation that method and path name.
pub(super) fn route(service: Service, method: &str, uri: &str) -> Option<Found> {
    let routes = service.routes().iter().filter(|route| route.method == method);
    let (route, mut params) = routes.filter_map(|r| Some((r, labels(r.path, path_of(uri))?))).next()?;
    let query = uri.split_once('?').map_or("", |(_, query)| query);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        // SDKs may repeat the operation's name here; it is no parameter.
        if name == "x-id" {
            continue;
        }
        let known = route.query.iter().find(|(wire, _)| *wire == name);
        params.push((known.map_or(name.into_owned(), |(_, param)| (*param).to_owned()), value.into_owned()));
    }
    Some(Found { route, params })
}

/// The HTTP status of an operation's success.
pub(super) fn status(service: Service, operation: &str) -> u16 {
    service.routes().iter().find(|route| route.operation == operation).map_or(200, |route| route.status)
}

/// All parameters of a call.
pub(super) fn params(service: Service, found: &Found, body: &[u8]) -> Result<Params, ApiError> {
    match service.protocol() {
        Protocol::RestXml => xml_params(found, body).map(Params::RestXml),
        Protocol::RestJson | Protocol::Json | Protocol::Query | Protocol::Ec2 => {
            json_params(found, body).map(Params::RestJson)
        }
    }
}

fn xml_params(found: &Found, body: &[u8]) -> Result<Node, ApiError> {
    // GET has no body; SDKs send none with DELETE.
    let mut members = if body.is_empty() { BTreeMap::new() } else { xml_body::parse(body)? };
    let given = found.params.iter().map(|(name, value)| (name.clone(), Node::Leaf(value.clone())));
    members.extend(given);
    Ok(Node::Tree(members))
}

fn json_params(found: &Found, body: &[u8]) -> Result<Value, ApiError> {
    let body = if body.is_empty() { b"{}" } else { body };
    let malformed = |reason: String| {
        ApiError::new("InvalidRequestContentException", format!("Could not parse: {reason}"))
    };
    let mut members: Map<String, Value> =
        serde_json::from_slice(body).map_err(|error| malformed(error.to_string()))?;
    members.extend(found.params.iter().map(|(name, value)| (name.clone(), json!(value))));
    Ok(Value::Object(members))
}

fn path_of(uri: &str) -> &str {
    uri.split_once('?').map_or(uri, |(path, _)| path)
}

/// The parts between slashes. A slash at the end is none: ChangeResourceRecordSets has one.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).trim_end_matches('/').split('/')
}

/// The parameters in a path, if it is of the route's form.
fn labels(pattern: &str, path: &str) -> Option<Vec<(String, String)>> {
    let (pattern, given): (Vec<&str>, Vec<&str>) = (parts(pattern).collect(), parts(path).collect());
    if pattern.len() != given.len() {
        return None;
    }
    let mut labels = Vec::new();
    for (wanted, given) in pattern.into_iter().zip(given) {
        match wanted.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) if !given.is_empty() => {
                labels.push((name.to_owned(), percent_decode_str(given).decode_utf8().ok()?.into_owned()));
            }
            None if wanted == given => {}
            Some(_) | None => return None,
        }
    }
    Some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_queries() {
        let uri = "/2013-04-01/hostedzone/Z1/rrset/";
        assert_eq!(service(uri), Some(Service::Route53));
        assert_eq!(route(Service::Route53, "POST", uri).unwrap().route.operation, "ChangeResourceRecordSets");
        let found =
            route(Service::Route53, "GET", "/2013-04-01/hostedzone/Z1/rrset?name=a%2Eb&x-id=Q").unwrap();
        assert_eq!(found.route.operation, "ListResourceRecordSets");
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(found.params, [pair("HostedZoneId", "Z1"), pair("StartRecordName", "a.b")]);
        assert!(route(Service::Route53, "PUT", uri).is_none());
        assert!(route(Service::Route53, "GET", "/2013-04-01/hostedzone//rrset").is_none());
        assert_eq!(service("/"), None);
        assert_eq!(service("/2015-03-31/functions/f/policy"), Some(Service::Lambda));
        let arn = "/2015-03-31/functions/arn%3Aaws%3Alambda/policy/a+b";
        let found = route(Service::Lambda, "DELETE", arn).unwrap();
        assert_eq!(found.params, [pair("FunctionName", "arn:aws:lambda"), pair("StatementId", "a+b")]);
    }
}
