//! From a spec as written to what is wanted: names resolved, defaults filled, everything checked.

use std::collections::BTreeMap;

use super::document::Document;
use super::moved;
use crate::base::{Diagnostic, Diagnostics, Located, Place, suggest};
use crate::kinds::action::Action;
use crate::kinds::listener::spec::ListenerSpec;
use crate::kinds::rows::{self, Common};
use crate::kinds::rule::Rule;
use crate::kinds::rule::spec::RuleSpec;
use crate::kinds::target_group::TargetGroup;
use crate::kinds::target_group::model::Stickiness;
use crate::kinds::target_group::spec::TargetGroupSpec;
use crate::kinds::{Desired, Resource, Wanted, listener, load_balancer, names, rule, target_group, targets};
use crate::model::ResourceId;

/// The version of the language that this albctl reads.
const VERSION: u16 = 1;

/// What the document wants; everything wrong with it is reported.
pub(super) fn lower(document: &Document, diags: &mut Diagnostics) -> Option<Desired> {
    head(document, diags);
    let mut lowering = Lowering {
        document,
        groups: document.target_groups.iter().filter(|(_, spec)| spec.common.is_enabled()).collect(),
        desired: Desired {
            stack: stack_name(document).to_owned(),
            account: document.account.clone(),
            region: document.region.clone(),
            resources: BTreeMap::new(),
            rule_order: BTreeMap::new(),
            moved: Vec::new(),
            former_stack: None,
            strangers: BTreeMap::new(),
        },
        unknown_groups: BTreeMap::new(),
        diags,
    };
    lowering.load_balancer();
    lowering.target_groups();
    lowering.listeners();
    lowering.report_unknown_groups();
    moved::check(&lowering.desired, lowering.diags);
    lowering.desired.former_stack = moved::stack(document, lowering.diags);
    Some(lowering.desired)
}

/// The stack's name; of a spec that was reported to have none, any.
fn stack_name(document: &Document) -> &str {
    document.stack.as_ref().map_or("stack", |stack| stack.value.as_str())
}

/// The keys at the top.
fn head(document: &Document, diags: &mut Diagnostics) {
    if let Some(version) = document.version.as_ref().filter(|version| version.value != VERSION) {
        let message = format!("this albctl reads version {VERSION} of the language, found {}", version.value);
        diags.push(Diagnostic::error("unknown-version", message).at(version.at, ""));
    }
    if let Some(stack) = &document.stack {
        names::check_key("stack", stack.as_ref().map(String::as_str), diags);
    }
    names::check_tags(&document.tags, diags);
    if let Some(account) = &document.account
        && (account.value.len() != 12 || !account.value.bytes().all(|byte| byte.is_ascii_digit()))
    {
        let message = format!("`{}` is not an account id", account.value);
        let help = "an account id has twelve digits; write it in quotes";
        diags.push(Diagnostic::error("bad-account", message).at(account.at, "").help(help));
    }
    if let Some(region) = &document.region
        && !is_region(&region.value)
    {
        let message = format!("`{}` is not an AWS region", region.value);
        let help = "regions look like us-east-1";
        diags.push(Diagnostic::error("bad-region", message).at(region.at, "").help(help));
    }
}

fn is_region(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.split('-').count() >= 3 && text.bytes().all(good) && text.ends_with(|c: char| c.is_ascii_digit())
}

struct Lowering<'a> {
    document: &'a Document,
    groups: Vec<&'a (Located<String>, TargetGroupSpec)>,
    desired: Desired,
    /// Groups that are referred to and do not exist, with all places: one cause, one message.
    unknown_groups: BTreeMap<String, Vec<Place>>,
    diags: &'a mut Diagnostics,
}

impl<'a> Lowering<'a> {
    fn add(
        &mut self,
        id: ResourceId,
        resource: Resource,
        place: Place,
        mut fields: BTreeMap<String, Place>,
        common: &Common,
    ) {
        // Tags come from the stack and from the resource: where there are any, the spec gives them.
        if !self.document.tags.is_empty() || !common.tags.is_empty() || common.protect == Some(true) {
            fields.insert("tags".to_owned(), place);
        }
        let keys = resource.field_keys();
        let known =
            |ignored: &str| keys.iter().any(|key| *key == ignored || key.starts_with(&format!("{ignored}.")));
        for ignored in common.ignore.iter().filter(|ignored| !known(&ignored.value)) {
            let message = format!("`{}` is not a field of {id}", ignored.value);
            let label = suggest(&ignored.value, keys.iter().copied())
                .map_or_else(String::new, |word| format!("did you mean `{word}`?"));
            let diagnostic = Diagnostic::error("unknown-field", message).at(ignored.at, label);
            self.diags.push(diagnostic.note(format!("fields: {}", keys.join(", "))));
        }
        self.desired.moved.extend(moved::lower(&id, common, self.diags));
        let wanted = Wanted {
            resource,
            place,
            fields,
            note: common.note.clone(),
            ignore: common.ignore.iter().map(|key| key.value.clone()).collect(),
            order: self.desired.resources.len(),
        };
        self.desired.resources.insert(id, wanted);
    }

    fn load_balancer(&mut self) {
        let Some(spec) = &self.document.load_balancer else { return };
        load_balancer::check::check(spec, self.diags);
        if spec.common.enabled.is_some() {
            let message = "a stack always has its load balancer: `enabled` has no meaning here";
            self.diags.push(Diagnostic::error("bad-value", message).at(spec.at, ""));
        }
        let tags = rows::merged_tags(&self.document.tags, &spec.common);
        let model = spec.lower(stack_name(self.document), tags);
        self.add(load_balancer::id(), Resource::LoadBalancer(model), spec.at, spec.places(), &spec.common);
    }

    fn target_groups(&mut self) {
        let mut names: Vec<(String, &Located<String>)> = Vec::new();
        for (key, spec) in self.groups.clone() {
            names::check_key("target group", key.as_ref().map(String::as_str), self.diags);
            let tags = rows::merged_tags(&self.document.tags, &spec.common);
            let vpc = self.document.vpc.as_ref().map(|vpc| vpc.value.as_str());
            let model = spec.lower(stack_name(self.document), &key.value, vpc, tags);
            target_group::check::check(spec, key, &model, self.diags);
            if let Some((_, first)) = names.iter().find(|(name, _)| *name == model.name) {
                let message = format!("two target groups would have the AWS name `{}`", model.name);
                let diagnostic = Diagnostic::error("duplicate-name", message).at(key.at, "");
                self.diags.push(diagnostic.also(first.at.span, "the first is this one"));
            }
            names.push((model.name.clone(), key));
            self.targets(key, spec, &model);
            let id = target_group::id(&key.value);
            self.add(id, Resource::TargetGroup(model), key.at, spec.places(), &spec.common);
            self.managed_targets(key, spec);
        }
    }

    fn targets(&mut self, _: &Located<String>, spec: &TargetGroupSpec, group: &TargetGroup) {
        if let Some(targets) = &spec.targets {
            targets::check::check(&targets.value, group.target_type, group.port, self.diags);
        }
    }

    fn managed_targets(&mut self, key: &Located<String>, spec: &TargetGroupSpec) {
        let Some(targets) = &spec.targets else { return };
        let port = match self.desired.resources.get(&target_group::id(&key.value)).map(|it| &it.resource) {
            Some(Resource::TargetGroup(group)) => group.port,
            Some(_) | None => return,
        };
        if let Some(model) = targets.value.lower(&key.value, port) {
            let fields = BTreeMap::from([("targets".to_owned(), targets.at)]);
            self.add(
                targets::id(&key.value),
                Resource::Targets(model),
                targets.at,
                fields,
                &Common::default(),
            );
        }
    }

    fn listeners(&mut self) {
        let mut ports: Vec<(u16, Place)> = Vec::new();
        for (key, spec) in self.document.listeners.iter().filter(|(_, spec)| spec.common.is_enabled()) {
            names::check_key("listener", key.as_ref().map(String::as_str), self.diags);
            self.listener(key, spec);
            let port = match self.desired.resources.get(&listener::id(&key.value)).map(|it| &it.resource) {
                Some(Resource::Listener(listener)) => listener.port,
                Some(_) | None => continue,
            };
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
        let certificates = self.certificates(spec);
        let default = self.action(&spec.default);
        let (Some(certificates), Some(default)) = (certificates, default.clone()) else {
            self.rules(key, spec);
            return;
        };
        let tags = rows::merged_tags(&self.document.tags, &spec.common);
        let model = spec.lower(certificates, default, tags);
        listener::check::check(spec, &model, self.diags);
        self.forwards(&model.default, spec.default.at);
        let policy = spec.stranger_policy().map(|policy| (listener::id(&key.value), policy));
        self.desired.strangers.extend(policy);
        self.add(listener::id(&key.value), Resource::Listener(model), key.at, spec.places(), &spec.common);
        self.rules(key, spec);
    }

    /// The ARNs of a listener's certificates.
    fn certificates(&mut self, spec: &ListenerSpec) -> Option<Vec<String>> {
        let table = &self.document.certificates;
        let mut arns = Some(Vec::new());
        for key in spec.certificate_keys() {
            let found = table.get(&key.value);
            match found {
                Some(certificate) if is_certificate_arn(&certificate.uses.value) => {
                    if let Some(arns) = &mut arns {
                        arns.push(certificate.uses.value.clone());
                    }
                    continue;
                }
                Some(certificate) => self.diags.push(bad_certificate(&certificate.uses)),
                None if table.mentions(&key.value) => {}
                None => self.diags.push(unknown_certificate(key, table.keys().map(|key| key.value.as_str()))),
            }
            arns = None;
        }
        arns
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
            let Some(model) = self.rule(key, spec, rule_spec) else { continue };
            let id = rule::id(&key.value, &rule_spec.name.value);
            let place = rule_spec.name.at;
            self.add(id.clone(), Resource::Rule(model), place, rule_spec.places(), &rule_spec.common);
            order.push((id, rule_spec));
        }
        self.explicit_order(&order);
        self.desired.rule_order.insert(key.value.clone(), order.into_iter().map(|(id, _)| id).collect());
    }

    fn rule(&mut self, key: &Located<String>, listener: &ListenerSpec, spec: &RuleSpec) -> Option<Rule> {
        let then = self.action(&spec.then)?;
        let tags = rows::merged_tags(&self.document.tags, &spec.common);
        let model = spec.lower(&key.value, then, tags);
        rule::check::check(spec, &model, self.diags);
        let port = listener.rows.get("port").and_then(|port| port.value.as_u64()).unwrap_or(0);
        let port = u16::try_from(port).unwrap_or(0);
        // A redirect of a rule with a host condition may change the request's path or host on the same listener;
        // only one that changes nothing is a loop, and that is checked with the action itself.
        if let (Action::Redirect(redirect), Some(at)) = (&model.then, spec.then.value.redirect_place())
            && redirect.protocol == "HTTP"
        {
            listener::check::redirect(at, listener.protocol(), port, &model.then, self.diags);
        }
        self.forwards(&model.then, spec.then.at);
        Some(model)
    }

    /// Explicit priorities must rise with the order in the file.
    fn explicit_order(&mut self, order: &[(ResourceId, &RuleSpec)]) {
        let explicit = |spec: &RuleSpec| {
            let row = spec.rows.get("priority")?;
            Some((row.value.as_u64()?, row.at))
        };
        let mut before: Option<(u64, Place)> = None;
        for (number, at) in order.iter().filter_map(|(_, spec)| explicit(spec)) {
            if let Some((previous, place)) = before.filter(|(previous, _)| *previous >= number) {
                let message = format!("priority {number} stands after priority {previous}");
                let diagnostic = Diagnostic::error("priority-order", message).at(at, "");
                let help =
                    "rules are evaluated in the order of the file: leave priorities out, or let them rise";
                self.diags.push(diagnostic.also(place.span, "the rule before it").help(help));
            }
            before = Some((number, at));
        }
    }

    fn action(
        &mut self,
        spec: &Located<crate::kinds::action::spec::ActionSpec>,
    ) -> Option<Action<crate::kinds::action::GroupKey>> {
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

    fn report_unknown_groups(&mut self) {
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

    /// A weighted forward does not go with stickiness by an application's cookie. ALB guide, sticky sessions.
    fn forwards(&mut self, action: &Action<crate::kinds::action::GroupKey>, at: Place) {
        if action.groups().len() < 2 {
            return;
        }
        for weighted in action.groups() {
            let resource = self.desired.resources.get(&target_group::id(&weighted.group.0));
            if let Some(Resource::TargetGroup(group)) = resource.map(|it| &it.resource)
                && matches!(group.stickiness, Stickiness::AppCookie { .. })
            {
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

fn is_certificate_arn(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let (head, _, service) = (parts.next(), parts.next(), parts.next());
    let resource = parts.nth(2).unwrap_or_default();
    head == Some("arn")
        && match service {
            Some("acm") => resource.starts_with("certificate/"),
            Some("iam") => resource.starts_with("server-certificate/"),
            Some(_) | None => false,
        }
}

fn bad_certificate(uses: &Located<String>) -> Diagnostic {
    if uses.value.starts_with("arn:") {
        let message = format!("`{}` is not the ARN of an ACM or IAM certificate", uses.value);
        return Diagnostic::error("bad-certificate", message).at(uses.at, "");
    }
    let message = "finding a certificate by its domain is not supported yet";
    Diagnostic::error("not-supported-yet", message).at(uses.at, "").help("write the certificate's ARN")
}

fn unknown_certificate<'k>(key: &Located<String>, known: impl Iterator<Item = &'k str>) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let label = suggest(&key.value, known.iter().copied())
        .map_or_else(String::new, |word| format!("did you mean `{word}`?"));
    let message = format!("there is no certificate `{}`", key.value);
    let diagnostic = Diagnostic::error("unknown-reference", message).at(key.at, label);
    if known.is_empty() {
        return diagnostic.help("declare it under the top-level `certificates`");
    }
    diagnostic.note(format!("certificates: {}", known.join(", ")))
}
