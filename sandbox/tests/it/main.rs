//! The sandbox as a client sees it: requests in, answers out.

mod actions;
mod attributes;
mod conditions;
mod faults;
mod harness;
mod listeners;
mod load_balancers;
mod protocol;
mod rules;
mod served;
mod state;
mod tags;
mod target_groups;
mod targets;
mod time;
