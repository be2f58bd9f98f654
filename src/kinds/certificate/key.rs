//! How specs and live listeners name certificates.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What stands before a domain by which a certificate is found.
const BY_DOMAIN: &str = "use ";

/// A certificate as a listener names it: the key of one of the stack, the ARN of another, or, in what a spec wants, the
/// domain by which one is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CertificateKey(pub String);

impl CertificateKey {
    /// The certificate of this domain, whichever it is.
    pub fn by_domain(domain: &str) -> Self {
        Self(format!("{BY_DOMAIN}{}", domain.to_ascii_lowercase()))
    }

    /// The ARN, of a certificate that is not the stack's.
    pub fn foreign_arn(&self) -> Option<&str> {
        self.0.starts_with("arn:").then_some(self.0.as_str())
    }

    /// The domain by which it is found.
    pub fn domain(&self) -> Option<&str> {
        self.0.strip_prefix(BY_DOMAIN)
    }

    /// The key in the spec, of one of the stack's own.
    pub fn own(&self) -> Option<&str> {
        (self.foreign_arn().is_none() && self.domain().is_none()).then_some(self.0.as_str())
    }
}

impl fmt::Display for CertificateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether a certificate for `pattern` is one for `host`: equal, or a wildcard in place of its first label.
pub fn covers(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (pattern.to_ascii_lowercase(), host.to_ascii_lowercase());
    if pattern == host {
        return true;
    }
    let rest = |name: &str| name.split_once('.').map(|(_, rest)| rest.to_owned());
    let wild = pattern.strip_prefix("*.").map(str::to_owned);
    wild.is_some() && wild == rest(&host) && !host.starts_with("*.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_arns_and_domains_are_told_apart() {
        let (own, arn) = (CertificateKey("api".to_owned()), CertificateKey("arn:aws:acm:x".to_owned()));
        let domain = CertificateKey::by_domain("API.example.com");
        assert_eq!((own.own(), own.foreign_arn(), own.domain()), (Some("api"), None, None));
        assert_eq!((arn.own(), arn.foreign_arn()), (None, Some("arn:aws:acm:x")));
        assert_eq!((domain.own(), domain.domain()), (None, Some("api.example.com")));
    }

    #[test]
    fn a_wildcard_stands_for_one_label() {
        assert!(covers("api.example.com", "API.example.com"));
        assert!(covers("*.example.com", "api.example.com"));
        assert!(covers("*.example.com", "*.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(!covers("*.b.example.com", "*.example.com"));
        assert!(!covers("api.example.com", "*.example.com"));
    }
}
