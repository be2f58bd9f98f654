//! One rate limiter per API category, so that a large stack is slow at worst and never fails of throttling.
//!
//! The buckets are those that AWS publishes for an account and region ("Request throttling for the ELB API").
//! The account's other users, such as controllers and Auto Scaling, share them: by default we take half.

use std::cell::Cell;
use std::time::{Duration, SystemTime};

use super::clock::Clock;

/// The operations that share a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// All operations of Elastic Load Balancing together; nothing is of this category alone.
    ElbTotal,
    /// CreateLoadBalancer and SetSubnets.
    ElbResourceIntensive,
    /// RegisterTargets and DeregisterTargets.
    ElbRegistration,
    /// All other operations of Elastic Load Balancing that write.
    ElbMutating,
    /// The Describe operations of Elastic Load Balancing.
    ElbReading,
    /// The Resource Groups Tagging API.
    Tagging,
    /// The Security Token Service.
    Sts,
    /// AWS Certificate Manager.
    Acm,
    /// ImportCertificate of AWS Certificate Manager.
    AcmImport,
    /// Identity and Access Management.
    Iam,
    /// Route 53.
    Route53,
    /// Lambda.
    Lambda,
    /// Elastic Compute Cloud.
    Ec2,
}

impl Category {
    const ALL: [Self; 13] = [
        Self::ElbTotal,
        Self::ElbResourceIntensive,
        Self::ElbRegistration,
        Self::ElbMutating,
        Self::ElbReading,
        Self::Tagging,
        Self::Sts,
        Self::Acm,
        Self::AcmImport,
        Self::Iam,
        Self::Route53,
        Self::Lambda,
        Self::Ec2,
    ];

    fn index(self) -> usize {
        match self {
            Self::ElbTotal => 0,
            Self::ElbResourceIntensive => 1,
            Self::ElbRegistration => 2,
            Self::ElbMutating => 3,
            Self::ElbReading => 4,
            Self::Tagging => 5,
            Self::Sts => 6,
            Self::Acm => 7,
            Self::AcmImport => 8,
            Self::Iam => 9,
            Self::Route53 => 10,
            Self::Lambda => 11,
            Self::Ec2 => 12,
        }
    }

    /// The published burst and the time in which one token comes back. ACM publishes requests per second for each
    /// operation, of which the lowest that are not of ImportCertificate stand here; Route 53 a burst of 50 and 10 a
    /// second. The figures of the tagging API, STS, IAM and Lambda are ours: AWS publishes none, and one plan makes few
    /// of these calls.
    fn published(self) -> (u32, Duration) {
        match self {
            Self::ElbTotal | Self::ElbReading => (40, Duration::from_millis(100)),
            Self::ElbResourceIntensive => (10, Duration::from_secs(5)),
            Self::ElbRegistration => (20, Duration::from_millis(250)),
            Self::ElbMutating => (20, Duration::from_nanos(333_333_334)),
            Self::Tagging => (10, Duration::from_millis(200)),
            Self::Sts => (40, Duration::from_millis(100)),
            Self::Acm => (10, Duration::from_millis(200)),
            Self::AcmImport => (2, Duration::from_secs(1)),
            Self::Iam => (20, Duration::from_millis(200)),
            Self::Route53 => (50, Duration::from_millis(100)),
            Self::Lambda => (10, Duration::from_millis(100)),
            // EC2, "Request throttling for the Amazon EC2 API": non-mutating actions.
            Self::Ec2 => (100, Duration::from_millis(50)),
        }
    }

    /// The other bucket that a call of this category takes from.
    fn total(self) -> Option<Self> {
        match self {
            Self::ElbResourceIntensive | Self::ElbRegistration | Self::ElbMutating | Self::ElbReading => {
                Some(Self::ElbTotal)
            }
            Self::ElbTotal
            | Self::Tagging
            | Self::Sts
            | Self::Acm
            | Self::AcmImport
            | Self::Iam
            | Self::Route53
            | Self::Lambda
            | Self::Ec2 => None,
        }
    }
}

/// The category of an API operation.
pub fn category(operation: &str) -> Category {
    match operation {
        "CreateLoadBalancer" | "SetSubnets" => Category::ElbResourceIntensive,
        "RegisterTargets" | "DeregisterTargets" => Category::ElbRegistration,
        "GetResources" => Category::Tagging,
        "GetCallerIdentity" => Category::Sts,
        "ImportCertificate" => Category::AcmImport,
        "RequestCertificate"
        | "DescribeCertificate"
        | "ListCertificates"
        | "GetCertificate"
        | "DeleteCertificate"
        | "AddTagsToCertificate"
        | "RemoveTagsFromCertificate"
        | "ListTagsForCertificate" => Category::Acm,
        iam if iam.contains("ServerCertificate") => Category::Iam,
        "ChangeResourceRecordSets" | "ListResourceRecordSets" | "ListHostedZones" | "GetChange" => {
            Category::Route53
        }
        "GetFunction" | "GetPolicy" | "AddPermission" | "RemovePermission" => Category::Lambda,
        "DescribeSecurityGroups" | "DescribeNetworkInterfaces" => Category::Ec2,
        reading if reading.starts_with("Describe") => Category::ElbReading,
        _writing => Category::ElbMutating,
    }
}

/// A token bucket, kept as the time at which it will be full again (the generic cell rate algorithm), so that
/// there is nothing to refill and no rounding.
#[derive(Debug)]
struct Bucket {
    burst: u32,
    interval: Duration,
    full_at: Cell<Option<SystemTime>>,
}

impl Bucket {
    fn new(burst: u32, interval: Duration) -> Self {
        Self { burst: burst.max(1), interval, full_at: Cell::new(None) }
    }

    /// How long from `now` until there is a token.
    fn wait(&self, now: SystemTime) -> Duration {
        let missing = self.full_at.get().and_then(|at| at.duration_since(now).ok()).unwrap_or(Duration::ZERO);
        missing.saturating_sub(self.interval * (self.burst - 1))
    }

    /// Takes a token, which may be one of the future.
    fn take(&self, now: SystemTime) {
        let from = self.full_at.get().map_or(now, |at| at.max(now));
        self.full_at.set(Some(from + self.interval));
    }
}

/// Token buckets for all categories; shared by reading and writing, on one thread.
#[derive(Debug, Default)]
pub struct Limiter {
    /// One for each category, in the order of [`Category::ALL`]; none when the limiter is off.
    buckets: Vec<Bucket>,
}

impl Limiter {
    /// A limiter that never waits: for the sandbox and other endpoints that are not AWS.
    pub fn off() -> Self {
        Self { buckets: Vec::new() }
    }

    /// Half of the published burst and of the published refill.
    pub fn half_of_published() -> Self {
        let half = |category: Category| {
            let (burst, interval) = category.published();
            Bucket::new(burst / 2, interval * 2)
        };
        Self { buckets: Category::ALL.into_iter().map(half).collect() }
    }

    /// Whether it ever waits.
    pub fn is_on(&self) -> bool {
        !self.buckets.is_empty()
    }

    /// Takes a token of the category, and one of the account's total, and returns how long that took. Those who
    /// ask first are served first: the tokens are reserved before the wait begins.
    pub async fn take<C: Clock>(&self, category: Category, clock: &C) -> Duration {
        let now = clock.now();
        let buckets = || {
            [Some(category), category.total()]
                .into_iter()
                .flatten()
                .filter_map(|one| self.buckets.get(one.index()))
        };
        let wait = buckets().map(|bucket| bucket.wait(now)).max().unwrap_or(Duration::ZERO);
        buckets().for_each(|bucket| bucket.take(now));
        if !wait.is_zero() {
            clock.sleep(wait).await;
        }
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock that sleeping moves at once.
    struct Fake(Cell<SystemTime>);

    impl Fake {
        fn new() -> Self {
            Self(Cell::new(SystemTime::UNIX_EPOCH))
        }
    }

    impl Clock for Fake {
        fn now(&self) -> SystemTime {
            self.0.get()
        }

        async fn sleep(&self, duration: Duration) {
            self.0.set(self.0.get() + duration);
        }
    }

    async fn waits(limiter: &Limiter, clock: &Fake, category: Category, count: usize) -> Vec<u128> {
        let mut waits = Vec::new();
        for _ in 0..count {
            waits.push(limiter.take(category, clock).await.as_millis());
        }
        waits
    }

    #[tokio::test]
    async fn a_burst_is_free_and_then_tokens_come_one_by_one() {
        let (limiter, clock) = (Limiter::half_of_published(), Fake::new());
        let waits = waits(&limiter, &clock, Category::ElbResourceIntensive, 7).await;
        assert_eq!(waits, [0, 0, 0, 0, 0, 10_000, 10_000]);
    }

    #[tokio::test]
    async fn tokens_come_back_while_nothing_is_asked() {
        let (limiter, clock) = (Limiter::half_of_published(), Fake::new());
        waits(&limiter, &clock, Category::ElbMutating, 10).await;
        clock.sleep(Duration::from_secs(2)).await;
        assert_eq!(waits(&limiter, &clock, Category::ElbMutating, 3).await, [0, 0, 0]);
        clock.sleep(Duration::from_secs(3600)).await;
        let after_an_hour = waits(&limiter, &clock, Category::ElbMutating, 11).await;
        assert_eq!(after_an_hour.iter().filter(|wait| **wait == 0).count(), 10, "never more than the burst");
    }

    #[tokio::test]
    async fn the_accounts_total_holds_over_all_categories() {
        let (limiter, clock) = (Limiter::half_of_published(), Fake::new());
        assert!(waits(&limiter, &clock, Category::ElbReading, 12).await.iter().all(|wait| *wait == 0));
        assert!(waits(&limiter, &clock, Category::ElbMutating, 8).await.iter().all(|wait| *wait == 0));
        assert_eq!(waits(&limiter, &clock, Category::ElbRegistration, 1).await, [200]);
        assert_eq!(waits(&limiter, &clock, Category::Sts, 1).await, [0], "STS is no part of it");
    }

    #[tokio::test]
    async fn off_never_waits() {
        let (limiter, clock) = (Limiter::off(), Fake::new());
        assert!(waits(&limiter, &clock, Category::ElbResourceIntensive, 100).await.iter().all(|w| *w == 0));
        assert!(!limiter.is_on());
        assert!(Limiter::half_of_published().is_on());
    }

    #[test]
    fn operations_have_the_published_categories() {
        assert_eq!(category("CreateLoadBalancer"), Category::ElbResourceIntensive);
        assert_eq!(category("SetSecurityGroups"), Category::ElbMutating);
        assert_eq!(category("DescribeTags"), Category::ElbReading);
        assert_eq!(category("RegisterTargets"), Category::ElbRegistration);
        assert_eq!(category("GetCallerIdentity"), Category::Sts);
        assert_eq!(category("GetResources"), Category::Tagging);
        assert_eq!(category("DescribeCertificate"), Category::Acm);
        assert_eq!(category("ImportCertificate"), Category::AcmImport);
        assert_eq!(category("UploadServerCertificate"), Category::Iam);
        assert_eq!(category("GetChange"), Category::Route53);
        assert_eq!(category("AddPermission"), Category::Lambda);
        assert_eq!(category("DescribeSecurityGroups"), Category::Ec2);
        assert_eq!(category("DescribeNetworkInterfaces"), Category::Ec2);
        assert_eq!(category("DescribeListenerCertificates"), Category::ElbReading);
        for (index, category) in Category::ALL.into_iter().enumerate() {
            assert_eq!(category.index(), index);
        }
    }
}
