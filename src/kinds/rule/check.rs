//! What can be said of a rule without asking AWS. API: CreateRule, `RuleCondition`; ALB guide, quotas.

use std::net::IpAddr;

use super::condition::{Condition, canonical};
use super::spec::{PairSpec, QuerySpec, RuleSpec, WhenSpec};
use crate::base::{Diagnostic, Diagnostics, Located, OneOrMany, Place};
use crate::kinds::names;

/// Values of all conditions of a rule together. Quota "condition values per rule", not adjustable.
const MAX_VALUES: usize = 5;

/// What the guide allows in one condition; rules with up to five in one are known to work.
const MANY_VALUES: usize = 3;

/// Wildcards of a rule: the guide says 5 in one place and 6 in another.
const MAX_WILDCARDS: usize = 6;

/// The length of a pattern. API: `HostHeaderConditionConfig` and the like.
const MAX_LENGTH: usize = 128;

/// The length of a header's name. API: `HttpHeaderConditionConfig`.
const MAX_HEADER_NAME: usize = 40;

/// Reports what AWS would refuse.
pub fn check(spec: &RuleSpec, diags: &mut Diagnostics) {
    names::check_key("rule", spec.name.as_ref().map(String::as_str), diags);
    names::check_tags(&spec.common.tags, diags);
    let Some(when) = &spec.when else { return };
    for part in when.value.flat() {
        values(part, diags);
    }
    let conditions = canonical(when.value.conditions());
    counts(when.at, &conditions, diags);
    once(when.at, &conditions, diags);
}

fn values(when: &WhenSpec, diags: &mut Diagnostics) {
    each(when.host.as_ref(), "host", diags, host_problem);
    each(when.path.as_ref(), "path", diags, path_problem);
    each(when.path_prefix.as_ref(), "path_prefix", diags, prefix_problem);
    for prefix in when.path_prefix.iter().flat_map(|values| &values.value.0) {
        // What AWS gets and measures is the pattern.
        long(
            &prefix.as_ref().map(|prefix| format!("{}/*", prefix.trim_end_matches('/'))),
            "path_prefix",
            diags,
        );
    }
    each(when.method.as_ref(), "method", diags, method_problem);
    each(when.source_ip.as_ref(), "source_ip", diags, source_problem);
    for (name, patterns) in when.header.iter().flatten() {
        if let Some(problem) = header_name_problem(&name.value) {
            let message = format!("`{}` cannot be the name of a header: {problem}", name.value);
            diags.push(Diagnostic::error("bad-condition", message).at(name.at, ""));
        }
        each(Some(patterns), "header", diags, header_problem);
    }
    match &when.query {
        Some(QuerySpec::Each(table)) => {
            for (key, patterns) in table {
                long(key, "query", diags);
                each(Some(patterns), "query", diags, |_| None);
            }
        }
        Some(QuerySpec::AnyOf(pairs)) => {
            pairs.value.iter().for_each(|PairSpec { key, value }| {
                key.iter().chain([value]).for_each(|text| long(text, "query", diags));
            });
            if pairs.value.is_empty() {
                diags.push(no_values("query", pairs.at));
            }
        }
        None => {}
    }
}

fn each(
    values: Option<&Located<OneOrMany<Located<String>>>>,
    field: &str,
    diags: &mut Diagnostics,
    problem: impl Fn(&str) -> Option<&'static str>,
) {
    let Some(values) = values else { return };
    if values.value.0.is_empty() {
        diags.push(no_values(field, values.at));
    }
    for value in &values.value.0 {
        long(value, field, diags);
        if let Some(problem) = problem(&value.value) {
            let message = format!("`{}` cannot be a `{field}`: {problem}", value.value);
            diags.push(Diagnostic::error("bad-condition", message).at(value.at, ""));
        }
    }
}

fn no_values(field: &str, at: Place) -> Diagnostic {
    let message = format!("`{field}` has no values: such a rule would match nothing");
    Diagnostic::error("bad-condition", message).at(at, "")
}

fn long(value: &Located<String>, field: &str, diags: &mut Diagnostics) {
    if value.value.chars().count() > MAX_LENGTH {
        let message = format!("a value of `{field}` has at most {MAX_LENGTH} characters");
        diags.push(Diagnostic::error("out-of-range", message).at(value.at, ""));
    }
}

/// API: `HostHeaderConditionConfig`: at least one dot, only letters after the last one.
fn host_problem(host: &str) -> Option<&'static str> {
    let good = |c: char| c.is_ascii_alphanumeric() || "-._*?".contains(c);
    if host.contains("://") || host.contains('/') || host.contains(':') {
        return Some("write the host alone, without protocol, port or path");
    }
    if !host.chars().all(good) {
        return Some("only letters, digits, `-`, `.`, `_` and the wildcards `*` and `?` are allowed");
    }
    match host.rsplit_once('.') {
        None => Some("AWS wants at least one `.`"),
        Some((_, last)) if last.is_empty() || !last.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            Some("AWS allows only letters after the last `.`")
        }
        Some(_) => None,
    }
}

/// API: `PathPatternConditionConfig`.
fn path_problem(path: &str) -> Option<&'static str> {
    let good = |c: char| c.is_ascii_alphanumeric() || "_-.$/~\"'@:+&*?".contains(c);
    if path.contains('%') {
        return Some("AWS allows no `%`: use a wildcard for encoded characters");
    }
    if !path.chars().all(good) {
        return Some("only letters, digits and _ - . $ / ~ \" ' @ : + & * ? are allowed");
    }
    if !path.starts_with(['/', '*', '?']) {
        return Some("a path begins with `/`, so this pattern never matches");
    }
    None
}

fn prefix_problem(path: &str) -> Option<&'static str> {
    if path.contains(['*', '?']) {
        return Some("wildcards go into `path`; a prefix has none");
    }
    path_problem(path)
}

/// API: `HttpRequestMethodConditionConfig`.
fn method_problem(method: &str) -> Option<&'static str> {
    let good = |c: char| c.is_ascii_uppercase() || c == '-' || c == '_';
    if method.is_empty() || method.len() > MAX_HEADER_NAME || !method.chars().all(good) {
        return Some("methods are upper-case letters, `-` and `_`, and match exactly");
    }
    None
}

/// API: `HttpHeaderConditionConfig`.
fn header_name_problem(name: &str) -> Option<&'static str> {
    let good = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.eq_ignore_ascii_case("host") {
        return Some("use `host` for the Host header");
    }
    if name.is_empty() || name.len() > MAX_HEADER_NAME || !name.chars().all(good) {
        return Some("a name has 1 to 40 characters of RFC 7230");
    }
    None
}

/// API: `HttpHeaderConditionConfig`.
fn header_problem(value: &str) -> Option<&'static str> {
    if value.is_empty() || !value.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        return Some("a value has 1 to 128 visible ASCII characters");
    }
    None
}

/// API: `SourceIpConditionConfig`.
fn source_problem(block: &str) -> Option<&'static str> {
    let Some((address, length)) = block.split_once('/') else {
        return Some("write a CIDR block, such as 10.0.0.0/8 or 203.0.113.7/32");
    };
    let max = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return Some("this is not an IP address"),
    };
    if names::digits(length).is_none_or(|length| length > max) {
        return Some("the prefix length does not fit the address");
    }
    if block == "255.255.255.255/32" {
        return Some("AWS does not allow this block");
    }
    None
}

fn counts(at: Place, conditions: &[Condition], diags: &mut Diagnostics) {
    // A misspelt condition is one mistake, not two.
    let misspelt = diags.iter().any(|problem| {
        problem.code == "unknown-key" && problem.place().is_some_and(|place| at.span.contains(place))
    });
    if conditions.is_empty() && !misspelt {
        let message = "a rule needs at least one condition";
        let help = "for every request write `when: { path: \"/*\" }`, or use the listener's `default`";
        diags.push(Diagnostic::error("no-conditions", message).at(at, "").help(help));
    }
    let values: usize = conditions.iter().map(Condition::values).sum();
    if values > MAX_VALUES {
        let message = format!("a rule has at most {MAX_VALUES} values in all its conditions, found {values}");
        let help = "split it into several rules with the same action";
        diags.push(Diagnostic::error("too-many-values", message).at(at, "").help(help));
    } else if let Some(many) = conditions.iter().find(|condition| condition.values() > MANY_VALUES) {
        let message =
            format!("{} values in one condition: AWS documents at most {MANY_VALUES}", many.values());
        diags.push(Diagnostic::warning("many-values", message).at(at, ""));
    }
    let wildcards: usize = conditions.iter().map(wildcards).sum();
    if wildcards > MAX_WILDCARDS {
        let message = format!("a rule has at most {MAX_WILDCARDS} wildcards, found {wildcards}");
        diags.push(Diagnostic::error("too-many-wildcards", message).at(at, ""));
    } else if wildcards == MAX_WILDCARDS {
        let message =
            format!("{wildcards} wildcards in a rule: AWS documents 5 in one place and 6 in another");
        diags.push(Diagnostic::warning("many-wildcards", message).at(at, ""));
    }
}

fn wildcards(condition: &Condition) -> usize {
    let of = |text: &str| text.matches(['*', '?']).count();
    match condition {
        Condition::Host(values) | Condition::Path(values) | Condition::Header { values, .. } => {
            values.iter().map(|value| of(value)).sum()
        }
        Condition::Query(pairs) => {
            pairs.iter().map(|pair| of(&pair.value) + pair.key.as_deref().map_or(0, of)).sum()
        }
        Condition::Method(_) | Condition::SourceIp(_) | Condition::Unknown { .. } => 0,
    }
}

/// Host, path, method and source IP may stand once in a rule.
fn once(at: Place, conditions: &[Condition], diags: &mut Diagnostics) {
    type Is = fn(&Condition) -> bool;
    let sorts: [(&str, Is); 4] = [
        ("host", |condition| matches!(condition, Condition::Host(_))),
        ("path", |condition| matches!(condition, Condition::Path(_))),
        ("method", |condition| matches!(condition, Condition::Method(_))),
        ("source_ip", |condition| matches!(condition, Condition::SourceIp(_))),
    ];
    for (field, is) in sorts {
        if conditions.iter().filter(|condition| is(condition)).count() > 1 {
            let message = format!("a rule has at most one `{field}` condition");
            let help = "list the values in one condition: any of them may match";
            diags.push(Diagnostic::error("bad-condition", message).at(at, "").help(help));
        }
    }
}
