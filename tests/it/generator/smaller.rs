//! Smaller specs of a spec, for a failure that people can read.

use super::{Spec, Targets};

impl Spec {
    /// Specs with one thing less, the larger things first.
    pub fn smaller(&self) -> Vec<Self> {
        let mut found = Vec::new();
        let mut less = |change: &dyn Fn(&mut Self)| {
            let mut spec = self.clone();
            change(&mut spec);
            spec.repair();
            if spec != *self {
                found.push(spec);
            }
        };
        for place in 0..self.listeners.len() {
            less(&|spec| drop(spec.listeners.remove(place)));
        }
        for place in 0..self.groups.len() {
            less(&|spec| drop(spec.groups.remove(place)));
        }
        less(&|spec| spec.balancer.clear());
        less(&|spec| spec.tags.clear());
        for (place, listener) in self.listeners.iter().enumerate() {
            for rule in 0..listener.rules.len() {
                less(&|spec| drop(spec.listeners[place].rules.remove(rule)));
                less(&|spec| spec.listeners[place].rules[rule].when.truncate(1));
                less(&|spec| spec.listeners[place].rules[rule].explicit = false);
                less(&|spec| spec.listeners[place].rules[rule].tagged = false);
                less(&|spec| {
                    let common = &mut spec.listeners[place].rules[rule].common;
                    (common.moved, common.protect, common.enabled) = (None, false, true);
                });
            }
            less(&|spec| spec.listeners[place].certificates.clear());
            less(&|spec| spec.listeners[place].lines.clear());
            less(&|spec| {
                let common = &mut spec.listeners[place].common;
                (common.moved, common.protect, common.enabled) = (None, false, true);
            });
        }
        for (place, group) in self.groups.iter().enumerate() {
            for line in 0..group.lines.len() {
                less(&|spec| spec.groups[place].lines.truncate(line));
            }
            less(&|spec| spec.groups[place].targets = Targets::Listed(vec![0]));
            less(&|spec| spec.groups[place].targets = Targets::External { said: false });
            less(&|spec| spec.groups[place].name = None);
            less(&|spec| spec.groups[place].other_vpc = false);
            less(&|spec| spec.groups[place].https = false);
            less(&|spec| spec.groups[place].instances = false);
            less(&|spec| {
                let common = &mut spec.groups[place].common;
                (common.moved, common.protect, common.enabled) = (None, false, true);
            });
        }
        for line in 0..self.balancer.len() {
            less(&|spec| spec.balancer.truncate(line));
        }
        found
    }
}
