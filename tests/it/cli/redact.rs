//! What differs from run to run, made equal. The width stays, so that the layout can be judged.

/// `plan 7c41e9`: an id is a hash of all that a plan holds, and no test of the output is about it.
pub fn plan_ids(text: &str) -> String {
    let text = after(text, "lan ", is_id);
    let text = after(&text, "--plan-id ", is_id);
    after(&text, "\"plan_id\": \"", is_id)
}

/// The port of a server that took a free one.
pub fn ports(text: &str) -> String {
    replaced(text, "127.0.0.1:", |rest| {
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        (digits > 0).then(|| ("PORT".to_owned(), digits))
    })
}

/// `0.08s`, and the stopwatch at the beginning of a line of progress.
pub fn times(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let clock = line.split_once(' ').map_or("", |(first, _)| first);
        let is_clock = clock.len() >= 4 && clock.chars().all(|c| c.is_ascii_digit() || c == ':');
        let (clock, rest) = line.split_at(if is_clock { clock.len() } else { 0 });
        lines.push(masked(clock) + &seconds(rest));
    }
    lines.join("\n")
}

fn seconds(line: &str) -> String {
    let words = line.split_inclusive(' ').map(|word| {
        let bare = word.trim_end_matches([' ', ',', '.']);
        let number = bare.strip_suffix('s').unwrap_or_default();
        let is_time = number.contains('.') && number.chars().all(|c| c.is_ascii_digit() || c == '.');
        if is_time { masked(bare) + &word[bare.len()..] } else { word.to_owned() }
    });
    words.collect()
}

fn masked(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect()
}

fn is_id(rest: &str) -> Option<usize> {
    const WIDTH: usize = 6;
    let id = rest.get(..WIDTH)?;
    let ends = !rest[WIDTH..].starts_with(|c: char| c.is_ascii_alphanumeric());
    (ends && id.chars().all(|c| c.is_ascii_hexdigit())).then_some(WIDTH)
}

fn after(text: &str, mark: &str, width: fn(&str) -> Option<usize>) -> String {
    replaced(text, mark, |rest| width(rest).map(|width| ("#".repeat(width), width)))
}

/// The text with what follows each mark replaced by what `new` says: a text for so many bytes.
fn replaced(text: &str, mark: &str, new: impl Fn(&str) -> Option<(String, usize)>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(mark) {
        let (before, behind) = rest.split_at(at + mark.len());
        out.push_str(before);
        rest = behind;
        if let Some((word, width)) = new(behind) {
            out.push_str(&word);
            rest = &behind[width..];
        }
    }
    out + rest
}

#[test]
fn only_what_differs_is_made_equal() {
    assert_eq!(plan_ids("Plan 32d19e: 5 to create"), "Plan ######: 5 to create");
    assert_eq!(plan_ids("plan because, \"plan_id\": \"5c3b1a\""), "plan because, \"plan_id\": \"######\"");
    assert_eq!(ports("http://127.0.0.1:40123 up"), "http://127.0.0.1:PORT up");
    assert_eq!(times("0:02  done  x 0.2s\nread: 4 calls, 0.08s"), "#:##  done  x #.#s\nread: 4 calls, #.##s");
    assert_eq!(times("   2  CreateX  0.5"), "   2  CreateX  0.5");
}
