//! Domain names as Route 53 writes them (developer guide, "DNS domain name format"): lower case, with the dot
//! at the end, and every character other than letters, digits, `-`, `_` and the dots as an octal escape
//! (`\052` for `*`).

/// Why a name is none, in the words of Route 53.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameError {
    Character,
    EmptyLabel,
    LongLabel,
    LongName,
}

impl NameError {
    /// The problem in plain words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            NameError::Character => "it has characters that are not allowed",
            NameError::EmptyLabel => "a part between the dots is empty",
            NameError::LongLabel => "a part between the dots has more than 63 characters",
            NameError::LongName => "it has more than 255 characters",
        }
    }

    /// The problem as Route 53 names it in its messages.
    pub(crate) fn problem(self) -> &'static str {
        match self {
            NameError::Character => "UnsupportedCharacter (Value contains unsupported characters)",
            NameError::EmptyLabel => "DomainLabelEmpty (Domain label is empty)",
            NameError::LongLabel => "DomainLabelTooLong (Domain label is too long)",
            NameError::LongName => "DomainNameTooLong (Domain name is too long)",
        }
    }
}

/// The name in the form in which Route 53 returns it; the dot at the end may be missing in `name`.
pub(crate) fn canonical(name: &str) -> Result<String, NameError> {
    let mut out = String::new();
    let mut length = 0;
    for label in name.strip_suffix('.').unwrap_or(name).split('.') {
        let bytes = bytes_of(label)?;
        match bytes.len() {
            0 => return Err(NameError::EmptyLabel),
            1..=63 => length += bytes.len() + 1,
            _ => return Err(NameError::LongLabel),
        }
        for byte in bytes {
            match byte.to_ascii_lowercase() {
                plain @ (b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_') => out.push(char::from(plain)),
                other => out.push_str(&format!("\\{other:03o}")),
            }
        }
        out.push('.');
    }
    if length > 255 { Err(NameError::LongName) } else { Ok(out) }
}

/// The bytes of a label, escapes resolved.
fn bytes_of(label: &str) -> Result<Vec<u8>, NameError> {
    let mut bytes = Vec::new();
    let mut rest = label.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => octal([rest.next(), rest.next(), rest.next()])?,
            b'!'..=b'~' => byte,
            _ => return Err(NameError::Character),
        });
    }
    Ok(bytes)
}

fn octal(digits: [Option<u8>; 3]) -> Result<u8, NameError> {
    digits.into_iter().try_fold(0_u8, |value, digit| match digit {
        Some(digit @ b'0'..=b'7') => {
            value.checked_mul(8).and_then(|value| value.checked_add(digit - b'0')).ok_or(NameError::Character)
        }
        Some(_) | None => Err(NameError::Character),
    })
}

/// Whether a canonical name is this zone's name or below it.
pub(crate) fn is_within(name: &str, zone: &str) -> bool {
    name.strip_suffix(zone).is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// What Route 53 sorts by (ListResourceRecordSets, "Sort order"): the labels reversed, with the dot at the
/// end.
pub(crate) fn sort_key(canonical: &str) -> Vec<u8> {
    let labels = canonical.trim_end_matches('.').split('.').rev();
    // A canonical name has no other escapes than its own.
    labels.flat_map(|label| bytes_of(label).unwrap_or_default().into_iter().chain([b'.'])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_names() {
        for (given, want) in [
            ("Example.COM", "example.com."),
            ("*.example.com.", "\\052.example.com."),
            ("\\052.example.com", "\\052.example.com."),
            ("\\141.com", "a.com."),
            ("a\\056b.com", "a\\056b.com."),
            ("_x.a@b.com", "_x.a\\100b.com."),
        ] {
            assert_eq!(canonical(given).as_deref(), Ok(want), "{given}");
            assert_eq!(canonical(want).as_deref(), Ok(want), "again");
        }
    }

    #[test]
    fn what_is_no_name() {
        let long = "a".repeat(64);
        let longer = format!("{0}.{0}.{0}.{0}.b", "a".repeat(63));
        for (bad, why) in [
            ("", NameError::EmptyLabel),
            (".", NameError::EmptyLabel),
            ("a..b", NameError::EmptyLabel),
            ("ä.com", NameError::Character),
            ("a b", NameError::Character),
            ("a\\05", NameError::Character),
            ("a\\400", NameError::Character),
            ("a\\888", NameError::Character),
            (&long, NameError::LongLabel),
            (&longer, NameError::LongName),
        ] {
            assert_eq!(canonical(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn zones_and_order() {
        assert!(is_within("a.example.com.", "example.com."));
        assert!(is_within("example.com.", "example.com."));
        assert!(!is_within("badexample.com.", "example.com."));
        assert!(!is_within("com.", "example.com."));
        let mut names =
            ["b.example.com.", "example.com.", "\\052.example.com.", "z.a.example.com.", "a-b.example.com."];
        names.sort_by_key(|name| sort_key(name));
        // Route 53 sorts `-` before the dot, as ASCII has it.
        let want =
            ["example.com.", "\\052.example.com.", "a-b.example.com.", "z.a.example.com.", "b.example.com."];
        assert_eq!(names, want);
    }
}
