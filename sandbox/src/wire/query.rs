//! awsQuery parameters: a form whose dotted names make a tree.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{ApiError, decode};

/// The deepest parameter of the supported APIs has 9 parts
/// (`Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight`); more is refused, which bounds recursion.
const MAX_DEPTH: usize = 24;

/// A parameter: text, or named children. List items are children of `member`, named `1`, `2` ...
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Leaf(String),
    Tree(BTreeMap<String, Node>),
}

/// The parameters of a call, before they get their type.
#[derive(Debug, Clone)]
pub(crate) enum Params {
    Query(Node),
    Json(Value),
    RestXml(Node),
    RestJson(Value),
}

impl Params {
    /// The typed input. A parameter that the type does not know is an error, never silence.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        match self {
            Params::Query(node) => decode::decode(node),
            Params::Json(value) => {
                T::deserialize(value).map_err(|e| ApiError::new("InvalidParameterException", e.to_string()))
            }
            // Route 53, common errors: InvalidInput, "The input is not valid".
            Params::RestXml(node) => {
                decode::decode(node).map_err(|error| ApiError::new("InvalidInput", error.message))
            }
            // Lambda: InvalidParameterValueException, "One of the parameters in the request is not valid".
            Params::RestJson(value) => T::deserialize(value)
                .map_err(|e| ApiError::new("InvalidParameterValueException", e.to_string())),
        }
    }

    /// The parameters as JSON, for the log of calls.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Params::Query(node) | Params::RestXml(node) => node.to_json(),
            Params::Json(value) | Params::RestJson(value) => value.clone(),
        }
    }
}

/// Reads name-value pairs (already percent-decoded) into a tree.
pub(crate) fn tree<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Node, ApiError> {
    let mut root = BTreeMap::new();
    for (name, value) in pairs {
        insert(&mut root, name, value)?;
    }
    Ok(Node::Tree(root))
}

fn insert(root: &mut BTreeMap<String, Node>, name: &str, value: &str) -> Result<(), ApiError> {
    let malformed = || ApiError::new("MalformedQueryString", format!("The parameter '{name}' is malformed"));
    let parts: Vec<&str> = name.split('.').collect();
    let Some((last, parents)) = parts.split_last() else { return Err(malformed()) };
    if parts.len() > MAX_DEPTH {
        return Err(malformed());
    }
    let mut at = root;
    for part in parents {
        let child = at.entry((*part).to_owned()).or_insert_with(|| Node::Tree(BTreeMap::new()));
        let Node::Tree(children) = child else { return Err(malformed()) };
        at = children;
    }
    match at.insert((*last).to_owned(), Node::Leaf(value.to_owned())) {
        None => Ok(()),
        Some(_) => Err(malformed()),
    }
}

impl Node {
    /// The children that make a list, in order; an empty leaf (`Tags=`) is an empty list.
    /// Without `member` the numbered children themselves are the list, as in the EC2 variant of the protocol.
    pub(crate) fn items(&self) -> Option<Vec<&Node>> {
        match self {
            Node::Leaf(text) if text.is_empty() => Some(Vec::new()),
            Node::Leaf(_) => None,
            Node::Tree(children) => match children.get("member") {
                Some(Node::Tree(items)) if children.len() == 1 => numbered(items),
                Some(_) => None,
                None => numbered(children),
            },
        }
    }

    /// The pairs of a map (`Params.entry.1.key=a&Params.entry.1.value=b`).
    pub(crate) fn entries(&self) -> Option<Vec<(&str, &Node)>> {
        match self {
            Node::Leaf(text) if text.is_empty() => Some(Vec::new()),
            Node::Leaf(_) => None,
            Node::Tree(children) => match children.get("entry") {
                Some(Node::Tree(items)) if children.len() == 1 => {
                    numbered(items)?.into_iter().map(pair).collect()
                }
                _ => None,
            },
        }
    }

    fn to_json(&self) -> Value {
        if let Node::Leaf(text) = self {
            return Value::String(text.clone());
        }
        if let Some(items) = self.items() {
            return Value::Array(items.into_iter().map(Node::to_json).collect());
        }
        if let Some(entries) = self.entries() {
            return entries.into_iter().map(|(k, v)| (k.to_owned(), v.to_json())).collect();
        }
        match self {
            Node::Leaf(text) => Value::String(text.clone()),
            Node::Tree(children) => children.iter().map(|(k, v)| (k.clone(), v.to_json())).collect(),
        }
    }
}

/// Children named by numbers, sorted as numbers: as text, "10" would come before "2".
fn numbered(children: &BTreeMap<String, Node>) -> Option<Vec<&Node>> {
    if children.is_empty() {
        return None;
    }
    let mut items =
        children.iter().map(|(k, v)| Some((k.parse::<u32>().ok()?, v))).collect::<Option<Vec<_>>>()?;
    items.sort_by_key(|(index, _)| *index);
    Some(items.into_iter().map(|(_, node)| node).collect())
}

fn pair(entry: &Node) -> Option<(&str, &Node)> {
    let Node::Tree(parts) = entry else { return None };
    match (parts.get("key"), parts.get("value")) {
        (Some(Node::Leaf(key)), Some(value)) if parts.len() == 2 => Some((key, value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(form: &str) -> Result<Node, ApiError> {
        let pairs: Vec<_> = form_urlencoded::parse(form.as_bytes()).collect();
        tree(pairs.iter().map(|(k, v)| (&**k, &**v)))
    }

    #[test]
    fn items_come_in_numeric_order() {
        let form: String = (1..=11).rev().map(|i| format!("A.member.{i}={i}&")).collect();
        let want: Vec<String> = (1..=11).map(|i| i.to_string()).collect();
        assert_eq!(read(&form).unwrap().to_json(), json!({ "A": want }));
    }

    #[test]
    fn a_name_that_is_both_text_and_tree_is_refused() {
        assert_eq!(read("A=1&A.B=2").unwrap_err().code, "MalformedQueryString");
        assert_eq!(read("A.B=2&A=1").unwrap_err().code, "MalformedQueryString");
        assert_eq!(read(&format!("{}x=1", "a.".repeat(50))).unwrap_err().code, "MalformedQueryString");
    }

    #[test]
    fn maps_and_plus_and_percent() {
        let node = read("P.entry.1.key=a+b&P.entry.1.value=%2F%3D").unwrap();
        assert_eq!(node.to_json(), json!({ "P": { "a b": "/=" } }));
    }
}
