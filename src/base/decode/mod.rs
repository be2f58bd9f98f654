//! Tree -> typed values, in one pass that reports everything.
//!
//! A type says how it is read ([`Decode::decode`]) and what it accepts ([`Decode::schema`]). For maps both
//! come from one function over an [`ObjectReader`], which asks for each key: with a node the asks are
//! answered, without one they are recorded, and the record is the JSON Schema.
//!
//! ```text
//! struct Health { path: Option<String>, interval: Seconds }
//!
//! impl Health {
//!     fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
//!         let path = r.optional("path", "What is requested.");
//!         let interval = r.required("interval", "Time between two checks.");
//!         Some(Health { path, interval: interval? })      // all keys are asked for before the first `?`
//!     }
//! }
//! impl Decode for Health {
//!     fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> { object(node, cx, "health_check", Self::read) }
//!     fn schema(g: &mut Generator) -> Schema { record(g, "health_check", Self::read) }
//! }
//! ```
//!
//! `None` always means "reported". `Some` does not mean that all is well: unknown keys, bad optional
//! values and bad items are reported and left out, so that later checks can report their part in the
//! same run. Look at the diagnostics before acting on a value.
//!
//! Codes: `missing-key`, `unknown-key`, `conflicting-keys`, `null-value`, `not-supported-yet`,
//! `wrong-type`, `bad-value`, `out-of-range`, `unknown-word`, `bad-duration`.

mod collections;
mod cx;
mod duration;
mod object;
mod reader;
mod scalars;
pub mod schema;
mod ty;

use std::rc::Rc;

pub use collections::{OneOrMany, Table, TextMap};
pub use cx::Cx;
pub use duration::{BadDuration, Seconds};
pub use object::{object, record, scalar_or_object, scalar_or_object_schema};
pub use reader::ObjectReader;
pub use schema::{Generator, Schema};
pub use ty::{OFF, Ty};

use crate::base::{located::Located, yaml::Node};

/// A type that is read from the tree.
pub trait Decode: Sized {
    /// The value, or `None` after having reported why there is none.
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self>;

    /// The JSON Schema of what [`Decode::decode`] accepts.
    fn schema(g: &mut Generator) -> Schema;
}

impl<T: Decode> Decode for Located<T> {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        T::decode(node, cx).map(|value| Located::new(value, node.at))
    }

    fn schema(g: &mut Generator) -> Schema {
        T::schema(g)
    }
}

/// Anything, undecoded.
impl Decode for Rc<Node> {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        cx.usable(node).then(|| Rc::clone(node))
    }

    fn schema(_: &mut Generator) -> Schema {
        schema::anything()
    }
}
