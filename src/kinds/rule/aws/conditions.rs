//! Conditions on the wire. API: `RuleCondition`, always by the `<Field>Config` of the field.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types as api;

use crate::kinds::rule::condition::{Condition, QueryPair};

/// The condition for a request; `None` for one that albctl does not know, which cannot be sent.
pub fn to_api(condition: &Condition) -> Option<api::RuleCondition> {
    let built = api::RuleCondition::builder();
    let built = match condition {
        Condition::Host(values) => built
            .field("host-header")
            .host_header_config(api::HostHeaderConditionConfig::builder().set_values(list(values)).build()),
        Condition::Path(values) => built
            .field("path-pattern")
            .path_pattern_config(api::PathPatternConditionConfig::builder().set_values(list(values)).build()),
        Condition::Method(values) => built.field("http-request-method").http_request_method_config(
            api::HttpRequestMethodConditionConfig::builder().set_values(list(values)).build(),
        ),
        Condition::Header { name, values } => built.field("http-header").http_header_config(
            api::HttpHeaderConditionConfig::builder().http_header_name(name).set_values(list(values)).build(),
        ),
        Condition::Query(pairs) => {
            let one = |QueryPair { key, value }: &QueryPair| {
                api::QueryStringKeyValuePair::builder().set_key(key.clone()).value(value).build()
            };
            let pairs = Some(pairs.iter().map(one).collect());
            built
                .field("query-string")
                .query_string_config(api::QueryStringConditionConfig::builder().set_values(pairs).build())
        }
        Condition::SourceIp(values) => built
            .field("source-ip")
            .source_ip_config(api::SourceIpConditionConfig::builder().set_values(list(values)).build()),
        Condition::Unknown { description: _ } => return None,
    };
    Some(built.build())
}

fn list(values: &BTreeSet<String>) -> Option<Vec<String>> {
    Some(values.iter().cloned().collect())
}

/// The canonical form of a live condition. Regular expressions and fields that albctl does not know become
/// [`Condition::Unknown`].
pub fn from_api(condition: &api::RuleCondition) -> Condition {
    known(condition).unwrap_or_else(|| Condition::Unknown { description: describe(condition) })
}

fn known(condition: &api::RuleCondition) -> Option<Condition> {
    if !regexes(condition).is_empty() {
        return None;
    }
    // Old rules and old tools use `Values` of the condition itself, which AWS also echoes.
    let set = |values: &[String]| -> Option<BTreeSet<String>> {
        let values = if values.is_empty() { condition.values() } else { values };
        (!values.is_empty()).then(|| values.iter().cloned().collect())
    };
    Some(match condition.field()? {
        "host-header" => {
            Condition::Host(set(condition.host_header_config().map(|c| c.values()).unwrap_or_default())?)
        }
        "path-pattern" => {
            Condition::Path(set(condition.path_pattern_config().map(|c| c.values()).unwrap_or_default())?)
        }
        "http-request-method" => Condition::Method(set(condition.http_request_method_config()?.values())?),
        "source-ip" => Condition::SourceIp(set(condition.source_ip_config()?.values())?),
        "http-header" => {
            let config = condition.http_header_config()?;
            Condition::Header { name: config.http_header_name()?.to_owned(), values: set(config.values())? }
        }
        "query-string" => {
            let one = |pair: &api::QueryStringKeyValuePair| {
                let key = pair.key().filter(|key| !key.is_empty()).map(str::to_owned);
                Some(QueryPair { key, value: pair.value()?.to_owned() })
            };
            let pairs: Option<BTreeSet<_>> =
                condition.query_string_config()?.values().iter().map(one).collect();
            Condition::Query(pairs.filter(|pairs| !pairs.is_empty())?)
        }
        _other_field => return None,
    })
}

/// The regular expressions of a condition, wherever the answer holds them.
fn regexes(condition: &api::RuleCondition) -> Vec<&str> {
    let host = condition.host_header_config().map(|config| config.regex_values()).unwrap_or_default();
    let path = condition.path_pattern_config().map(|config| config.regex_values()).unwrap_or_default();
    let header = condition.http_header_config().map(|config| config.regex_values()).unwrap_or_default();
    let mut all: Vec<&str> =
        [condition.regex_values(), host, path, header].into_iter().flatten().map(String::as_str).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn describe(condition: &api::RuleCondition) -> String {
    let field = condition.field().unwrap_or("condition");
    let header = condition.http_header_config().and_then(api::HttpHeaderConditionConfig::http_header_name);
    let regexes = regexes(condition);
    let mut words: Vec<&str> = std::iter::once(field).chain(header).collect();
    if !regexes.is_empty() {
        words.push("regex");
        words.extend(regexes);
    } else {
        words.extend(condition.values().iter().map(String::as_str));
    }
    words.join(" ")
}
