//! What can be said of a redirect without asking AWS. API: `RedirectActionConfig`.

use super::model::Redirect;
use super::spec::RedirectSpec;
use crate::base::{Diagnostic, Place};
use crate::kinds::names;

/// What AWS would refuse, and what is probably not meant; `whole` is the place of the redirect.
pub(super) fn redirect(spec: &RedirectSpec, whole: Place, redirect: &Redirect) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    // "The redirect configuration is not valid because it creates a loop".
    let only_query = Redirect { query: "#{query}".to_owned(), ..redirect.clone() };
    if only_query == Redirect::identity(redirect.status) {
        let message = "this redirect leads back to the same URL";
        let help = "change protocol, host, port or path; another query alone is not enough for AWS";
        problems.push(Diagnostic::error("redirect-loop", message).at(whole, "").help(help));
    }
    problems.extend(spec.port.as_ref().and_then(|port| port_problem(&redirect.port, port.at)));
    problems.extend(spec.host.as_ref().and_then(|host| host_problem(&redirect.host, host.at)));
    problems.extend(spec.path.as_ref().and_then(|path| path_problem(&redirect.path, path.at)));
    problems.extend(spec.query.as_ref().and_then(|query| query_problem(&redirect.query, query.at)));
    if redirect.protocol == "HTTPS" && spec.port.is_none() {
        let message = "this redirect to HTTPS keeps the port of the request";
        let help = "add `port: 443`, or write `redirect: https`";
        problems.push(Diagnostic::warning("redirect-port", message).at(whole, "").help(help));
    }
    problems
}

fn port_problem(port: &str, at: Place) -> Option<Diagnostic> {
    let message = "`port` must be from 1 to 65535, or `#{port}`";
    let bad = port != "#{port}" && !names::is_port(port);
    bad.then(|| Diagnostic::error("out-of-range", message).at(at, ""))
}

/// API: 1 to 128 characters; may contain `#{host}`.
fn host_problem(host: &str, at: Place) -> Option<Diagnostic> {
    let bad_value = |message: String| Some(Diagnostic::error("bad-value", message).at(at, ""));
    if host.is_empty() {
        return bad_value("`host` of a redirect is empty: leave it out to keep the request's".to_owned());
    }
    if let Err(problem) = placeholders(host, &["host"]) {
        return bad_value(format!("`host` of a redirect {problem}"));
    }
    let literal = host.replace("#{host}", "");
    let foreign = |c: char| "/:?#@*".contains(c) || c.is_whitespace() || c.is_control();
    if literal.contains(foreign) {
        return bad_value(
            "`host` of a redirect is the host alone, without protocol, port or path".to_owned(),
        );
    }
    None
}

/// API: begins with `/`; may contain `#{host}`, `#{path}` and `#{port}`.
fn path_problem(path: &str, at: Place) -> Option<Diagnostic> {
    if !path.starts_with('/') {
        let message = "`path` of a redirect must start with `/`";
        return Some(Diagnostic::error("bad-value", message).at(at, "write `/#{path}` to keep it"));
    }
    if path.contains('?') {
        let message = "`path` of a redirect has no `?`";
        return Some(Diagnostic::error("bad-value", message).at(at, "").help("the rest goes into `query`"));
    }
    let problem = placeholders(path, &["host", "path", "port"]).err()?;
    Some(Diagnostic::error("bad-value", format!("`path` of a redirect {problem}")).at(at, ""))
}

/// API: without the leading `?`; may contain any placeholder.
fn query_problem(query: &str, at: Place) -> Option<Diagnostic> {
    if query.starts_with('?') {
        let message = "`query` is written without `?`; AWS adds it";
        return Some(Diagnostic::error("bad-value", message).at(at, ""));
    }
    let problem = placeholders(query, &["protocol", "host", "port", "path", "query"]).err()?;
    Some(Diagnostic::error("bad-value", format!("`query` of a redirect {problem}")).at(at, ""))
}

/// Finds the first `#{...}` that is none of those allowed.
fn placeholders(text: &str, allowed: &[&str]) -> Result<(), String> {
    for rest in text.split("#{").skip(1) {
        let Some((name, _)) = rest.split_once('}') else {
            return Err("has a placeholder without its `}`".to_owned());
        };
        if !allowed.contains(&name) {
            let known: Vec<String> = allowed.iter().map(|name| format!("`#{{{name}}}`")).collect();
            return Err(format!("cannot contain `#{{{name}}}`: it may contain {}", known.join(", ")));
        }
    }
    Ok(())
}
