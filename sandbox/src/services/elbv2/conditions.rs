//! Conditions of rules: what each field allows, and the canonical form in which AWS returns them.

use super::{Ctx, names, regexes};
use crate::services::refuse;
use crate::state::elbv2::{Condition, ConditionField, HttpHeaderConfig, PatternConfig, QueryStringPair};
use crate::state::quota;
use crate::wire::ApiError;

/// The longest host, path, header and query values and regular expressions (RuleCondition).
const MAX_VALUE: usize = 128;
/// The longest header name (HttpHeaderConditionConfig) and method (HttpRequestMethodConditionConfig).
const MAX_NAME: usize = 40;

/// Checks the conditions of one rule and brings them into canonical form.
pub(super) fn normalise(ctx: &Ctx<'_>, conditions: Vec<Condition>) -> Result<Vec<Condition>, ApiError> {
    refuse(conditions.is_empty(), || ApiError::validation("At least one condition must be specified"))?;
    check_fields(&conditions)?;
    let mut total = Total::default();
    let one = |condition| one(condition, &mut total);
    let conditions = conditions.into_iter().map(one).collect::<Result<Vec<_>, _>>()?;
    // User guide, quotas: condition values per rule, condition wildcards per rule.
    let most = ctx.state.quota(quota::CONDITION_VALUES);
    refuse(total.values > most, || {
        ApiError::validation(format!("A rule can only have '{most}' condition values"))
    })?;
    let most = ctx.state.quota(quota::CONDITION_WILDCARDS);
    refuse(total.wildcards > most, || {
        ApiError::validation(format!("A rule can only have '{most}' condition wildcards"))
    })?;
    Ok(conditions)
}

/// What is counted over all conditions of a rule.
#[derive(Default)]
struct Total {
    values: usize,
    wildcards: usize,
}

impl Total {
    /// Counts the wildcards of a value.
    fn pattern(&mut self, text: &str) {
        self.wildcards += text.chars().filter(|c| matches!(c, '*' | '?')).count();
    }

    /// Counts the wildcards of a query string, where a backslash makes them literal.
    fn escapable_pattern(&mut self, text: &str) {
        let mut escaped = false;
        for c in text.chars() {
            self.wildcards += usize::from(!escaped && matches!(c, '*' | '?'));
            escaped = !escaped && c == '\\';
        }
    }
}

/// RuleCondition: "up to one of each of the following conditions: http-request-method, host-header,
/// path-pattern, and source-ip".
fn check_fields(conditions: &[Condition]) -> Result<(), ApiError> {
    for condition in conditions {
        let field = condition.field;
        let repeatable = matches!(field, ConditionField::HttpHeader | ConditionField::QueryString);
        let count = conditions.iter().filter(|c| c.field == field).count();
        refuse(!repeatable && count > 1, || {
            ApiError::validation(format!("A rule can have at most one condition with the field '{field}'"))
        })?;
    }
    Ok(())
}

fn one(condition: Condition, total: &mut Total) -> Result<Condition, ApiError> {
    check_configuration(&condition)?;
    let field = condition.field;
    let (values, regexes) = (condition.values.clone(), condition.regex_values.clone());
    let mut normal = Condition { values: None, regex_values: None, ..condition };
    match field {
        ConditionField::HostHeader | ConditionField::PathPattern => {
            let config = match field {
                ConditionField::HostHeader => &mut normal.host_header_config,
                _ => &mut normal.path_pattern_config,
            };
            let merged = legacy(field, config.take().unwrap_or_default(), values, regexes)?;
            check_patterns(field, &merged, total)?;
            // Both spellings come back: the configuration, and the values beside it.
            (normal.values, normal.regex_values) = (merged.values.clone(), merged.regex_values.clone());
            match field {
                ConditionField::HostHeader => normal.host_header_config = Some(merged),
                _ => normal.path_pattern_config = Some(merged),
            }
        }
        ConditionField::HttpHeader => {
            let config = normal.http_header_config.as_mut().ok_or_else(|| missing(field))?;
            config.regex_values = config.regex_values.take().or(regexes).filter(|r| !r.is_empty());
            config.values = config.values.take().filter(|v| !v.is_empty());
            check_header(config, total)?;
            normal.regex_values = config.regex_values.clone();
        }
        ConditionField::HttpRequestMethod => {
            let methods = normal.http_request_method_config.as_ref().and_then(|c| c.values.as_deref());
            each(field, methods, total, check_method)?;
        }
        ConditionField::QueryString => {
            let pairs =
                normal.query_string_config.as_ref().and_then(|c| c.values.as_deref()).unwrap_or_default();
            refuse(pairs.is_empty(), || missing(field))?;
            total.values += pairs.len();
            pairs.iter().try_for_each(|pair| check_pair(pair, total))?;
        }
        ConditionField::SourceIp => {
            let config = normal.source_ip_config.as_ref().ok_or_else(|| missing(field))?;
            // SourceIpConditionConfig, `IpAddressType`: for Network Load Balancers.
            refuse(config.ip_address_type.is_some(), || {
                ApiError::validation("An IP address type can be specified for Network Load Balancers only")
            })?;
            each(field, config.values.as_deref(), total, check_source)?;
        }
    }
    Ok(normal)
}

fn missing(field: ConditionField) -> ApiError {
    ApiError::validation(format!("A condition value must be specified for the field '{field}'"))
}

/// RuleCondition: "Specify only when Field is ...".
fn check_configuration(condition: &Condition) -> Result<(), ApiError> {
    let field = condition.field;
    let given = [
        (ConditionField::HostHeader, condition.host_header_config.is_some()),
        (ConditionField::PathPattern, condition.path_pattern_config.is_some()),
        (ConditionField::HttpHeader, condition.http_header_config.is_some()),
        (ConditionField::HttpRequestMethod, condition.http_request_method_config.is_some()),
        (ConditionField::QueryString, condition.query_string_config.is_some()),
        (ConditionField::SourceIp, condition.source_ip_config.is_some()),
    ];
    let foreign = given.into_iter().find(|(other, is_given)| *is_given && *other != field);
    refuse(foreign.is_some(), || {
        let other = foreign.map_or("", |(other, _)| other.as_str());
        ApiError::validation(format!(
            "A condition with the field '{field}' cannot have the configuration of '{other}'"
        ))
    })?;
    let host_or_path = matches!(field, ConditionField::HostHeader | ConditionField::PathPattern);
    refuse(!host_or_path && condition.values.as_ref().is_some_and(|v| !v.is_empty()), || {
        ApiError::validation(format!(
            "Values can be specified for host-header and path-pattern only, not for '{field}'"
        ))
    })?;
    let regexes = host_or_path || field == ConditionField::HttpHeader;
    refuse(!regexes && condition.regex_values.as_ref().is_some_and(|v| !v.is_empty()), || {
        ApiError::validation(format!("Regular expressions cannot be specified for the field '{field}'"))
    })
}

/// RuleCondition, `Values`: the old form, a single value. Beside the configuration it must say the same.
fn legacy(
    field: ConditionField,
    config: PatternConfig,
    values: Option<Vec<String>>,
    regexes: Option<Vec<String>>,
) -> Result<PatternConfig, ApiError> {
    let full = |list: Option<Vec<String>>| list.filter(|l| !l.is_empty());
    let (values, regexes) = (full(values), full(regexes));
    let (own_values, own_regexes) = (full(config.values), full(config.regex_values));
    refuse(own_values.is_none() && values.as_ref().is_some_and(|v| v.len() > 1), || {
        ApiError::validation(format!("A condition with the field '{field}' can have one value in Values"))
    })?;
    let disagree =
        |old: &Option<Vec<String>>, own: &Option<Vec<String>>| own.is_some() && old.is_some() && old != own;
    refuse(disagree(&values, &own_values) || disagree(&regexes, &own_regexes), || {
        ApiError::validation(format!("The values of the condition with the field '{field}' are given twice"))
    })?;
    Ok(PatternConfig { values: own_values.or(values), regex_values: own_regexes.or(regexes) })
}

fn check_patterns(field: ConditionField, config: &PatternConfig, total: &mut Total) -> Result<(), ApiError> {
    let check = if field == ConditionField::HostHeader { check_host } else { check_path };
    match (config.values.as_deref(), config.regex_values.as_deref()) {
        (None, Some(regexes)) => check_regexes(regexes, total),
        (Some(_), Some(_)) => Err(both()),
        (values, None) => {
            values.unwrap_or_default().iter().for_each(|value| total.pattern(value));
            each(field, values, total, check)
        }
    }
}

/// User guide, "Condition types": values or regular expressions, not both.
fn both() -> ApiError {
    ApiError::validation("A condition can have values or regular expressions, not both")
}

fn check_regexes(list: &[String], total: &mut Total) -> Result<(), ApiError> {
    total.values += list.len();
    list.iter().try_for_each(|regex| regexes::check(regex, MAX_VALUE))
}

fn each(
    field: ConditionField,
    values: Option<&[String]>,
    total: &mut Total,
    check: fn(&str) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let values = values.unwrap_or_default();
    refuse(values.is_empty(), || missing(field))?;
    total.values += values.len();
    values.iter().try_for_each(|value| check(value))
}

fn invalid(what: &str, value: &str, rule: &str) -> ApiError {
    ApiError::validation(format!("The {what} '{value}' is not valid: {rule}"))
}

fn check_length(what: &str, value: &str, max: usize) -> Result<(), ApiError> {
    refuse(!(1..=max).contains(&value.chars().count()), || {
        invalid(what, value, &format!("it must have 1 to {max} characters"))
    })
}

/// HostHeaderConditionConfig: letters, digits, `-._` and wildcards, at least one dot, letters after the last one.
fn check_host(value: &str) -> Result<(), ApiError> {
    check_length("host name", value, MAX_VALUE)?;
    let chars = value.chars().all(|c| c.is_ascii_alphanumeric() || "-._*?".contains(c));
    refuse(!chars, || invalid("host name", value, "it may contain letters, digits, and -._*? only"))?;
    let top = value.rsplit_once('.').map(|(_, top)| top);
    let letters = top.is_some_and(|t| !t.is_empty() && t.chars().all(|c| c.is_ascii_alphabetic()));
    refuse(!letters, || {
        invalid("host name", value, "it must have a '.', and only letters after the last one")
    })
}

/// RuleCondition, `Values`: the characters of path patterns.
fn check_path(value: &str) -> Result<(), ApiError> {
    check_length("path pattern", value, MAX_VALUE)?;
    let chars = value.chars().all(|c| c.is_ascii_alphanumeric() || "_-.$/~\"'@:+&*?".contains(c));
    refuse(!chars, || {
        invalid("path pattern", value, "it may contain letters, digits, and _-.$/~\"'@:+&*? only")
    })
}

/// HttpHeaderConditionConfig.
fn check_header(config: &HttpHeaderConfig, total: &mut Total) -> Result<(), ApiError> {
    let name = config.http_header_name.as_deref().unwrap_or_default();
    check_length("header name", name, MAX_NAME)?;
    refuse(!names::is_token(name) || name.contains('*'), || {
        invalid("header name", name, "it must be the name of an HTTP header, without wildcards")
    })?;
    refuse(name.eq_ignore_ascii_case("host"), || {
        invalid("header name", name, "use a host-header condition for the host header")
    })?;
    match (config.values.as_deref(), config.regex_values.as_deref()) {
        (None, Some(regexes)) => check_regexes(regexes, total),
        (Some(_), Some(_)) => Err(both()),
        (values, None) => {
            values.unwrap_or_default().iter().for_each(|value| total.pattern(value));
            each(ConditionField::HttpHeader, values, total, check_header_value)
        }
    }
}

/// User guide, "HTTP header conditions": visible characters.
fn check_header_value(value: &str) -> Result<(), ApiError> {
    check_length("header value", value, MAX_VALUE)?;
    refuse(!value.chars().all(|c| c.is_ascii_graphic() || c == ' '), || {
        invalid("header value", value, "it may contain visible ASCII characters only")
    })
}

/// HttpRequestMethodConditionConfig: A-Z, hyphen and underscore.
fn check_method(value: &str) -> Result<(), ApiError> {
    check_length("request method", value, MAX_NAME)?;
    refuse(!value.chars().all(|c| c.is_ascii_uppercase() || "-_".contains(c)), || {
        invalid("request method", value, "it may contain A-Z, - and _ only")
    })
}

/// QueryStringConditionConfig: characters of RFC 3986, and a backslash before a literal `*` or `?`.
fn check_pair(pair: &QueryStringPair, total: &mut Total) -> Result<(), ApiError> {
    let value = pair.value.as_deref();
    let value = value
        .ok_or_else(|| ApiError::validation("A 'Value' must be specified in 'QueryStringKeyValuePair'"))?;
    for text in pair.key.as_deref().into_iter().chain([value]) {
        check_length("query string", text, MAX_VALUE)?;
        let chars =
            text.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%\\".contains(c));
        refuse(!chars, || invalid("query string", text, "it may contain the characters of RFC 3986 only"))?;
        total.escapable_pattern(text);
    }
    Ok(())
}

/// SourceIpConditionConfig: CIDR blocks; the broadcast address is refused (user guide, "Source IP conditions").
fn check_source(value: &str) -> Result<(), ApiError> {
    refuse(!names::is_cidr(value) || value == "255.255.255.255/32", || {
        invalid("source IP", value, "it must be a CIDR block")
    })
}
