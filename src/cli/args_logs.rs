//! The command line of `logs`.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::args_fix::Fixing;
use super::completions;
use crate::fix::logs::Log;

/// `logs`.
#[derive(Clone, Debug, Subcommand)]
pub enum Logs {
    /// Write logs into a bucket.
    #[command(after_help = "Examples:
  albctl logs enable shop-prod --bucket shop-logs --print-policy    what the bucket needs first
  albctl logs enable shop-prod --access --connection --bucket shop-logs --prefix alb --yes")]
    Enable(LogsEnable),
    /// Write no more logs; those that are there stay.
    #[command(after_help = "Examples:
  albctl logs disable shop-prod
  albctl logs disable shop-prod --connection --health-check --yes")]
    Disable(LogsDisable),
}

/// Which logs.
#[derive(Clone, Copy, Debug, Args)]
pub struct Which {
    /// Logs of requests; these, if none are named.
    #[arg(long)]
    pub access: bool,
    /// Logs of TLS connections, those that failed among them.
    #[arg(long)]
    pub connection: bool,
    /// Logs of the health checks of targets.
    #[arg(long)]
    pub health_check: bool,
}

impl Which {
    /// The logs, in the order of the table.
    pub fn logs(self) -> Vec<Log> {
        let all = [
            (self.access, Log::Access),
            (self.connection, Log::Connection),
            (self.health_check, Log::HealthCheck),
        ];
        let named: Vec<Log> = all.into_iter().filter(|(named, _)| *named).map(|(_, log)| log).collect();
        if named.is_empty() { vec![Log::Access] } else { named }
    }
}

/// `logs enable`.
#[derive(Clone, Debug, Args)]
pub struct LogsEnable {
    /// The load balancer: name, ARN, DNS name, or the beginning of a name.
    #[arg(value_name = "LB", add = ArgValueCompleter::new(completions::balancers))]
    pub balancer: String,
    /// Which logs.
    #[command(flatten)]
    pub which: Which,
    /// The S3 bucket, in the region of the load balancer.
    #[arg(long, value_name = "BUCKET")]
    pub bucket: String,
    /// What the names of the files begin with.
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true)]
    pub prefix: String,
    /// Print the policy that the bucket needs, and do nothing.
    #[arg(long)]
    pub print_policy: bool,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}

/// `logs disable`.
#[derive(Clone, Debug, Args)]
pub struct LogsDisable {
    /// The load balancer: name, ARN, DNS name, or the beginning of a name.
    #[arg(value_name = "LB", add = ArgValueCompleter::new(completions::balancers))]
    pub balancer: String,
    /// Which logs.
    #[command(flatten)]
    pub which: Which,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}
