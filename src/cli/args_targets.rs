//! The command line of `targets`.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::args_fix::{Fixing, Names};
use super::args_health::limit;
use super::completions;
use crate::fix::targets::Word;

/// `targets`.
#[derive(Clone, Debug, Subcommand)]
pub enum Targets {
    /// Show who is registered, in which zone, and who leaves.
    #[command(after_help = "Examples:
  albctl targets list orders
  albctl targets list shop-prod-orders --output json")]
    List(TargetsList),
    /// Register targets.
    #[command(after_help = "Examples:
  albctl targets add orders i-0a1b2c3d4e5f60718 --wait --timeout 3m
  albctl targets add users 10.0.1.7:3000 192.168.4.20:3000@all --yes")]
    Add(TargetsAdd),
    /// Deregister targets; their requests under way may finish.
    #[command(after_help = "Examples:
  albctl targets remove orders i-0a1b2c3d4e5f60718
  albctl targets remove users 10.0.1.7:3000 --yes")]
    Remove(TargetsRemove),
    /// Deregister targets and wait until their requests are finished and they are gone.
    #[command(after_help = "Examples:
  albctl targets drain orders i-0a1b2c3d4e5f60718
  albctl targets drain users 10.0.1.7 --all-ports --yes")]
    Drain(TargetsRemove),
}

/// `targets list`.
#[derive(Clone, Debug, Args)]
pub struct TargetsList {
    /// Target groups: name, ARN, key of the spec, or the beginning of a name.
    #[arg(value_name = "TARGET_GROUP", required = true, add = ArgValueCompleter::new(completions::groups))]
    pub groups: Vec<String>,
    /// How things are named.
    #[command(flatten)]
    pub names: Names,
}

/// `targets add`.
#[derive(Clone, Debug, Args)]
pub struct TargetsAdd {
    /// A target group: name, ARN, key of the spec, or the beginning of a name.
    #[arg(value_name = "TARGET_GROUP", add = ArgValueCompleter::new(completions::groups))]
    pub group: String,
    /// An instance (i-...) or an IP address, with :PORT if it is not the group's and @ZONE if it needs one; IPv6 in
    /// brackets.
    #[arg(value_name = "TARGET", required = true)]
    pub targets: Vec<Word>,
    /// The zone of the addresses that name none; `all` for those outside the VPC.
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Wait until they are healthy.
    #[arg(long, conflicts_with = "dry_run")]
    pub wait: bool,
    /// How long to wait at most.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = limit, requires = "wait")]
    pub timeout: u64,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}

/// `targets remove` and `targets drain`.
#[derive(Clone, Debug, Args)]
pub struct TargetsRemove {
    /// A target group: name, ARN, key of the spec, or the beginning of a name.
    #[arg(value_name = "TARGET_GROUP", add = ArgValueCompleter::new(completions::groups))]
    pub group: String,
    /// An instance (i-...) or an IP address, with :PORT where it is registered on several; IPv6 in brackets.
    #[arg(value_name = "TARGET", required = true)]
    pub targets: Vec<Word>,
    /// A target that is named without a port means all its ports.
    #[arg(long)]
    pub all_ports: bool,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}
