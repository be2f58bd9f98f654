//! Rules for names that several kinds share.

use crate::base::{Diagnostic, Diagnostics, Located, Place};

/// The longest name of a load balancer or target group. API: CreateLoadBalancer and CreateTargetGroup, `Name`.
pub const MAX: usize = 32;

/// All tags that a resource may carry. API: AddTags, `TooManyTags`.
pub const ALL_TAGS: usize = 50;

/// The tags that a spec may give a resource: the others are for albctl's own.
pub const MAX_TAGS: usize = 45;

/// A number as AWS takes it inside of a text: digits alone, without a sign or a leading zero.
pub fn digits(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

/// Whether a text is a port from 1 to 65535.
pub fn is_port(text: &str) -> bool {
    digits(text).is_some_and(|port| (1..=65_535).contains(&port))
}

/// Reports a name that AWS would refuse: at most 32 of `A-Z a-z 0-9 -`, no hyphen at the ends.
pub fn check_name(kind: &str, name: Located<&str>, diags: &mut Diagnostics) {
    let text = name.value;
    let problem = if text.is_empty() {
        "it is empty"
    } else if text.chars().count() > MAX {
        "it has more than 32 characters"
    } else if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        "only letters, digits and hyphens are allowed"
    } else if text.starts_with('-') || text.ends_with('-') {
        "it may not begin or end with a hyphen"
    } else {
        return;
    };
    let message = format!("`{text}` cannot be the name of a {kind}: {problem}");
    diags.push(Diagnostic::error("bad-name", message).at(name.at, ""));
}

/// Whether a text may be a key of the spec, and so part of an identity: `[a-z0-9][a-z0-9_-]{0,62}`.
pub fn is_key(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
    text.len() <= 63
        && text.bytes().all(good)
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// Reports a key that cannot be part of an identity.
pub fn check_key(kind: &str, key: Located<&str>, diags: &mut Diagnostics) {
    if is_key(key.value) {
        return;
    }
    let noun = if kind == "stack" { "name" } else { "key" };
    let message = format!("`{}` cannot be the {noun} of a {kind}", key.value);
    let help = "use lower-case letters, digits, `_` and `-`, at most 63, beginning with a letter or digit";
    diags.push(Diagnostic::error("bad-key", message).at(key.at, "").help(help));
}

/// Reports an id that does not have AWS's form: PREFIX-HEX.
pub fn check_id(prefix: &str, id: Located<&str>, diags: &mut Diagnostics) -> bool {
    let good = id
        .value
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !good {
        let message = format!("`{}` is not the id of a {}", id.value, prefix.replace("sg", "security group"));
        let help = format!("ids look like `{prefix}-0a1b2c3d`");
        diags.push(Diagnostic::error("bad-id", message).at(id.at, "").help(help));
    }
    good
}

/// Reports tags that AWS would refuse or that are albctl's own. API: `Tag`.
pub fn check_tags(tags: &crate::base::TextMap, diags: &mut Diagnostics) {
    let allowed =
        |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c));
    for (key, value) in tags {
        let name = key.value.as_str();
        let problem = if name.to_ascii_lowercase().starts_with("aws:") {
            "keys that begin with `aws:` belong to AWS"
        } else if crate::kinds::tagging::ownership::is_reserved(name) {
            "keys that begin with `albctl:` belong to albctl"
        } else if name.is_empty() || name.chars().count() > 128 || !allowed(name) {
            "a key has 1 to 128 letters, digits, blanks and _.:/=+-@"
        } else if value.value.chars().count() > 256 || !allowed(&value.value) {
            "a value has at most 256 letters, digits, blanks and _.:/=+-@"
        } else {
            continue;
        };
        let message = format!("`{name}` cannot be a tag: {problem}");
        diags.push(Diagnostic::error("bad-tag", message).at(key.at, ""));
    }
}

/// Warns of a name that [`derived`] had to cut.
pub fn check_derived(kind: &str, stack: &str, key: &str, at: Place, diags: &mut Diagnostics) {
    let (name, whole) = (derived(stack, key), plain(&joined(stack, key)));
    if name != whole {
        let message = format!("the name of the {kind} is cut to `{name}`: AWS allows {MAX} characters");
        let help = "give it a `name` of its own";
        diags.push(Diagnostic::warning("name-cut", message).at(at, "").help(help));
    }
}

fn joined(stack: &str, key: &str) -> String {
    if key.is_empty() { stack.to_owned() } else { format!("{stack}-{key}") }
}

/// A text in AWS's alphabet of names.
fn plain(raw: &str) -> String {
    let mut name = raw.replace('_', "-");
    while name.contains("--") {
        name = name.replace("--", "-");
    }
    name.trim_matches('-').to_owned()
}

/// A name for a resource whose spec gives none: STACK-KEY in AWS's alphabet, cut and hashed where it is too long.
pub fn derived(stack: &str, key: &str) -> String {
    let raw = joined(stack, key);
    let name = plain(&raw);
    if name.chars().count() <= MAX {
        return name;
    }
    let start: String = name.chars().take(MAX - 7).collect();
    format!("{}-{}", start.trim_end_matches('-'), hash6(&raw))
}

/// The name of a resource that takes the place of one that holds `name`: at most 25 characters of it, and a hash
/// of what the new one is, so that going back and forth between two forms never meets a name that is taken.
pub fn replacement(name: &str, what: &str) -> String {
    let start: String = name.chars().take(MAX - 7).collect();
    format!("{}-{}", start.trim_end_matches('-'), hash6(what))
}

/// The first six hex digits of the SHA-256 of a text.
fn hash6(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().take(3).map(|byte| format!("{byte:02x}")).collect()
}
