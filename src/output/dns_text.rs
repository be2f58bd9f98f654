//! DNS records that albctl does not write: what others are to create, and what leads to the load balancer beside ours.

use serde_json::{Value, json};

use super::plan_text::View;
use super::style::{Look, Role};
use super::text::visible;
use crate::model::{LiveDns, LiveRecord, Lookup, Outside};

/// Stands for a DNS name that only the apply will tell.
const NOT_KNOWN: &str = "(the load balancer's DNS name: known when it is made)";

/// The records that others are to create and that are not there: name, type and value, never cut.
pub fn to_create(dns: &LiveDns, dns_name: Option<&str>, look: Look) -> String {
    let mut text = String::new();
    for one in dns.outside.iter().filter(|one| one.lookup != Lookup::Leads) {
        let name = visible(&one.name);
        let mark = look.paint(Role::Attention, "!");
        let value = dns_name.map_or_else(|| NOT_KNOWN.to_owned(), visible);
        text.push_str(&format!("{mark} {name}: {}\n    {name}   CNAME   {value}\n", words(one)));
    }
    text
}

fn words(one: &Outside) -> String {
    match &one.lookup {
        Lookup::Leads => "leads to the load balancer".to_owned(),
        Lookup::Missing => "create this record where the name is kept".to_owned(),
        Lookup::Elsewhere => "leads elsewhere; change this record where the name is kept".to_owned(),
        Lookup::Unknown(why) => format!("see that this record is there (not looked up: {})", visible(why)),
    }
}

/// The same for programs: all of them, with what the lookup found.
pub fn to_json(dns: &LiveDns, dns_name: Option<&str>) -> Value {
    let one = |one: &Outside| {
        let (state, why) = match &one.lookup {
            Lookup::Leads => ("there", None),
            Lookup::Missing => ("missing", None),
            Lookup::Elsewhere => ("elsewhere", None),
            Lookup::Unknown(why) => ("unknown", Some(why)),
        };
        json!({ "name": one.name, "type": "CNAME", "value": dns_name, "state": state, "why": why })
    };
    dns.outside.iter().map(one).collect()
}

/// What leads to the load balancer and is not ours.
pub(super) fn strangers(view: View<'_>, look: Look) -> String {
    let one = |one: &LiveRecord| {
        let mark = look.paint(Role::Stranger, "?");
        let name = visible(&one.set.name);
        let set = one.set.set.as_ref().map(|set| format!(" set \"{}\"", visible(set))).unwrap_or_default();
        let what = format!("{name} {}{set}", visible(&one.set.kind));
        let gone = view.plan.changes.iter().any(|change| {
            change.verb == crate::model::Verb::Delete && change.id == crate::kinds::load_balancer::id()
        });
        match gone {
            true => format!("{mark} not ours, stays and will point to nothing: record {what}\n"),
            false => {
                format!("{mark} record {what} leads to the load balancer and is not in the spec; kept\n")
            }
        }
    };
    view.live.dns.strangers.iter().map(one).collect()
}

/// The same for programs.
pub(super) fn stranger_json(one: &LiveRecord) -> Value {
    json!({ "name": one.set.name, "type": one.set.kind, "set_identifier": one.set.set, "zone": one.zone })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_others_are_to_create_stands_alone_on_its_line() {
        let outside = |lookup: Lookup| LiveDns {
            outside: vec![Outside { name: "*.shop.example.org".to_owned(), lookup }],
            ..LiveDns::default()
        };
        let text =
            |lookup: Lookup| to_create(&outside(lookup), Some("shop-1.elb.amazonaws.com"), Look::PLAIN);
        assert_eq!(
            text(Lookup::Missing),
            "! *.shop.example.org: create this record where the name is kept\n    \
             *.shop.example.org   CNAME   shop-1.elb.amazonaws.com\n"
        );
        assert!(text(Lookup::Elsewhere).contains("leads elsewhere"));
        assert!(text(Lookup::Unknown("no answer".to_owned())).contains("(not looked up: no answer)"));
        assert_eq!(text(Lookup::Leads), "");
        let json = to_json(&outside(Lookup::Leads), None);
        assert_eq!(json[0]["state"], "there");
    }
}
