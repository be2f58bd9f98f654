//! Where a target may be. API: `TargetDescription`, AvailabilityZone.

use std::collections::BTreeSet;

use crate::base::Diagnostic;
use crate::fix::find::Inventory;

/// The zone of an address outside the VPC.
pub(super) const ALL: &str = "all";

/// What is known of the zones of a group's targets.
#[derive(Clone, Copy, Debug)]
pub struct Zones<'a> {
    /// The region.
    region: &'a str,
    /// The name and the zones of the load balancer that forwards to the group.
    balancer: Option<(&'a str, &'a BTreeSet<String>)>,
}

impl<'a> Zones<'a> {
    /// Those of the group with this ARN.
    pub fn of(inventory: &'a Inventory, group: &str) -> Self {
        let group = inventory.groups.iter().find(|one| one.arn == group);
        let balancer = group.and_then(|group| {
            let of = group.balancers.first()?;
            inventory.balancers.iter().find(|one| one.arn == *of)
        });
        let balancer = balancer.filter(|one| !one.zones.is_empty());
        Self { region: &inventory.region, balancer: balancer.map(|one| (one.name.as_str(), &one.zones)) }
    }

    /// What is wrong with the zone of an address.
    pub(super) fn misfit(self, zone: &str) -> Option<Diagnostic> {
        if zone == ALL {
            return None;
        }
        let bad = |message: String| Some(Diagnostic::error("bad-target", message));
        let outside = "an address outside the VPC has the zone `all`; one of the VPC needs none";
        if !is_of(self.region, zone) {
            let message = format!("`{zone}` is no Availability Zone of {}", self.region);
            let example = format!("zones have names such as {}a", self.region);
            return bad(message).map(|problem| problem.note(example).help(outside));
        }
        None
    }

    /// A zone in which nothing would ever send requests to the target: requests do not cross zones there. API:
    /// `TargetDescription`, AvailabilityZone; attribute `load_balancing.cross_zone.enabled`.
    pub(super) fn unserved(self, zone: &str, crosses: bool) -> Option<Diagnostic> {
        let (name, zones) = self.balancer.filter(|(_, zones)| !crosses && !zones.contains(zone))?;
        let known: Vec<&str> = zones.iter().map(String::as_str).collect();
        let message = format!("load balancer {name} is not in {zone}: it is in {}", known.join(", "));
        let note = "requests of this group do not cross zones: a target in another zone gets none";
        Some(Diagnostic::warning("zone-not-served", message).note(note)).filter(|_| zone != ALL)
    }
}

/// Whether a zone has the form of one of a region: `us-east-1a`, and of local and wavelength zones `us-east-1-bos-1a`.
fn is_of(region: &str, zone: &str) -> bool {
    let Some(rest) = zone.strip_prefix(region) else { return false };
    let letter = rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_lowercase());
    let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let local =
        rest.starts_with('-') && rest.bytes().all(fine) && rest.ends_with(|c: char| c.is_ascii_lowercase());
    letter || local
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_of_a_region_have_its_name_and_a_letter() {
        for zone in ["us-east-1a", "us-east-1f", "us-east-1-bos-1a", "us-east-1-wl1-bos-wlz-1a"] {
            assert!(is_of("us-east-1", zone), "{zone}");
        }
        for zone in [
            "",
            "a",
            "us-east-1",
            "us-east-1A",
            "us-east-11a",
            "eu-west-1a",
            "us-east-1ab",
            "us-east-1-",
            "use1-az1",
        ] {
            assert!(!is_of("us-east-1", zone), "{zone}");
        }
    }
}
