//! The command line of `redirect`.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::args_fix::Fixing;
use super::completions;

/// `redirect`.
#[derive(Clone, Debug, Subcommand)]
pub enum Redirect {
    /// Send clients that ask in HTTP to HTTPS.
    ///
    /// The default action of the listener on port 80 becomes a redirect; where nothing listens there, a listener is
    /// made. Rules of that listener win over its default: they are listed, and stay as they are.
    #[command(after_help = "Examples:
  albctl redirect enable shop-prod --status 302    try it: browsers do not keep a 302
  albctl redirect enable shop-prod --to-port 8443 --yes")]
    Enable(RedirectEnable),
    /// Let something else answer on port 80 than the redirect.
    #[command(after_help = "Examples:
  albctl redirect disable shop-prod --forward shop-prod-web
  albctl redirect disable shop-prod --fixed 404 --yes")]
    Disable(RedirectDisable),
}

/// `redirect enable`.
#[derive(Clone, Debug, Args)]
pub struct RedirectEnable {
    /// The load balancer: name, ARN, DNS name, or the beginning of a name.
    #[arg(value_name = "LB", add = ArgValueCompleter::new(completions::balancers))]
    pub balancer: String,
    /// The port on which clients ask in HTTP.
    #[arg(long, value_name = "PORT", default_value_t = 80, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: u16,
    /// The port of the HTTPS listener.
    #[arg(long, value_name = "PORT", default_value_t = 443, value_parser = clap::value_parser!(u16).range(1..))]
    pub to_port: u16,
    /// 301 is for good: browsers keep it. 302 is for trying it.
    #[arg(long, value_name = "STATUS", default_value = "301", value_parser = ["301", "302"])]
    pub status: String,
    /// List all rules that win over the default, not only the first five.
    #[arg(long)]
    pub rules: bool,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}

/// `redirect disable`.
#[derive(Clone, Debug, Args)]
pub struct RedirectDisable {
    /// The load balancer: name, ARN, DNS name, or the beginning of a name.
    #[arg(value_name = "LB", add = ArgValueCompleter::new(completions::balancers))]
    pub balancer: String,
    /// The port on which clients ask in HTTP.
    #[arg(long, value_name = "PORT", default_value_t = 80, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: u16,
    /// Requests go to this target group instead.
    #[arg(long, value_name = "TARGET_GROUP", conflicts_with_all = ["fixed", "delete_listener"], add = ArgValueCompleter::new(completions::groups))]
    pub forward: Option<String>,
    /// The load balancer answers with this status instead: 200 to 299, 400 to 599.
    #[arg(long, value_name = "STATUS", value_parser = fixed, conflicts_with = "delete_listener")]
    pub fixed: Option<u16>,
    /// Nothing listens on the port any more.
    #[arg(long)]
    pub delete_listener: bool,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}

/// API: `FixedResponseActionConfig`, 2xx, 4xx or 5xx.
fn fixed(text: &str) -> Result<u16, String> {
    let status = text.parse::<u16>().ok().filter(|status| matches!(status, 200..=299 | 400..=599));
    status.ok_or_else(|| "a fixed response has a status from 200 to 299 or from 400 to 599".to_owned())
}
