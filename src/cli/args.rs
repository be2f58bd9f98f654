//! The command line as data. The comments here are the help texts; nothing here does anything.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use super::args_attr::Attr;
use super::args_cert::Cert;
use super::args_doctor::Doctor;
use super::args_fix::Stickiness;
use super::args_health::Health;
use super::args_live::{Output, Status};
use super::args_logs::Logs;
pub use super::args_plan::{Apply, Destroy, Plan, Planning, Specs, Wait};
use super::args_redirect::Redirect;
pub use super::args_sandbox::Sandbox;
use super::args_targets::Targets;
use super::args_weights::Weights;
use crate::output::ui::Format;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Plan and apply AWS Application Load Balancers from a YAML spec, without a state file.
///
/// albctl reads a spec of one stack (load balancer, listeners, rules, target groups, targets), compares it with
/// what is live in AWS, shows the difference as a plan, and applies that plan. Try it with --sandbox: an AWS
/// inside the process, which needs no account.
///
/// SPEC is a file, or a folder with `albctl.yaml` or `*.albctl.yaml` in it. Left out, it is $ALBCTL_SPEC, else
/// `albctl.yaml`.
///
/// Exit codes: 0 done or nothing to do; 1 failed; 2 wrong usage; 3 changes are pending (plan --exit-code); 4 the
/// spec is invalid; 5 the apply is incomplete; 6 refused as unsafe or stale; 7 a routing test failed; 130
/// interrupted.
#[derive(Debug, Parser)]
#[command(name = "albctl", version, styles = STYLES, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Examples:
  albctl --sandbox apply specs/quickstart.yaml    try it, without an AWS account
  albctl plan prod.yaml                           what would change")]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Run against an AWS inside the process; no account is touched.
    #[arg(long, global = true)]
    pub sandbox: bool,
    /// The file that holds the sandbox's state [default: albctl/sandbox.json in the user's state folder].
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub sandbox_state: Option<PathBuf>,
    /// The AWS region, where the spec names none.
    #[arg(long, global = true, value_name = "REGION")]
    pub region: Option<String>,
    /// The profile of the AWS configuration to take credentials from.
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Another endpoint than AWS, for all services.
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub endpoint_url: Option<String>,
    /// The value of a variable of the spec; may be repeated. Wins over ALBCTL_VAR_NAME and --vars.
    #[arg(long, global = true, value_name = "NAME=VALUE", value_parser = assignment)]
    pub var: Vec<(String, String)>,
    /// A YAML or JSON file with values of variables; may be repeated, later ones win.
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub vars: Vec<PathBuf>,
    /// How the answer is written.
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    pub output: OutputFormat,
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub color: When,
    /// Only the last line of the answer, and errors.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Whole values, ARNs, calls, request ids.
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// How many calls to AWS may be under way at once.
    #[arg(long, global = true, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallelism: u8,
}

impl Cli {
    /// Reads a command line.
    ///
    /// # Errors
    /// What clap says: help, the version, or what is wrong.
    pub fn read(line: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        Self::try_parse_from(gathered(line))
    }
}

/// The command line with `--var` and `--vars` moved to the end of the options. Of an option that stands on both
/// sides of the command, clap keeps one side only; nobody expects values to be dropped.
fn gathered(line: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let (mut kept, mut moved) = (Vec::new(), Vec::new());
    let mut rest = line.into_iter();
    while let Some(word) = rest.next() {
        let text = word.to_string_lossy();
        if text == "--" {
            return kept.into_iter().chain(moved).chain([word]).chain(rest).collect();
        }
        if text == "--var" || text == "--vars" {
            moved.push(word);
            moved.extend(rest.next());
        } else if text.starts_with("--var=") || text.starts_with("--vars=") {
            moved.push(word);
        } else {
            kept.push(word);
        }
    }
    kept.into_iter().chain(moved).collect()
}

impl Global {
    /// Two options that exclude each other, and why. (clap would see it only where both stand on the same side of
    /// the command.)
    pub fn contradiction(&self) -> Option<&'static str> {
        match self {
            Self { sandbox: true, endpoint_url: Some(_), .. } => {
                Some("--sandbox and --endpoint-url exclude each other")
            }
            Self { sandbox: true, profile: Some(_), .. } => {
                Some("--sandbox and --profile exclude each other")
            }
            Self { quiet: true, verbose: true, .. } => Some("--quiet and --verbose exclude each other"),
            Self { .. } => None,
        }
    }
}

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people.
    Text,
    /// For programs: one document on stdout.
    Json,
}

impl From<OutputFormat> for Format {
    fn from(format: OutputFormat) -> Self {
        match format {
            OutputFormat::Text => Format::Text,
            OutputFormat::Json => Format::Json,
        }
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check specs offline: nothing is read from AWS.
    #[command(after_help = "Examples:
  albctl validate prod.yaml
  albctl validate specs/ --output json")]
    Validate(Specs),
    /// Show what differs between specs and AWS, and what would be done.
    #[command(after_help = "Examples:
  albctl plan prod.yaml --out prod.plan    to be applied as it is: albctl apply --plan prod.plan
  albctl plan prod.yaml --exit-code    exit 3 when there are changes, for CI")]
    Plan(Plan),
    /// Bring AWS to what specs say, after showing the plan and asking.
    #[command(after_help = "Examples:
  albctl apply prod.yaml --plan-id 7c41e9 --yes    only what was shown as this plan
  albctl apply prod.yaml --yes --wait healthy    without asking, until targets are healthy")]
    Apply(Apply),
    /// Remove all that belongs to a stack, after asking for the stack's name.
    #[command(after_help = "Examples:
  albctl destroy prod.yaml
  albctl --sandbox destroy specs/quickstart.yaml --yes")]
    Destroy(Destroy),
    /// Show what is live of a stack, or of any load balancer, with the health of all targets.
    #[command(after_help = "Examples:
  albctl status prod.yaml
  albctl status shop-prod-alb    one that no spec describes")]
    Status(Status),
    /// List every load balancer of the region, whoever owns it, and what needs attention.
    #[command(after_help = "Examples:
  albctl list --region eu-west-1
  albctl list --output json | jq -r '.load_balancers[] | select(.problems != []) | .name'")]
    List,
    /// Say what is wrong now and why, likeliest first: exit 1 when something is, else 0.
    Doctor(Doctor),
    /// Whether targets are healthy, and why not: of a target group, a load balancer, a spec.
    #[command(after_help = "Examples:
  albctl health orders --watch
  albctl health prod.yaml --wait --timeout 5m --allow-empty search    for CI: exit 1 when not healthy")]
    Health(Health),
    /// Who answers the requests of a live target group, whoever made it.
    #[command(
        subcommand,
        after_help = "Examples:
  albctl targets list orders
  albctl targets drain orders i-0a1b2c3d4e5f60718"
    )]
    Targets(Targets),
    /// Whether each client keeps its target: on a live target group, whoever made it.
    #[command(
        subcommand,
        after_help = "Examples:
  albctl stickiness enable orders --duration 1h
  albctl stickiness show shop-prod-orders"
    )]
    Stickiness(Stickiness),
    /// How the requests of a rule are shared between target groups: of any live load balancer.
    #[command(after_help = "Examples:
  albctl weights shop-prod/443/20    who gets how much
  albctl weights shop-prod/443/20 users=90 users-canary=10    share it so")]
    Weights(Weights),
    /// HTTP to HTTPS: whether a load balancer sends clients of port 80 on, whoever made it.
    #[command(
        subcommand,
        after_help = "Examples:
  albctl redirect enable shop-prod --status 302
  albctl redirect disable shop-prod --forward shop-prod-orders"
    )]
    Redirect(Redirect),
    /// What HTTPS listeners serve: certificates of any live load balancer.
    #[command(
        subcommand,
        after_help = "Examples:
  albctl cert list shop-prod
  albctl cert rotate shop-prod/443 OLD_ARN NEW_ARN"
    )]
    Cert(Cert),
    /// Any attribute of a live load balancer, target group or listener, whoever made it.
    #[command(
        subcommand,
        after_help = "Examples:
  albctl attr get shop-prod
  albctl attr set shop-prod idle_timeout=2m"
    )]
    Attr(Attr),
    /// Logs of a live load balancer: of requests, TLS connections, health checks.
    #[command(
        subcommand,
        after_help = "Examples:
  albctl logs enable shop-prod --bucket shop-logs
  albctl logs disable shop-prod --access"
    )]
    Logs(Logs),
    /// Print names and ARNs of what is live, for other tools.
    #[command(after_help = "Examples:
  albctl output prod.yaml dns_name
  albctl output prod.yaml --format ecs    for aws ecs create-service")]
    Output(Output),
    /// Print the JSON Schema of specs, for editors.
    #[command(after_help = "Examples:
  albctl schema > albctl.schema.json
  # yaml-language-server: $schema=./albctl.schema.json    first line of a spec")]
    Schema,
    /// Print a completion script for a shell.
    #[command(after_help = "Examples:
  source <(albctl completions bash)
  albctl completions zsh > ~/.zfunc/_albctl")]
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// The AWS inside the process.
    #[command(
        subcommand,
        after_help = "Examples:
  albctl sandbox serve --port 4566    for other AWS clients, on this machine only
  albctl sandbox reset --yes          start anew"
    )]
    Sandbox(Sandbox),
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) | None => Err("write it as NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
#[path = "args_tests.rs"]
mod tests;
