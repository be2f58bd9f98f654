//! Hosted zones: which one a name belongs to. API: ListHostedZones.

use serde::{Deserialize, Serialize};

/// A hosted zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Zone {
    /// Such as `Z0123456789ABC`, without `/hostedzone/`.
    pub id: String,
    /// In lower case and without the dot at its end.
    pub name: String,
    /// It answers only inside of VPCs. API: `Config.PrivateZone`.
    pub private: bool,
    /// The role through which it is reached, where it is in another account.
    pub role: Option<String>,
}

/// How a spec says which zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The one with the longest name that is the end of the record's.
    Longest,
    /// The one of this name.
    Named(String),
    /// The one of this id.
    Id(String),
}

/// Which zone of several a name belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'z> {
    /// This one.
    One(&'z Zone),
    /// There is none whose name the name ends with.
    None,
    /// Several zones of the same name: an id must say which.
    Several(Vec<&'z Zone>),
}

/// A name as zones and records are compared: lower case, no dot at the end, octal escapes such as `\052` decoded.
pub fn normal(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name.trim_end_matches('.');
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        match after.get(..3).and_then(unescaped) {
            Some(c) => {
                plain.push(c);
                rest = after.get(3..).unwrap_or_default();
            }
            None => {
                plain.push('\\');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain.to_ascii_lowercase()
}

/// The character of three octal digits, where it may stand for itself: a dot would be the end of a label.
fn unescaped(digits: &str) -> Option<char> {
    if !digits.bytes().all(|byte| (b'0'..=b'7').contains(&byte)) {
        return None;
    }
    let c = char::from(u8::from_str_radix(digits, 8).ok()?);
    (c.is_ascii_graphic() && c != '.' && c != '\\').then_some(c)
}

/// The id of a zone or change without the path before it: `/hostedzone/Z1` is `Z1`.
pub fn plain_id(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// The zone that `name` belongs to: of those of the wanted sort the one with the longest name that is the end of it at a
/// dot.
pub fn of_name<'z>(name: &str, zones: &'z [Zone], private: bool) -> Found<'z> {
    let name = normal(name);
    let holds = |zone: &&Zone| {
        zone.private == private
            && (name == zone.name || name.strip_suffix(&zone.name).is_some_and(|rest| rest.ends_with('.')))
    };
    let longest = zones.iter().filter(holds).map(|zone| zone.name.len()).max();
    let found: Vec<&Zone> =
        zones.iter().filter(holds).filter(|zone| Some(zone.name.len()) == longest).collect();
    match found.as_slice() {
        [] => Found::None,
        [one] => Found::One(one),
        _ => Found::Several(found),
    }
}

/// Whether a name is that of the zone, or is in it.
pub fn is_within(name: &str, zone: &str) -> bool {
    name == zone || name.strip_suffix(zone).is_some_and(|rest| rest.ends_with('.'))
}

/// The zone that a record of this name is to be in, of those that are reached through `role`. An id names any zone.
pub fn choose<'z>(
    name: &str,
    choice: &Choice,
    private: bool,
    role: Option<&str>,
    zones: &'z [Zone],
) -> Found<'z> {
    let holds = |zone: &&Zone| match choice {
        Choice::Longest => zone.private == private && is_within(name, &zone.name),
        Choice::Named(wanted) => zone.private == private && zone.name == *wanted,
        Choice::Id(id) => zone.id == *id,
    };
    let found: Vec<&Zone> = zones.iter().filter(|zone| zone.role.as_deref() == role).filter(holds).collect();
    let longest = found.iter().map(|zone| zone.name.len()).max();
    let found: Vec<&Zone> = found.into_iter().filter(|zone| Some(zone.name.len()) == longest).collect();
    match found.as_slice() {
        [] => Found::None,
        [one] => Found::One(one),
        _ => Found::Several(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(id: &str, name: &str, private: bool) -> Zone {
        Zone { id: id.to_owned(), name: name.to_owned(), private, role: None }
    }

    #[test]
    fn the_longest_zone_that_ends_the_name_at_a_dot_is_found() {
        let zones = [
            zone("Z1", "example.com", false),
            zone("Z2", "api.example.com", false),
            zone("Z3", "example.com", true),
            zone("Z4", "twice.org", false),
            zone("Z5", "twice.org", false),
        ];
        let id = |name: &str, private: bool| match of_name(name, &zones, private) {
            Found::One(zone) => zone.id.clone(),
            Found::None => "none".to_owned(),
            Found::Several(all) => format!("{} zones", all.len()),
        };
        assert_eq!(id("www.example.com", false), "Z1");
        assert_eq!(id("Example.COM.", false), "Z1");
        assert_eq!(id("\\052.api.example.com.", false), "Z2");
        assert_eq!(id("myapi.example.com", false), "Z1", "an end that is not at a dot is no zone");
        assert_eq!(id("notexample.com", false), "none");
        assert_eq!(id("api.example.com", true), "Z3");
        assert_eq!(id("www.twice.org", false), "2 zones");
        assert_eq!((plain_id("/hostedzone/Z1"), plain_id("Z1")), ("Z1", "Z1"));
    }
}
