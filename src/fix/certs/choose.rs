//! Which certificate a client gets. ELB guide, "SSL certificates for your Application Load Balancer": of those in the
//! listener's list that are for the host the best one that the client supports, by key algorithm (ECDSA before RSA),
//! hash (SHA before MD5), key length, validity; where none is for it, or without SNI, the default one.

use std::cmp::Reverse;

use super::facts::Facts;

/// Why a client gets a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// None of the list is for the host: it is the default.
    Default,
    /// No other of the list is for the host.
    Only,
    /// Its key is on an elliptic curve, those of the others are not.
    Algorithm,
    /// Its signature is by SHA, the others' by MD5.
    Hash,
    /// Its key is the longest.
    KeySize,
    /// It is valid, or is so for longer.
    Validity,
    /// All that is documented is equal.
    Undecided,
}

impl Reason {
    /// In words, after "of several: ".
    pub fn words(self) -> &'static str {
        match self {
            Self::Default => "no certificate of the list is for this host: the default one",
            Self::Only => "the only certificate of the list that is for this host",
            Self::Algorithm => "ECDSA goes before RSA",
            Self::Hash => "SHA goes before MD5",
            Self::KeySize => "the longer key goes first",
            Self::Validity => "the one that is valid longer goes first",
            Self::Undecided => "all that AWS documents is equal: it may be either",
        }
    }
}

/// A certificate of a listener for a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<'f> {
    /// The one that clients get.
    pub certificate: &'f Facts,
    /// The name of it that is for the host; none: clients will refuse it.
    pub name: Option<&'f str>,
    /// Why this one.
    pub reason: Reason,
    /// Others of the list that are for the host, the next best first.
    pub others: Vec<&'f Facts>,
    /// What clients get that cannot do ECDSA, where that differs.
    pub without_ecdsa: Option<&'f Facts>,
}

/// How good a certificate is; the greatest is taken.
type Rank = (bool, bool, u32, bool, Option<u64>);

fn rank(one: &Facts, now: u64) -> Rank {
    let md5 = one.signature.as_deref().is_some_and(|text| text.to_ascii_uppercase().starts_with("MD5"));
    (one.is_ecdsa(), !md5, one.bits(), one.is_valid(now), one.not_after)
}

fn difference(best: Rank, next: Rank) -> Reason {
    match () {
        () if best.0 != next.0 => Reason::Algorithm,
        () if best.1 != next.1 => Reason::Hash,
        () if best.2 != next.2 => Reason::KeySize,
        () if (best.3, best.4) != (next.3, next.4) => Reason::Validity,
        () => Reason::Undecided,
    }
}

/// What a client that asks for a host gets of a listener with this default and this list; `now` in seconds since 1970.
pub fn choose<'f>(host: &str, default: &'f Facts, list: &[&'f Facts], now: u64) -> Choice<'f> {
    let mut fitting: Vec<&'f Facts> =
        list.iter().filter(|one| one.name_for(host).is_some()).copied().collect();
    fitting.sort_by_key(|one| (Reverse(rank(one, now)), one.arn.clone()));
    fitting.dedup_by(|more, first| more.arn == first.arn);
    let Some((best, others)) = fitting.split_first() else {
        return Choice {
            certificate: default,
            name: default.name_for(host),
            reason: Reason::Default,
            others: Vec::new(),
            without_ecdsa: None,
        };
    };
    let reason = others.first().map_or(Reason::Only, |next| difference(rank(best, now), rank(next, now)));
    let rsa = others.iter().find(|one| !one.is_ecdsa()).copied();
    Choice {
        certificate: best,
        name: best.name_for(host),
        reason,
        others: others.to_vec(),
        without_ecdsa: rsa.filter(|_| best.is_ecdsa()),
    }
}
