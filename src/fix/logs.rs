//! `logs enable|disable`: access, connection and health check logs of a load balancer, and the policy of their bucket.

use serde_json::{Value, json};

use super::{Fix, Keep};
use crate::base::Diagnostic;
use crate::base::shell::quoted;
use crate::kinds::load_balancer::check::{check_bucket, check_prefix};
use crate::kinds::load_balancer::model::AccessLogs;
use crate::kinds::{Live, Resource, load_balancer};

/// What can be logged, by the row of a load balancer's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Log {
    /// Each request.
    Access,
    /// Each TLS connection, those that fail among them.
    Connection,
    /// Each health check of a target.
    HealthCheck,
}

impl Log {
    /// Its row.
    pub fn key(self) -> &'static str {
        match self {
            Self::Access => "access_logs",
            Self::Connection => "connection_logs",
            Self::HealthCheck => "health_check_logs",
        }
    }

    /// Its option on the command line.
    pub fn option(self) -> &'static str {
        match self {
            Self::Access => "--access",
            Self::Connection => "--connection",
            Self::HealthCheck => "--health-check",
        }
    }

    fn place(self, model: &mut load_balancer::LoadBalancer) -> &mut Option<AccessLogs> {
        match self {
            Self::Access => &mut model.access_logs,
            Self::Connection => &mut model.connection_logs,
            Self::HealthCheck => &mut model.health_check_logs,
        }
    }
}

/// Where logs of a load balancer go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// The account of the load balancer.
    pub account: String,
    /// Its region.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// The prefix of the keys; may be empty.
    pub prefix: String,
}

/// Lets a load balancer write logs, or no longer. `name` is what the command called it.
///
/// # Errors
/// A bucket or prefix that AWS would refuse.
pub fn set(
    live: &Live,
    name: &str,
    logs: &[Log],
    wanted: Option<&AccessLogs>,
) -> Result<Fix, Vec<Diagnostic>> {
    let problems: Vec<Diagnostic> = wanted.map(check).unwrap_or_default();
    if problems.iter().any(Diagnostic::stops) {
        return Err(problems);
    }
    let mut fix = Fix::of(live);
    fix.warnings = problems;
    let id = load_balancer::id();
    let Some(Resource::LoadBalancer(model)) = fix.desired.resources.get_mut(&id).map(|one| &mut one.resource)
    else {
        return Ok(fix);
    };
    let mut were = Vec::new();
    for log in logs {
        were.push((*log, std::mem::replace(log.place(model), wanted.cloned())));
        let value = wanted.map_or(Value::Null, written);
        fix.keep.push(Keep { id: id.clone(), field: log.key().to_owned(), value });
    }
    let told: Vec<String> = logs.iter().map(|log| (*log).key().to_owned()).collect();
    let told = told.join(", ");
    fix.unchanged = match wanted {
        Some(to) => format!("{told}: {} already", url(to)),
        None => format!("{told}: off already"),
    };
    fix.effect = match wanted {
        Some(to) => enabled(&Place::of(live, to), logs),
        None => vec!["nothing more is written; what is in the bucket stays there.".to_owned()],
    };
    // What is as it is wanted stays as it is when the rest is taken back.
    were.retain(|(_, was)| was.as_ref() != wanted);
    fix.undo = take_back(name, &were);
    if fix.undo.is_none() && !were.is_empty() {
        let told: Vec<String> = were.iter().map(was).collect();
        fix.effect.push(super::no_way_back(&told.join(", ")));
    }
    Ok(fix)
}

fn enabled(place: &Place, logs: &[Log]) -> Vec<String> {
    let folder = format!(
        "s3://{}/{}AWSLogs/{}/elasticloadbalancing/{}/",
        place.bucket,
        prefix(&place.prefix),
        place.account,
        place.region
    );
    let mut lines = vec![format!("a few minutes from now files appear in {folder}. AWS bills the storage.")];
    if logs.contains(&Log::Access) {
        lines.push("Access logs hold the address of each client and each URL with its query.".to_owned());
    }
    lines.push(
        "AWS writes a test file at once, so the bucket's policy must allow it: --print-policy shows it."
            .to_owned(),
    );
    lines
}

fn url(to: &AccessLogs) -> String {
    let slash = if to.prefix.is_empty() { "" } else { "/" };
    format!("s3://{}{slash}{}", to.bucket, to.prefix)
}

/// How a spec writes it.
fn written(to: &AccessLogs) -> Value {
    match to.prefix.is_empty() {
        true => json!({ "bucket": to.bucket }),
        false => json!({ "bucket": to.bucket, "prefix": to.prefix }),
    }
}

/// `access_logs s3://shop-logs/alb`, `connection_logs off`.
fn was((log, was): &(Log, Option<AccessLogs>)) -> String {
    format!("{} {}", log.key(), was.as_ref().map_or_else(|| "off".to_owned(), url))
}

/// One command that brings all back that were alike.
fn take_back(name: &str, were: &[(Log, Option<AccessLogs>)]) -> Option<String> {
    let (_, first) = were.first()?;
    if were.iter().any(|(_, other)| other != first) {
        return None;
    }
    let options: Vec<&str> = were.iter().map(|(log, _)| log.option()).collect();
    let options = options.join(" ");
    let name = quoted(name);
    Some(match first {
        None => format!("logs disable {name} {options}"),
        Some(to) => {
            let prefix = if to.prefix.is_empty() {
                String::new()
            } else {
                format!(" --prefix {}", quoted(&to.prefix))
            };
            format!("logs enable {name} {options} --bucket {}{prefix}", quoted(&to.bucket))
        }
    })
}

/// API: the naming rules of buckets, `LoadBalancerAttribute`.
fn check(to: &AccessLogs) -> Vec<Diagnostic> {
    let help = "write --bucket BUCKET, and what comes after it in S3 as --prefix PREFIX";
    let bucket = check_bucket(&to.bucket).map(|problem| problem.help(help));
    bucket.into_iter().chain(check_prefix(&to.prefix)).collect()
}

fn prefix(prefix: &str) -> String {
    if prefix.is_empty() { String::new() } else { format!("{prefix}/") }
}

impl Place {
    /// Where the logs of a live load balancer would go.
    pub fn of(live: &Live, to: &AccessLogs) -> Self {
        let arn = live.resources.get(&load_balancer::id()).map(|one| one.arn.as_str()).unwrap_or_default();
        let partition = arn.split(':').nth(1).filter(|part| !part.is_empty()).unwrap_or("aws");
        Self {
            partition: partition.to_owned(),
            account: live.account.clone(),
            region: live.region.clone(),
            bucket: to.bucket.clone(),
            prefix: to.prefix.clone(),
        }
    }

    /// The policy that a bucket needs, in the order in which people write it. Elastic Load Balancing user guide,
    /// "Enable access logs".
    pub fn policy_text(&self) -> String {
        let Self { partition, account, bucket, .. } = self;
        let resource =
            json!(format!("arn:{partition}:s3:::{bucket}/{}AWSLogs/{account}/*", prefix(&self.prefix)));
        format!(
            r#"{{
  "Version": "2012-10-17",
  "Statement": [
    {{
      "Sid": "AllowLoadBalancerLogs",
      "Effect": "Allow",
      "Principal": {{ "Service": "logdelivery.elasticloadbalancing.amazonaws.com" }},
      "Action": "s3:PutObject",
      "Resource": {resource}
    }}
  ]
}}"#
        )
    }

    /// The same for programs.
    pub fn policy(&self) -> Value {
        serde_json::from_str(&self.policy_text()).unwrap_or_default()
    }

    /// What else has to be so.
    pub fn notes(&self) -> Vec<String> {
        let Self { partition, region, .. } = self;
        let mut notes = vec![
            format!("the bucket must be in {region}, and encrypted with keys of S3 (SSE-S3), not of KMS"),
            "add the statement to the policy that the bucket has: putting this alone replaces that"
                .to_owned(),
        ];
        notes.extend(ELDER.iter().find(|(name, _)| name == region).map(|(_, account)| {
            format!("an older form is as good: \"Principal\": {{\"AWS\": \"arn:{partition}:iam::{account}:root\"}}")
        }));
        notes
    }
}

/// The accounts that log in the regions of before August 2022. Elastic Load Balancing user guide, "Enable access logs".
const ELDER: &[(&str, &str)] = &[
    ("us-east-1", "127311923021"),
    ("us-east-2", "033677994240"),
    ("us-west-1", "027434742980"),
    ("us-west-2", "797873946194"),
    ("af-south-1", "098369216593"),
    ("ap-east-1", "754344448648"),
    ("ap-southeast-3", "589379963580"),
    ("ap-south-1", "718504428378"),
    ("ap-northeast-3", "383597477331"),
    ("ap-northeast-2", "600734575887"),
    ("ap-southeast-1", "114774131450"),
    ("ap-southeast-2", "783225319266"),
    ("ap-northeast-1", "582318560864"),
    ("ca-central-1", "985666609251"),
    ("eu-central-1", "054676820928"),
    ("eu-west-1", "156460612806"),
    ("eu-west-2", "652711504416"),
    ("eu-south-1", "635631232127"),
    ("eu-west-3", "009996457667"),
    ("eu-north-1", "897822967062"),
    ("me-south-1", "076674570225"),
    ("sa-east-1", "507241528517"),
    ("us-gov-west-1", "048591011584"),
    ("us-gov-east-1", "190560391635"),
];
