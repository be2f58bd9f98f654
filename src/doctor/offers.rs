//! Certificates that could be taken: commands name one that there is, and else say how to get one.

use super::certificates::SOON;
use super::facts::{Facts, Offer};
use super::finding::Finding;
use super::network::region;

impl Offer {
    /// Whether it lasts for some time from now on, in seconds since 1970.
    pub fn lasts(&self, now: u64) -> bool {
        self.not_after.is_none_or(|end| end > now + SOON)
    }
}

/// With the command that attaches a certificate for a host to a listener.
pub(super) fn attach(facts: &Facts, found: Finding, listener: &str, host: &str) -> Finding {
    let attach = format!("cert attach {listener}");
    match facts.offers.get(host).map(Vec::as_slice) {
        Some([first, more @ ..]) => {
            let found = found.seen(format!("there is one for it: {}", first.arn));
            let found = found.all_seen(more.iter().map(|one| format!("and another: {}", one.arn)));
            found.mend(format!("{attach} {}", first.arn))
        }
        Some([]) => {
            let found = found.seen(format!("no certificate that is issued is for {host}, in ACM or IAM"));
            let words = request(facts, host, &format!("albctl {attach} {host}"));
            found.change(format!("with a certificate for {host} among `certificates`"), words)
        }
        None => found.advise(format!(
            "if ACM has issued a certificate for {host}: albctl {attach} {host}; else {}",
            request(facts, host, "attach it")
        )),
    }
}

/// With the command that puts another certificate, one that lasts, in the place of one.
pub(super) fn rotate(facts: &Facts, found: Finding, listener: &str, arn: &str, host: &str) -> Finding {
    let rotate = format!("cert rotate {listener} {arn}");
    let lasts = |one: &&Offer| one.arn != arn && one.lasts(facts.now);
    match facts.offers.get(host).map(|all| all.iter().find(lasts)) {
        Some(Some(Offer { arn: other, .. })) => {
            found.seen(format!("there is another for {host}: {other}")).mend(format!("{rotate} {other}"))
        }
        Some(None) => {
            let words = request(facts, host, &format!("albctl {rotate} NEW"));
            found.seen(format!("no other certificate that lasts is for {host}, in ACM or IAM")).advise(words)
        }
        None => found.mend(format!("{rotate} NEW")),
    }
}

/// How to get a certificate, and what then. API: RequestCertificate.
fn request(facts: &Facts, host: &str, then: &str) -> String {
    format!(
        "request one: aws acm request-certificate{} --domain-name '{host}' --validation-method DNS; once it is issued: \
         {then}",
        region(facts)
    )
}
