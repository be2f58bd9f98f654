//! The names of a certificate, as the list shows them.

use aws_sdk_acm::types as api;

/// All names of a certificate in lower case, each once, its domain first: that is among the alternative names, too.
pub(super) fn names(one: &api::CertificateSummary) -> Vec<String> {
    distinct(one.domain_name(), one.subject_alternative_name_summaries())
}

/// A domain and other names in lower case, each once.
pub(super) fn distinct(domain: Option<&str>, others: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in domain.into_iter().chain(others.iter().map(String::as_str)).map(str::to_ascii_lowercase) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_told_once_and_the_domain_first() {
        let summary = api::CertificateSummary::builder()
            .domain_name("Shop.example.com")
            .subject_alternative_name_summaries("*.example.com")
            .subject_alternative_name_summaries("shop.example.com")
            .subject_alternative_name_summaries("*.Example.com")
            .build();
        assert_eq!(names(&summary), ["shop.example.com", "*.example.com"]);
        let detail = api::CertificateDetail::builder()
            .domain_name("shop.example.com")
            .subject_alternative_names("a.example.com")
            .subject_alternative_names("shop.example.com")
            .build();
        assert_eq!(super::super::found("arn", &detail).names, ["shop.example.com", "a.example.com"]);
    }
}
