//! Token buckets: how ELBv2 throttles (user guide, "Request throttling for the Elastic Load Balancing API"), and ACM.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Millis;

/// A class of operations that share a bucket. Those without a prefix are Elastic Load Balancing's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// All calls to Elastic Load Balancing of the account in a region.
    Total,
    /// CreateLoadBalancer and SetSubnets.
    ResourceIntensive,
    /// RegisterTargets and DeregisterTargets.
    Registration,
    /// Everything else that writes.
    Mutating,
    /// Everything that only reads.
    NonMutating,
    /// ACM: DeleteCertificate.
    AcmDelete,
    /// ACM: DescribeCertificate.
    AcmDescribe,
    /// ACM: GetCertificate.
    AcmGet,
    /// ACM: ImportCertificate.
    AcmImport,
    /// ACM: ListCertificates.
    AcmList,
    /// ACM: ListTagsForCertificate.
    AcmListTags,
    /// ACM: RequestCertificate.
    AcmRequest,
    /// ACM: AddTagsToCertificate and RemoveTagsFromCertificate.
    AcmTags,
    /// ACM: UpdateCertificateOptions.
    AcmUpdate,
    /// All calls of Route 53.
    Route53,
}

impl Category {
    /// The buckets that a call of this category takes from.
    fn buckets(self) -> &'static [Category] {
        match self {
            Category::Total => &[Category::Total],
            Category::ResourceIntensive => &[Category::Total, Category::ResourceIntensive],
            Category::Registration => &[Category::Total, Category::Registration],
            Category::Mutating => &[Category::Total, Category::Mutating],
            Category::NonMutating => &[Category::Total, Category::NonMutating],
            Category::AcmDelete => &[Category::AcmDelete],
            Category::AcmDescribe => &[Category::AcmDescribe],
            Category::AcmGet => &[Category::AcmGet],
            Category::AcmImport => &[Category::AcmImport],
            Category::AcmList => &[Category::AcmList],
            Category::AcmListTags => &[Category::AcmListTags],
            Category::AcmRequest => &[Category::AcmRequest],
            Category::AcmTags => &[Category::AcmTags],
            Category::AcmUpdate => &[Category::AcmUpdate],
            Category::Route53 => &[Category::Route53],
        }
    }
}

/// The size and refill rate of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// Tokens in a full bucket; a call takes one.
    pub burst: f64,
    /// Tokens that come back in a second.
    pub per_second: f64,
}

/// The buckets of every region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// One limit per category; a category without one is not limited.
    pub limits: BTreeMap<Category, Limit>,
    /// What is left, per region and category. A bucket that was never used is full.
    #[serde(default)]
    pub buckets: BTreeMap<String, BTreeMap<Category, Bucket>>,
}

/// What is left of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    /// Tokens, at `at`.
    pub tokens: f64,
    /// Milliseconds since the Unix epoch, in sandbox time.
    pub at: Millis,
}

impl Rates {
    /// The buckets that AWS publishes.
    pub fn aws() -> Self {
        let limit = |burst, per_second| Limit { burst, per_second };
        let limits = BTreeMap::from([
            (Category::Total, limit(40.0, 10.0)),
            (Category::ResourceIntensive, limit(10.0, 0.2)),
            (Category::Registration, limit(20.0, 4.0)),
            (Category::Mutating, limit(20.0, 3.0)),
            (Category::NonMutating, limit(40.0, 10.0)),
            // ACM user guide, "Quotas", API rate quotas: requests per second.
            (Category::AcmDelete, limit(10.0, 10.0)),
            (Category::AcmDescribe, limit(10.0, 10.0)),
            (Category::AcmGet, limit(10.0, 10.0)),
            (Category::AcmImport, limit(1.0, 1.0)),
            (Category::AcmList, limit(8.0, 8.0)),
            (Category::AcmListTags, limit(10.0, 10.0)),
            (Category::AcmRequest, limit(5.0, 5.0)),
            (Category::AcmTags, limit(5.0, 5.0)),
            (Category::AcmUpdate, limit(5.0, 5.0)),
            // Route 53 developer guide, "Quotas": API requests of an account.
            (Category::Route53, limit(50.0, 10.0)),
        ]);
        Rates { limits, buckets: BTreeMap::new() }
    }

    /// Takes a token of this category and one of its service's total, or none at all: false means "Rate exceeded".
    pub(crate) fn take(&mut self, region: &str, category: Category, now: Millis) -> bool {
        let buckets = self.buckets.entry(region.to_owned()).or_default();
        let wanted = category.buckets();
        for &category in wanted {
            let Some(limit) = self.limits.get(&category) else { continue };
            let bucket = buckets.entry(category).or_insert(Bucket { tokens: limit.burst, at: now });
            // A wait of years is still less than 2^53 ms, so the float is exact.
            let seconds = now.saturating_sub(bucket.at) as f64 / 1000.0;
            *bucket = Bucket { tokens: limit.burst.min(bucket.tokens + seconds * limit.per_second), at: now };
        }
        let enough = wanted.iter().all(|c| buckets.get(c).is_none_or(|b| b.tokens >= 1.0));
        if enough {
            for category in wanted {
                if let Some(bucket) = buckets.get_mut(category) {
                    bucket.tokens -= 1.0;
                }
            }
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_refills() {
        let mut rates = Rates::aws();
        assert!((0..10).all(|_| rates.take("r", Category::ResourceIntensive, 0)));
        assert!(!rates.take("r", Category::ResourceIntensive, 0));
        assert!(rates.take("other", Category::ResourceIntensive, 0), "each region has its own");
        assert!(!rates.take("r", Category::ResourceIntensive, 4_999));
        assert!(rates.take("r", Category::ResourceIntensive, 5_000));
        assert!(!rates.take("r", Category::ResourceIntensive, 5_000));
    }

    #[test]
    fn route_53_has_its_own() {
        let mut rates = Rates::aws();
        assert!((0..50).all(|_| rates.take("r", Category::Route53, 0)));
        assert!(!rates.take("r", Category::Route53, 0));
        assert!(rates.take("r", Category::Mutating, 0), "nothing of ELBv2's total");
        assert!(rates.take("r", Category::Route53, 100), "10 a second");
    }

    #[test]
    fn the_total_is_shared() {
        let mut rates = Rates::aws();
        assert!((0..20).all(|_| rates.take("r", Category::Mutating, 0)));
        assert!((0..20).all(|_| rates.take("r", Category::NonMutating, 0)));
        assert!(!rates.take("r", Category::NonMutating, 0), "40 in total");
    }
}
