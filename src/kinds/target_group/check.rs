//! What can be said of a target group without asking AWS. API: CreateTargetGroup, `TargetGroupAttribute`.

use super::model::{Stickiness, TargetGroup, TargetType};
use super::spec::TargetGroupSpec;
use crate::base::{Diagnostic, Diagnostics, Located, Place, Seconds};
use crate::kinds::targets::function::Function;
use crate::kinds::{names, rows};

/// Prefixes of cookies that belong to the load balancer. API: `TargetGroupAttribute`.
const RESERVED_COOKIES: &str = "AWSALB";

/// Reports what AWS would refuse of the group that the spec calls `key`. `vpc_written`: the stack has a `vpc`, well
/// or badly written.
pub fn check(
    spec: &TargetGroupSpec,
    key: &Located<String>,
    model: &TargetGroup,
    stack: Option<&str>,
    vpc_written: bool,
    diags: &mut Diagnostics,
) {
    let checks = Checks { spec, model, place: key.at, vpc_written };
    if let Some(stack) = stack.filter(|_| !spec.written.contains(&"name")) {
        names::check_derived("target group", stack, &key.value, key.at, diags);
    }
    names::check_tags(&spec.common.tags, diags);
    checks.name(diags);
    if spec.is_function() {
        checks.function(key, diags);
    } else {
        checks.required(key, diags);
    }
    checks.misfits(diags);
    checks.health(diags);
    checks.attributes(diags);
    checks.stickiness(diags);
}

struct Checks<'a> {
    spec: &'a TargetGroupSpec,
    model: &'a TargetGroup,
    place: Place,
    vpc_written: bool,
}

impl Checks<'_> {
    /// Where the spec gives a field, else where it names the group.
    fn at(&self, field: &str) -> Place {
        self.spec.rows.get(field).map_or(self.place, |value| value.at)
    }

    fn error(&self, code: &'static str, field: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message).at(self.at(field), "")
    }

    fn name(&self, diags: &mut Diagnostics) {
        let Some(name) = rows::text(&self.spec.rows, "name") else { return };
        if name.value.contains("--") {
            let message =
                format!("`{}` cannot be the name of a target group: two hyphens in a row", name.value);
            diags.push(Diagnostic::error("bad-name", message).at(name.at, ""));
        }
        names::check_name("target group", name, diags);
    }

    fn required(&self, key: &Located<String>, diags: &mut Diagnostics) {
        // What is written badly was reported as that.
        let written = |field: &str| self.spec.written.contains(&field);
        let missing = [
            ("port", !written("port"), "in `defaults: { target_group: ... }`"),
            ("vpc", !written("vpc") && !self.vpc_written, "once for all at the top of the spec"),
        ];
        let misspelt = diags.iter().any(|problem| {
            problem.code == "unknown-key" && problem.place().is_some_and(|at| self.spec.at.span.contains(at))
        });
        for (field, _, elsewhere) in missing.into_iter().filter(|(_, missing, _)| *missing && !misspelt) {
            let message = format!("target group `{}` needs `{field}`", key.value);
            let help = format!("add `{field}` here, or {elsewhere}");
            diags.push(Diagnostic::error("missing-key", message).at(key.at, "").help(help));
        }
        if let Some(vpc) = &self.model.vpc {
            names::check_id("vpc", Located::new(vpc, self.at("vpc")), diags);
        }
    }

    /// API: CreateTargetGroup, RegisterTargets of type lambda; AddPermission.
    fn function(&self, key: &Located<String>, diags: &mut Diagnostics) {
        let Some(function) = &self.spec.function else {
            let message = format!("target group `{}` is of type lambda and needs `function`", key.value);
            let help = "write `function: NAME`, `function: NAME:ALIAS` or an ARN";
            diags.push(Diagnostic::error("missing-key", message).at(self.at("target_type"), "").help(help));
            return;
        };
        if Function::parse(&function.value).is_none() {
            let message = format!("`{}` is not the name of a Lambda function", function.value);
            let help = "write NAME, NAME:ALIAS or an ARN; $LATEST has no alias: leave it out";
            diags.push(Diagnostic::error("bad-function", message).at(function.at, "").help(help));
        }
        let named = rows::text(&self.spec.rows, "target_type");
        if let Some(named) = named.filter(|named| {
            named.value != TargetType::Lambda.as_str() && self.spec.at.span.contains(named.at.span)
        }) {
            let message = format!("`function` does not go with `target_type: {}`", named.value);
            diags.push(Diagnostic::error("conflicting-keys", message).at(named.at, ""));
        }
    }

    /// Keys of the group itself that its type cannot have, and a health check that is off.
    fn misfits(&self, diags: &mut Diagnostics) {
        let is_function = self.spec.is_function();
        for (key, at) in self.spec.misfits() {
            let message = match is_function {
                true => format!("a target group of a function has no `{key}`"),
                false => format!("only a target group of a function has `{key}`"),
            };
            diags.push(Diagnostic::error("conflicting-keys", message).at(at, ""));
        }
        let off = is_function && !self.model.health_check.enabled;
        let own = |(key, value): &(&&str, &Located<serde_json::Value>)| {
            key.starts_with("health_check.")
                && **key != "health_check.enabled"
                && self.spec.at.span.contains(value.at.span)
        };
        if let Some((_, value)) = self.spec.rows.iter().find(own).filter(|_| off) {
            let message = "the health checks of a function are off: they would invoke it";
            let help = "to switch them on, write `health_check: { enabled: true, ... }`";
            diags.push(Diagnostic::error("conflicting-keys", message).at(value.at, "").help(help));
        }
    }

    fn health(&self, diags: &mut Diagnostics) {
        let check = &self.model.health_check;
        if check.timeout >= check.interval {
            let timeout = Seconds(u64::from(check.timeout));
            let interval = Seconds(u64::from(check.interval));
            let message =
                format!("the health check's timeout ({timeout}) must be less than its interval ({interval})");
            let field =
                if self.spec.rows.contains_key("health_check.timeout") { "timeout" } else { "interval" };
            diags.push(self.error("out-of-range", &format!("health_check.{field}"), message));
        }
        if !check.path.starts_with('/') {
            let message = format!("the path of a health check begins with `/`, found `{}`", check.path);
            diags.push(self.error("bad-value", "health_check.path", message));
        }
        if check.port.as_ref().is_some_and(|port| port != "traffic-port" && !names::is_port(port)) {
            let message = "the port of a health check is `traffic-port` or from 1 to 65535";
            diags.push(self.error("out-of-range", "health_check.port", message));
        }
        if !are_codes(&check.success_codes) {
            let message = format!("`{}` are no success codes", check.success_codes);
            let help = "write codes from 200 to 499, such as `200`, `200,202` or `200-299`";
            diags.push(self.error("bad-value", "health_check.success_codes", message).help(help));
        }
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
            diags.push(Diagnostic::warning("algorithm-conflict", message).at(self.at("algorithm"), ""));
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

    fn stickiness(&self, diags: &mut Diagnostics) {
        let (Stickiness::AppCookie { name, .. }, Some(spec)) =
            (&self.model.stickiness, &self.spec.stickiness)
        else {
            return;
        };
        if name.starts_with(RESERVED_COOKIES) {
            let message = format!("cookies that begin with `{RESERVED_COOKIES}` belong to the load balancer");
            diags.push(Diagnostic::error("bad-value", message).at(spec.at, ""));
        }
        if name.is_empty() {
            diags.push(Diagnostic::error("bad-value", "the cookie needs a name").at(spec.at, ""));
        }
    }
}

/// API: `Matcher`, HttpCode of an Application Load Balancer: codes and ranges from 200 to 499.
fn are_codes(text: &str) -> bool {
    let code =
        |text: &str| text.parse::<u16>().ok().filter(|code| text.len() == 3 && (200..=499).contains(code));
    text.split(',').all(|part| match part.split_once('-') {
        Some((low, high)) => matches!((code(low), code(high)), (Some(low), Some(high)) if low <= high),
        None => code(part).is_some(),
    })
}
