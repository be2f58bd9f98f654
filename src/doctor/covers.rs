//! Whether one rule takes everything that another is for. Only what is certain counts: a doubt means no.

use std::collections::BTreeSet;

use crate::kinds::rule::Condition;
use crate::kinds::rule::condition::QueryPair;
use crate::route::Cidr;

/// Whether every request that `inner` matches is matched by `outer`, too: each condition of `outer` is implied by one
/// of `inner`.
pub fn covers(outer: &[Condition], inner: &[Condition]) -> bool {
    outer.iter().all(|wide| inner.iter().any(|narrow| implied(wide, narrow)))
}

/// Whether what meets `narrow` meets `wide`.
fn implied(wide: &Condition, narrow: &Condition) -> bool {
    match (wide, narrow) {
        (Condition::Host(wide), Condition::Host(narrow)) => each(wide, narrow, &within_folded),
        (Condition::Path(wide), Condition::Path(narrow)) => each(wide, narrow, &within),
        (Condition::Method(wide), Condition::Method(narrow)) => narrow.is_subset(wide),
        (Condition::Header { name, values }, Condition::Header { name: other, values: narrow }) => {
            name.eq_ignore_ascii_case(other) && each(values, narrow, &within_folded)
        }
        (Condition::Query(wide), Condition::Query(narrow)) => {
            narrow.iter().all(|narrow| wide.iter().any(|wide| pair(wide, narrow)))
        }
        (Condition::SourceIp(wide), Condition::SourceIp(narrow)) => each(wide, narrow, &block),
        // A condition that albctl does not know is the same as itself.
        (Condition::Unknown { description }, Condition::Unknown { description: other }) => {
            description == other
        }
        (
            Condition::Host(_)
            | Condition::Path(_)
            | Condition::Method(_)
            | Condition::Header { .. }
            | Condition::Query(_)
            | Condition::SourceIp(_)
            | Condition::Unknown { .. },
            _,
        ) => false,
    }
}

fn each(wide: &BTreeSet<String>, narrow: &BTreeSet<String>, within: &dyn Fn(&str, &str) -> bool) -> bool {
    narrow.iter().all(|narrow| wide.iter().any(|wide| within(wide, narrow)))
}

fn within_folded(wide: &str, narrow: &str) -> bool {
    within(&wide.to_ascii_lowercase(), &narrow.to_ascii_lowercase())
}

fn pair(wide: &QueryPair, narrow: &QueryPair) -> bool {
    let values = |wide: &str, narrow: &str| {
        // What is escaped stands for itself, which is only certain to be the same where the text is.
        let escaped = wide.contains('\\') || narrow.contains('\\');
        if escaped { wide == narrow } else { within_folded(wide, narrow) }
    };
    let key = match (&wide.key, &narrow.key) {
        (None, _) => true,
        (Some(wide), Some(narrow)) => values(wide, narrow),
        (Some(_), None) => false,
    };
    key && values(&wide.value, &narrow.value)
}

fn block(wide: &str, narrow: &str) -> bool {
    match (Cidr::parse(wide), Cidr::parse(narrow)) {
        (Some(wide), Some(narrow)) => wide.meet(narrow) == Some(narrow),
        _ => wide == narrow,
    }
}

/// Whether every text of the pattern `narrow` is one of `wide`: `narrow` is read as a text in which a wildcard stands
/// for something that only a wildcard takes.
fn within(wide: &str, narrow: &str) -> bool {
    let (wide, narrow): (Vec<char>, Vec<char>) = (wide.chars().collect(), narrow.chars().collect());
    // `reach[n]`: the pattern so far takes the first n characters of `narrow`.
    let mut reach = vec![false; narrow.len() + 1];
    reach[0] = true;
    for token in wide {
        let mut next = vec![false; narrow.len() + 1];
        match token {
            '*' => {
                let mut so_far = false;
                for (index, reached) in reach.iter().enumerate() {
                    so_far |= *reached;
                    next[index] = so_far;
                }
            }
            token => {
                for (index, text) in narrow.iter().enumerate() {
                    let takes = match token {
                        '?' => *text != '*',
                        token => *text == token,
                    };
                    next[index + 1] = reach[index] && takes;
                }
            }
        }
        reach = next;
    }
    reach.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Glob;

    fn path(patterns: &[&str]) -> Condition {
        Condition::Path(patterns.iter().map(|one| (*one).to_owned()).collect())
    }

    #[test]
    fn a_pattern_is_within_another() {
        for (wide, narrow) in [
            ("*", "/api/*"),
            ("/api/*", "/api/*"),
            ("/api/*", "/api/users"),
            ("/api/*", "/api/?/*"),
            ("/?", "/?"),
        ] {
            assert!(within(wide, narrow), "{wide} {narrow}");
        }
        for (wide, narrow) in [
            ("/api/*", "/api"),
            ("/api/users", "/api/*"),
            ("/?", "/*"),
            ("/?", "/ab"),
            ("/a*b", "/a*"),
            ("", "a"),
        ] {
            assert!(!within(wide, narrow), "{wide} {narrow}");
        }
    }

    /// The law behind it, over all short patterns and texts: a text of the narrow one is a text of the wide one.
    #[test]
    fn what_is_within_never_escapes() {
        let all = |letters: &[char]| {
            let mut texts: Vec<String> = vec![String::new()];
            for _ in 0..4 {
                let longer = texts.iter().flat_map(|text| letters.iter().map(move |c| format!("{text}{c}")));
                let longer: Vec<String> = longer.collect();
                texts.extend(longer);
            }
            texts.sort();
            texts.dedup();
            texts
        };
        let (patterns, texts) = (all(&['a', '*', '?']), all(&['a', 'b']));
        let matched: Vec<Vec<bool>> = patterns
            .iter()
            .map(|one| texts.iter().map(|text| Glob::exact(one).matches(text)).collect())
            .collect();
        let mut found = 0;
        for (wide, of_wide) in patterns.iter().zip(&matched) {
            for (narrow, of_narrow) in patterns.iter().zip(&matched) {
                if !within(wide, narrow) {
                    continue;
                }
                found += 1;
                let escapes = of_wide.iter().zip(of_narrow).any(|(wide, narrow)| *narrow && !wide);
                assert!(!escapes, "{narrow} is not within {wide}");
            }
        }
        assert!(found > patterns.len());
    }

    #[test]
    fn every_condition_counts() {
        let host = Condition::Host(BTreeSet::from(["*.example.com".to_owned()]));
        let inner = [Condition::Host(BTreeSet::from(["API.example.com".to_owned()])), path(&["/a", "/b"])];
        assert!(covers(&[], &inner));
        assert!(covers(&[path(&["/*"])], &inner));
        assert!(covers(std::slice::from_ref(&host), &inner));
        assert!(covers(&[host, path(&["/a", "/b*"])], &inner));
        assert!(!covers(&[path(&["/a"])], &inner));
        assert!(!covers(&[Condition::Method(BTreeSet::from(["GET".to_owned()]))], &inner));
        let blocks = |text: &str| [Condition::SourceIp(BTreeSet::from([text.to_owned()]))];
        assert!(covers(&blocks("10.0.0.0/8"), &blocks("10.1.0.0/16")));
        assert!(!covers(&blocks("10.1.0.0/16"), &blocks("10.0.0.0/8")));
    }
}
