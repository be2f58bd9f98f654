//! The command line of the commands that mend one thing of what is live.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use super::completions;
use crate::base::{BadDuration, Seconds};
use crate::fix;
use crate::plan::ALLOW;

/// How things are named.
#[derive(Clone, Debug, Args)]
pub struct Names {
    /// A spec whose keys may be used as names [default: $ALBCTL_SPEC, else albctl.yaml, if there is one].
    #[arg(long, value_name = "SPEC", value_hint = ValueHint::FilePath)]
    pub spec: Option<PathBuf>,
}

/// What every fix takes.
#[derive(Clone, Debug, Args)]
pub struct Fixing {
    /// How things are named.
    #[command(flatten)]
    pub names: Names,
    /// Write the change into this spec, too, so that its next apply keeps it; the lines are shown first.
    #[arg(long, value_name = "SPEC", value_hint = ValueHint::FilePath)]
    pub write: Option<PathBuf>,
    /// Show what would be done, and do nothing.
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Do what is refused with this code; may be repeated.
    #[arg(long, value_name = "CODE", value_parser = PossibleValuesParser::new(ALLOW.iter().chain(fix::ALLOW).copied()))]
    pub allow: Vec<String>,
    /// Do it without asking; needed where there is no terminal.
    #[arg(short, long)]
    pub yes: bool,
}

/// `stickiness`.
#[derive(Clone, Debug, Subcommand)]
pub enum Stickiness {
    /// Let each client keep its target.
    #[command(after_help = "Examples:
  albctl stickiness enable orders --duration 1h
  albctl stickiness enable shop-prod-orders --app-cookie SESSIONID --duration 1d --yes")]
    Enable(StickinessEnable),
    /// Spread the requests of each client over all targets again.
    #[command(after_help = "Examples:
  albctl stickiness disable orders
  albctl stickiness disable orders users --yes")]
    Disable(StickinessDisable),
    /// Say what happens to a client today.
    #[command(after_help = "Examples:
  albctl stickiness show orders
  albctl stickiness show shop-prod-orders --output json")]
    Show(StickinessShow),
}

impl Fixing {
    /// How things are named: by the spec that is named, else by the one that is written.
    pub fn known(&self) -> Names {
        Names { spec: self.names.spec.clone().or_else(|| self.write.clone()) }
    }
}

/// `stickiness enable`.
#[derive(Clone, Debug, Args)]
pub struct StickinessEnable {
    /// Target groups: name, ARN, key of the spec, or the beginning of a name.
    #[arg(value_name = "TARGET_GROUP", required = true, add = ArgValueCompleter::new(completions::groups))]
    pub groups: Vec<String>,
    /// How long a client keeps its target: 1s to 7d.
    #[arg(long, value_name = "DURATION", default_value = "1d", value_parser = seconds)]
    pub duration: u32,
    /// By this cookie of the application, instead of one that the load balancer makes.
    #[arg(long, value_name = "COOKIE")]
    pub app_cookie: Option<String>,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}

/// `stickiness disable`.
#[derive(Clone, Debug, Args)]
pub struct StickinessDisable {
    /// Target groups: name, ARN, key of the spec, or the beginning of a name.
    #[arg(value_name = "TARGET_GROUP", required = true, add = ArgValueCompleter::new(completions::groups))]
    pub groups: Vec<String>,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}

/// `stickiness show`.
#[derive(Clone, Debug, Args)]
pub struct StickinessShow {
    /// Target groups: name, ARN, key of the spec, or the beginning of a name.
    #[arg(value_name = "TARGET_GROUP", required = true, add = ArgValueCompleter::new(completions::groups))]
    pub groups: Vec<String>,
    /// How things are named.
    #[command(flatten)]
    pub names: Names,
}

/// A duration: `90`, `90s`, `5m`, `1h30m`, `1d`. Its range is checked where its meaning is known.
fn seconds(text: &str) -> Result<u32, String> {
    let seconds: Seconds = text.parse().map_err(|error: BadDuration| error.to_string())?;
    u32::try_from(seconds.0).map_err(|_| "that is too long".to_owned())
}
