//! The command line of `health`.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::args_fix::{Fixing, Names};
use super::completions;
use crate::base::{BadDuration, Seconds};
use crate::kinds::target_group::model::Protocol;

/// `health`.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Health {
    /// What else than looking.
    #[command(subcommand)]
    pub command: Option<HealthCommand>,
    /// What to look at.
    #[command(flatten)]
    pub look: HealthLook,
}

/// What else than looking.
#[derive(Clone, Debug, Subcommand)]
pub enum HealthCommand {
    /// Change how targets are checked.
    #[command(after_help = "Examples:
  albctl health set orders --path /healthz --codes 200-299
  albctl health set shop-prod-orders --interval 10s --timeout 4s --unhealthy-threshold 3 --yes")]
    Set(HealthSet),
}

/// `health`.
#[derive(Clone, Debug, Args)]
pub struct HealthLook {
    /// A target group, a load balancer, or a spec file: all its target groups [default: the spec].
    #[arg(value_name = "TARGET_GROUP|LB|SPEC", add = ArgValueCompleter::new(completions::health))]
    pub what: Option<String>,
    /// Look again and again until interrupted; on a terminal in place.
    #[arg(long, conflicts_with = "wait")]
    pub watch: bool,
    /// Wait until all targets are healthy; exit 1 when they are not in time.
    #[arg(long)]
    pub wait: bool,
    /// How long to wait at most.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = limit, requires = "wait")]
    pub timeout: u64,
    /// A group that may have no targets; may be repeated.
    #[arg(long, value_name = "GROUP", requires = "wait", add = ArgValueCompleter::new(completions::groups))]
    pub allow_empty: Vec<String>,
    /// How things are named.
    #[command(flatten)]
    pub names: Names,
}

/// `health set`.
#[derive(Clone, Debug, Args)]
pub struct HealthSet {
    /// A target group: name, ARN, key of the spec, or the beginning of a name.
    #[arg(value_name = "TARGET_GROUP", add = ArgValueCompleter::new(completions::groups))]
    pub group: String,
    /// What is changed.
    #[command(flatten)]
    pub check: Check,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}

/// How targets are checked.
#[derive(Clone, Debug, Args)]
pub struct Check {
    /// Path and query, starting with `/`.
    #[arg(long, value_name = "PATH")]
    pub path: Option<String>,
    /// `traffic-port`, or a port from 1 to 65535.
    #[arg(long, value_name = "PORT")]
    pub port: Option<String>,
    /// HTTP or HTTPS.
    #[arg(long, value_name = "PROTOCOL", value_parser = protocol)]
    pub protocol: Option<Protocol>,
    /// The time between two checks of a target: 5s to 5m.
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    pub interval: Option<u32>,
    /// How long a check may take: 2s to 2m, less than the interval.
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    pub timeout: Option<u32>,
    /// So many passed checks in a row make a target healthy: 2 to 10.
    #[arg(long, value_name = "N")]
    pub healthy_threshold: Option<u32>,
    /// So many failed checks in a row make it unhealthy: 2 to 10.
    #[arg(long, value_name = "N")]
    pub unhealthy_threshold: Option<u32>,
    /// The status codes of a passed check: `200`, `200,202`, `200-299`; of a group of GRPC `0`, `0-5`.
    #[arg(long, value_name = "CODES")]
    pub codes: Option<String>,
}

fn protocol(text: &str) -> Result<Protocol, String> {
    let known = Protocol::from_word(&text.to_ascii_uppercase());
    known.ok_or_else(|| "write HTTP or HTTPS".to_owned())
}

/// A duration: `90`, `90s`, `5m`, `1h30m`. Its range is checked where its meaning is known.
fn seconds(text: &str) -> Result<u32, String> {
    u32::try_from(limit(text)?).map_err(|_| "that is too long".to_owned())
}

/// The same, of a limit.
pub fn limit(text: &str) -> Result<u64, String> {
    let seconds: Seconds = text.parse().map_err(|error: BadDuration| error.to_string())?;
    Ok(seconds.0)
}
