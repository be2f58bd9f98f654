//! A serde `Deserializer` over the tree of awsQuery parameters: the target type says how to read the text.

use std::fmt::{self, Display};

use serde::Deserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::ApiError;
use super::query::Node;

/// Reads a whole input shape. Errors are `ValidationError`s that name the parameter as AWS does
/// (`conditions.1.member.field`).
pub(super) fn decode<T: DeserializeOwned>(node: &Node) -> Result<T, ApiError> {
    T::deserialize(De(node)).map_err(DecodeError::into_api)
}

struct De<'a>(&'a Node);

/// What was wrong, and the way to it from the outermost parameter (innermost part first).
#[derive(Debug)]
struct DecodeError {
    path: Vec<String>,
    value: Option<String>,
    constraint: String,
}

impl DecodeError {
    fn of(value: Option<&str>, constraint: impl Into<String>) -> Self {
        DecodeError { path: Vec::new(), value: value.map(str::to_owned), constraint: constraint.into() }
    }

    fn below(mut self, part: impl Into<String>) -> Self {
        self.path.push(part.into());
        self
    }

    fn into_api(self) -> ApiError {
        let path: Vec<String> = self.path.iter().rev().map(|p| lower_first(p)).collect();
        let value = self.value.map_or_else(|| "null".to_owned(), |v| format!("'{v}'"));
        ApiError::validation(format!(
            "1 validation error detected: Value {value} at '{}' failed to satisfy constraint: {}",
            path.join("."),
            self.constraint
        ))
    }
}

fn lower_first(part: &str) -> String {
    let mut chars = part.chars();
    chars.next().map(|c| c.to_lowercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

impl Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.constraint)
    }
}

impl std::error::Error for DecodeError {}

impl de::Error for DecodeError {
    fn custom<T: Display>(message: T) -> Self {
        DecodeError::of(None, message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        DecodeError::of(None, "Member must not be null").below(field)
    }

    fn unknown_field(field: &str, _expected: &'static [&'static str]) -> Self {
        DecodeError::of(None, format!("Unknown parameter '{field}'")).below(field)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let set = expected.join(", ");
        DecodeError::of(Some(variant), format!("Member must satisfy enum value set: [{set}]"))
    }
}

impl<'a> De<'a> {
    fn text(&self) -> Result<&'a str, DecodeError> {
        match self.0 {
            Node::Leaf(text) => Ok(text),
            Node::Tree(_) => Err(DecodeError::of(None, "Member must be a single value")),
        }
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty),*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            let text = self.text()?;
            let number = text.parse::<$type>();
            visitor.$visit(number.map_err(|_| DecodeError::of(Some(text), "Member must be a number in range"))?)
        }
    )* };
}

impl<'de> Deserializer<'de> for De<'_> {
    type Error = DecodeError;

    numbers!(
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64, deserialize_f32 visit_f32 f32,
        deserialize_f64 visit_f64 f64
    );

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.text()? {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            other => Err(DecodeError::of(Some(other), "Member must be true or false")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let items = self.0.items().ok_or_else(|| DecodeError::of(None, "Member must be a list"))?;
        visitor.visit_seq(Items { items: items.into_iter(), index: 0 })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let entries = self.0.entries().ok_or_else(|| DecodeError::of(None, "Member must be a map"))?;
        visitor.visit_map(Fields { fields: entries.into_iter(), value: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let Node::Tree(children) = self.0 else {
            return Err(DecodeError::of(None, "Member must be a structure"));
        };
        let fields: Vec<(&str, &Node)> = children.iter().map(|(k, v)| (k.as_str(), v)).collect();
        visitor.visit_map(Fields { fields: fields.into_iter(), value: None })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_enum(self.text()?.into_deserializer())
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

struct Items<'a> {
    items: std::vec::IntoIter<&'a Node>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = DecodeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DecodeError> {
        let Some(node) = self.items.next() else { return Ok(None) };
        self.index += 1;
        seed.deserialize(De(node)).map(Some).map_err(|e| e.below("member").below(self.index.to_string()))
    }
}

struct Fields<'a> {
    fields: std::vec::IntoIter<(&'a str, &'a Node)>,
    value: Option<(&'a str, &'a Node)>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = DecodeError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, DecodeError> {
        self.value = self.fields.next();
        self.value.map(|(name, _)| seed.deserialize(name.into_deserializer())).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, DecodeError> {
        let Some((name, node)) = self.value.take() else {
            return Err(DecodeError::of(None, "a value was asked for before its key"));
        };
        seed.deserialize(De(node)).map_err(|e| e.below(name))
    }
}
