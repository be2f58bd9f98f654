//! What is said of a word that means nothing, or several things: with the candidates, nearest first.

use super::arn::name_in;
use super::{Balancer, Candidate, Group};
use crate::base::Diagnostic;

/// So many are listed.
const SHOWN: usize = 6;

pub(super) fn missing(word: &str, what: &str, region: &str) -> Diagnostic {
    Diagnostic::error("not-found", format!("there is no {what} `{word}` in {region}"))
}

pub(super) fn unknown(word: &str, candidates: &[Candidate<'_>], what: &str, region: &str) -> Diagnostic {
    let diagnostic = missing(word, what, region);
    let name = name_in(word);
    let near = nearest(
        name.unwrap_or(word),
        candidates.iter().flat_map(|one| {
            one.also.iter().copied().filter(|name| *name != "load_balancer").chain([one.name])
        }),
    );
    match near.as_slice() {
        [] => diagnostic.note(format!("there is none at all: the region is {region}")),
        [same, ..] if name == Some(*same) => diagnostic
            .note(format!("`{same}` has another ARN now: what had this one was deleted"))
            .help(format!("use the name: {same}")),
        near => diagnostic.help(format!("one of these? {}", listed(near, candidates.len()))),
    }
}

pub(super) fn ambiguous(word: &str, several: &[&Candidate<'_>], what: &str) -> Diagnostic {
    let names = nearest(word, several.iter().map(|one| one.name));
    Diagnostic::error("ambiguous-name", format!("`{word}` is the beginning of {} {what}s", several.len()))
        .help(format!("name one: {}", listed(&names, several.len())))
}

/// A key of the spec that another group has as its name.
pub(super) fn key_and_name(word: &str, key: &str, name: &str) -> Diagnostic {
    let message = format!("`{word}` is a key of the spec and the name of another target group");
    Diagnostic::error("ambiguous-name", message)
        .note(format!("the spec's is {key}"))
        .note(format!("the other one is {name}"))
        .help(format!("the spec's: target_group/{word}, or {key}"))
        .help("the other one: its ARN")
}

/// The beginning of several of one kind and of one of the other.
pub(super) fn mixed(several: &Diagnostic, other: &str, name: &str) -> Diagnostic {
    let message = format!("{}, and of a {other}", several.message);
    let diagnostic = Diagnostic::error("ambiguous-name", message).note(format!("the {other} is {name}"));
    let helps = several.helps.iter();
    helps.fold(diagnostic, |diagnostic, help| diagnostic.help(format!("{help}, {name}")))
}

pub(super) fn two_kinds(word: &str, group: &Group, balancer: &Balancer) -> Diagnostic {
    let message = format!("`{word}` may be a target group and a load balancer");
    Diagnostic::error("ambiguous-name", message)
        .note(format!("target group {}: {}", group.name, group.arn))
        .note(format!("load balancer {}: {}", balancer.name, balancer.arn))
        .help("use the ARN")
}

pub(super) fn neither(word: &str, group: Diagnostic, balancer: Diagnostic, region: &str) -> Diagnostic {
    if [&group, &balancer].iter().any(|one| one.code == "ambiguous-name") {
        return if group.code == "ambiguous-name" { group } else { balancer };
    }
    let diagnostic = missing(word, "target group or load balancer", region);
    let helps = [("target groups", group), ("load balancers", balancer)];
    helps.into_iter().fold(diagnostic, |diagnostic, (what, one)| match one.helps.first() {
        Some(help) => diagnostic.help(format!("{what}: {}", help.trim_start_matches("one of these? "))),
        None => diagnostic,
    })
}

/// The names by how near they are to a word: those that contain it first.
fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    let lower = word.to_lowercase();
    let far = |name: &str| {
        let contains = name.to_lowercase().contains(&lower);
        // Thousandths, so that they can be sorted.
        let distance = 1000.0 - strsim::jaro_winkler(&lower, &name.to_lowercase()) * 1000.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
        let distance = distance as u32;
        (!contains, distance)
    };
    names.sort_by_key(|name| far(name));
    names
}

fn listed(names: &[&str], all: usize) -> String {
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match all.saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
