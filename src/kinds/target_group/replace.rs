//! What makes two target groups the same one, and what the one that takes another's place is called.
//!
//! API: CreateTargetGroup; no call changes name, type, protocol, its version, port or VPC.

use super::model::TargetGroup;
use crate::kinds::names;
use crate::model::field::{Carrier, Model};

/// The row of the AWS name.
pub const NAME: &str = "name";

/// The name of a group of this form when the plain name is held by the group that it replaces.
pub fn hashed_name(model: &TargetGroup) -> String {
    let TargetGroup { name, target_type, protocol, protocol_version, port, vpc, .. } = model;
    let form = match (protocol, port, vpc) {
        (Some(protocol), Some(port), Some(vpc)) if protocol_version.is_default() => {
            format!("{protocol} {port} {vpc}")
        }
        (Some(protocol), Some(port), Some(vpc)) => format!("{protocol} {protocol_version} {port} {vpc}"),
        (_, _, _) => model.function_name(),
    };
    names::replacement(name, &format!("{name}\n{target_type} {form}"))
}

/// Whether `live` is what AWS may call the group of the wanted form: its name, or the name of a replacement.
pub fn is_name_of(wanted: &TargetGroup, live: &str) -> bool {
    live == wanted.name || live == hashed_name(wanted)
}

/// Whether a live group can become the wanted one in place: all fields that no call changes are equal. Fields for
/// which `ignored` holds are as they are.
pub fn is_current(wanted: &TargetGroup, live: &TargetGroup, ignored: impl Fn(&str) -> bool) -> bool {
    let mut wanted = wanted.clone();
    crate::model::field::keep_live(&mut wanted, live, |key| key != NAME && ignored(key));
    let fixed = |key: &str| key != NAME && !ignored(key);
    let fields = TargetGroup::FIELDS.iter().filter(|field| field.carrier == Carrier::Fixed);
    let equal = fields.filter(|field| fixed(field.key)).all(|field| field.get(live) == field.get(&wanted));
    equal && (ignored(NAME) || is_name_of(&wanted, &live.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::tests::target_group as group;

    #[test]
    fn both_names_of_a_form_are_its_names_and_no_other() {
        let wanted = group();
        let hashed = hashed_name(&wanted);
        assert!(hashed.len() <= 32 && hashed.starts_with(&format!("{}-", wanted.name)), "{hashed}");
        let named = |name: &str| TargetGroup { name: name.to_owned(), ..wanted.clone() };
        assert!(is_current(&wanted, &named(&wanted.name), |_| false));
        assert!(is_current(&wanted, &named(&hashed), |_| false));
        assert!(!is_current(&wanted, &named("other"), |_| false));
        assert!(is_current(&wanted, &named("other"), |key| key == NAME));
        let moved = TargetGroup { port: wanted.port.map(|port| port + 1), ..named(&hashed) };
        assert!(!is_current(&wanted, &moved, |_| false));
        assert_ne!(hashed_name(&moved), hashed);
    }

    #[test]
    fn a_long_name_is_cut_and_ends_in_no_two_hyphens() {
        let long = TargetGroup { name: "a".repeat(24) + "-bcdefg", ..group() };
        let hashed = hashed_name(&long);
        assert_eq!(hashed.len(), 31);
        assert!(!hashed.contains("--"), "{hashed}");
    }
}
