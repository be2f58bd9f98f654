//! The zone of each wanted record, and what else depends on what is live.

use super::Settling;
use crate::base::{Diagnostic, Place};
use crate::kinds::dns_record::DnsRecord;
use crate::kinds::load_balancer::model::IpAddressType;
use crate::kinds::{Resource, load_balancer};
use crate::model::zone::{self, Choice, Found};
use crate::model::{ResourceId, Zone};

/// So many zones are named in a message.
const SHOWN: usize = 10;

impl Settling<'_> {
    /// Completes the wanted records; one without a zone is reported and left out.
    pub(super) fn zones(&mut self) {
        let ipv6 = self.has_ipv6();
        for (id, model) in self.wanted() {
            let zones = &self.live.zones;
            let in_zone = &model.zone;
            let role = in_zone.role.as_deref();
            let found = zone::choose(&model.name, &in_zone.choice, in_zone.private, role, zones);
            let problem = match found {
                Found::One(zone) => match self.misplaced(&id, &model, zone) {
                    Some(problem) => problem,
                    None => {
                        let zone = zone.clone();
                        self.complete(&id, zone, ipv6);
                        continue;
                    }
                },
                Found::None => self.no_zone(&id, &model),
                Found::Several(zones) => self.several(&id, &zones),
            };
            self.problems.push(problem);
            self.desired.resources.remove(&id);
        }
    }

    fn complete(&mut self, id: &ResourceId, zone: Zone, ipv6: bool) {
        let region = self.live.region.clone();
        let Some(wanted) = self.desired.resources.get_mut(id) else { return };
        let Resource::DnsRecord(model) = &mut wanted.resource else { return };
        (model.zone.id, model.zone.name, model.zone.private) = (zone.id, zone.name, zone.private);
        if model.alias && ipv6 {
            model.types.insert("AAAA".to_owned());
        }
        if let Some(unknown) = model.region.as_mut().filter(|region| region.is_empty()) {
            *unknown = region;
        }
    }

    fn has_ipv6(&self) -> bool {
        match self.desired.resources.get(&load_balancer::id()).map(|wanted| &wanted.resource) {
            Some(Resource::LoadBalancer(model)) => match model.ip_address_type {
                IpAddressType::Ipv4 => false,
                IpAddressType::Dualstack | IpAddressType::DualstackWithoutPublicIpv4 => true,
            },
            Some(_) | None => false,
        }
    }

    pub(super) fn place(&self, id: &ResourceId, key: &str) -> Place {
        let wanted = self.desired.resources.get(id);
        let field = |key: &str| wanted.and_then(|wanted| wanted.fields.get(key)).copied();
        field(key).or_else(|| field("name")).or(wanted.map(|wanted| wanted.place)).unwrap_or(Place::NONE)
    }

    /// A zone by its id may not be one that the name can be in.
    fn misplaced(&self, id: &ResourceId, model: &DnsRecord, zone: &Zone) -> Option<Diagnostic> {
        if !zone::is_within(&model.name, &zone.name) {
            let message = format!("`{}` is not in the zone {} ({})", model.name, zone.name, zone.id);
            return Some(Diagnostic::refused("bad-zone", message).at(self.place(id, "zone"), ""));
        }
        let apex = !model.alias && model.name == zone.name;
        apex.then(|| {
            let message = format!("`{}` is the apex of its zone, where no CNAME can be", model.name);
            let place = self.place(id, "type");
            Diagnostic::refused("cname-at-apex", message).at(place, "").help("write `type: alias`")
        })
    }

    fn no_zone(&self, id: &ResourceId, model: &DnsRecord) -> Diagnostic {
        let sort = if model.zone.private { "private" } else { "public" };
        let message = match &model.zone.choice {
            Choice::Longest => format!("there is no {sort} hosted zone for `{}`", model.name),
            Choice::Named(zone) => format!("there is no {sort} hosted zone `{zone}`"),
            Choice::Id(zone) => format!("there is no hosted zone with the id {zone}"),
        };
        let diagnostic = Diagnostic::refused("no-zone", message).at(self.place(id, "zone"), "");
        let through = |zone: &&Zone| zone.role == model.zone.role;
        let names: Vec<String> = self.live.zones.iter().filter(through).take(SHOWN).map(words).collect();
        let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let whose = match &model.zone.role {
            Some(role) => format!(" that {role} sees"),
            None => " of this account".to_owned(),
        };
        diagnostic
            .note(format!("hosted zones{whose}: {known}"))
            .help("create the zone, or name another one: `zone:`; one in another account needs a `role`")
            .help("kept by another provider: `provider: other`")
    }

    fn several(&self, id: &ResourceId, zones: &[&Zone]) -> Diagnostic {
        let name = zones.first().map_or("", |zone| zone.name.as_str());
        let message = format!("{} hosted zones are called `{name}`", zones.len());
        let diagnostic = Diagnostic::refused("several-zones", message).at(self.place(id, "zone"), "");
        let ids: Vec<&str> = zones.iter().map(|zone| zone.id.as_str()).collect();
        diagnostic.note(format!("their ids: {}", ids.join(", "))).help("say which one: `zone: ID`")
    }
}

fn words(zone: &Zone) -> String {
    let private = if zone.private { ", private" } else { "" };
    format!("{} ({}{private})", zone.name, zone.id)
}
