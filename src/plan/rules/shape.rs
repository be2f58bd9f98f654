//! The rules of one listener on both sides of a change, without their contents: numbers, order, and who is who.

use std::collections::BTreeSet;

/// What becomes of a live rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is the wanted rule of this index.
    Becomes(usize),
    /// It is ours and is deleted.
    Goes,
    /// It is not ours and is deleted: until then it keeps its number.
    GoesUnmoved,
    /// It is not ours and stays as it is.
    Stays,
}

impl Fate {
    /// Whether it is deleted.
    pub fn goes(self) -> bool {
        match self {
            Self::Goes | Self::GoesUnmoved => true,
            Self::Becomes(_) | Self::Stays => false,
        }
    }
}

/// A live rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveRule {
    /// Its number.
    pub number: u32,
    /// What becomes of it.
    pub fate: Fate,
}

/// A wanted rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedRule {
    /// The live rule that it is, by its index.
    pub live: Option<usize>,
    /// The number that the spec demands.
    pub explicit: Option<u32>,
    /// Conditions or action differ from those of the live rule.
    pub differs: bool,
}

/// Both sides of one listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// In the order of evaluation.
    pub live: Vec<LiveRule>,
    /// In the wanted order.
    pub wanted: Vec<WantedRule>,
    /// The default action is another one.
    pub default_differs: bool,
    /// How many rules more than now there may be at any time.
    pub spare: usize,
}

impl Shape {
    /// The same change with some wanted rules made anew: they are created, and their live rules deleted.
    #[must_use]
    pub fn anew(&self, rules: &BTreeSet<usize>) -> Self {
        let mut shape = self.clone();
        for &wanted in rules {
            if let Some(live) = shape.wanted[wanted].live.take() {
                shape.live[live].fate = Fate::Goes;
            }
        }
        shape
    }

    /// The wanted rules that are live.
    pub fn kept(&self) -> BTreeSet<usize> {
        (0..self.wanted.len()).filter(|&wanted| self.wanted[wanted].live.is_some()).collect()
    }
}

/// One rule among those that are there while a change is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hand {
    /// The live rule of this index.
    Live(usize),
    /// The rule that is created for the wanted one of this index.
    New(usize),
}

/// A step without numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Op {
    /// All rules that are there take their final places.
    Reorder,
    /// The wanted rule of this index is created.
    Create(usize),
    /// The live rule of this index gets the conditions and the action of its wanted one.
    Modify(usize),
    /// The live rule of this index is deleted.
    Delete(usize),
    /// The listener gets its new default action.
    Default,
}

/// A step, as one API call does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// API: SetRulePriorities: these rules get these numbers, all at once.
    SetPriorities(Vec<(Hand, u32)>),
    /// API: CreateRule, for the wanted rule of this index.
    Create {
        /// The wanted rule.
        wanted: usize,
        /// Its number, for now.
        number: u32,
    },
    /// API: ModifyRule: the live rule of this index becomes its wanted one.
    Modify {
        /// The live rule.
        live: usize,
    },
    /// API: DeleteRule.
    Delete {
        /// The live rule.
        live: usize,
    },
    /// API: ModifyListener, `DefaultActions`.
    SetDefault,
}
