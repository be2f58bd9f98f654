//! The command line of `attr`.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::args_fix::{Fixing, Names};
use super::completions;

/// `attr`.
#[derive(Clone, Debug, Subcommand)]
pub enum Attr {
    /// Show attributes: the value, whether it is the default, AWS's own key.
    #[command(after_help = "Examples:
  albctl attr get shop-prod    all of the load balancer
  albctl attr get shop-prod/443 response_headers.strict_transport_security")]
    Get(AttrGet),
    /// Change attributes, several in one call.
    #[command(after_help = "Examples:
  albctl attr set shop-prod idle_timeout=2m http2=off
  albctl attr set shop-prod-web deregistration_delay.timeout_seconds=30 --yes")]
    Set(AttrSet),
}

/// `attr get`.
#[derive(Clone, Debug, Args)]
pub struct AttrGet {
    /// A load balancer, a target group, or a listener as LB/PORT: by name, ARN, key of the spec.
    #[arg(value_name = "NAME", add = ArgValueCompleter::new(completions::anything))]
    pub name: String,
    /// Attributes, as specs or AWS call them [default: all].
    #[arg(value_name = "KEY")]
    pub keys: Vec<String>,
    /// How things are named.
    #[command(flatten)]
    pub names: Names,
}

/// `attr set`.
#[derive(Clone, Debug, Args)]
pub struct AttrSet {
    /// A load balancer, a target group, or a listener as LB/PORT: by name, ARN, key of the spec.
    #[arg(value_name = "NAME", add = ArgValueCompleter::new(completions::anything))]
    pub name: String,
    /// Attributes, as specs or AWS call them, with their new values; durations such as `90`, `2m`, `1h30m`. Of a load
    /// balancer also `ip_address_type`, of an HTTPS listener also `ssl_policy`.
    #[arg(value_name = "KEY=VALUE", required = true, value_parser = assignment)]
    pub values: Vec<(String, String)>,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        Some(_) | None => Err("write it as KEY=VALUE".to_owned()),
    }
}
