//! What can be said of a target group without asking AWS. API: CreateTargetGroup, `TargetGroupAttribute`.

use super::fits;
use super::model::{TargetGroup, TargetType};
use super::spec::TargetGroupSpec;
use crate::base::{Diagnostic, Diagnostics, Located, Place};
use crate::kinds::targets::function::Function;
use crate::kinds::{names, rows};

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
    let at = |field: &str| match (field, &spec.stickiness) {
        (fits::STICKINESS, Some(stickiness)) => Some(stickiness.at),
        (_, _) => spec.rows.get(field).map(|value| value.at),
    };
    fits::check(model, key.at, &at, diags);
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
}
