//! Lines that are too long for the screen, broken between words. Everything for people passes through [`fit`] on its
//! way out, so that no text has to think of it.
//!
//! What is there to be copied stays whole: a command is never broken and has a line of its own where it does not fit,
//! lines of a file and DNS records are left as they are, and so is a word that is longer than a line.

use anstream::adapter::strip_str;

/// Columns that a text takes: without its colours.
pub fn columns(text: &str) -> usize {
    strip_str(text).map(|part| part.chars().count()).sum()
}

/// The text with each line that is wider than `width` columns broken at blanks. Further lines begin under the text that
/// the first one begins with: after `= note:`, after a mark, in the column of a table.
pub fn fit(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        if body.len() <= width || columns(body) <= width || is_to_be_copied(body) {
            out.push_str(body);
        } else {
            broken(&mut out, body, width);
        }
        out.push_str(end);
    }
    out
}

/// A text broken between words: its first line has room for so many columns, the further ones for `room`. `lead`: what
/// stands before it on its line, which tells whether a command begins it.
pub fn lines(lead: &str, text: &str, first: usize, room: usize) -> Vec<String> {
    let before = words(lead).len();
    let all = joined(words(format!("{lead} {text}").trim_start()));
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0);
    for word in all.into_iter().skip(before) {
        let blanks = if line.is_empty() { 0 } else { word.blanks };
        let limit = if lines.is_empty() { first } else { room };
        if !line.is_empty() && used + blanks + word.columns > limit {
            lines.push(std::mem::take(&mut line));
            used = 0;
        } else {
            line.push_str(&" ".repeat(blanks));
            used += blanks;
        }
        line.push_str(&word.text);
        used += word.columns;
    }
    lines.push(line);
    lines
}

/// A line of a file (`12 |   port: 80`, `   +   port: 81`) or a DNS record.
fn is_to_be_copied(line: &str) -> bool {
    let plain = strip_str(line).to_string();
    let rest = plain.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit());
    let of_file =
        rest.len() < plain.len() && ["| ", "+ ", "- ", "--> "].iter().any(|mark| rest.starts_with(mark));
    of_file || plain.contains("   CNAME   ")
}

/// A word, or several that stay together.
struct Word {
    /// The blanks before it.
    blanks: usize,
    /// With its colours.
    text: String,
    columns: usize,
    /// Where it would begin, were the line not broken.
    start: usize,
}

impl Word {
    fn plain(&self) -> String {
        strip_str(&self.text).to_string()
    }
}

fn broken(out: &mut String, line: &str, width: usize) {
    let words = joined(words(line));
    let (lead, hang) = (words.first().map_or(0, |word| word.blanks), hang(&words, width));
    let mut used = 0;
    for (index, word) in words.iter().enumerate() {
        if index > 0 && used + word.blanks + word.columns > width {
            // A command that fits on a line nearer to the margin begins there; one that fits on none, not far from it.
            let indent = match width.checked_sub(word.columns) {
                Some(room) => hang.min(room),
                None => hang.min(lead.max(2)),
            };
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            used = indent;
        } else {
            out.push_str(&" ".repeat(word.blanks));
            used += word.blanks;
        }
        out.push_str(&word.text);
        used += word.columns;
    }
    // A question has one, before the answer.
    if line.ends_with(' ') {
        out.push(' ');
    }
}

fn words(line: &str) -> Vec<Word> {
    let (mut all, mut blanks, mut start): (Vec<Word>, usize, usize) = (Vec::new(), 0, 0);
    for text in line.split(' ') {
        let width = columns(text);
        if text.is_empty() {
            blanks += 1;
            continue;
        }
        start += blanks;
        all.push(Word { blanks, text: text.to_owned(), columns: width, start });
        start += width;
        blanks = 1;
    }
    all
}

/// The words, with those put together that stay together: commands, what stands between backticks, the exit code.
fn joined(words: Vec<Word>) -> Vec<Word> {
    let plain: Vec<String> = words.iter().map(Word::plain).collect();
    let mut all: Vec<Word> = Vec::new();
    let mut until = 0;
    for (index, word) in words.into_iter().enumerate() {
        match all.last_mut() {
            Some(last) if index < until => {
                last.text.push_str(&" ".repeat(word.blanks));
                last.text.push_str(&word.text);
                last.columns += word.blanks + word.columns;
            }
            Some(_) | None => {
                until = end(&plain, index, word.blanks);
                all.push(word);
            }
        }
    }
    all
}

/// Where what begins at a word ends: the index behind its last word.
fn end(words: &[String], index: usize, blanks: usize) -> usize {
    let rest = words.get(index..).unwrap_or_default();
    let behind = |found: Option<usize>| index + found.map_or(rest.len(), |last| last + 1);
    let Some(word) = rest.first() else { return index };
    let ticks = |word: &String| word.matches('`').count() % 2 == 1;
    if ticks(word) {
        let close = rest.iter().skip(1).position(ticks).map(|at| at + 1);
        return close.map_or(index + 1, |_| behind(close));
    }
    let before = index.checked_sub(1).and_then(|at| words.get(at)).map(String::as_str);
    let announced =
        before.map_or(blanks > 0, |word| word == "=>" || (word.ends_with(':') && word != "note:"));
    match word.as_str() {
        "albctl" | "aws" if announced => behind(last_of_command(rest)),
        "exit" if blanks > 1 && rest.len() == 2 => behind(None),
        _ => index + 1,
    }
}

/// The word that ends a command, if something follows: a comma outside of quotes.
fn last_of_command(words: &[String]) -> Option<usize> {
    let mut quoted = false;
    words.iter().position(|word| {
        quoted ^= word.matches('\'').count() % 2 == 1;
        !quoted && word.ends_with([',', ';'])
    })
}

/// The column at which further lines begin.
fn hang(words: &[Word], width: usize) -> usize {
    let lead = words.first().map_or(0, |word| word.blanks);
    let starts = |index: usize| words.get(index).map_or(lead, |word| word.start);
    let plain = |index: usize| words.get(index).map(Word::plain).unwrap_or_default();
    let of_table = words.iter().skip(1).rfind(|word| word.blanks > 1 && word.start <= width / 2);
    match (plain(0).as_str(), plain(1).as_str()) {
        ("=", "note:" | "help:") => starts(2),
        ("=" | "->" | "=>", _) => starts(1),
        _ if of_table.is_some() => of_table.map_or(lead, |word| word.start),
        ("!" | "?" | "~" | "+" | "-", _) => starts(1),
        _ if lead == 0 => 2,
        _ => lead,
    }
    .min(width / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_left_as_it_is() {
        for text in ["", "\n", "a b  c\n\n", "no end", "\u{1b}[31mred\u{1b}[0m and ten\n"] {
            assert_eq!(fit(text, 11), text);
        }
    }

    #[test]
    fn notes_hang_under_their_text() {
        assert_eq!(
            fit("   = note: one two three four\n   = help: five\n", 21),
            "   = note: one two\n          three four\n   = help: five\n"
        );
        assert_eq!(
            fit("! orders  has no targets at all\n", 24),
            "! orders  has no targets\n          at all\n"
        );
        assert_eq!(fit("! one two three\n", 10), "! one two\n  three\n");
        assert_eq!(fit("one two three", 8), "one two\n  three");
    }

    #[test]
    fn colours_take_no_room_and_stay() {
        let red = "\u{1b}[1m\u{1b}[33m!\u{1b}[0m one two three";
        assert_eq!(fit(red, 15), red);
        assert_eq!(fit(red, 10), "\u{1b}[1m\u{1b}[33m!\u{1b}[0m one two\n  three");
    }

    #[test]
    fn commands_are_never_broken() {
        let command = "albctl weights set shop/80/30 users=100 canary=0";
        assert_eq!(
            fit(&format!("   = help: first: {command}\n"), 30),
            format!("   = help: first:\n   {command}\n")
        );
        assert_eq!(fit(&format!("Take back: {command}\n"), 50), format!("Take back:\n  {command}\n"));
        assert_eq!(
            fit("! the next `albctl apply prod.yaml` takes it back", 30),
            "! the next\n  `albctl apply prod.yaml`\n  takes it back"
        );
        let quoted = "aws route53 change --change-batch '{\"a\": 1, \"b\": 2}'";
        assert_eq!(
            fit(&format!("  =>  {quoted}, then wait"), 40),
            format!("  =>\n  {quoted},\n      then wait")
        );
        let note = fit("   = note: albctl does not know it", 24);
        assert_eq!(note, "   = note: albctl does\n           not know it");
        assert_eq!(
            fit("see it: albctl plan a, then go on so", 24),
            "see it: albctl plan a,\n  then go on so"
        );
    }

    #[test]
    fn a_text_is_broken_between_words_and_not_in_commands() {
        assert_eq!(lines("", "one two three", 8, 5), ["one two", "three"]);
        assert_eq!(lines("", "a  b  c", 4, 4), ["a  b", "c"]);
        assert_eq!(lines("", "", 4, 4), [""]);
        assert_eq!(lines("=>", "aws ec2 a b, then c d", 4, 6), ["aws ec2 a b,", "then c", "d"]);
        assert_eq!(lines("", "aws is slow", 4, 6), ["aws", "is", "slow"]);
    }

    #[test]
    fn what_is_copied_is_left_alone() {
        for text in [
            "12 |   orders: { port: 8080 }",
            "   +     stickiness: { lb_cookie: 1h }",
            " --> a/very/long/path/of/a/spec.yaml:41",
            "    _a.example.com.   CNAME   _b.acm-validations.aws.",
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/6d0e",
        ] {
            assert_eq!(fit(text, 20), text);
        }
    }

    #[test]
    fn the_exit_code_and_the_blank_after_a_question_stay() {
        assert_eq!(fit("Nothing was changed.  exit 6", 26), "Nothing was changed.\n  exit 6");
        assert_eq!(fit("2 writes: A, B. Apply? [y/N] ", 20), "2 writes: A, B.\n  Apply? [y/N] ");
    }
}
