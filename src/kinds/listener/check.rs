//! What can be said of a listener without asking AWS. API: CreateListener.

use super::model::Protocol;
use super::spec::ListenerSpec;
use crate::base::{Diagnostic, Diagnostics, Place};
use crate::kinds::action::Action;
use crate::kinds::{names, rows};

/// TLS policies that AWS lists (DescribeSSLPolicies, October 2026), without the common prefix.
const SSL_POLICIES: &[&str] = &[
    "TLS13-1-3-2021-06",
    "TLS13-1-3-PQ-2025-09",
    "TLS13-1-3-FIPS-2023-04",
    "TLS13-1-3-FIPS-PQ-2025-09",
    "TLS13-1-2-2021-06",
    "TLS13-1-2-PQ-2025-09",
    "TLS13-1-2-FIPS-2023-04",
    "TLS13-1-2-FIPS-PQ-2025-09",
    "TLS13-1-2-Res-2021-06",
    "TLS13-1-2-Res-PQ-2025-09",
    "TLS13-1-2-Res-FIPS-2023-04",
    "TLS13-1-2-Res-FIPS-PQ-2025-09",
    "TLS13-1-2-Ext0-FIPS-2023-04",
    "TLS13-1-2-Ext0-FIPS-PQ-2025-09",
    "TLS13-1-2-Ext1-2021-06",
    "TLS13-1-2-Ext1-PQ-2025-09",
    "TLS13-1-2-Ext1-FIPS-2023-04",
    "TLS13-1-2-Ext1-FIPS-PQ-2025-09",
    "TLS13-1-2-Ext2-2021-06",
    "TLS13-1-2-Ext2-PQ-2025-09",
    "TLS13-1-2-Ext2-FIPS-2023-04",
    "TLS13-1-2-Ext2-FIPS-PQ-2025-09",
    "TLS13-1-1-2021-06",
    "TLS13-1-1-FIPS-2023-04",
    "TLS13-1-0-2021-06",
    "TLS13-1-0-PQ-2025-09",
    "TLS13-1-0-FIPS-2023-04",
    "TLS13-1-0-FIPS-PQ-2025-09",
    "TLS13-1-3-RFC9151-FIPS-2023-07",
    "TLS13-1-2-RFC9151-FIPS-2023-07",
    "TLS13-1-2-Ext0-RFC9151-FIPS-2023-07",
    "TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07",
    "TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07",
    "TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07",
    "TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07",
    "TLS-1-2-2017-01",
    "TLS-1-2-Ext-2018-06",
    "FS-1-2-2019-08",
    "FS-1-2-Res-2019-08",
    "FS-1-2-Res-2020-10",
    "TLS-1-1-2017-01",
    "FS-1-1-2019-08",
    "2016-08",
    "FS-2018-06",
    "2015-05",
];

/// Reports what AWS would refuse, whatever the actions are.
pub fn check(key: &str, spec: &ListenerSpec, diags: &mut Diagnostics) {
    names::check_tags(&spec.common.tags, diags);
    protocol(spec, diags);
    meant(key, spec, diags);
    policy(spec, diags);
    super::attributes::check_spec(spec, diags);
}

fn protocol(spec: &ListenerSpec, diags: &mut Diagnostics) {
    let certificates = spec.certificates.as_ref().filter(|it| !it.value.0.is_empty());
    match (spec.protocol(), certificates) {
        (Protocol::Https, None) => {
            let message = "an HTTPS listener needs a certificate";
            let help = "add `certificates: [KEY]`, with KEY declared under the top-level `certificates`";
            let at = spec.rows.get("protocol").map_or(spec.at, |value| value.at);
            diags.push(Diagnostic::error("missing-certificate", message).at(at, "").help(help));
        }
        (Protocol::Http, Some(certificates)) => {
            let message = "an HTTP listener has no certificates";
            let help = "leave `protocol` out (certificates make it HTTPS), or leave `certificates` out";
            diags.push(Diagnostic::error("conflicting-keys", message).at(certificates.at, "").help(help));
        }
        (Protocol::Https, Some(_)) | (Protocol::Http, None) => {}
    }
}

/// What looks like HTTPS is never HTTP because its certificates were forgotten: it must say so.
fn meant(key: &str, spec: &ListenerSpec, diags: &mut Diagnostics) {
    let port = spec.rows.get("port").filter(|_| spec.port() == Some(443));
    let said = spec.rows.contains_key("protocol") || !spec.certificate_keys().is_empty();
    if said || (port.is_none() && key != "https") {
        return;
    }
    let (what, at) = match port {
        Some(port) => ("port 443".to_owned(), port.at),
        None => (format!("the listener `{key}`"), spec.at),
    };
    let at = spec.certificates.as_ref().map_or(at, |certificates| certificates.at);
    let message = format!("{what} without certificates would be plain HTTP");
    let help = "write `certificates: [KEY]`, or `protocol: HTTP` if you mean it";
    diags.push(Diagnostic::error("missing-certificate", message).at(at, "").help(help));
}

fn policy(spec: &ListenerSpec, diags: &mut Diagnostics) {
    let Some(policy) = rows::text(&spec.rows, "ssl_policy") else { return };
    if spec.protocol() == Protocol::Http {
        let message = "`ssl_policy` goes with HTTPS only";
        diags.push(Diagnostic::error("conflicting-keys", message).at(policy.at, ""));
        return;
    }
    let Some((problem, near)) = unknown_ssl_policy(policy.value) else { return };
    let label = near.map_or_else(String::new, |word| format!("did you mean `{word}`?"));
    diags.push(problem.at(policy.at, label));
}

/// A warning about a TLS policy that nobody knows, with the nearest known one: AWS adds policies, so that it may be new.
pub fn unknown_ssl_policy(name: &str) -> Option<(Diagnostic, Option<&'static str>)> {
    let short = name.trim_start_matches("ELBSecurityPolicy-");
    if SSL_POLICIES.contains(&short) {
        return None;
    }
    let message = format!("`{name}` is no TLS policy that albctl knows");
    let near = crate::base::suggest(short, SSL_POLICIES.iter().copied());
    Some((Diagnostic::warning("unknown-ssl-policy", message), near))
}

/// Reports a redirect of the listener's default or of one of its rules from HTTPS to HTTP, or back to the listener
/// itself. API: RedirectActionConfig; AWS looks at the call alone, not at a rule's conditions.
pub fn redirect<G>(at: Place, listener: &ListenerSpec, action: &Action<G>, diags: &mut Diagnostics) {
    let Action::Redirect(redirect) = action else { return };
    let protocol = listener.protocol();
    if protocol == Protocol::Https && redirect.protocol == "HTTP" {
        let message = "AWS does not redirect from HTTPS to HTTP";
        diags.push(Diagnostic::error("redirect-to-http", message).at(at, ""));
    }
    let Some(port) = listener.port() else { return };
    let same_protocol = redirect.protocol == "#{protocol}" || redirect.protocol == protocol.as_str();
    let same_port = redirect.port == "#{port}" || redirect.port == port.to_string();
    if same_protocol && same_port && redirect.host == "#{host}" && redirect.path == "/#{path}" {
        let message = format!("this redirect leads back to the same listener, {protocol}:{port}");
        let help = "AWS refuses it whatever the conditions are: change protocol, host, port or path";
        diags.push(Diagnostic::error("redirect-loop", message).at(at, "").help(help));
    }
}
