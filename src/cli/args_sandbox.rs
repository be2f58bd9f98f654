//! The command line of what a sandbox is furnished with: `sandbox zone` and `sandbox function`.

use clap::Subcommand;

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
