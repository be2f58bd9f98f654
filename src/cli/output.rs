//! `albctl output`: names and ARNs of what is live, for other tools.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::again;
use super::args_live::{Form, Output};
use super::context::App;
use super::exit::Exit;
use super::failure::Failure;
use super::stack::{self, Stack};
use crate::base::{Diagnostic, suggest};
use crate::output::text::visible;
use crate::output::values::{self, Entry};

/// As many keys are offered in place of one that is not there.
const SHOWN: usize = 6;

/// The words of the command line as specs and key. Of one word alone, what is a path is the spec, and what is none the
/// key.
pub fn words(args: &Output) -> (Vec<PathBuf>, Option<String>) {
    match (&args.spec, &args.key) {
        (None, key) => (Vec::new(), key.clone()),
        (Some(only), None) if !is_path(only) => (Vec::new(), Some(only.clone())),
        (Some(spec), key) => (vec![PathBuf::from(spec)], key.clone()),
    }
}

fn is_path(word: &str) -> bool {
    let path = Path::new(word);
    let named = path.extension().is_some_and(|it| it == "yaml" || it == "yml");
    named || word.contains(std::path::is_separator) || path.exists()
}

/// Prints the values, or the one of a key.
///
/// # Errors
/// Nothing is live, an unknown key, a read that fails.
pub async fn run(app: &mut App, stack: &Stack, args: &Output, key: Option<&str>) -> Result<Exit, Failure> {
    let session = app.connect(&stack.desired).await?;
    let (_, live) = stack::look(app, &session, stack, false).await?;
    let entries = values::of(&live);
    if entries.is_empty() {
        return Err(nothing(app, stack));
    }
    let by_default = if app.ui.is_json() { Form::Json } else { Form::Text };
    let text = match args.format.unwrap_or(by_default) {
        Form::Ecs => ecs(&values::ecs(&stack.desired, &live), key)?,
        Form::Text => match key {
            Some(key) => format!("{}\n", visible(&find(&entries, key)?.1)),
            None => values::text(&entries),
        },
        Form::Json => match key {
            Some(key) => json(&Value::from(find(&entries, key)?.1.as_str())),
            None => json(&values::json(&entries)),
        },
        Form::Env => {
            let chosen = match key {
                Some(key) => std::slice::from_ref(find(&entries, key)?),
                None => entries.as_slice(),
            };
            values::env(chosen).map_err(|twins| ambiguous(&twins))?
        }
    };
    app.ui.raw(&text);
    Ok(Exit::Done)
}

fn json(value: &Value) -> String {
    format!("{value:#}\n")
}

fn find<'e>(entries: &'e [Entry], key: &str) -> Result<&'e Entry, Failure> {
    let keys = || entries.iter().map(|(key, _)| key.as_str());
    entries.iter().find(|(name, _)| name == key).ok_or_else(|| unknown(key, keys().collect()))
}

fn ecs(blocks: &[(String, Value)], key: Option<&str>) -> Result<String, Failure> {
    if blocks.is_empty() {
        let message = "no live target group of the spec has `ecs`";
        let help = "write `ecs: { container: NAME }` into the target group of a service";
        return Err(Failure::failed(Diagnostic::error("no-ecs", message).help(help)));
    }
    let Some(key) = key else {
        return Ok(json(&Value::Object(blocks.iter().cloned().collect::<Map<_, _>>())));
    };
    let found = blocks.iter().find(|(name, _)| name == key);
    match found {
        Some((_, block)) => Ok(json(block)),
        None => Err(unknown(key, blocks.iter().map(|(name, _)| name.as_str()).collect())),
    }
}

/// The candidates stand nearest first.
fn unknown(key: &str, mut known: Vec<&str>) -> Failure {
    let nearest = suggest(key, known.iter().copied());
    // What has a part of the key in it comes before what has none.
    let parts: Vec<&str> = key.split('.').filter(|part| part.len() > 2).collect();
    let shared = |one: &str| parts.iter().filter(|part| one.contains(**part)).count();
    known.sort_by_key(|one| (Some(*one) != nearest, std::cmp::Reverse(shared(one))));
    let diagnostic = Diagnostic::error("unknown-key", format!("there is no `{key}`"));
    let more = known.len().saturating_sub(SHOWN);
    known.truncate(SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let diagnostic = diagnostic.note(format!("keys: {}{more}", known.join(", ")));
    Failure::failed(match nearest {
        Some(word) => diagnostic.help(format!("did you mean `{word}`?")),
        None => diagnostic,
    })
}

fn ambiguous((first, second): &Entry) -> Failure {
    let message = format!("`{first}` and `{second}` would be one variable, {}", values::variable(first));
    let help = "take one of them: albctl output KEY";
    Failure::failed(Diagnostic::error("variable-twice", message).help(help))
}

/// What commands that look say when there is nothing to see.
pub fn nothing(app: &App, stack: &Stack) -> Failure {
    let message = format!("nothing of stack `{}` is live", stack.desired.stack);
    let apply = again::command(&app.global, "apply", &stack.spec);
    Failure::failed(Diagnostic::error("not-live", message).help(apply))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words_of: &[&str]) -> (Vec<PathBuf>, Option<String>) {
        let word = |place: usize| words_of.get(place).map(|word| (*word).to_owned());
        words(&Output { spec: word(0), key: word(1), format: None })
    }

    #[test]
    fn a_path_is_the_spec_and_anything_else_the_key() {
        let path = |text: &str| vec![PathBuf::from(text)];
        assert_eq!(read(&[]), (Vec::new(), None));
        assert_eq!(read(&["dns_name"]), (Vec::new(), Some("dns_name".to_owned())));
        assert_eq!(read(&["target_groups.a.arn"]), (Vec::new(), Some("target_groups.a.arn".to_owned())));
        assert_eq!(read(&["prod.yaml"]), (path("prod.yaml"), None));
        assert_eq!(read(&["alb/prod"]), (path("alb/prod"), None));
        assert_eq!(read(&["prod.yaml", "dns_name"]), (path("prod.yaml"), Some("dns_name".to_owned())));
    }
}
