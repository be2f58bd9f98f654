//! Which records are ours: Route 53's records carry no tags, so the load balancer's do.
//!
//! `albctl:dns/NAME` or `albctl:dns/NAME/SET` holds the zones in which albctl made, or is about to make, a record:
//! `ZONE`, or `ZONE:ROLE` for one in another account, several with blanks between them while a record moves. What a
//! tag may not hold stands as `=` and two hex digits. A name that makes the key too long is in the value.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::model::DnsRecord;
use crate::model::world::Tags;

/// How the keys of these tags begin.
const PREFIX: &str = "albctl:dns/";

/// API: `TagKey`, `TagValue` of Elastic Load Balancing.
const KEY_MAX: usize = 128;
const VALUE_MAX: usize = 256;

/// A name and its set identifier.
pub type Key = (String, Option<String>);

/// The zones of each record, each with the role through which it is reached.
pub type Memory = BTreeMap<Key, BTreeMap<String, Option<String>>>;

/// What the tags of a load balancer remember.
pub fn read(tags: &Tags) -> Memory {
    let mut memory = Memory::new();
    for (key, value) in tags {
        let Some(name) = key.strip_prefix(PREFIX) else { continue };
        let mut words = value.split(' ').filter(|word| !word.is_empty());
        let name = if name.starts_with("==") { words.next().unwrap_or_default() } else { name };
        let (name, set) = match name.split_once('/') {
            Some((name, set)) => (unescape(name), Some(unescape(set))),
            None => (unescape(name), None),
        };
        let zones = words.map(|word| match word.split_once(':') {
            Some((zone, role)) => (zone.to_owned(), Some(unescape(role))),
            None => (word.to_owned(), None),
        });
        memory.entry((name, set)).or_default().extend(zones);
    }
    memory
}

/// The tags that remember these records; a record without zones needs none.
pub fn tags(memory: &Memory) -> Tags {
    memory.iter().filter(|(_, zones)| !zones.is_empty()).map(|(key, zones)| tag(key, zones)).collect()
}

fn tag((name, set): &Key, zones: &BTreeMap<String, Option<String>>) -> (String, String) {
    let word = match set {
        Some(set) => format!("{}/{}", escape(name), escape(set)),
        None => escape(name),
    };
    let zone = |(zone, role): (&String, &Option<String>)| match role {
        Some(role) => format!("{zone}:{}", escape(role)),
        None => zone.clone(),
    };
    let zones: Vec<String> = zones.iter().map(zone).collect();
    let key = format!("{PREFIX}{word}");
    if key.len() <= KEY_MAX {
        return (key, zones.join(" "));
    }
    let hash: String =
        Sha256::digest(word.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    (format!("{PREFIX}=={hash}"), format!("{word} {}", zones.join(" ")))
}

/// What is to be remembered of these records, whose zones are known.
pub fn of<'m>(records: impl Iterator<Item = &'m DnsRecord>) -> Memory {
    let mut memory = Memory::new();
    for one in records.filter(|one| !one.zone.id.is_empty()) {
        let zones = memory.entry((one.name.clone(), one.set.clone())).or_default();
        zones.insert(one.zone.id.clone(), one.zone.role.clone());
    }
    memory
}

/// Whether the tag of a record fits into AWS's limits, wherever its zone is.
pub fn fits(key: &Key, role: Option<&str>) -> bool {
    /// API: `ResourceId` of Route 53.
    const ZONE_ID: usize = 32;
    let zones = BTreeMap::from([("Z".repeat(ZONE_ID), role.map(str::to_owned))]);
    tag(key, &zones).1.len() <= VALUE_MAX
}

/// Whether a tag is one of these.
pub fn is_memory(key: &str) -> bool {
    key.starts_with(PREFIX)
}

/// What a tag may hold, but for `=` and what separates. API: `TagKey`.
fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:+-@".contains(&byte);
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("={byte:02x}") };
    text.bytes().map(one).collect()
}

fn unescape(word: &str) -> String {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend(before.bytes());
        match after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(b'=');
                rest = after;
            }
        }
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(name: &str, set: Option<&str>, zone: &str, role: Option<&str>) -> Memory {
        let zones = BTreeMap::from([(zone.to_owned(), role.map(str::to_owned))]);
        Memory::from([((name.to_owned(), set.map(str::to_owned)), zones)])
    }

    #[test]
    fn tags_name_record_and_zone() {
        let tag = |memory: Memory| tags(&memory).into_iter().next().unwrap();
        let role = "arn:aws:iam::555566667777:role/dns";
        for (memory, key, value) in [
            (one("api.example.com", None, "Z1", None), "albctl:dns/api.example.com", "Z1"),
            (one("*.example.com", None, "Z1", None), "albctl:dns/=2a.example.com", "Z1"),
            (
                one("a.example.com", Some("blue/1"), "Z1", Some(role)),
                "albctl:dns/a.example.com/blue=2f1",
                "Z1:arn:aws:iam::555566667777:role=2fdns",
            ),
        ] {
            assert_eq!(tag(memory), (key.to_owned(), value.to_owned()));
        }
        let others = Tags::from([("albctl:stack".to_owned(), "shop".to_owned())]);
        assert_eq!(read(&others), Memory::new());
    }

    proptest! {
        #[test]
        fn what_is_remembered_is_read_back(
            name in "[a-z0-9*_-]{1,60}(\\.[a-z0-9_-]{1,40}){1,3}",
            set in prop::option::of("[ -~äß]{1,40}"),
            zones in prop::collection::btree_map("Z[A-Z0-9]{1,20}", prop::option::of("arn:aws:iam::[0-9]{12}:role/[a-z+=,.@_/-]{1,20}"), 1..3),
        ) {
            let memory = Memory::from([((name, set), zones)]);
            let tags = tags(&memory);
            for key in tags.keys() {
                prop_assert!(key.len() <= 128, "{}", key);
            }
            let allowed = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || " _.:/=+-@".contains(c));
            prop_assert!(tags.iter().all(|(key, value)| allowed(key) && allowed(value)));
            prop_assert_eq!(read(&tags), memory);
        }
    }
}
