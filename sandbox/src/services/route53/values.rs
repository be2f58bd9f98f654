//! The values of records by their type (developer guide, "Supported DNS record types").

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::domain_name::canonical;
use crate::state::route53::{Data, RecordSet, RecordType};

/// Messages of InvalidChangeBatch.
pub(super) fn check(record: &RecordSet) -> Vec<String> {
    let Data::Values { values, .. } = &record.data else { return Vec::new() };
    let mut messages: Vec<String> =
        values.iter().filter_map(|v| Some((problem(record.record_type, v)?, v))).map(message).collect();
    let distinct: BTreeSet<&String> = values.iter().collect();
    if distinct.len() < values.len() {
        messages.push(format!("Duplicate Resource Record: '{}'", values.join("', '")));
    }
    // RFC 1034, 3.6.2; SOA: there is one.
    if matches!(record.record_type, RecordType::Cname | RecordType::Soa) && values.len() > 1 {
        let (kind, name) = (record.record_type, &record.name);
        messages.push(format!(
            "Invalid Resource Record: RRSet of type {kind} with DNS name {name} has more than one value"
        ));
    }
    messages
}

fn message((problem, value): (&str, &String)) -> String {
    format!("Invalid Resource Record: FATAL problem: {problem} encountered with '{value}'")
}

/// What is wrong with a value, as Route 53 names it.
fn problem(kind: RecordType, value: &str) -> Option<&'static str> {
    let refused = |is_wrong: bool, problem| is_wrong.then_some(problem);
    match kind {
        RecordType::A => refused(
            value.parse::<Ipv4Addr>().is_err(),
            "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)",
        ),
        RecordType::Aaaa => refused(
            value.parse::<Ipv6Addr>().is_err(),
            "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)",
        ),
        RecordType::Cname | RecordType::Ns | RecordType::Ptr => {
            canonical(value).err().map(crate::domain_name::NameError::problem)
        }
        RecordType::Txt | RecordType::Spf => refused(
            !is_strings(value),
            "InvalidCharacterString (Value should be enclosed in quotation marks)",
        ),
        RecordType::Mx => {
            refused(!is_mx(value), "MXRRDATANotTwoFields (Value is not a preference and a name)")
        }
        RecordType::Soa => refused(
            value.split_whitespace().count() != 7,
            "SOARRDATANotSevenFields (Value does not have 7 fields)",
        ),
        RecordType::Caa
        | RecordType::Ds
        | RecordType::Https
        | RecordType::Naptr
        | RecordType::Srv
        | RecordType::Sshfp
        | RecordType::Svcb
        | RecordType::Tlsa => refused(value.trim().is_empty(), "EmptyValue (Value is empty)"),
    }
}

/// One or more strings in quotation marks with spaces between them, each at most 255 characters; a quotation
/// mark in a string is written `\"`.
fn is_strings(value: &str) -> bool {
    let mut rest = value;
    loop {
        let Some(inner) = rest.strip_prefix('"') else { return false };
        let mut escaped = false;
        let end = inner.char_indices().find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let Some((end, _)) = end else { return false };
        let (Some(string), Some(after)) = (inner.get(..end), inner.get(end + 1..)) else { return false };
        if string.chars().count() > 255 {
            return false;
        }
        if after.is_empty() {
            return true;
        }
        if !after.starts_with([' ', '\t']) {
            return false;
        }
        rest = after.trim_start();
    }
}

fn is_mx(value: &str) -> bool {
    match value.split_whitespace().collect::<Vec<_>>().as_slice() {
        [preference, name] => preference.parse::<u16>().is_ok() && canonical(name).is_ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_type() {
        use RecordType::{A, Aaaa, Cname, Mx, Soa, Srv, Txt};
        for (kind, good) in [
            (A, "192.0.2.1"),
            (Aaaa, "2001:db8::1"),
            (Cname, "_x.acm-validations.aws."),
            (Mx, "10 mail.example.com"),
            (Txt, "\"a b\" \"c\\\"d\""),
            (Soa, "a b 1 2 3 4 5"),
            (Srv, "1 1 1 x"),
        ] {
            assert_eq!(problem(kind, good), None, "{good}");
        }
        let long = format!("\"{}\"", "a".repeat(256));
        for (kind, bad) in [
            (A, "999.1.1.1"),
            (A, "2001:db8::1"),
            (Aaaa, "192.0.2.1"),
            (Cname, "a..b"),
            (Mx, "mail.example.com"),
            (Mx, "99999 m"),
            (Txt, "plain"),
            (Txt, "\"open"),
            (Txt, "\"a\"\"b\""),
            (Txt, "\"a\" b"),
            (Txt, &long),
            (Soa, "a b"),
            (Srv, " "),
        ] {
            assert!(problem(kind, bad).is_some(), "{bad}");
        }
    }
}
