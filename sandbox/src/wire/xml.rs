//! JSON values as the XML of awsQuery answers.

use serde_json::Value;

use super::rest;

/// Members of the API models that are maps: their XML is `<entry><key/><value/></entry>`, not one element
/// a key (ELBv2, `AuthenticateOidcActionConfig` and `AuthenticateCognitoActionConfig`).
const MAPS: &[&str] = &["AuthenticationRequestExtraParams"];

/// The element of a list's items, by the list's name.
type ItemName = fn(&str) -> &str;

/// Writes `value` as the element `name`: an object is elements, an array `<member>`s, null is left out.
pub(super) fn element(out: &mut String, name: &str, value: &Value) {
    write(out, name, value, |_list| "member");
}

/// Writes the members of an object as elements; a list's items have the names that Route 53 gives them.
pub(super) fn members_with_named_items(out: &mut String, value: &Value) {
    let members = value.as_object().into_iter().flatten();
    members.for_each(|(name, value)| write(out, name, value, rest::item_name));
}

/// Writes the members of an object as elements; the items of every list are `<item>`s, as in EC2's answers.
pub(super) fn members_with_items(out: &mut String, value: &Value) {
    let members = value.as_object().into_iter().flatten();
    members.for_each(|(name, value)| write(out, name, value, |_list| "item"));
}

fn write(out: &mut String, name: &str, value: &Value, item: ItemName) {
    if value.is_null() {
        return;
    }
    out.push('<');
    out.push_str(name);
    out.push('>');
    content(out, name, value, item);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn content(out: &mut String, name: &str, value: &Value, item: ItemName) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => escape(out, text),
        Value::Array(items) => items.iter().for_each(|value| write(out, item(name), value, item)),
        Value::Object(fields) if MAPS.contains(&name) => {
            for (key, value) in fields {
                out.push_str("<entry>");
                element(out, "key", &Value::String(key.clone()));
                element(out, "value", value);
                out.push_str("</entry>");
            }
        }
        Value::Object(fields) => fields.iter().for_each(|(key, value)| write(out, key, value, item)),
    }
}

/// Escapes text. A carriage return must be a reference, or the reader makes a newline of it; characters that
/// XML 1.0 cannot hold at all become U+FFFD.
pub(super) fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            '\n' | '\t' => out.push(c),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn xml(value: Value) -> String {
        let mut out = String::new();
        element(&mut out, "R", &value);
        out
    }

    #[test]
    fn shapes() {
        assert_eq!(
            xml(json!({ "A": [{ "B": 1 }, { "B": true }], "C": null, "D": [] })),
            "<R><A><member><B>1</B></member><member><B>true</B></member></A><D></D></R>"
        );
        assert_eq!(
            xml(json!({ "AuthenticationRequestExtraParams": { "k": "v" } })),
            "<R><AuthenticationRequestExtraParams><entry><key>k</key><value>v</value></entry></AuthenticationRequestExtraParams></R>"
        );
    }

    #[test]
    fn escapes() {
        assert_eq!(xml(json!("a<b>&\r\n\u{1}é")), "<R>a&lt;b&gt;&amp;&#xD;\n\u{fffd}é</R>");
    }
}
