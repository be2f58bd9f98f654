//! Words and numbers as people read them.

use std::time::Duration;

/// The text with everything escaped that could move the cursor, recolour or reorder a line.
pub fn visible(text: &str) -> String {
    if !text.chars().any(hidden) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if hidden(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// Control characters, line separators, and the marks that change the direction of text.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The text cut in the middle to at most `width` characters.
pub fn cut(text: &str, width: usize) -> String {
    let count = text.chars().count();
    if count <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(3);
    let head: String = text.chars().take(kept.div_ceil(2)).collect();
    let tail: String = text.chars().skip(count - kept / 2).collect();
    format!("{head}...{tail}")
}

/// Two values that differ, cut so that both fit into `width` together and the difference stays in sight:
/// what they have in common at the beginning and at the end goes first.
pub fn cut_pair(from: &str, to: &str, width: usize) -> (String, String) {
    if from.chars().count() + to.chars().count() <= width {
        return (from.to_owned(), to.to_owned());
    }
    let (a, b): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let shorter = a.len().min(b.len());
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count().min(shorter - head);
    // A little around the difference helps to recognise it; a cut that saves nothing is none.
    let (head, tail) =
        (head - around(a.iter().take(head).rev()), tail - around(a.iter().skip(a.len() - tail)));
    let middle = |all: &[char]| {
        let kept: String = all.iter().skip(head).take(all.len() - head - tail).collect();
        let before = if head > 3 { "...".to_owned() } else { all.iter().take(head).collect() };
        let after = if tail > 3 { "...".to_owned() } else { all.iter().skip(all.len() - tail).collect() };
        format!("{before}{kept}{after}")
    };
    let (from, to) = (middle(&a), middle(&b));
    let (long, half) = (from.chars().count(), width / 2);
    let for_from = half.max(width.saturating_sub(to.chars().count())).min(long);
    (cut(&from, for_from), cut(&to, width.saturating_sub(for_from.min(long))))
}

/// How much of what two values have in common stays beside their difference: up to the next item of a list,
/// else a few characters. The characters come in the order away from the difference.
fn around<'c>(common: impl Iterator<Item = &'c char>) -> usize {
    const FEW: usize = 8;
    const ITEM: usize = 24;
    let near: Vec<char> = common.take(ITEM).copied().collect();
    let item = near.iter().position(|c| matches!(c, ',' | ' ' | ';'));
    item.filter(|item| *item > 0).unwrap_or(FEW).min(near.len())
}

/// A number and its noun: `1 listener`, `2 listeners`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Time since a beginning, as a stopwatch shows it: `0:58`, `1:02:03`.
pub fn stopwatch(at: Duration) -> String {
    let seconds = at.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours == 0 { format!("{minutes}:{seconds:02}") } else { format!("{hours}:{minutes:02}:{seconds:02}") }
}

/// How long something took: `0.2s`, `56s`, `1m 31s`, `1h 02m`.
pub fn took(duration: Duration) -> String {
    let tenths = (duration.as_millis() + 50) / 100;
    if tenths < 100 {
        return format!("{}.{}s", tenths / 10, tenths % 10);
    }
    let seconds = duration.as_secs() + u64::from(duration.subsec_millis() >= 500);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m {seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h {minutes:02}m"),
    }
}

/// Who calls, from the caller's ARN: a user's or a role's name; of a person who came through IAM Identity
/// Center the permission set and the person.
pub fn caller(arn: &str) -> String {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or(arn);
    let parts: Vec<&str> = resource.split('/').collect();
    let name = match parts.as_slice() {
        ["assumed-role", role, session] => match role.strip_prefix("AWSReservedSSO_") {
            Some(set) => format!("{}/{session}", set.rsplit_once('_').map_or(set, |(name, _)| name)),
            None => (*role).to_owned(),
        },
        [.., last] => (*last).to_owned(),
        [] => resource.to_owned(),
    };
    visible(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_escaped() {
        assert_eq!(visible("plain ünï"), "plain ünï");
        assert_eq!(visible("a\u{1b}[31mb\nc\u{202e}d"), "a\\u{1b}[31mb\\nc\\u{202e}d");
    }

    #[test]
    fn long_values_are_cut_in_the_middle() {
        assert_eq!(cut("abcdefghij", 10), "abcdefghij");
        assert_eq!(cut("abcdefghijk", 10), "abcd...ijk");
        assert_eq!(cut("ünïcödé-ünïcödé", 9), "ünï...ödé");
        assert_eq!(cut("abcdef", 2), "...");
    }

    #[test]
    fn a_cut_keeps_the_difference_in_sight() {
        let list = |middle: &str| format!("subnet-00000001, {middle}, {}", "subnet-00000009".repeat(6));
        let (from, to) = cut_pair(&list("subnet-aaaaaaaa"), &list("subnet-bbbbbbbb"), 70);
        assert!(from.contains("aaaaaaaa") && to.contains("bbbbbbbb"), "{from} -> {to}");
        assert!(from.chars().count() + to.chars().count() <= 70, "{from} -> {to}");
        assert_eq!(cut_pair("60s", "2m", 70), ("60s".to_owned(), "2m".to_owned()));
        let (from, to) = cut_pair(&"x".repeat(90), "none", 40);
        assert_eq!((from.chars().count(), to.as_str()), (36, "none"));
        let (from, to) = cut_pair(&"x".repeat(90), &"y".repeat(80), 40);
        assert_eq!((from.chars().count(), to.chars().count()), (20, 20));
        let (from, to) = cut_pair(&"x".repeat(50), &"x".repeat(60), 40);
        assert!(from != to && from.chars().count() + to.chars().count() <= 40, "{from} -> {to}");
    }

    #[test]
    fn numbers_have_their_plurals() {
        assert_eq!(
            (count(0, "rule"), count(1, "rule"), count(2, "rule")),
            ("0 rules".to_owned(), "1 rule".to_owned(), "2 rules".to_owned())
        );
    }

    #[test]
    fn times() {
        let ms = Duration::from_millis;
        assert_eq!(
            [stopwatch(ms(0)), stopwatch(ms(88_900)), stopwatch(ms(3_723_000))],
            ["0:00", "1:28", "1:02:03"]
        );
        assert_eq!(
            [took(ms(0)), took(ms(240)), took(ms(9_949)), took(ms(9_951))],
            ["0.0s", "0.2s", "9.9s", "10s"]
        );
        assert_eq!([took(ms(59_499)), took(ms(91_000)), took(ms(3_720_000))], ["59s", "1m 31s", "1h 02m"]);
    }

    #[test]
    fn callers_have_short_names() {
        assert_eq!(caller("arn:aws:sts::123456789012:assumed-role/ci-deploy/gh-8841"), "ci-deploy");
        assert_eq!(caller("arn:aws:iam::123456789012:user/team/dana"), "dana");
        assert_eq!(caller("arn:aws:iam::123456789012:root"), "root");
        let sso = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0a1b2c3d/dana@example.com";
        assert_eq!(caller(sso), "Admin/dana@example.com");
        assert_eq!(caller("moto"), "moto");
    }
}
