//! What can be said of targets without asking AWS. API: RegisterTargets.

use std::net::{IpAddr, Ipv6Addr};

use super::spec::{TargetSpec, TargetsSpec};
use crate::base::{Diagnostic, Diagnostics, Located};
use crate::kinds::target_group::model::TargetType;

/// Reports targets that do not fit the group's type, and targets that stand there twice.
pub fn check(spec: &TargetsSpec, target_type: TargetType, group_port: Option<u16>, diags: &mut Diagnostics) {
    let mut seen: Vec<(&Located<TargetSpec>, Option<u16>)> = Vec::new();
    for target in spec.listed().unwrap_or_default() {
        let id = &target.value.id;
        let port = target.value.port.as_ref().map(|port| port.value).or(group_port);
        let good = match target_type {
            TargetType::Ip => id.value.parse::<IpAddr>().is_ok(),
            TargetType::Instance => is_instance(&id.value),
            // That such a group lists none was said of the group.
            TargetType::Lambda => continue,
        };
        if !good {
            diags.push(misfit(id, target_type));
        } else if target_type == TargetType::Ip && id.value.parse::<Ipv6Addr>().is_ok() {
            // The groups that albctl makes have the address type ipv4. API: CreateTargetGroup, IpAddressType.
            diags.push(
                Diagnostic::error("not-supported-yet", "ipv6 targets are not supported yet").at(id.at, ""),
            );
        }
        if let Some(port) = target.value.port.as_ref().filter(|port| port.value == 0) {
            diags.push(Diagnostic::error("out-of-range", "a port is from 1 to 65535").at(port.at, ""));
        }
        let twin =
            seen.iter().find(|(other, other_port)| other.value.id.value == id.value && *other_port == port);
        if let Some((first, _)) = twin {
            let port = port.map_or_else(String::new, |port| format!(":{port}"));
            let message = format!("the target {}{port} stands here twice", id.value);
            diags.push(
                Diagnostic::error("duplicate-value", message).at(id.at, "").also(first.at.span, "first here"),
            );
        }
        seen.push((target, port));
    }
}

fn is_instance(id: &str) -> bool {
    id.strip_prefix("i-")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn misfit(id: &Located<String>, target_type: TargetType) -> Diagnostic {
    let (wanted, other) = match target_type {
        TargetType::Ip => ("an IP address", "instance"),
        TargetType::Instance | TargetType::Lambda => ("an instance id such as `i-0a1b2c3d`", "ip"),
    };
    let message = format!("`{}` is not {wanted}", id.value);
    let diagnostic = Diagnostic::error("bad-target", message).at(id.at, "");
    let fits_other = match target_type {
        TargetType::Ip => is_instance(&id.value),
        TargetType::Instance | TargetType::Lambda => id.value.parse::<IpAddr>().is_ok(),
    };
    if fits_other {
        return diagnostic.help(format!("for such targets write `target_type: {other}`"));
    }
    diagnostic
}
