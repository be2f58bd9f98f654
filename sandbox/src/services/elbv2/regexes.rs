//! Regular expressions of conditions and transforms: what their dialect leaves out. Their grammar is not checked.

use crate::services::refuse;
use crate::wire::ApiError;

/// User guide, "Regular expressions": no lookaround, backreferences, atomic groups, possessive quantifiers,
/// subroutines, recursion or Unicode classes.
pub(super) fn check(regex: &str, max: usize) -> Result<(), ApiError> {
    let length = regex.chars().count();
    refuse(!(1..=max).contains(&length), || {
        ApiError::validation(format!("The regular expression '{regex}' must have 1 to {max} characters"))
    })?;
    let unsupported = unsupported(regex);
    refuse(unsupported.is_some(), || {
        let what = unsupported.unwrap_or_default();
        ApiError::validation(format!(
            "The regular expression '{regex}' contains '{what}', which is not supported"
        ))
    })
}

fn unsupported(regex: &str) -> Option<String> {
    let mut in_class = false;
    let mut rest = regex;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        match c {
            '\\' => {
                let escaped = rest[1..].chars().next();
                if escaped.is_some_and(|e| {
                    matches!(e, 'p' | 'P' | 'k' | 'g') || (!in_class && matches!(e, '1'..='9'))
                }) {
                    return Some(rest.chars().take(2).collect());
                }
                taken += escaped.map_or(0, char::len_utf8);
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let groups = ["(?=", "(?!", "(?<=", "(?<!", "(?>", "(?R", "(?&", "(?P>", "(?P="];
                if let Some(group) = groups.iter().find(|g| rest.starts_with(**g)) {
                    return Some((*group).to_owned());
                }
            }
            '*' | '+' | '?' if !in_class && rest[1..].starts_with('+') => {
                return Some(rest.chars().take(2).collect());
            }
            _ => {}
        }
        rest = &rest[taken..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialect() {
        for good in
            ["^/api/(.*)$", "a\\+b", "[(?=]", "(?:a|b)+?", "\\d+", "[\\]*+]x", "é+", "(?i)x", "(?<n>x)"]
        {
            assert_eq!(unsupported(good), None, "{good}");
        }
        for bad in ["(?=a)", "(?<!a)", "(a)\\1", "\\p{L}", "a++", "a*+", "(?>a)", "(?R)"] {
            assert!(unsupported(bad).is_some(), "{bad}");
        }
        assert!(check("", 128).is_err() && check(&"a".repeat(129), 128).is_err());
    }
}
