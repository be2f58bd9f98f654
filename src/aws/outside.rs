//! Names that others keep: whether they lead to the load balancer, as far as a lookup can tell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use albctl_sandbox::Sandbox;
use futures_util::future::join_all;

use super::client::{Clients, Place};
use crate::model::Lookup;
use crate::model::record_set::target_name;

/// A lookup that takes longer says nothing: a plan does not wait for somebody else's name server.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Who is asked.
#[derive(Clone)]
pub(super) enum Resolver {
    /// The system's resolver.
    System,
    /// The sandbox's state says what the world outside answers.
    Sandbox(Arc<Sandbox>),
}

impl std::fmt::Debug for Resolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::System => "Resolver(system)",
            Self::Sandbox(_) => "Resolver(sandbox)",
        })
    }
}

/// What lookups of these names say about the load balancer of this DNS name. Never fails.
pub(super) async fn look(
    clients: &Clients,
    names: &BTreeSet<String>,
    dns_name: Option<&str>,
) -> BTreeMap<String, Lookup> {
    // Without a load balancer there is nothing that a name could lead to.
    let Some(target) = dns_name else { return BTreeMap::new() };
    let one = async |name: &String| {
        let lookup = match (&clients.resolver, &clients.place) {
            (Resolver::Sandbox(sandbox), _) => in_sandbox(sandbox, name, target),
            (Resolver::System, Place::Endpoint(_) | Place::Sandbox) => {
                Lookup::Unknown("the names of another endpoint are in no DNS".to_owned())
            }
            (Resolver::System, Place::Aws) => in_dns(name, target).await,
        };
        (name.clone(), lookup)
    };
    join_all(names.iter().map(one)).await.into_iter().collect()
}

fn in_sandbox(sandbox: &Sandbox, name: &str, target: &str) -> Lookup {
    match sandbox.edit(|state| state.public_target(name)) {
        None => Lookup::Missing,
        Some(found) if found.is_empty() => {
            Lookup::Unknown("the sandbox's outside DNS does not answer".to_owned())
        }
        Some(found) if target_name(&found) == target_name(target) => Lookup::Leads,
        Some(_) => Lookup::Elsewhere,
    }
}

/// Any name stands for those of a wildcard.
fn asked(name: &str) -> String {
    name.strip_prefix("*.").map_or_else(|| name.to_owned(), |rest| format!("albctl-lookup.{rest}"))
}

async fn in_dns(name: &str, target: &str) -> Lookup {
    let (name, target) = (asked(name), target.to_owned());
    let both = async { tokio::join!(addresses(&name), addresses(&target)) };
    match tokio::time::timeout(TIMEOUT, both).await {
        Err(_) => Lookup::Unknown(format!("no answer within {}s", TIMEOUT.as_secs())),
        Ok((_, Err(why))) => Lookup::Unknown(format!("{target}: {why}")),
        Ok((Err(_), Ok(_))) => Lookup::Missing,
        Ok((Ok(found), Ok(wanted))) => match found.is_disjoint(&wanted) {
            false => Lookup::Leads,
            true => Lookup::Elsewhere,
        },
    }
}

async fn addresses(name: &str) -> Result<BTreeSet<std::net::IpAddr>, String> {
    let found = tokio::net::lookup_host((name, 443)).await.map_err(|error| error.to_string())?;
    Ok(found.map(|address| address.ip()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sandbox_says_what_is_outside() {
        let sandbox = Sandbox::in_memory();
        let target = "shop-1.us-east-1.elb.amazonaws.com";
        sandbox.edit(|state| {
            for (name, found) in [("a.org", target), ("b.org", "192.0.2.1"), ("c.org", "")] {
                state.outside_dns.insert(name.to_owned(), found.to_owned());
            }
        });
        assert_eq!(in_sandbox(&sandbox, "a.org", target), Lookup::Leads);
        assert_eq!(in_sandbox(&sandbox, "b.org", target), Lookup::Elsewhere);
        assert!(matches!(in_sandbox(&sandbox, "c.org", target), Lookup::Unknown(_)));
        assert_eq!(in_sandbox(&sandbox, "d.org", target), Lookup::Missing);
        assert_eq!(
            (asked("*.a.org"), asked("a.org")),
            ("albctl-lookup.a.org".to_owned(), "a.org".to_owned())
        );
    }
}
