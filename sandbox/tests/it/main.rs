//! The sandbox as a client sees it: requests in, answers out.

mod actions;
mod attributes;
mod conditions;
mod faults;
mod harness;
mod lambda;
mod listeners;
mod load_balancers;
mod protocol;
mod rest;
mod route53_records;
mod route53_routing;
mod route53_zones;
mod rules;
mod served;
mod state;
mod tags;
mod target_groups;
mod targets;
mod time;
