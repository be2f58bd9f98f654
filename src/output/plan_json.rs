//! A plan for programs. Fields are only ever added.

use serde_json::{Value, json};

use super::diagnostics;
use super::dns_text;
use super::header::Header;
use super::plan_text::View;
use crate::base::{Diagnostic, SourceMap};
use crate::kinds::Step;
use crate::model::Action;
use crate::model::world::Stranger;

/// The number of the format of all JSON answers.
pub const FORMAT_VERSION: u32 = 1;

/// The answer of `plan`.
pub fn render(view: View<'_>, header: &Header, warnings: &[Diagnostic], sources: &SourceMap) -> Value {
    let mut answer = header.to_json();
    let strangers: Vec<Value> = view.live.strangers.iter().map(stranger).collect();
    answer["plan_id"] = json!(view.id);
    answer["changes"] = json!(view.plan.changes);
    answer["steps"] = view.plan.steps.iter().map(step).collect();
    answer["writes"] = json!(view.plan.writes());
    answer["unfinished"] = json!(view.plan.unfinished);
    answer["left"] = json!(view.plan.left);
    answer["strangers"] = json!(strangers);
    answer["records_to_create"] = dns_text::to_json(&view.live.dns, view.live.dns_name.as_deref());
    answer["strange_records"] = view.live.dns.strangers.iter().map(dns_text::stranger_json).collect();
    answer["notes"] = json!(view.live.notes);
    answer["warnings"] = warnings.iter().map(|one| diagnostics::to_json(one, sources)).collect();
    answer
}

/// A step with the name of its operation beside it, so that nobody has to dig for it.
fn step(step: &Step) -> Value {
    let mut value = json!(step);
    value["operation"] = match &step.action {
        Action::Call(call) => json!(call.operation()),
        Action::Wait { .. } => Value::Null,
    };
    value
}

fn stranger(stranger: &Stranger) -> Value {
    json!({
        "kind": stranger.kind,
        "arn": stranger.arn,
        "parent": stranger.parent,
        "number": stranger.number,
        "name": stranger.name,
        "summary": stranger.summary,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Live;
    use crate::output::fixtures;
    use crate::output::header::Where;

    #[test]
    fn the_answer_has_all_facts() {
        let plan = fixtures::example();
        let live = Live { strangers: vec![fixtures::stranger()], ..fixtures::live() };
        let view = View { plan: &plan, id: "7c41e9", live: &live, destroy: false };
        let warning = Diagnostic::warning("no-account", "the spec names no account");
        let answer = render(view, &fixtures::header(Where::Aws), &[warning], &SourceMap::new());
        for (pointer, wanted) in [
            ("/format_version", json!(1)),
            ("/stack", json!("shop-prod")),
            ("/account", json!("123456789012")),
            ("/sandbox", json!(false)),
            ("/endpoint", Value::Null),
            ("/plan_id", json!("7c41e9")),
            ("/changes/0/verb", json!("update")),
            ("/changes/0/fields/0/to_text", json!("2m")),
            ("/changes/0/place", json!("shop.yaml:15")),
            ("/steps/0/operation", json!("DeleteLoadBalancer")),
            ("/steps/4/operation", Value::Null),
            ("/writes", json!(6)),
            ("/strangers/0/number", json!(5)),
            ("/warnings/0/code", json!("no-account")),
            ("/reads/calls", json!(12)),
            ("/reads/rounds", json!(4)),
        ] {
            assert_eq!(answer.pointer(pointer), Some(&wanted), "{pointer}");
        }
    }
}
