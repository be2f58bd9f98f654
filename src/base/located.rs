//! Values that remember where they were written.

use super::source::Span;

/// Where a value was written and, when it came through `${var}`, where the variable's value was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Where the value stands in the spec: for a variable, its use.
    pub span: Span,
    /// Where the value of the variable was written.
    pub origin: Option<Span>,
}

impl Place {
    /// The place of something that was not written in any source.
    pub const NONE: Place = Place { span: Span::NONE, origin: None };

    /// The same place, for a value that comes from a variable defined at `origin`.
    pub fn from_variable(self, origin: Span) -> Self {
        Place { span: self.span, origin: if origin.is_none() { None } else { Some(origin) } }
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Place { span, origin: None }
    }
}

/// A value with its place. Two of them are equal when their values are: places never decide anything.
#[derive(Clone, Debug)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub at: Place,
}

impl<T> Located<T> {
    /// A value at a place.
    pub fn new(value: T, at: Place) -> Self {
        Located { value, at }
    }

    /// The result of `f` on the value, at the same place.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: f(self.value), at: self.at }
    }

    /// A reference to the value, at the same place.
    pub fn as_ref(&self) -> Located<&T> {
        Located { value: &self.value, at: self.at }
    }
}

impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Located<T> {}
