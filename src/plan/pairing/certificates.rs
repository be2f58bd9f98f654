//! Taking over certificates that somebody else requested from ACM: `--adopt`. One is found by all that makes it what it
//! is, its names and the type of its key; whatever differs is another certificate, and a new one is requested as ever.
//! What is imported or in IAM comes from files, and is made anew from them.

use super::Pairing;
use crate::base::Diagnostic;
use crate::kinds::certificate::model::{Certificate, Store};
use crate::kinds::tagging::ownership;
use crate::kinds::{Candidate, Resource, certificate};

impl Pairing<'_> {
    /// Takes over the one issued certificate that is what the spec wants; of several none.
    pub(super) fn adopt_certificates(&mut self) {
        for id in self.without_live(certificate::KIND) {
            let Some(wanted) = self.desired.resources.get(&id) else { continue };
            let Resource::Certificate(model) = &wanted.resource else { continue };
            let fits = |one: &Candidate| is_it(one, model) && self.may_be_taken(one);
            let found: Vec<String> =
                self.live.candidates.iter().filter(|one| fits(one)).map(|one| one.arn.clone()).collect();
            match found.as_slice() {
                [] => {}
                [arn] => {
                    let place = self.live.candidates.iter().position(|one| one.arn == *arn);
                    if let Some(place) = place {
                        let candidate = self.live.candidates.remove(place);
                        self.take(candidate, &id);
                        self.adopted.insert(id);
                    }
                }
                several => {
                    let message = format!(
                        "{} certificates are what {id} is to be: one can be taken over",
                        several.len()
                    );
                    let diagnostic = Diagnostic::refused("adopt-ambiguous", message).at(wanted.place, "");
                    let told = several.iter().fold(diagnostic, |told, arn| told.note(arn.clone()));
                    let help = format!("use one as it is: `{}: {{ use: \"{}\" }}`", id.key(), several[0]);
                    self.problems.push(told.help(help).help("or delete the others"));
                }
            }
        }
    }

    /// A certificate of somebody who is known is one of several of its names that there may be: it is passed over, unless
    /// it may be taken from them.
    fn may_be_taken(&self, candidate: &Candidate) -> bool {
        ownership::owner(&candidate.tags, &self.desired.stack)
            .is_none_or(|owner| self.options.adopt_from.contains(&owner.word))
    }
}

/// Whether an issued certificate is what the spec would have ACM issue.
fn is_it(candidate: &Candidate, wanted: &Certificate) -> bool {
    match &candidate.resource {
        Resource::Certificate(live) => {
            let parts =
                |one: &Certificate| (one.store, one.domain.clone(), one.names.clone(), one.key.clone());
            wanted.store == Store::Acm && parts(live) == parts(wanted)
        }
        Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Listener(_)
        | Resource::Rule(_) => false,
    }
}
