//! The command line of `sandbox`, and of what a sandbox is furnished with: `sandbox zone`, `sandbox function` and `sandbox
//! certificate`.

use clap::Subcommand;

/// `sandbox`.
#[derive(Debug, Subcommand)]
pub enum Sandbox {
    /// Offer the sandbox to other AWS clients on this machine, over HTTP on the loopback interface.
    #[command(after_help = "Examples:
  albctl sandbox serve --port 4566
  aws --endpoint-url http://127.0.0.1:4566 elbv2 describe-load-balancers")]
    Serve {
        /// The port to listen on; 0 takes a free one.
        #[arg(long, value_name = "N")]
        port: u16,
        /// How many times as fast as the wall clock its time runs.
        #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = speed)]
        speed: f64,
    },
    /// Forget all that is in the sandbox.
    #[command(after_help = "Examples:
  albctl sandbox reset
  albctl sandbox reset --sandbox-state ./trial.json --yes")]
    Reset {
        /// Reset without asking; needed where there is no terminal.
        #[arg(short, long)]
        yes: bool,
    },
    /// Hosted zones of Route 53, for the DNS records of specs.
    #[command(
        subcommand,
        after_help = "Examples:
  albctl sandbox zone create example.com
  albctl sandbox zone list"
    )]
    Zone(Zone),
    /// Lambda functions, for the target groups of specs.
    #[command(
        subcommand,
        after_help = "Examples:
  albctl sandbox function create warm-up
  albctl sandbox function list"
    )]
    Function(Function),
    /// Certificates of ACM that exist already, for specs that `use` one.
    #[command(
        subcommand,
        after_help = "Examples:
  albctl sandbox certificate create '*.example.com'
  albctl sandbox certificate list"
    )]
    Certificate(Certificate),
}

/// `sandbox certificate`.
#[derive(Debug, Subcommand)]
pub enum Certificate {
    /// Put an issued certificate into ACM.
    #[command(after_help = "Examples:
  albctl sandbox certificate create example.com '*.example.com'
  albctl sandbox certificate create example.com --region eu-west-1")]
    Create {
        /// The names that it is for.
        #[arg(value_name = "NAME", required = true)]
        names: Vec<String>,
    },
    /// List the certificates of ACM, of all regions.
    #[command(after_help = "Examples:
  albctl sandbox certificate list
  albctl sandbox certificate list --output json")]
    List,
}

/// `sandbox zone`.
#[derive(Debug, Subcommand)]
pub enum Zone {
    /// Make a hosted zone; several zones may have one name.
    #[command(after_help = "Examples:
  albctl sandbox zone create example.com
  albctl sandbox zone create internal.example.com --private vpc-0a1b2c3d")]
    Create {
        /// The domain name.
        #[arg(value_name = "NAME")]
        name: String,
        /// Make it a private zone of this VPC.
        #[arg(long, value_name = "VPC")]
        private: Option<String>,
    },
    /// List the hosted zones.
    #[command(after_help = "Examples:
  albctl sandbox zone list
  albctl sandbox zone list --output json")]
    List,
    /// Delete a hosted zone and all its records.
    #[command(after_help = "Examples:
  albctl sandbox zone delete example.com
  albctl sandbox zone delete Z6A540DF4C9636578    where several have the name")]
    Delete {
        /// The domain name, or the id.
        #[arg(value_name = "NAME|ID")]
        zone: String,
    },
}

/// `sandbox function`.
#[derive(Debug, Subcommand)]
pub enum Function {
    /// Make a Lambda function, which nothing may invoke yet.
    #[command(after_help = "Examples:
  albctl sandbox function create warm-up
  albctl sandbox function create warm-up --alias live --region eu-west-1")]
    Create {
        /// The function's name.
        #[arg(value_name = "NAME")]
        name: String,
        /// An alias of it; may be repeated.
        #[arg(long, value_name = "ALIAS")]
        alias: Vec<String>,
    },
    /// List the Lambda functions of all regions.
    #[command(after_help = "Examples:
  albctl sandbox function list
  albctl sandbox function list --output json")]
    List,
    /// Delete a Lambda function, with its aliases and permissions.
    #[command(after_help = "Examples:
  albctl sandbox function delete warm-up
  albctl sandbox function delete warm-up --region eu-west-1")]
    Delete {
        /// The function's name.
        #[arg(value_name = "NAME")]
        name: String,
    },
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if speed.is_finite() && speed > 0.0 => Ok(speed),
        Ok(_) | Err(_) => Err("give a number above 0".to_owned()),
    }
}
