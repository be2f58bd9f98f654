//! From a spec as written to what is wanted: names resolved, defaults filled, everything checked.

use std::collections::BTreeMap;

use super::document::Document;
use super::inputs::Inputs;
use super::moved;
use crate::base::{Diagnostic, Diagnostics, Located, Place, suggest};
use crate::kinds::rows::{self, Common};
use crate::kinds::tagging::ownership;
use crate::kinds::target_group::TargetGroup;
use crate::kinds::target_group::spec::TargetGroupSpec;
use crate::kinds::{Desired, Resource, Wanted, certificate, load_balancer, names, target_group, targets};
use crate::model::ResourceId;
use crate::model::world::Tags;

/// The version of the language that this albctl reads.
const VERSION: u16 = 1;

/// What the document wants; everything wrong with it is reported.
pub(super) fn lower(document: &Document, inputs: &Inputs<'_>, diags: &mut Diagnostics) -> Option<Desired> {
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
            dns_role: document.dns_role.as_ref().map(|role| role.value.clone()),
            strangers: BTreeMap::new(),
        },
        unknown_groups: BTreeMap::new(),
        diags,
    };
    lowering.load_balancer();
    lowering.certificates(inputs);
    lowering.target_groups();
    lowering.listeners();
    lowering.report_unknown_groups();
    certificate::coverage::check(&lowering.desired, lowering.diags);
    lowering.dns();
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

pub(super) struct Lowering<'a> {
    pub(super) document: &'a Document,
    pub(super) groups: Vec<&'a (Located<String>, TargetGroupSpec)>,
    pub(super) desired: Desired,
    /// Groups that are referred to and do not exist, with all places: one cause, one message.
    pub(super) unknown_groups: BTreeMap<String, Vec<Place>>,
    pub(super) diags: &'a mut Diagnostics,
}

impl<'a> Lowering<'a> {
    pub(super) fn add(
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
        self.tag_count(&id, &resource, place);
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

    /// API: a resource carries at most 50 tags, albctl's own among them.
    fn tag_count(&mut self, id: &ResourceId, resource: &Resource, place: Place) {
        let Some(tags) = tags_of(resource) else { return };
        let own = ownership::full(&self.desired.stack, id, tags).len() - tags.len();
        let most = names::MAX_TAGS.min(names::ALL_TAGS.saturating_sub(own));
        if tags.len() > most {
            let message = format!("{id} would have {} tags, more than {most}", tags.len());
            let note = format!("AWS allows {} on a resource, and albctl adds its own", names::ALL_TAGS);
            self.diags.push(Diagnostic::error("too-many-tags", message).at(place, "").note(note));
        }
    }

    fn load_balancer(&mut self) {
        let Some(spec) = &self.document.load_balancer else { return };
        load_balancer::check::check(spec, self.document.stack.as_ref(), self.diags);
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
            let vpc_written = self.document.vpc_written;
            let stack = self.document.stack.as_ref().map(|stack| stack.value.as_str());
            target_group::check::check(spec, key, &model, stack, vpc_written, self.diags);
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
        if let Some(function) = &spec.function {
            let model = targets::Targets::of_function(&key.value, &function.value);
            let fields = BTreeMap::from([("targets".to_owned(), function.at)]);
            let id = targets::id(&key.value);
            return self.add(id, Resource::Targets(model), function.at, fields, &Common::default());
        }
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
}

/// The tags of a resource; targets have none.
fn tags_of(resource: &Resource) -> Option<&Tags> {
    match resource {
        Resource::LoadBalancer(model) => Some(&model.tags),
        Resource::TargetGroup(model) => Some(&model.tags),
        Resource::Listener(model) => Some(&model.tags),
        Resource::Rule(model) => Some(&model.tags),
        Resource::Certificate(model) => Some(&model.tags),
        Resource::Targets(_) | Resource::DnsRecord(_) => None,
    }
}
