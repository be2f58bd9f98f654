//! Patterns with wildcards: `*` stands for any number of characters, `?` for exactly one; the whole text must match.
//!
//! API: `HostHeaderConditionConfig`, `PathPatternConditionConfig`, `HttpHeaderConditionConfig`,
//! `QueryStringConditionConfig`. A `*` also crosses `/` and `.`; wildcards stand for no control characters.

use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// `*`
    Many,
    /// `?`
    One,
    /// The character itself, in lower case where case does not matter.
    Char(char),
}

impl Token {
    fn takes(self, c: char) -> bool {
        match self {
            Self::Many | Self::One => !c.is_control(),
            Self::Char(own) => own == c,
        }
    }
}

/// A pattern, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    tokens: Vec<Token>,
    fold: bool,
}

impl Glob {
    /// A pattern whose case matters.
    pub fn exact(pattern: &str) -> Self {
        Self { tokens: pattern.chars().map(token).collect(), fold: false }
    }

    /// A pattern whose case does not matter.
    pub fn folded(pattern: &str) -> Self {
        Self { tokens: pattern.to_ascii_lowercase().chars().map(token).collect(), fold: true }
    }

    /// A pattern whose case does not matter and in which `\*` and `\?` stand for the characters themselves.
    pub fn escaped(pattern: &str) -> Self {
        let pattern = pattern.to_ascii_lowercase();
        let mut tokens = Vec::new();
        let mut rest = pattern.chars().peekable();
        while let Some(c) = rest.next() {
            match (c, rest.peek()) {
                ('\\', Some(&next @ ('*' | '?'))) => {
                    tokens.push(Token::Char(next));
                    rest.next();
                }
                (c, _) => tokens.push(token(c)),
            }
        }
        Self { tokens, fold: true }
    }

    /// Whether it is plain from their ends that two patterns match no text in common.
    pub fn apart(&self, other: &Self) -> bool {
        let fixed = |token: &Token| match token {
            Token::Char(c) => Some(*c),
            Token::Many | Token::One => None,
        };
        let differ =
            |pair: (&Token, &Token)| matches!((fixed(pair.0), fixed(pair.1)), (Some(a), Some(b)) if a != b);
        let known = |pair: &(&Token, &Token)| *pair.0 != Token::Many && *pair.1 != Token::Many;
        let (own, others) = (self.tokens.iter(), other.tokens.iter());
        own.clone().zip(others.clone()).take_while(known).any(differ)
            || own.rev().zip(others.rev()).take_while(known).any(differ)
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> =
            text.chars().map(|c| if self.fold { c.to_ascii_lowercase() } else { c }).collect();
        let (mut token, mut at) = (0, 0);
        // Where to go on when what follows the last `*` does not match: the `*` takes one character more.
        let mut retry: Option<(usize, usize)> = None;
        while at < text.len() {
            match self.tokens.get(token) {
                Some(Token::Many) => {
                    retry = Some((token, at));
                    token += 1;
                    continue;
                }
                Some(own) if own.takes(text[at]) => {
                    token += 1;
                    at += 1;
                    continue;
                }
                Some(_) | None => {}
            }
            match retry {
                Some((many, from)) if Token::Many.takes(text[from]) => {
                    retry = Some((many, from + 1));
                    (token, at) = (many + 1, from + 1);
                }
                Some(_) | None => return false,
            }
        }
        self.tokens[token..].iter().all(|token| *token == Token::Many)
    }
}

fn token(c: char) -> Token {
    match c {
        '*' => Token::Many,
        '?' => Token::One,
        c => Token::Char(c),
    }
}

/// The search for a common text gives up after so many steps, as if there were none.
const BUDGET: usize = 20_000;

/// What stands for a `?` that no other pattern says anything about.
const FILLER: char = 'x';

/// A text that all patterns match, as short as the search finds it; `None` when there is none.
pub fn common(globs: &[&Glob]) -> Option<String> {
    let mut search = Search { globs, seen: BTreeSet::new(), text: Vec::new() };
    search.from(&vec![0; globs.len()]).then(|| search.text.iter().rev().collect())
}

struct Search<'a> {
    globs: &'a [&'a Glob],
    seen: BTreeSet<Vec<usize>>,
    /// The text that was found, from its end.
    text: Vec<char>,
}

impl Search<'_> {
    /// Whether the patterns have a text in common from these positions on.
    fn from(&mut self, at: &[usize]) -> bool {
        if at.iter().zip(self.globs).all(|(&at, glob)| at == glob.tokens.len()) {
            return true;
        }
        if self.seen.len() >= BUDGET || !self.seen.insert(at.to_vec()) {
            return false;
        }
        for (index, glob) in self.globs.iter().enumerate() {
            if glob.tokens.get(at[index]) == Some(&Token::Many) {
                let mut past = at.to_vec();
                past[index] += 1;
                if self.from(&past) {
                    return true;
                }
            }
        }
        self.take(at)
    }

    /// The same, after one character that every pattern takes.
    fn take(&mut self, at: &[usize]) -> bool {
        let tokens: Option<Vec<Token>> =
            at.iter().zip(self.globs).map(|(&at, glob)| glob.tokens.get(at).copied()).collect();
        let Some(tokens) = tokens else { return false };
        let fixed = tokens.iter().find_map(|token| match token {
            Token::Char(c) => Some(*c),
            Token::Many | Token::One => None,
        });
        if fixed.is_none() && !tokens.contains(&Token::One) {
            return false;
        }
        let c = fixed.unwrap_or(FILLER);
        if !tokens.iter().all(|token| token.takes(c)) {
            return false;
        }
        let next: Vec<usize> =
            at.iter().zip(&tokens).map(|(&at, token)| at + usize::from(*token != Token::Many)).collect();
        let found = self.from(&next);
        if found {
            self.text.push(c);
        }
        found
    }
}
