//! The command line of `doctor`.

use clap::{Args, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use super::args_fix::Names;
use super::completions;

/// `doctor`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  albctl doctor shop-prod --status 502    the causes of a 502 first
  albctl doctor https://api.shop.example.com/orders    the way of this request, up to what breaks it")]
pub struct Doctor {
    /// A load balancer (name, ARN, DNS name), a spec, or a host or URL that users ask for [default: the spec's].
    #[arg(value_name = "LB|SPEC|HOST", value_hint = ValueHint::AnyPath, add = ArgValueCompleter::new(completions::balancers_and_specs))]
    pub what: Option<String>,
    /// The status code that users see: its causes come first, and hints about it are told.
    #[arg(long, value_name = "CODE", value_parser = clap::value_parser!(u16).range(400..=599))]
    pub status: Option<u16>,
    /// How things are named.
    #[command(flatten)]
    pub names: Names,
}
