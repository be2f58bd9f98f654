//! Listeners, rules and their actions.

use super::lower::Lowering;
use crate::base::{Diagnostic, Located, Place, suggest};
use crate::kinds::action::spec::ActionSpec;
use crate::kinds::action::{Action, GroupKey};
use crate::kinds::listener::model::Protocol;
use crate::kinds::listener::spec::ListenerSpec;
use crate::kinds::rule::priorities::{self, Slot};
use crate::kinds::rule::spec::RuleSpec;
use crate::kinds::rule::{self, Rule};
use crate::kinds::target_group::model::Stickiness;
use crate::kinds::{Resource, listener, names, rows, target_group};
use crate::model::ResourceId;

impl<'a> Lowering<'a> {
    pub(super) fn listeners(&mut self) {
        let mut ports: Vec<(u16, Place)> = Vec::new();
        for (key, spec) in self.document.listeners.iter().filter(|(_, spec)| spec.common.is_enabled()) {
            names::check_key("listener", key.as_ref().map(String::as_str), self.diags);
            self.listener(key, spec);
            self.rules(key, spec);
            let Some(port) = spec.port() else { continue };
            let at = spec.rows.get("port").map_or(key.at, |port| port.at);
            if let Some((_, first)) = ports.iter().find(|(other, _)| *other == port) {
                let message = format!("two listeners on port {port}");
                let diagnostic = Diagnostic::error("duplicate-port", message).at(at, "");
                self.diags.push(diagnostic.also(first.span, "the first is here"));
            }
            ports.push((port, at));
        }
    }

    fn listener(&mut self, key: &Located<String>, spec: &'a ListenerSpec) {
        let certificates = self.certificate_keys(spec.certificate_keys());
        listener::check::check(&key.value, spec, self.diags);
        let Some(default) = &spec.default else { return };
        let Some(action) = self.action(default) else { return };
        listener::check::redirect(default.at, spec, &action, self.diags);
        self.forwards(&action, spec, default.at);
        let tags = rows::merged_tags(&self.document.tags, &spec.common);
        let model = spec.lower(certificates, action, tags);
        let policy = spec.stranger_policy().map(|policy| (listener::id(&key.value), policy));
        self.desired.strangers.extend(policy);
        self.add(listener::id(&key.value), Resource::Listener(model), key.at, spec.places(), &spec.common);
    }

    fn rules(&mut self, key: &Located<String>, spec: &'a ListenerSpec) {
        let mut seen: Vec<&Located<String>> = Vec::new();
        let mut order: Vec<(ResourceId, &RuleSpec)> = Vec::new();
        for rule_spec in spec.rules.iter().filter(|rule| rule.common.is_enabled()) {
            if let Some(first) = seen.iter().find(|name| name.value == rule_spec.name.value) {
                let message = format!("two rules of `{}` are called `{}`", key.value, rule_spec.name.value);
                let diagnostic = Diagnostic::error("duplicate-key", message).at(rule_spec.name.at, "");
                self.diags.push(diagnostic.also(first.at.span, "the first is here"));
                continue;
            }
            seen.push(&rule_spec.name);
            let id = rule::id(&key.value, &rule_spec.name.value);
            order.push((id.clone(), rule_spec));
            let Some(model) = self.rule(key, spec, rule_spec) else { continue };
            let place = rule_spec.name.at;
            self.add(id, Resource::Rule(model), place, rule_spec.places(), &rule_spec.common);
        }
        self.explicit_order(&order);
        self.desired.rule_order.insert(key.value.clone(), order.into_iter().map(|(id, _)| id).collect());
    }

    fn rule(&mut self, key: &Located<String>, listener: &ListenerSpec, spec: &RuleSpec) -> Option<Rule> {
        rule::check::check(spec, self.diags);
        if let Some(ignored) = spec.common.ignore.iter().find(|ignored| ignored.value == "priority") {
            let message = "`priority` cannot be ignored: the order of the file is the order of evaluation";
            let help = "leave `priority` out: albctl keeps the numbers that fit the order";
            self.diags.push(Diagnostic::error("cannot-ignore", message).at(ignored.at, "").help(help));
        }
        let spec_then = spec.then.as_ref()?;
        let then = self.action(spec_then)?;
        let at = spec_then.value.redirect_place().unwrap_or(spec_then.at);
        listener::check::redirect(at, listener, &then, self.diags);
        self.forwards(&then, listener, spec_then.at);
        let tags = rows::merged_tags(&self.document.tags, &spec.common);
        Some(spec.lower(&key.value, then, tags))
    }

    /// Explicit priorities must rise with the order in the file, with room for the rules between them.
    fn explicit_order(&mut self, order: &[(ResourceId, &RuleSpec)]) {
        let explicit = |spec: &RuleSpec| {
            let row = spec.rows.get("priority")?;
            Some((u32::try_from(row.value.as_u64()?).ok()?, row.at))
        };
        let mut before: Option<(u32, Place)> = None;
        let mut rising = true;
        for (number, at) in order.iter().filter_map(|(_, spec)| explicit(spec)) {
            if let Some((previous, place)) = before.filter(|(previous, _)| *previous >= number) {
                let message = format!("priority {number} stands after priority {previous}");
                let diagnostic = Diagnostic::error("priority-order", message).at(at, "");
                let help =
                    "rules are evaluated in the order of the file: leave priorities out, or let them rise";
                self.diags.push(diagnostic.also(place.span, "the rule before it").help(help));
                rising = false;
            }
            before = Some((number, at));
        }
        let slot = |spec: &RuleSpec| Slot { live: None, explicit: explicit(spec).map(|(number, _)| number) };
        let slots: Vec<Slot> = order.iter().map(|(_, spec)| slot(spec)).collect();
        let none = Default::default();
        if let Err(priorities::NoRoom(index)) = priorities::choose(&slots, &none, &none)
            && rising
            && let Some((_, spec)) = order.get(index)
        {
            let (number, at) = explicit(spec).unwrap_or((0, spec.name.at));
            let message = format!("priority {number} leaves too few numbers for the rules around it");
            let help = "leave priorities out, or choose numbers with room for the rules between them";
            self.diags.push(Diagnostic::error("no-room-for-priority", message).at(at, "").help(help));
        }
    }

    fn action(&mut self, spec: &Located<ActionSpec>) -> Option<Action<GroupKey>> {
        let mut good = true;
        for key in spec.value.groups() {
            if self.groups.iter().any(|(known, _)| known.value == key.value) {
                continue;
            }
            good = false;
            if !self.document.target_groups.failed.iter().any(|failed| failed.value == key.value) {
                self.unknown_groups.entry(key.value.clone()).or_default().push(key.at);
            }
        }
        spec.value.lower(self.diags).filter(|_| good)
    }

    pub(super) fn report_unknown_groups(&mut self) {
        let known: Vec<&str> = self.groups.iter().map(|(key, _)| key.value.as_str()).collect();
        for (key, places) in std::mem::take(&mut self.unknown_groups) {
            let disabled = self.document.target_groups.mentions(&key);
            let message = match disabled {
                true => format!("target group `{key}` is not enabled"),
                false => format!("there is no target group `{key}`"),
            };
            let label = suggest(&key, known.iter().copied())
                .filter(|_| !disabled)
                .map_or_else(String::new, |word| format!("did you mean `{word}`?"));
            let mut diagnostic = Diagnostic::error("unknown-reference", message).at(places[0], label);
            for place in &places[1..] {
                diagnostic = diagnostic.also(place.span, "and here");
            }
            self.diags.push(match known.as_slice() {
                [] => diagnostic.note("the spec has no target groups"),
                known => diagnostic.note(format!("target groups: {}", known.join(", "))),
            });
        }
    }

    /// A weighted forward does not go with stickiness by an application's cookie, nor HTTP/2 and gRPC with a listener of
    /// HTTP. ALB guide, sticky sessions; target groups, protocol version.
    fn forwards(&mut self, action: &Action<GroupKey>, listener: &ListenerSpec, at: Place) {
        let several = action.groups().len() > 1;
        for weighted in action.groups() {
            let resource = self.desired.resources.get(&target_group::id(&weighted.group.0));
            let Some(Resource::TargetGroup(group)) = resource.map(|it| &it.resource) else { continue };
            let version = group.protocol_version;
            if version.needs_https() && listener.protocol() != Protocol::Https {
                let message = format!(
                    "`{}` is of {version}, which only a listener of HTTPS forwards to",
                    weighted.group
                );
                let help = "give the listener certificates, or forward to a group of HTTP1";
                self.diags.push(Diagnostic::error("needs-https", message).at(at, "").help(help));
            }
            if several && matches!(group.stickiness, Stickiness::AppCookie { .. }) {
                let message = format!(
                    "`{}` is sticky by app_cookie, which a weighted forward does not support",
                    weighted.group
                );
                let help = "use lb_cookie, or forward to this group alone";
                self.diags.push(Diagnostic::error("app-cookie-weighted", message).at(at, "").help(help));
            }
        }
    }
}
