//! A stable order of the steps in which each stands after all that it needs.

use std::collections::{BTreeMap, BTreeSet};

use crate::kinds::Step;
use crate::model::StepId;

/// Orders the steps: of those that are ready, the one that was added first. Steps on a cycle, which no planner
/// makes and the lint reports, stand at the end.
pub fn ordered(steps: Vec<Step>) -> Vec<Step> {
    let index: BTreeMap<StepId, usize> =
        steps.iter().enumerate().map(|(index, step)| (step.id.clone(), index)).collect();
    let mut open: Vec<usize> = Vec::with_capacity(steps.len());
    let mut waiters: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (position, step) in steps.iter().enumerate() {
        let known: Vec<usize> = step.needs.iter().filter_map(|need| index.get(need).copied()).collect();
        open.push(known.len());
        for need in known {
            waiters.entry(need).or_default().push(position);
        }
    }
    let mut ready: BTreeSet<usize> = (0..steps.len()).filter(|&position| open[position] == 0).collect();
    let mut order: Vec<usize> = Vec::with_capacity(steps.len());
    while let Some(position) = ready.pop_first() {
        order.push(position);
        for &waiter in waiters.get(&position).into_iter().flatten() {
            open[waiter] -= 1;
            if open[waiter] == 0 {
                ready.insert(waiter);
            }
        }
    }
    order.extend((0..steps.len()).filter(|&position| open[position] > 0));
    let mut slots: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    order.into_iter().filter_map(|position| slots[position].take()).collect()
}
