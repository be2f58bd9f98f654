//! XML request bodies as the tree of parameters.

use std::collections::BTreeMap;

use quick_xml::events::{BytesRef, Event};
use quick_xml::{Reader, XmlVersion};

use super::query::Node;
use super::{ApiError, rest};

/// The deepest body (`ChangeBatch/Changes/Change/ResourceRecordSet/ResourceRecords/ResourceRecord/Value`) has
/// 8 levels; more is refused, which bounds recursion.
const MAX_DEPTH: usize = 24;

/// The children of the outermost element, whatever its name is.
pub(super) fn parse(body: &[u8]) -> Result<BTreeMap<String, Node>, ApiError> {
    let text = std::str::from_utf8(body).map_err(|error| malformed(&error))?;
    let mut elements = read(text)?;
    match (elements.len(), elements.pop()) {
        (1, Some((_, Node::Tree(members)))) => Ok(members),
        // An element without children is a shape without members.
        (1, Some((_, Node::Leaf(text)))) if text.trim().is_empty() => Ok(BTreeMap::new()),
        _ => Err(malformed(&"one outermost element is needed")),
    }
}

fn malformed(reason: &dyn std::fmt::Display) -> ApiError {
    // Route 53: what is no XML, or not of the schema, is `InvalidInput`.
    ApiError::new("InvalidInput", format!("The XML that was given is not well formed: {reason}"))
}

/// An element that is being read.
#[derive(Default)]
struct Open {
    name: String,
    text: String,
    children: Vec<(String, Node)>,
}

/// The elements on the outermost level.
fn read(text: &str) -> Result<Vec<(String, Node)>, ApiError> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Open::default()];
    loop {
        let event = reader.read_event().map_err(|error| malformed(&error))?;
        let Some(top) = open.last_mut() else { return Err(malformed(&"an element ends that never began")) };
        match event {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                if open.len() >= MAX_DEPTH {
                    return Err(malformed(&"it is too deep"));
                }
                open.push(Open { name, ..Open::default() });
            }
            Event::Empty(empty) => {
                let name = empty.local_name().as_ref().to_owned();
                top.children.push((name, Node::Leaf(String::new())));
            }
            Event::End(_) => close(&mut open)?,
            Event::Text(text) => top.text.push_str(&text.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(text) => top.text.push_str(&text.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(reference) => top.text.push(character(&reference)?),
            // A document type could define entities, which no AWS client does.
            Event::DocType(_) => return Err(malformed(&"a document type is not allowed")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(outside), true) => Ok(outside.children),
        _ => Err(malformed(&"an element does not end")),
    }
}

/// `&amp;`, `&#38;` and the like.
fn character(reference: &BytesRef<'_>) -> Result<char, ApiError> {
    if let Some(c) = reference.resolve_char_ref().map_err(|error| malformed(&error))? {
        return Ok(c);
    }
    match &**reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(malformed(&"an unknown entity")),
    }
}

/// Ends the innermost element: it becomes a child of the one around it.
fn close(open: &mut Vec<Open>) -> Result<(), ApiError> {
    let closed = open.pop();
    let (Some(element), Some(parent)) = (closed, open.last_mut()) else {
        return Err(malformed(&"an element ends that never began"));
    };
    let node = if element.children.is_empty() {
        // White space is the content of no list.
        Node::Leaf(if rest::is_list(&element.name) { String::new() } else { element.text })
    } else if rest::is_list(&element.name) {
        list(&element.name, element.children)?
    } else {
        tree(element.children)?
    };
    parent.children.push((element.name, node));
    Ok(())
}

fn tree(children: Vec<(String, Node)>) -> Result<Node, ApiError> {
    let mut members = BTreeMap::new();
    for (name, node) in children {
        if members.insert(name.clone(), node).is_some() {
            return Err(malformed(&format_args!("{name} is there twice")));
        }
    }
    Ok(Node::Tree(members))
}

/// A list's items become children named `1`, `2` ..., as awsQuery has them.
fn list(name: &str, children: Vec<(String, Node)>) -> Result<Node, ApiError> {
    let item = rest::item_name(name);
    if let Some((other, _)) = children.iter().find(|(child, _)| child != item) {
        return Err(malformed(&format_args!("{other} cannot be in {name}")));
    }
    let numbered = children.into_iter().enumerate().map(|(i, (_, node))| ((i + 1).to_string(), node));
    Ok(Node::Tree(numbered.collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::Params;

    fn json_of(text: &str) -> Result<serde_json::Value, String> {
        parse(text.as_bytes()).map(|m| Params::RestXml(Node::Tree(m)).to_json()).map_err(|e| e.message)
    }

    #[test]
    fn bodies() {
        let text =
            "<?xml version=\"1.0\"?><R xmlns=\"u\"><!-- c --><Tags><Tag><Key>a&amp;b</Key></Tag></Tags>
            <B/><C>&#x41;<![CDATA[<]]></C><Changes> </Changes></R>";
        let want = json!({ "Tags": [{ "Key": "a&b" }], "B": "", "C": "A<", "Changes": "" });
        assert_eq!(json_of(text).unwrap(), want);
        assert_eq!(json_of("<R/>"), Ok(json!({})));
    }

    #[test]
    fn malformed_bodies() {
        let deep = format!("{}{}", "<a>".repeat(30), "</a>".repeat(30));
        for bad in [
            "",
            "x",
            "<a>",
            "<a></b>",
            "</a>",
            "<a/><b/>",
            "<a><b/><b/></a>",
            "<a>&x;</a>",
            "<!DOCTYPE a><a/>",
            &deep,
        ] {
            assert!(json_of(bad).is_err(), "{bad}");
        }
        assert!(json_of("<R><Tags><Key/></Tags></R>").is_err());
        assert!(parse(b"<a>\xff</a>").is_err());
    }
}
