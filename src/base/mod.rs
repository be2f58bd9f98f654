//! Diagnostics, the source map, the located YAML tree with its variables, and the collecting decoder.
//!
//! This room knows neither albctl's nouns nor AWS. It turns text into values in three steps, each of
//! which reports everything it finds instead of stopping at the first problem:
//!
//! 1. [`yaml::parse`]: text -> a tree of [`Node`]s that keep the place and the raw text of every scalar;
//! 2. [`vars::substitute`]: `${name}` is replaced *in the tree*, so that a value keeps two places, the
//!    use and the origin;
//! 3. [`Decode`]: tree -> typed values. The same reading code, run without a node, records the JSON
//!    Schema ([`decode::schema`]), so the two cannot drift apart.

pub mod decode;
pub mod diag;
pub mod located;
pub mod shell;
pub mod source;
pub mod time;
pub mod vars;
pub mod yaml;

pub use decode::{
    BadDuration, Cx, Decode, Generator, OFF, ObjectReader, OneOrMany, Schema, Seconds, Table, TextMap, Ty,
    object, record, scalar_or_object, scalar_or_object_schema,
};
pub use diag::{Diagnostic, Diagnostics, Label, Level, suggest};
pub use located::{Located, Place};
pub use source::{SourceId, SourceMap, Span};
pub use vars::{VarValue, Vars, substitute};
pub use yaml::{Key, Limits, Node, NodeKind, decode_utf8, merge, parse};

#[cfg(test)]
mod tests;
