//! Redirect actions (RedirectActionConfig).

use super::actions::{Place, invalid};
use crate::services::refuse;
use crate::state::elbv2::{Protocol, RedirectConfig};
use crate::wire::ApiError;

const PROTOCOL: &str = "#{protocol}";
const HOST: &str = "#{host}";
const PORT: &str = "#{port}";
const PATH: &str = "/#{path}";
const QUERY: &str = "#{query}";

/// Checks a redirect and fills in the placeholders that keep what is not given.
pub(super) fn normalise(place: &Place<'_>, config: RedirectConfig) -> Result<RedirectConfig, ApiError> {
    let RedirectConfig { protocol, port, host, path, query, status_code } = config;
    let protocol = protocol.unwrap_or_else(|| PROTOCOL.to_owned());
    let port = port.unwrap_or_else(|| PORT.to_owned());
    let host = host.unwrap_or_else(|| HOST.to_owned());
    let path = path.unwrap_or_else(|| PATH.to_owned());
    let query = query.unwrap_or_else(|| QUERY.to_owned());
    check_protocol(place, &protocol)?;
    check_port(&port)?;
    check_text("host", &host, 1, &[HOST])?;
    check_text("path", &path, 1, &[HOST, "#{path}", PORT])?;
    check_text("query", &query, 0, &[PROTOCOL, HOST, PORT, "#{path}", QUERY])?;
    refuse(!path.starts_with('/'), || {
        ApiError::validation(format!("The redirect path '{path}' must start with '/'"))
    })?;
    refuse(query.starts_with('?'), || {
        ApiError::validation(format!("The redirect query '{query}' must not start with '?'"))
    })?;
    let same_protocol = protocol == PROTOCOL || protocol == place.protocol.as_str();
    let same_port = port == PORT || port == place.port.to_string();
    // "You must modify at least one of the following components to avoid a redirect loop: protocol, hostname,
    // port, or path."
    refuse(same_protocol && same_port && host == HOST && path == PATH, || {
        invalid("The redirect configuration is not valid because it creates a loop.")
    })?;
    Ok(RedirectConfig {
        protocol: Some(protocol),
        port: Some(port),
        host: Some(host),
        path: Some(path),
        query: Some(query),
        status_code,
    })
}

fn check_protocol(place: &Place<'_>, protocol: &str) -> Result<(), ApiError> {
    // API model, RedirectActionProtocol.
    refuse(!matches!(protocol, "HTTP" | "HTTPS" | PROTOCOL), || {
        let path = "actions.member.redirectConfig.protocol";
        let pattern = "Member must satisfy regular expression pattern: ^(HTTPS?|#\\{protocol\\})$";
        ApiError::constraint(protocol, path, pattern)
    })?;
    // "You can't redirect HTTPS to HTTP."
    refuse(protocol == "HTTP" && place.protocol == Protocol::Https, || {
        invalid("The redirect configuration is not valid because it redirects from HTTPS to HTTP.")
    })
}

fn check_port(port: &str) -> Result<(), ApiError> {
    let is_number = port.parse::<u16>().is_ok_and(|p| p > 0) && port.bytes().all(|b| b.is_ascii_digit());
    refuse(port != PORT && !is_number, || {
        ApiError::validation(format!(
            "The redirect port '{port}' must be in the range 1 to 65535 or '{PORT}'"
        ))
    })
}

/// API model: RedirectActionHost, RedirectActionPath and RedirectActionQuery have at most 128 characters; each
/// may contain certain placeholders.
fn check_text(what: &str, text: &str, min: usize, placeholders: &[&str]) -> Result<(), ApiError> {
    let length = text.chars().count();
    refuse(length < min || length > 128, || {
        let path = format!("actions.member.redirectConfig.{what}");
        ApiError::constraint(text, &path, &format!("Member must have length between {min} and 128"))
    })?;
    let rest = placeholders.iter().fold(text.to_owned(), |rest, known| rest.replace(known, ""));
    refuse(rest.contains("#{"), || {
        let known = placeholders.join(", ");
        ApiError::validation(format!(
            "The redirect {what} '{text}' may contain only the placeholders {known}"
        ))
    })
}
