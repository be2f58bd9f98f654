//! The memory of server certificates: a tag of the load balancer that is there before the first of them is. With it those
//! that are left when the spec has none any more are found, and other stacks need no leave to read IAM.

use std::collections::BTreeSet;

use crate::kinds::context::Context;
use crate::kinds::tagging::ownership::SERVER_CERTIFICATES;
use crate::kinds::{Action, Call, Resource, Step, certificate, load_balancer, tagging};
use crate::model::{StepId, StepVerb};

/// Lets uploads wait until the load balancer remembers that there are server certificates.
pub fn remember(cx: &mut Context<'_>) {
    let balancer = load_balancer::id();
    if cx.steps_of(uploads).is_empty() || remembers(cx) {
        return;
    }
    let first = match cx.existing(&balancer) {
        Some(_) => {
            let (resource, tags) = (cx.load_balancer(), certificate::remembered());
            let call = Call::Tagging(tagging::Call::AddTags { resource, tags });
            let summary = "remember server certificates";
            cx.call(&balancer, "remember-certificates", StepVerb::Change, summary, call, &[])
        }
        // It is made with the tag.
        None => StepId::new(&balancer, "create"),
    };
    if cx.has(&first) {
        cx.require_all(uploads, &[first]);
    }
}

/// Takes the tag away, along with other changes, once no server certificate is left.
pub fn forget(cx: &mut Context<'_>) {
    let balancer = load_balancer::id();
    let live = cx.live.resources.values().chain(cx.live.leftovers.values().flatten());
    let mut all: Vec<&Resource> = live.map(|one| &one.resource).collect();
    all.extend(cx.desired.resources.values().map(|wanted| &wanted.resource));
    let none_left = cx.live.servers_read && !certificate::has_servers(all.into_iter());
    if !none_left || !remembers(cx) || cx.is_deleted(&balancer) {
        return;
    }
    let keys = BTreeSet::from([SERVER_CERTIFICATES.to_owned()]);
    let call = Call::Tagging(tagging::Call::RemoveTags { resource: cx.load_balancer(), keys });
    let summary = "forget server certificates";
    cx.call(&balancer, "forget-certificates", StepVerb::Change, summary, call, &[]);
}

fn remembers(cx: &Context<'_>) -> bool {
    cx.existing(&load_balancer::id()).is_some_and(|one| one.tags.contains_key(SERVER_CERTIFICATES))
}

fn uploads(step: &Step) -> bool {
    match &step.action {
        Action::Call(Call::Certificate(call)) => match call {
            certificate::Call::UploadServerCertificate { .. } => true,
            certificate::Call::RequestCertificate { .. }
            | certificate::Call::ChangeResourceRecordSets { .. }
            | certificate::Call::DeleteValidationRecords { .. }
            | certificate::Call::ImportCertificate { .. }
            | certificate::Call::DeleteCertificate { .. }
            | certificate::Call::DeleteServerCertificate { .. } => false,
        },
        Action::Call(_) | Action::Wait { .. } => false,
    }
}
