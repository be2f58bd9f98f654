//! What the pairs have tried: fewer than enough, and a field may go untested without anybody noticing.

use std::collections::BTreeMap;

use super::faults::KINDS;
use super::pairs::Pair;
use crate::generator::{mutate, words};
use crate::watch::Drawn;

const EACH_AT_LEAST: usize = 20;

/// Of the drawn requests so many of a hundred hit a rule that is not the default one, or the draw says little.
const HITS_PERCENT: usize = 30;

/// Counts over a run.
#[derive(Debug, Default)]
pub struct Coverage {
    pairs: usize,
    /// By word of a spec, sort of change and sort of fault.
    seen: BTreeMap<String, usize>,
    drawn: usize,
    hits: usize,
}

impl Coverage {
    pub fn saw(&mut self, what: &str) {
        match self.seen.get_mut(what) {
            Some(count) => *count += 1,
            None => drop(self.seen.insert(what.to_owned(), 1)),
        }
    }

    /// Counts a pair for which the laws hold.
    pub fn pair(&mut self, pair: &Pair) {
        self.pairs += 1;
        let texts = [pair.before.yaml(), pair.after.yaml()];
        for word in words() {
            for _ in texts.iter().filter(|text| text.contains(&word)) {
                self.saw(&word);
            }
        }
        pair.sorts.iter().for_each(|sort| self.saw(sort));
        self.saw(&format!("{:?}", pair.chaos.kind));
        if pair.strangers.is_some() {
            self.saw("strangers");
        }
    }

    /// Counts the requests that were asked after every call of a way.
    pub fn watched(&mut self, drawn: Drawn) {
        self.drawn += drawn.requests;
        self.hits += drawn.hits;
    }

    pub fn add(&mut self, other: Self) {
        let Self { pairs, seen, drawn, hits } = other;
        self.pairs += pairs;
        self.drawn += drawn;
        self.hits += hits;
        for (what, count) in seen {
            *self.seen.entry(what).or_default() += count;
        }
    }

    /// Asserts that enough of everything was tried; of a run that was asked to be shorter, its length only.
    pub fn check(&self, pairs: usize) {
        assert!(self.pairs >= pairs, "{} pairs of {pairs}", self.pairs);
        let percent = self.hits * 100 / self.drawn.max(1);
        assert!(percent >= HITS_PERCENT, "{percent} % of {} requests hit a rule", self.drawn);
        if pairs < super::PAIRS {
            return;
        }
        let sorts = mutate::SORTS.iter().map(|(name, _)| (*name).to_owned());
        let kinds = KINDS.iter().map(|kind| format!("{kind:?}"));
        let rare: Vec<String> = words()
            .into_iter()
            .chain(sorts)
            .chain(kinds)
            .chain(["strangers".to_owned()])
            .filter_map(|what| {
                let count = self.seen.get(&what).copied().unwrap_or(0);
                (count < EACH_AT_LEAST).then(|| format!("{what} {count}"))
            })
            .collect();
        assert!(rare.is_empty(), "drawn less than {EACH_AT_LEAST} times: {rare:?}");
    }
}
