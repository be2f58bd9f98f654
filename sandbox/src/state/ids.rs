//! Deterministic ids that look like AWS's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What an id is for. Each kind has its own sequence, so that one more rule does not change the ids of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IdKind {
    LoadBalancer,
    LoadBalancerDns,
    TargetGroup,
    Listener,
    Rule,
    Certificate,
    ServerCertificate,
    HostedZone,
    Change,
    PolicyRevision,
}

/// How many ids of each kind were given out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ids(BTreeMap<IdKind, u64>);

impl Ids {
    /// The next id: 16 lower-case hex digits.
    pub(crate) fn next(&mut self, kind: IdKind) -> String {
        format!("{:016x}", self.number(kind))
    }

    /// The next number of ten digits, which AWS puts in DNS names.
    pub(crate) fn next_ten_digits(&mut self, kind: IdKind) -> String {
        (1_000_000_000 + self.number(kind) % 9_000_000_000).to_string()
    }

    /// The next id in the form of a UUID.
    pub(crate) fn next_uuid(&mut self, kind: IdKind) -> String {
        request_id(self.number(kind))
    }

    /// The next id of a server certificate.
    pub(crate) fn next_server_certificate(&mut self) -> String {
        format!("ASCA{:016X}S", self.number(IdKind::ServerCertificate))
    }

    fn number(&mut self, kind: IdKind) -> u64 {
        let count = self.0.entry(kind).or_default();
        *count += 1;
        scatter(((kind as u64 + 1) << 48) + *count)
    }
}

/// The id of the nth answer, in the form of a UUID.
pub(crate) fn request_id(nth: u64) -> String {
    let (high, low) = (scatter(nth), scatter(!nth));
    let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xfff);
    format!("{a:08x}-{b:04x}-4{c:03x}-{:04x}-{:012x}", 0x8000 | low >> 50, low & 0xffff_ffff_ffff)
}

/// One step of splitmix64 (Steele, Lea, Flood 2014): a bijection, so different inputs never collide.
pub(crate) fn scatter(n: u64) -> u64 {
    let z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_reproducible_and_distinct() {
        let draw = || {
            let mut ids = Ids::default();
            (0..100).flat_map(|_| [ids.next(IdKind::Rule), ids.next(IdKind::Listener)]).collect::<Vec<_>>()
        };
        let ids = draw();
        assert_eq!(ids, draw());
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 200);
        assert!(ids.iter().all(|id| id.len() == 16));
        assert_eq!(Ids::default().next_ten_digits(IdKind::LoadBalancerDns).len(), 10);
        assert_eq!(request_id(1).len(), 36);
    }
}
