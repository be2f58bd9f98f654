//! The command line of `cert`.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::args_fix::{Fixing, Names};
use super::completions;

/// `cert`.
#[derive(Clone, Debug, Subcommand)]
pub enum Cert {
    /// Show what each HTTPS listener serves, for which names, and for how long yet.
    #[command(after_help = "Examples:
  albctl cert list shop-prod
  albctl cert list shop-prod/443 --output json")]
    List(CertList),
    /// Show a certificate, or which one a client gets that asks for a host, and why.
    #[command(after_help = "Examples:
  albctl cert show api.shop.example.com shop-prod/443    which one clients of this host get
  albctl cert show arn:aws:acm:us-east-1:123456789012:certificate/4f5e")]
    Show(CertShow),
    /// Add a certificate to an HTTPS listener.
    #[command(after_help = "Examples:
  albctl cert attach shop-prod/443 api.shop.example.com
  albctl cert attach shop-prod/443 arn:aws:acm:us-east-1:123456789012:certificate/4f5e --default --yes")]
    Attach(CertAttach),
    /// Take a certificate out of the list of an HTTPS listener.
    #[command(after_help = "Examples:
  albctl cert detach shop-prod/443 old.shop.example.com
  albctl cert detach shop-prod/443 old-server-certificate --allow uncovered-host --yes")]
    Detach(CertDetach),
    /// Put a certificate in the place of another: add it, switch the default, remove the other, as one plan.
    #[command(after_help = "Examples:
  albctl cert rotate shop-prod/443 OLD_ARN NEW_ARN
  albctl cert rotate shop-prod/443 shop-2025 shop-2026 --yes    server certificates of IAM")]
    Rotate(CertRotate),
}

/// `cert list`.
#[derive(Clone, Debug, Args)]
pub struct CertList {
    /// A load balancer or one of its listeners: name, LB/PORT, ARN, DNS name, or key of the spec.
    #[arg(value_name = "LB[/PORT]", add = ArgValueCompleter::new(completions::listeners))]
    pub place: String,
    /// How things are named.
    #[command(flatten)]
    pub names: Names,
}

/// `cert show`.
#[derive(Clone, Debug, Args)]
pub struct CertShow {
    /// A certificate: ARN, domain, or name of a server certificate of IAM; with LB the host that a client asks for.
    #[arg(value_name = "CERT|HOST")]
    pub what: String,
    /// The load balancer or listener that the client comes to.
    #[arg(value_name = "LB[/PORT]", add = ArgValueCompleter::new(completions::listeners))]
    pub place: Option<String>,
    /// How things are named.
    #[command(flatten)]
    pub names: Names,
}

/// `cert attach`.
#[derive(Clone, Debug, Args)]
pub struct CertAttach {
    /// The listener: LB/PORT, or LB where only one is HTTPS.
    #[arg(value_name = "LB[/PORT]", add = ArgValueCompleter::new(completions::listeners))]
    pub place: String,
    /// The certificate: ARN, domain (the issued one that is for it), or name of a server certificate of IAM.
    #[arg(value_name = "CERT")]
    pub certificate: String,
    /// Make it the one for clients that no other is for; the one that is so now stays in the list.
    #[arg(long)]
    pub default: bool,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}

/// `cert detach`.
#[derive(Clone, Debug, Args)]
pub struct CertDetach {
    /// The listener: LB/PORT, or LB where only one is HTTPS.
    #[arg(value_name = "LB[/PORT]", add = ArgValueCompleter::new(completions::listeners))]
    pub place: String,
    /// A certificate of the listener: ARN, domain, or name of a server certificate of IAM.
    #[arg(value_name = "CERT")]
    pub certificate: String,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}

/// `cert rotate`.
#[derive(Clone, Debug, Args)]
pub struct CertRotate {
    /// The listener: LB/PORT, or LB where only one is HTTPS.
    #[arg(value_name = "LB[/PORT]", add = ArgValueCompleter::new(completions::listeners))]
    pub place: String,
    /// The certificate that goes: ARN, domain, or name of a server certificate of IAM.
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The certificate that comes: ARN, domain (the issued one that is for it), or name of one of IAM.
    #[arg(value_name = "NEW")]
    pub new: String,
    /// How it is done.
    #[command(flatten)]
    pub fixing: Fixing,
}
