//! `dns`: the records that lead to the load balancer.

use super::lower::Lowering;
use crate::base::Diagnostic;
use crate::kinds::dns_record::spec::DnsSpec;
use crate::kinds::dns_record::{self, check, memory};
use crate::kinds::tagging::ownership;
use crate::kinds::{Resource, load_balancer, names};

impl Lowering<'_> {
    pub(super) fn dns(&mut self) {
        let document = self.document;
        let specs: Vec<&DnsSpec> = document.dns.iter().filter(|spec| spec.common.is_enabled()).collect();
        if let Some(role) = &document.dns_role {
            check::check_role(role, self.diags);
        }
        let role = document.dns_role.as_ref().map(|role| role.value.as_str());
        let region = document.region.as_ref().map(|region| region.value.as_str());
        let mut remembered = memory::Memory::new();
        for spec in &specs {
            check::check(spec, role, self.diags);
            let model = spec.lower(role, region);
            let id = dns_record::id(&model.name, model.set.as_deref(), model.zone.private);
            if !spec.is_outside() {
                let zones = [("Z".to_owned(), None)].into();
                remembered.insert((model.name.clone(), model.set.clone()), zones);
            }
            if !self.desired.resources.contains_key(&id) {
                self.add(id, Resource::DnsRecord(model), spec.at, spec.places(), &spec.common);
            }
        }
        check::check_all(&specs, self.diags);
        self.room_for_tags(remembered.len(), &specs);
    }

    /// The load balancer carries one tag for each record. API: AddTags, `TooManyTags`.
    fn room_for_tags(&mut self, records: usize, specs: &[&DnsSpec]) {
        let id = load_balancer::id();
        let Some(wanted) = self.desired.resources.get(&id) else { return };
        let own =
            wanted.resource.tags().map_or(0, |tags| ownership::full(&self.desired.stack, &id, tags).len());
        // What the last apply leaves is a tag, too.
        let room = names::ALL_TAGS.saturating_sub(own + 1);
        if let Some(first) = specs.first().filter(|_| records > room) {
            let message = format!("{records} DNS records are more than {room}, for which {id} has tags left");
            let note =
                "albctl remembers each of its records in a tag of the load balancer; AWS allows 50 tags";
            self.diags.push(Diagnostic::error("too-many-tags", message).at(first.at, "").note(note));
        }
    }
}
