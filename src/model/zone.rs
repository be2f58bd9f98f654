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

/// A name as zones and records are compared: lower case, no dot at the end, `\052` as `*`.
pub fn normal(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase().replace("\\052", "*").replace("\\100", "@")
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
