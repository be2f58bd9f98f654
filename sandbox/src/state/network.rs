//! Subnets and their zones. There is no EC2 here: whatever has the form of an id exists, unless the state says
//! otherwise.

use std::collections::BTreeSet;

use super::Region;

/// The zones of a region that has subnets in them: `a` to `f`.
const ZONES: [char; 6] = ['a', 'b', 'c', 'd', 'e', 'f'];

/// Whether a region has a zone of this name.
pub(crate) fn is_zone(region: &str, zone: &str) -> bool {
    zone.strip_prefix(region).is_some_and(|rest| ZONES.iter().any(|letter| rest.chars().eq([*letter])))
}

impl Region {
    /// The zone of each subnet, in the order given, and the subnets that are seen for the first time with the
    /// zone they get: the least used one that no other subnet of the call has, so that subnets named
    /// together are in different zones as long as there are zones.
    pub(crate) fn zones_of(&self, region: &str, subnets: &[String]) -> (Vec<String>, Vec<(String, String)>) {
        let known = subnets.iter().filter_map(|s| self.subnet_zones.get(s));
        let mut taken: BTreeSet<String> = known.cloned().collect();
        let mut fresh: Vec<(String, String)> = Vec::new();
        let mut zones = Vec::new();
        for subnet in subnets {
            let earlier = fresh.iter().find(|(s, _)| s == subnet).map(|(_, z)| z);
            let zone = match self.subnet_zones.get(subnet).or(earlier) {
                Some(zone) => zone.clone(),
                None => {
                    let zone = self.least_used_zone(region, &taken);
                    taken.insert(zone.clone());
                    fresh.push((subnet.clone(), zone.clone()));
                    zone
                }
            };
            zones.push(zone);
        }
        (zones, fresh)
    }

    fn least_used_zone(&self, region: &str, taken: &BTreeSet<String>) -> String {
        let zones = ZONES.iter().map(|letter| format!("{region}{letter}"));
        let used = |zone: &String| self.subnet_zones.values().filter(|z| *z == zone).count();
        let best = zones.min_by_key(|zone| (taken.contains(zone), used(zone)));
        // ZONES is not empty, so there always is one.
        best.unwrap_or_default()
    }
}
