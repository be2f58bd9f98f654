//! Which steps are surely done before which: not those that stand before it in the plan, but those that it needs, and
//! what those need. The executor runs the others in any order.

use std::collections::BTreeMap;

use crate::kinds::{Plan, Step};
use crate::model::StepId;
use crate::plan::rules::bits::Bits;

/// For each step the steps that are done before it, by their places in the plan.
pub struct Before<'p> {
    steps: &'p [Step],
    done: Vec<Bits>,
}

impl<'p> Before<'p> {
    /// Reads the needs of a plan whose steps stand after what they need.
    pub fn of(plan: &'p Plan) -> Self {
        let places: BTreeMap<&StepId, usize> =
            plan.steps.iter().enumerate().map(|(place, step)| (&step.id, place)).collect();
        let mut done: Vec<Bits> = Vec::with_capacity(plan.steps.len());
        for (place, step) in plan.steps.iter().enumerate() {
            let mut own = Bits::none(plan.steps.len());
            for need in step.needs.iter().filter_map(|need| places.get(need).copied()) {
                own.put(need);
                if need < place {
                    own.add(&done[need]);
                }
            }
            done.push(own);
        }
        Self { steps: &plan.steps, done }
    }

    /// The steps, with their places.
    pub fn steps(&self) -> impl Iterator<Item = (usize, &'p Step)> + use<'p> {
        self.steps.iter().enumerate()
    }

    /// Whether the step at `first` is surely done when the one at `second` begins.
    pub fn is_before(&self, first: usize, second: usize) -> bool {
        self.done[second].has(first)
    }

    /// Whether such a step is surely done when the one at `place` begins.
    pub fn any(&self, place: usize, which: impl Fn(&Step) -> bool) -> bool {
        self.steps().any(|(one, step)| self.is_before(one, place) && which(step))
    }
}
