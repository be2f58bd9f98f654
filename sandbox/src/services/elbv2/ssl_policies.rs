//! Security policies (user guide, "Security policies for your Application Load Balancer").

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, paging};
use crate::services::refuse;
use crate::state::elbv2::LoadBalancerType;
use crate::wire::ApiError;

const PREFIX: &str = "ELBSecurityPolicy-";

/// The oldest TLS version and the newest, as minor numbers (2 is TLS 1.2); and the cipher suites.
struct Policy {
    name: &'static str,
    oldest: u8,
    newest: u8,
    ciphers: &'static [Suite],
}

/// A group of cipher suites. Policies are sums of them; within a policy the order is that of preference.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Suite {
    /// TLS 1.3.
    Tls13,
    /// TLS 1.3 without ChaCha20, which FIPS does not have.
    Tls13Fips,
    /// Forward secrecy, AES-GCM.
    Gcm,
    /// Forward secrecy, AES-CBC with SHA-2.
    Cbc,
    /// Forward secrecy, AES-CBC with SHA-1.
    Sha1,
    /// RSA key exchange, SHA-2.
    Rsa,
    /// RSA key exchange, SHA-1.
    RsaSha1,
}

use Suite::{Cbc, Gcm, Rsa, RsaSha1, Sha1, Tls13, Tls13Fips};

impl Suite {
    fn names(self) -> &'static [&'static str] {
        match self {
            Tls13 => &["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"],
            Tls13Fips => &["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"],
            Gcm => &[
                "ECDHE-ECDSA-AES128-GCM-SHA256",
                "ECDHE-RSA-AES128-GCM-SHA256",
                "ECDHE-ECDSA-AES256-GCM-SHA384",
                "ECDHE-RSA-AES256-GCM-SHA384",
            ],
            Cbc => &[
                "ECDHE-ECDSA-AES128-SHA256",
                "ECDHE-RSA-AES128-SHA256",
                "ECDHE-ECDSA-AES256-SHA384",
                "ECDHE-RSA-AES256-SHA384",
            ],
            Sha1 => &[
                "ECDHE-ECDSA-AES128-SHA",
                "ECDHE-RSA-AES128-SHA",
                "ECDHE-ECDSA-AES256-SHA",
                "ECDHE-RSA-AES256-SHA",
            ],
            Rsa => &["AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA256"],
            RsaSha1 => &["AES128-SHA", "AES256-SHA"],
        }
    }
}

const fn policy(name: &'static str, oldest: u8, newest: u8, ciphers: &'static [Suite]) -> Policy {
    Policy { name, oldest, newest, ciphers }
}

const RES: &[Suite] = &[Tls13, Gcm];
const STANDARD: &[Suite] = &[Tls13, Gcm, Cbc];
const EXT1: &[Suite] = &[Tls13, Gcm, Cbc, Rsa];
const EXT2: &[Suite] = &[Tls13, Gcm, Cbc, Sha1, Rsa, RsaSha1];
const FIPS_RES: &[Suite] = &[Tls13Fips, Gcm];
const FIPS: &[Suite] = &[Tls13Fips, Gcm, Cbc];
const FIPS_EXT0: &[Suite] = &[Tls13Fips, Gcm, Cbc, Sha1];
const FIPS_EXT1: &[Suite] = &[Tls13Fips, Gcm, Cbc, Rsa];
const FIPS_EXT2: &[Suite] = &[Tls13Fips, Gcm, Cbc, Sha1, Rsa, RsaSha1];
const OLD: &[Suite] = &[Gcm, Cbc, Sha1, Rsa, RsaSha1];

/// Names without their common prefix. The names and versions are AWS's; the cipher suites of each policy are the
/// groups that its name stands for, which is near enough for whoever lists them.
const POLICIES: &[Policy] = &[
    policy("2016-08", 0, 2, OLD),
    policy("2015-05", 0, 2, OLD),
    policy("TLS13-1-3-2021-06", 3, 3, &[Tls13]),
    policy("TLS13-1-3-PQ-2025-09", 3, 3, &[Tls13]),
    policy("TLS13-1-3-FIPS-2023-04", 3, 3, &[Tls13Fips]),
    policy("TLS13-1-3-FIPS-PQ-2025-09", 3, 3, &[Tls13Fips]),
    policy("TLS13-1-2-2021-06", 2, 3, STANDARD),
    policy("TLS13-1-2-PQ-2025-09", 2, 3, STANDARD),
    policy("TLS13-1-2-FIPS-2023-04", 2, 3, FIPS),
    policy("TLS13-1-2-FIPS-PQ-2025-09", 2, 3, FIPS),
    policy("TLS13-1-2-Res-2021-06", 2, 3, RES),
    policy("TLS13-1-2-Res-PQ-2025-09", 2, 3, RES),
    policy("TLS13-1-2-Res-FIPS-2023-04", 2, 3, FIPS_RES),
    policy("TLS13-1-2-Res-FIPS-PQ-2025-09", 2, 3, FIPS_RES),
    policy("TLS13-1-2-Ext0-FIPS-2023-04", 2, 3, FIPS_EXT0),
    policy("TLS13-1-2-Ext0-FIPS-PQ-2025-09", 2, 3, FIPS_EXT0),
    policy("TLS13-1-2-Ext1-2021-06", 2, 3, EXT1),
    policy("TLS13-1-2-Ext1-PQ-2025-09", 2, 3, EXT1),
    policy("TLS13-1-2-Ext1-FIPS-2023-04", 2, 3, FIPS_EXT1),
    policy("TLS13-1-2-Ext1-FIPS-PQ-2025-09", 2, 3, FIPS_EXT1),
    policy("TLS13-1-2-Ext2-2021-06", 2, 3, EXT2),
    policy("TLS13-1-2-Ext2-PQ-2025-09", 2, 3, EXT2),
    policy("TLS13-1-2-Ext2-FIPS-2023-04", 2, 3, FIPS_EXT2),
    policy("TLS13-1-2-Ext2-FIPS-PQ-2025-09", 2, 3, FIPS_EXT2),
    policy("TLS13-1-1-2021-06", 1, 3, EXT2),
    policy("TLS13-1-1-FIPS-2023-04", 1, 3, FIPS_EXT2),
    policy("TLS13-1-0-2021-06", 0, 3, EXT2),
    policy("TLS13-1-0-PQ-2025-09", 0, 3, EXT2),
    policy("TLS13-1-0-FIPS-2023-04", 0, 3, FIPS_EXT2),
    policy("TLS13-1-0-FIPS-PQ-2025-09", 0, 3, FIPS_EXT2),
    policy("TLS13-1-3-RFC9151-FIPS-2023-07", 3, 3, &[Tls13Fips]),
    policy("TLS13-1-2-RFC9151-FIPS-2023-07", 2, 3, FIPS_RES),
    policy("TLS13-1-2-Ext0-RFC9151-FIPS-2023-07", 2, 3, FIPS_EXT0),
    policy("TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07", 2, 3, FIPS_RES),
    policy("TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07", 2, 3, FIPS_RES),
    policy("TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07", 2, 3, FIPS_RES),
    policy("TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07", 2, 3, FIPS_RES),
    policy("TLS-1-2-2017-01", 2, 2, &[Gcm, Cbc, Rsa]),
    policy("TLS-1-2-Ext-2018-06", 2, 2, OLD),
    policy("TLS-1-1-2017-01", 1, 2, OLD),
    policy("FS-2018-06", 0, 2, &[Gcm, Cbc, Sha1]),
    policy("FS-1-1-2019-08", 1, 2, &[Gcm, Cbc, Sha1]),
    policy("FS-1-2-2019-08", 2, 2, &[Gcm, Cbc, Sha1]),
    policy("FS-1-2-Res-2019-08", 2, 2, &[Gcm, Cbc]),
    policy("FS-1-2-Res-2020-10", 2, 2, &[Gcm]),
];

fn find(name: &str) -> Result<&'static Policy, ApiError> {
    let short = name.strip_prefix(PREFIX);
    let found = POLICIES.iter().find(|policy| Some(policy.name) == short);
    // CreateListener, DescribeSSLPolicies, API: SSLPolicyNotFound.
    found.ok_or_else(|| ApiError::new("SSLPolicyNotFound", format!("SSL policy '{name}' not found")))
}

/// Refuses a policy that does not exist.
pub(super) fn check(name: &str) -> Result<(), ApiError> {
    find(name).map(|_| ())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeSslPolicies {
    names: Option<Vec<String>>,
    marker: Option<String>,
    page_size: Option<u32>,
    load_balancer_type: Option<LoadBalancerType>,
}

pub(super) fn describe(_ctx: &Ctx<'_>, input: DescribeSslPolicies) -> Result<Value, ApiError> {
    let names = input.names.unwrap_or_default();
    // DescribeSSLPolicies, `LoadBalancerType`; Gateway Load Balancers have no TLS.
    refuse(input.load_balancer_type == Some(LoadBalancerType::Gateway), || {
        ApiError::validation("Load balancers of type 'gateway' have no SSL policies")
    })?;
    let policies: Vec<&Policy> = match names.is_empty() {
        true => POLICIES.iter().collect(),
        false => names.iter().map(|name| find(name)).collect::<Result<_, _>>()?,
    };
    let answers = policies.into_iter().map(describe_one).collect();
    paging::page("SslPolicies", answers, input.marker.as_deref(), input.page_size)
}

fn describe_one(policy: &Policy) -> Value {
    let protocols = (policy.oldest..=policy.newest).rev();
    let protocols: Vec<String> = protocols
        .map(|minor| match minor {
            0 => "TLSv1".to_owned(),
            minor => format!("TLSv1.{minor}"),
        })
        .collect();
    let names = policy.ciphers.iter().flat_map(|suite| suite.names());
    let ciphers: Vec<Value> =
        (1..).zip(names).map(|(n, name): (u32, _)| json!({ "Name": name, "Priority": n })).collect();
    json!({
        "Name": format!("{PREFIX}{}", policy.name),
        "SslProtocols": protocols,
        "Ciphers": ciphers,
        "SupportedLoadBalancerTypes": ["application", "network"],
    })
}
