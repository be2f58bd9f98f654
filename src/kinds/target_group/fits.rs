//! Which values of a target group go together. API: CreateTargetGroup, `TargetGroupAttribute`.

use std::ops::RangeInclusive;

use super::model::{ProtocolVersion, Stickiness, TargetGroup};
use crate::base::{Diagnostic, Diagnostics, Place, Seconds};
use crate::kinds::names;

/// Prefixes of cookies that belong to the load balancer. API: `TargetGroupAttribute`.
const RESERVED_COOKIES: &str = "AWSALB";

/// The field whose value has a structure of its own.
pub const STICKINESS: &str = "stickiness";

/// Reports what AWS would refuse of the values of a group, wherever they come from. `at`: where a field is given, if it
/// is; `place`: where the group is.
pub fn check(model: &TargetGroup, place: Place, at: &dyn Fn(&str) -> Option<Place>, diags: &mut Diagnostics) {
    let fits = Fits { model, place, at };
    fits.health(diags);
    fits.attributes(diags);
    fits.group_health(diags);
    fits.stickiness(diags);
}

struct Fits<'a> {
    model: &'a TargetGroup,
    place: Place,
    at: &'a dyn Fn(&str) -> Option<Place>,
}

impl Fits<'_> {
    /// Where a field is given, else the group.
    fn place(&self, field: &str) -> Place {
        (self.at)(field).unwrap_or(self.place)
    }

    fn error(&self, code: &'static str, field: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message).at(self.place(field), "")
    }

    fn health(&self, diags: &mut Diagnostics) {
        let check = &self.model.health_check;
        if check.timeout >= check.interval {
            let timeout = Seconds(u64::from(check.timeout));
            let interval = Seconds(u64::from(check.interval));
            let message =
                format!("the health check's timeout ({timeout}) must be less than its interval ({interval})");
            let given = (self.at)("health_check.timeout").is_some();
            let field = if given { "health_check.timeout" } else { "health_check.interval" };
            diags.push(self.error("out-of-range", field, message));
        }
        diags.extend(self.path(&check.path));
        if check.port.as_ref().is_some_and(|port| port != "traffic-port" && !names::is_port(port)) {
            let message = "the port of a health check is `traffic-port` or from 1 to 65535";
            diags.push(self.error("out-of-range", "health_check.port", message));
        }
        diags.extend(self.codes(&check.success_codes));
    }

    /// API: `Matcher`: HTTP codes or those of gRPC, as the group's protocol version has it.
    fn codes(&self, codes: &str) -> Option<Diagnostic> {
        let (range, help) = match self.model.protocol_version {
            ProtocolVersion::Http1 | ProtocolVersion::Http2 => {
                (HTTP_CODES, "write codes from 200 to 499, such as `200`, `200,202` or `200-299`")
            }
            ProtocolVersion::Grpc => {
                (GRPC_CODES, "a group of GRPC takes gRPC's codes, from 0 to 99: `0`, `0,12` or `0-5`")
            }
        };
        let message = format!("`{codes}` are no success codes");
        let bad = || self.error("bad-value", "health_check.success_codes", message).help(help);
        (!are_codes(codes, &range)).then(bad)
    }

    /// API: CreateTargetGroup, `HealthCheckPath`: 1 to 1024 characters. RFC 9112, 3.2.1: what a request line can have.
    fn path(&self, path: &str) -> Option<Diagnostic> {
        const LONGEST: usize = 1024;
        let count = path.chars().count();
        let bad = |code, message: String| Some(self.error(code, "health_check.path", message));
        if !path.starts_with('/') {
            let message = format!("the path of a health check begins with `/`, found `{path}`");
            return bad("bad-value", message).map(|problem| {
                problem.help("the host is the target's own: write what follows it, such as `/health`")
            });
        }
        if count > LONGEST {
            let message =
                format!("the path of a health check has at most {LONGEST} characters, found {count}");
            return bad("out-of-range", message);
        }
        if path.chars().all(|c| c.is_ascii_graphic()) {
            return None;
        }
        let message = format!("the path of a health check has a character that no URL has: `{path}`");
        let help = "write it as a percent-escape: a space is `%20`, `é` is `%C3%A9`";
        bad("bad-value", message).map(|problem| problem.help(help))
    }

    fn attributes(&self, diags: &mut Diagnostics) {
        let text =
            |key: &str| self.model.attributes.get(key).and_then(|value| value.as_str()).unwrap_or_default();
        let slow_start =
            self.model.attributes.get("slow_start").and_then(serde_json::Value::as_i64).unwrap_or(0);
        if (1..30).contains(&slow_start) {
            let message = "`slow_start` is 0s (off) or from 30s to 15m";
            diags.push(self.error("out-of-range", "slow_start", message));
        }
        if slow_start > 0 && text("algorithm") == "least_outstanding_requests" {
            let message = "`slow_start` does not go with the algorithm least_outstanding_requests";
            diags.push(self.error("conflicting-keys", "slow_start", message));
        }
        let sticky = self.model.stickiness != Stickiness::Off;
        if text("algorithm") == "weighted_random" && (slow_start > 0 || sticky) {
            let other = if slow_start > 0 { "slow_start" } else { "stickiness" };
            let message = format!("AWS does not offer `{other}` with the algorithm weighted_random");
            diags.push(Diagnostic::warning("algorithm-conflict", message).at(self.place("algorithm"), ""));
        }
        if text("anomaly_mitigation") == "on" && text("algorithm") != "weighted_random" {
            let message = "`anomaly_mitigation: on` needs `algorithm: weighted_random`";
            diags.push(self.error("conflicting-keys", "anomaly_mitigation", message));
        }
        if text("cross_zone") == "false" && sticky {
            let message = "stickiness does not go with `cross_zone: \"false\"`";
            diags.push(self.error("conflicting-keys", "cross_zone", message));
        }
    }

    /// Elastic Load Balancing user guide, "Target group health": a zone leaves the DNS before, or when, requests go to
    /// unhealthy targets.
    fn group_health(&self, diags: &mut Diagnostics) {
        for measure in ["count", "percentage"] {
            let key = |action: &str| format!("target_group_health.{action}.{measure}");
            let (dns, routing) = (key("dns_failover"), key("unhealthy_state_routing"));
            let number = |key: &str| self.model.attributes.get(key).and_then(serde_json::Value::as_i64);
            let (Some(low), Some(high)) = (number(&dns), number(&routing)) else { continue };
            if low < high {
                let message = format!("`{dns}` ({low}) must be at least `{routing}` ({high}), or `off`");
                let given = (self.at)(&dns).is_some();
                let field = if given { &dns } else { &routing };
                let help = format!("set both: `{dns}` to {high} or more, or to `off`");
                diags.push(self.error("conflicting-keys", field, message).help(help));
            }
        }
    }

    fn stickiness(&self, diags: &mut Diagnostics) {
        let Stickiness::AppCookie { name, .. } = &self.model.stickiness else { return };
        if name.starts_with(RESERVED_COOKIES) {
            let message = format!("cookies that begin with `{RESERVED_COOKIES}` belong to the load balancer");
            let help = "name the cookie that the application itself sets, such as SESSIONID";
            diags.push(self.error("bad-value", STICKINESS, message).help(help));
        }
        if name.is_empty() {
            diags.push(self.error("bad-value", STICKINESS, "the cookie needs a name"));
        } else if !name.chars().all(is_token) {
            let message = format!("`{name}` is no name of a cookie");
            let help =
                "a cookie's name has letters, digits and !#$%&'*+-.^_`|~, no spaces and no `=`, `;` or `,`";
            diags.push(self.error("bad-value", STICKINESS, message).help(help));
        }
    }
}

/// RFC 6265, 4.1.1, and RFC 2616, 2.2: what the name of a cookie is made of.
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// API: `Matcher`, HttpCode of an Application Load Balancer.
const HTTP_CODES: RangeInclusive<u16> = 200..=499;

/// API: `Matcher`, GrpcCode.
const GRPC_CODES: RangeInclusive<u16> = 0..=99;

/// API: `Matcher`: codes and ranges of codes, with commas between them.
fn are_codes(text: &str, range: &RangeInclusive<u16>) -> bool {
    // As AWS writes them: neither signs nor further zeros.
    let plain = |text: &str, code: u16| text == code.to_string();
    let code =
        |text: &str| text.parse::<u16>().ok().filter(|code| plain(text, *code) && range.contains(code));
    text.split(',').all(|part| match part.split_once('-') {
        Some((low, high)) => matches!((code(low), code(high)), (Some(low), Some(high)) if low <= high),
        None => code(part).is_some(),
    })
}
