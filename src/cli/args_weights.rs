//! The command line of `weights`.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::args_fix::{Fixing, Names};
use super::completions;
use crate::fix::weights::Share;

/// `weights`.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub struct Weights {
    /// The same, by a word.
    #[command(subcommand)]
    pub command: Option<WeightsCommand>,
    /// What to share how; without shares it is shown.
    #[command(flatten)]
    pub direct: WeightsDirect,
}

/// `weights RULE` and `weights RULE GROUP=WEIGHT`.
#[derive(Clone, Debug, Args)]
pub struct WeightsDirect {
    /// A rule: LB/PORT/PRIORITY, LB/PORT/default for what no rule matches, rule/LISTENER/KEY of the spec, or an ARN.
    #[arg(value_name = "RULE", add = ArgValueCompleter::new(completions::rules))]
    pub rule: Option<String>,
    /// Target groups and their parts: a weight from 0 to 999, a percentage, or `rest` for what the others leave of 100
    /// [default: show what is].
    #[arg(value_name = "GROUP=WEIGHT", add = ArgValueCompleter::new(completions::shares))]
    pub shares: Vec<Share>,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}

/// `weights show` and `weights set`.
#[derive(Clone, Debug, Subcommand)]
pub enum WeightsCommand {
    /// Show how the requests of rules are shared, and whether each group has healthy targets.
    #[command(after_help = "Examples:
  albctl weights show shop-prod/443/20
  albctl weights show shop-prod/443/default --output json")]
    Show(WeightsShow),
    /// Share the requests of a rule anew. The groups that are not named leave it; with weight 0 one stays attached, so
    /// that AWS goes on checking its targets.
    #[command(after_help = "Examples:
  albctl weights set shop-prod/443/20 users=90 users-canary=10
  albctl weights set rule/https/users users=rest users-canary=25% --spec prod.yaml --yes")]
    Set(WeightsSet),
}

/// `weights show`.
#[derive(Clone, Debug, Args)]
pub struct WeightsShow {
    /// Rules: LB/PORT/PRIORITY, LB/PORT/default for what no rule matches, rule/LISTENER/KEY of the spec, or an ARN.
    #[arg(value_name = "RULE", required = true, add = ArgValueCompleter::new(completions::rules))]
    pub rules: Vec<String>,
    /// How things are named.
    #[command(flatten)]
    pub names: Names,
}

/// `weights set`.
#[derive(Clone, Debug, Args)]
pub struct WeightsSet {
    /// A rule: LB/PORT/PRIORITY, LB/PORT/default for what no rule matches, rule/LISTENER/KEY of the spec, or an ARN.
    #[arg(value_name = "RULE", add = ArgValueCompleter::new(completions::rules))]
    pub rule: String,
    /// Target groups and their parts: a weight from 0 to 999, a percentage, or `rest` for what the others leave of 100.
    #[arg(value_name = "GROUP=WEIGHT", required = true, add = ArgValueCompleter::new(completions::shares))]
    pub shares: Vec<Share>,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}
