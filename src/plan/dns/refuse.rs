//! What stands at a wanted name and is not ours.

use super::Settling;
use crate::base::Diagnostic;
use crate::kinds::dns_record::DnsRecord;
use crate::model::{LiveRecord, ResourceId, Routing};
use crate::plan::pairing;

impl Settling<'_> {
    /// Reports record sets that are not ours and in the way of a wanted record; false: they are taken over.
    pub(super) fn refused(&mut self, id: &ResourceId, wanted: &DnsRecord, foreign: &[LiveRecord]) -> bool {
        let cannot = foreign.iter().find_map(untakeable);
        if self.options.adopt && cannot.is_none() {
            return false;
        }
        let message = format!("a record `{}` exists and is not this stack's", wanted.name);
        let diagnostic = Diagnostic::refused("record-taken", message);
        let mut diagnostic = diagnostic.at(self.place(id, "name"), format!("wanted for {id}"));
        for one in foreign {
            diagnostic = diagnostic.note(format!("live: {}", one.set.describe()));
        }
        diagnostic = diagnostic.note(format!("in the zone {}", wanted.zone_words()));
        let key = (wanted.name.clone(), wanted.set.clone());
        let remembered = self.memory.get(&key).is_some_and(|zones| zones.contains_key(&wanted.zone.id));
        if remembered {
            diagnostic = diagnostic.note("albctl made a record here, which somebody has changed since");
        }
        diagnostic = diagnostic.help("use another name, or delete what is there");
        self.problems.push(match cannot {
            Some(why) => diagnostic.note(why),
            None => diagnostic.help(format!(
                "take it over: {} (shows all that would change)",
                pairing::adopting(self.options, &[])
            )),
        });
        true
    }
}

/// Why a record set cannot be taken over.
fn untakeable(one: &LiveRecord) -> Option<String> {
    if let Routing::Other(word) = &one.set.routing {
        return Some(format!("albctl does not write {word} records, and cannot take one over"));
    }
    let address = ["A", "AAAA", "CNAME"].contains(&one.set.kind.as_str());
    (!address).then(|| format!("a CNAME is alone at its name: {} would have to go", one.set.kind))
}
