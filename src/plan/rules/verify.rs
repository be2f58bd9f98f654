//! A finished sequence, run on numbers alone: nothing of how it was found is taken over.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{Checker, Form, Forms};
use super::sequence::Sequence;
use super::shape::{Fate, Hand, Operation, Shape};

/// What is wrong with a sequence. `shape` is that of the attempt: rules that are made anew are new ones in it.
///
/// # Errors
/// The first thing that is wrong, in words.
pub fn verify(shape: &Shape, forms: &Forms, sequence: &Sequence) -> Result<(), String> {
    let checker = Checker::of(forms, &sequence.goal);
    let live = |index: usize| (Hand::Live(index), (shape.live[index].number, &forms.live[index]));
    let mut rules: BTreeMap<Hand, (u32, &Form)> = (0..shape.live.len()).map(live).collect();
    let mut default = forms.old_default;
    let mut switched = checker.nothing();
    for operation in &sequence.operations {
        match operation {
            Operation::SetPriorities(moves) => renumber(shape, &mut rules, moves)?,
            Operation::Create { wanted, number } => {
                rules.insert(Hand::New(*wanted), (*number, &forms.wanted[*wanted]));
            }
            Operation::Modify { live } => {
                let Fate::Becomes(wanted) = shape.live[*live].fate else {
                    return Err(format!("{live} is modified and is not wanted"));
                };
                rules.entry(Hand::Live(*live)).and_modify(|rule| rule.1 = &forms.wanted[wanted]);
            }
            Operation::Delete { live } => {
                if matches!(shape.live[*live].fate, Fate::Becomes(_) | Fate::Stays) {
                    return Err(format!("{live} is deleted and should stay"));
                }
                rules.remove(&Hand::Live(*live));
            }
            Operation::SetDefault => default = forms.new_default,
        }
        switched = state(shape, &rules, default, &checker, &switched)
            .map_err(|problem| format!("after {operation:?}: {problem}"))?;
    }
    ended(shape, forms, sequence, &rules, default)
}

fn renumber(
    shape: &Shape,
    rules: &mut BTreeMap<Hand, (u32, &Form)>,
    moves: &[(Hand, u32)],
) -> Result<(), String> {
    for (hand, number) in moves {
        if let Hand::Live(live) = hand
            && matches!(shape.live[*live].fate, Fate::Stays | Fate::GoesUnmoved)
        {
            return Err(format!("the stranger {live} is renumbered"));
        }
        match rules.get_mut(hand) {
            Some(rule) => rule.0 = *number,
            None => return Err(format!("{hand:?} is renumbered and does not exist")),
        }
    }
    Ok(())
}

fn state(
    shape: &Shape,
    rules: &BTreeMap<Hand, (u32, &Form)>,
    default: usize,
    checker: &Checker<'_>,
    switched: &super::bits::Bits,
) -> Result<super::bits::Bits, String> {
    let mut list: Vec<(u32, &Form)> = rules.values().copied().collect();
    list.sort_by_key(|(number, _)| *number);
    if list.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err("two rules hold one number".to_owned());
    }
    if list.iter().any(|(number, _)| !(1..=crate::kinds::rule::priorities::MAX).contains(number)) {
        return Err("a number is out of range".to_owned());
    }
    if rules.len() > shape.live.len().saturating_add(shape.spare) {
        return Err("there are more rules than there may be".to_owned());
    }
    let forms = list.into_iter().map(|(_, form)| form);
    checker
        .check(forms, default, switched)
        .map_err(|request| format!("request {request} is answered as neither side wants"))
}

fn ended(
    shape: &Shape,
    forms: &Forms,
    sequence: &Sequence,
    rules: &BTreeMap<Hand, (u32, &Form)>,
    default: usize,
) -> Result<(), String> {
    if default != forms.new_default {
        return Err("the default action is the old one".to_owned());
    }
    let mut wanted: BTreeSet<(u32, Hand)> = BTreeSet::new();
    for (index, &number) in sequence.numbers.iter().enumerate() {
        let hand = super::arrange::hand(shape, index);
        if rules.get(&hand).is_none_or(|rule| rule.0 != number || rule.1 != &forms.wanted[index]) {
            return Err(format!("the wanted rule {index} is not there"));
        }
        if shape.wanted[index].explicit.is_some_and(|explicit| explicit != number) {
            return Err(format!("the wanted rule {index} has another number than the spec says"));
        }
        wanted.insert((number, hand));
    }
    let strangers = shape.live.iter().filter(|live| live.fate == Fate::Stays).count();
    match rules.len() == wanted.len() + strangers && sequence.numbers.is_sorted() {
        true => Ok(()),
        false => Err("the rules at the end are not those that are wanted".to_owned()),
    }
}
