//! What is known of a certificate, wherever it is.

use std::collections::BTreeSet;

use crate::base::time::{days_ago, days_until};
use crate::kinds::certificate::key::covers;
use crate::kinds::certificate::model::{Cname, Store};

/// The status of a certificate that can be used. API: `CertificateStatus`.
pub const ISSUED: &str = "ISSUED";

/// When fewer days are left somebody should look.
pub const SOON: i64 = 30;

/// A certificate, as far as it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// What it says.
    Found(Box<Facts>),
    /// There is none of this ARN.
    Gone,
    /// These credentials may not ask.
    Denied,
}

impl Known {
    /// What it says, where that is known.
    pub fn facts(&self) -> Option<&Facts> {
        match self {
            Self::Found(facts) => Some(facts),
            Self::Gone | Self::Denied => None,
        }
    }
}

/// What a certificate says, and what its store says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its ARN.
    pub arn: String,
    /// Where it is.
    pub store: Store,
    /// The first name.
    pub domain: String,
    /// All names in lower case.
    pub names: BTreeSet<String>,
    /// `KeyAlgorithm` as requests write it, such as `RSA_2048`; in other words for one that no load balancer takes.
    pub key: String,
    /// Such as `SHA256WITHRSA`; none where it cannot be told.
    pub signature: Option<String>,
    /// Seconds since 1970.
    pub not_before: Option<u64>,
    /// Seconds since 1970.
    pub not_after: Option<u64>,
    /// `CertificateStatus` of ACM; of a server certificate of IAM always [`ISSUED`].
    pub status: String,
    /// Whether somebody renews it.
    pub renewal: Renewal,
    /// Why ACM did not issue it. API: `FailureReason`.
    pub failure: Option<String>,
    /// The ARNs of what uses it, as ACM says; none of a server certificate.
    pub used_by: Vec<String>,
    /// While ACM waits for its validation: the CNAME records that it looks for.
    pub records: Vec<Cname>,
}

/// Who renews a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// ACM, in time. API: `RenewalEligibility`.
    Itself,
    /// ACM tries to and does not get on: `RenewalStatus`.
    Stuck(String),
    /// ACM made it and does not renew it: nothing uses it, or it was not validated by DNS.
    Ineligible,
    /// Who imported or uploaded it.
    Nobody,
}

impl Facts {
    /// Whether one of its names is for a host; which one.
    pub fn name_for(&self, host: &str) -> Option<&str> {
        let exact = self.names.iter().find(|name| name.eq_ignore_ascii_case(host));
        exact.or_else(|| self.names.iter().find(|name| covers(name, host))).map(String::as_str)
    }

    /// Whole days until it ends: 0 on its last day, below 0 afterwards.
    pub fn days_left(&self, now: u64) -> Option<i64> {
        self.not_after.map(|end| days_until(now, end))
    }

    /// Whether its time is over, or has not come.
    pub fn is_valid(&self, now: u64) -> bool {
        self.not_after.is_none_or(|end| now < end) && self.not_before.is_none_or(|begin| begin <= now)
    }

    /// `RSA 2048`, `ECDSA P-256`.
    pub fn key_words(&self) -> String {
        match self.key.as_str() {
            "EC_prime256v1" => "ECDSA P-256".to_owned(),
            "EC_secp384r1" => "ECDSA P-384".to_owned(),
            "EC_secp521r1" => "ECDSA P-521".to_owned(),
            other => other.replace('_', " "),
        }
    }

    /// Whether its key is on an elliptic curve.
    pub fn is_ecdsa(&self) -> bool {
        self.key.starts_with("EC_")
    }

    /// The size of its key in bits; 0 for one of another sort.
    pub fn bits(&self) -> u32 {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        match (self.key.as_str(), self.key.strip_prefix("RSA_")) {
            ("EC_prime256v1", _) => 256,
            ("EC_secp384r1", _) => 384,
            ("EC_secp521r1", _) => 521,
            (_, Some(size)) => digits(size).parse().unwrap_or(0),
            (_, None) => 0,
        }
    }

    /// `ACM`, `imported`, `IAM`.
    pub fn store_words(&self) -> &'static str {
        match self.store {
            Store::Acm => "ACM",
            Store::Import => "imported",
            Store::Iam => "IAM",
        }
    }

    /// Who renews it, in words.
    pub fn renewal_words(&self) -> String {
        match &self.renewal {
            Renewal::Itself => "renews itself".to_owned(),
            Renewal::Stuck(status) => format!("renewal {status}"),
            Renewal::Ineligible => "not renewed by ACM".to_owned(),
            Renewal::Nobody => "nothing renews it".to_owned(),
        }
    }

    /// Who renews it, or that it was not done: what has ended does not renew itself any more.
    pub fn renewal_at(&self, now: u64) -> String {
        match (&self.renewal, self.not_after.is_some_and(|end| now >= end)) {
            (Renewal::Itself, true) => "ACM has not renewed it".to_owned(),
            (Renewal::Itself | Renewal::Stuck(_) | Renewal::Ineligible | Renewal::Nobody, _) => {
                self.renewal_words()
            }
        }
    }

    /// What needs attention, in words.
    pub fn problem(&self, now: u64) -> Option<String> {
        let days = self.days_left(now);
        if self.not_after.is_some_and(|end| now >= end) {
            return Some(format!("expired {}", days_ago(days.unwrap_or(0))));
        }
        if self.status != ISSUED {
            return Some(format!("{}: it cannot be used", self.status));
        }
        if self.not_before.is_some_and(|begin| now < begin) {
            return Some("its time has not come yet".to_owned());
        }
        if matches!(self.renewal, Renewal::Stuck(_)) {
            return Some(format!("its {}", self.renewal_words()));
        }
        days.filter(|days| *days < SOON).map(|days| match days {
            0 => format!("ends today, {}", self.renewal_words()),
            1 => format!("1 day left, {}", self.renewal_words()),
            days => format!("{days} days left, {}", self.renewal_words()),
        })
    }
}
