//! The sandbox as a client sees it: requests in, answers out.

mod acm;
mod acm_import;
mod acm_list;
mod acm_manage;
mod actions;
mod attributes;
mod conditions;
mod faults;
mod harness;
mod iam;
mod keys;
mod listener_certificates;
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
