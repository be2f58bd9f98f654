//! The command line of the commands that bring a spec to AWS: `plan`, `apply`, `destroy`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum, ValueHint};

use crate::base::{BadDuration, Seconds};
use crate::plan::{ALLOW, ID_DIGITS, WaitFor};

/// What an apply waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Wait {
    /// New load balancers are active and the targets that were registered are healthy.
    Healthy,
    /// New load balancers are active.
    Active,
    /// Nothing.
    None,
}

impl From<Wait> for WaitFor {
    fn from(wait: Wait) -> Self {
        match wait {
            Wait::Healthy => WaitFor::Healthy,
            Wait::Active => WaitFor::Active,
            Wait::None => WaitFor::None,
        }
    }
}

/// The specs of a command.
#[derive(Clone, Debug, Args)]
pub struct Specs {
    /// Files or folders, each a stack [default: $ALBCTL_SPEC, else albctl.yaml].
    #[arg(value_name = "SPEC", value_hint = ValueHint::AnyPath)]
    pub specs: Vec<PathBuf>,
}

/// What changes a plan.
#[derive(Clone, Debug, Args)]
pub struct Planning {
    /// Remove what is on our load balancer and not in the spec; without it, that is shown and kept.
    #[arg(long)]
    pub prune: bool,
    /// Take over the load balancer, target groups, listeners, rules and requested certificates that the spec
    /// describes and that are not this stack's; the plan shows all that would change.
    #[arg(long)]
    pub adopt: bool,
    /// Also what belongs to OWNER: `cloudformation`, `lbc` (the AWS Load Balancer Controller), or a stack of albctl;
    /// may be repeated.
    #[arg(long, value_name = "OWNER", requires = "adopt")]
    pub adopt_from: Vec<String>,
    /// Delete the DNS records by which ACM validated a certificate when that is deleted, where they are in a zone
    /// that can be reached and no other certificate of the region needs them.
    #[arg(long)]
    pub delete_validation_records: bool,
    /// What an apply waits for.
    #[arg(long, value_name = "FOR", value_enum, default_value_t = Wait::Active)]
    pub wait: Wait,
    /// How long each wait may take, such as `10m`, instead of 30m for a certificate, 10m for a load balancer, 5m for
    /// targets and 2m for DNS. What has not come by then ends the apply with exit code 5; the next one goes on.
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    pub wait_timeout: Option<u64>,
    /// Do what is refused with this code; may be repeated.
    #[arg(long, value_name = "CODE", value_parser = PossibleValuesParser::new(ALLOW))]
    pub allow: Vec<String>,
}

/// `plan`.
#[derive(Clone, Debug, Args)]
pub struct Plan {
    /// Which specs.
    #[command(flatten)]
    pub specs: Specs,
    /// How to plan.
    #[command(flatten)]
    pub planning: Planning,
    /// Exit with 3 when there are changes.
    #[arg(long)]
    pub exit_code: bool,
    /// Save the plan in a file, for apply --plan.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// `apply`.
#[derive(Clone, Debug, Args)]
pub struct Apply {
    /// Which specs.
    #[command(flatten)]
    pub specs: Specs,
    /// How to plan.
    #[command(flatten)]
    pub planning: Planning,
    /// Apply the plan that `plan --out` saved, if it is still the one to be made.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(conflicts_with_all = ["specs", "plan_id", "prune", "adopt", "adopt_from", "wait", "allow",
        "delete_validation_records", "wait_timeout"])]
    pub plan: Option<PathBuf>,
    /// Apply only if the plan has this id: at least six hex digits, as `plan` shows them.
    #[arg(long, value_name = "ID", value_parser = plan_id)]
    pub plan_id: Option<String>,
    /// Apply without asking; needed where there is no terminal.
    #[arg(short, long)]
    pub yes: bool,
}

/// `destroy`.
#[derive(Clone, Debug, Args)]
pub struct Destroy {
    /// The spec of the stack [default: $ALBCTL_SPEC, else albctl.yaml].
    #[arg(value_name = "SPEC", value_hint = ValueHint::AnyPath)]
    pub spec: Option<PathBuf>,
    /// Let listeners and the load balancer go although they hold what is not ours.
    #[arg(long)]
    pub prune: bool,
    /// Delete the DNS records by which ACM validated the stack's certificates, too, where they are in a zone that can
    /// be reached and no other certificate of the region needs them.
    #[arg(long)]
    pub delete_validation_records: bool,
    /// How long each wait may take, such as `10m`.
    #[arg(long, value_name = "DURATION", value_parser = limit)]
    pub wait_timeout: Option<u64>,
    /// Do what is refused with this code; may be repeated.
    #[arg(long, value_name = "CODE", value_parser = PossibleValuesParser::new(ALLOW))]
    pub allow: Vec<String>,
    /// Destroy without asking; needed where there is no terminal.
    #[arg(short, long)]
    pub yes: bool,
}

/// A limit of a wait in seconds: from a second to a day.
fn limit(text: &str) -> Result<u64, String> {
    const LONGEST: u64 = 86_400;
    let Seconds(seconds) = text.parse().map_err(|error: BadDuration| error.to_string())?;
    match (1..=LONGEST).contains(&seconds) {
        true => Ok(seconds),
        false => Err("give from 1s to 1d".to_owned()),
    }
}

fn plan_id(text: &str) -> Result<String, String> {
    let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match (ID_DIGITS..=64).contains(&text.len()) && hex {
        true => Ok(text.to_ascii_lowercase()),
        false => Err(format!("give {ID_DIGITS} or more hex digits, as `albctl plan` shows them")),
    }
}
