//! An edit of a spec as people look at it first: what goes and what comes, with line numbers.

use super::style::{Line, Look, Role};
use super::text::visible;
use crate::edit::{Hunk, LineKind};

/// The hunks, each under its place. Nothing for none.
pub fn render(hunks: &[Hunk], look: Look) -> String {
    let mut out = String::new();
    for hunk in hunks {
        let widest = hunk.lines.iter().filter_map(|line| line.number).max().unwrap_or(hunk.line);
        let gutter = widest.to_string().len();
        let blank = " ".repeat(gutter);
        let place = format!("--> {}:{}", visible(&hunk.file), hunk.line);
        push(&mut out, Line::new(look).add(Role::Plain, &blank).add(Role::Margin, &place));
        push(&mut out, Line::new(look).add(Role::Margin, &format!("{blank} |")));
        for line in &hunk.lines {
            let number = line.number.map(|number| number.to_string()).unwrap_or_default();
            let number = format!("{number:>gutter$} ");
            let text = format!(" {}", visible(&line.text));
            let row = Line::new(look);
            push(
                &mut out,
                match line.kind {
                    LineKind::Gap => row.add(Role::Margin, "..."),
                    LineKind::Context => row.add(Role::Margin, &format!("{number}|")).add(Role::Plain, &text),
                    LineKind::Old => row.add(Role::Margin, &number).add(Role::Delete, &format!("-{text}")),
                    LineKind::New => row.add(Role::Margin, &number).add(Role::Create, &format!("+{text}")),
                },
            );
        }
    }
    out
}

fn push(out: &mut String, line: Line) {
    out.push_str(&line.finish());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Edit, Value, apply, hunks, keys};

    const SPEC: &str =
        "a: 1\ntarget_groups:\n  users: {}\n  orders:\n    port: 80   # as ever\n\n  mail: { port: 25 }\n";

    fn shown(path: &[&str], look: Look) -> String {
        let edit = Edit::set(keys(path), Value::map([("lb_cookie", Value::text("1h"))]));
        let new = apply(SPEC, "shop.yaml", &[edit]).expect("an edit");
        render(&hunks(SPEC, &new, "shop.yaml"), look)
    }

    #[test]
    fn a_new_key_stands_under_what_it_belongs_to() {
        assert_eq!(
            shown(&["target_groups", "orders", "stickiness"], Look::PLAIN),
            " --> shop.yaml:4\n  |\n4 |   orders:\n5 |     port: 80   # as ever\n  +     stickiness: { lb_cookie: 1h }\n"
        );
    }

    #[test]
    fn a_changed_line_is_shown_twice() {
        assert_eq!(
            shown(&["target_groups", "mail", "stickiness"], Look::PLAIN),
            " --> shop.yaml:2\n  |\n2 | target_groups:\n...\n5 |     port: 80   # as ever\n7 -   mail: { port: 25 }\n  +   \
             mail: { port: 25, stickiness: { lb_cookie: 1h } }\n"
        );
    }

    #[test]
    fn colour_marks_what_goes_and_what_comes() {
        let text = shown(&["target_groups", "mail", "stickiness"], Look { color: true, ..Look::PLAIN });
        assert!(text.contains("\u{1b}[31m-   mail"), "{text:?}");
        assert!(text.contains("\u{1b}[32m+   mail"), "{text:?}");
    }
}
