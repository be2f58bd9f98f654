//! YAML text -> a located tree.
//!
//! Scalars keep their source text: what `1.10`, `no` or `012345678901` means is decided by the type that
//! is wanted, not by YAML. Anchors, aliases and `<<` work; several documents, unknown tags and keys that
//! are not text are errors. Everything but a syntax error is reported and read over.
//!
//! Codes: `yaml-syntax`, `quote-needed`, `not-utf8`, `file-too-large`, `too-many-nodes`, `too-deep`,
//! `empty-file`, `second-document`, `duplicate-key`, `bad-key`, `unknown-anchor`, `bad-merge`.

mod build;
mod collect;
mod merge;
mod node;
mod syntax;
mod utf8;

pub use build::parse;
pub use merge::merge;
pub(in crate::base) use node::shortened;
pub use node::{Key, Node, NodeKind};
pub use utf8::decode_utf8;

/// What a text may cost. The defaults are far above any real file and far below what hurts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one text.
    pub bytes: usize,
    /// Nodes of the tree with every alias written out. Aliases share memory, but reading walks them all,
    /// and they multiply: a few lines of them can stand for billions of nodes.
    pub nodes: usize,
    /// Collections inside each other, aliases written out; at most 255. Walking the tree recurses.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: 4 << 20, nodes: 250_000, depth: 64 }
    }
}

#[cfg(test)]
mod tests;
