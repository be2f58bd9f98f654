//! ChangeResourceRecordSets and GetChange.

use serde::Deserialize;
use serde_json::{Value, json};

use super::input::{Action, Change as RecordChange, ChangeResourceRecordSets};
use super::{bare, batch, check_ready, error, invalid, zone, zone_mut};
use crate::clock::{iso8601, millis};
use crate::services::{Ctx, refuse};
use crate::state::Millis;
use crate::state::ids::IdKind;
use crate::state::route53::{Change, Data};
use crate::wire::ApiError;

/// Developer guide, "Quotas on ChangeResourceRecordSets": records in a request, an UPSERT counting twice and
/// an alias as one.
const MOST_RECORDS: usize = 1000;
/// The same: characters of all `Value` elements.
const MOST_CHARACTERS: usize = 32_000;

/// InvalidChangeBatch, with all that is wrong in the form in which SDKs show it.
fn invalid_batch(messages: &[String]) -> ApiError {
    error(400, "InvalidChangeBatch", format!("[{}]", messages.join(", ")))
}

/// All changes or none.
pub(super) fn change(ctx: &mut Ctx<'_>, input: ChangeResourceRecordSets) -> Result<Value, ApiError> {
    let id = bare(&input.hosted_zone_id).to_owned();
    let now = ctx.now;
    check_ready(ctx, zone(ctx, &id)?)?;
    refuse(input.change_batch.changes.is_empty(), || {
        invalid("Changes: Member must have length greater than or equal to 1")
    })?;
    let in_sync = ctx.state.route53.in_sync_at(now);
    let changes = input.change_batch.changes.into_iter().map(|change| change.read(in_sync));
    let changes = changes.collect::<Result<Vec<_>, _>>()?;
    check_size(&changes)?;
    let records = batch::apply(ctx, &id, changes).map_err(|messages| invalid_batch(&messages))?;
    let busy = now.saturating_add(millis(ctx.state.route53.busy_after_change));
    let zone = zone_mut(ctx, &id)?;
    (zone.records, zone.busy_until) = (records, busy);
    let change = format!("C{}", ctx.state.ids.next(IdKind::Change).to_uppercase());
    let change = ctx.state.route53.submit(change, input.change_batch.comment, now);
    Ok(json!({ "ChangeInfo": change_json(&change, now) }))
}

fn check_size(changes: &[RecordChange]) -> Result<(), ApiError> {
    let (mut records, mut characters) = (0, 0);
    for change in changes {
        let times = if change.action == Action::Upsert { 2 } else { 1 };
        let (count, length) = match &change.record.data {
            Data::Values { values, .. } => (values.len(), values.iter().map(|v| v.chars().count()).sum()),
            Data::Alias { .. } => (1, 0),
        };
        records += times * count;
        characters += times * length;
    }
    refuse(records > MOST_RECORDS, || {
        invalid_batch(&[format!("Number of records limit of {MOST_RECORDS} exceeded.")])
    })?;
    refuse(characters > MOST_CHARACTERS, || {
        invalid_batch(&[format!("Number of characters limit of {MOST_CHARACTERS} exceeded.")])
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Get {
    id: String,
}

pub(super) fn get(ctx: &Ctx<'_>, input: Get) -> Result<Value, ApiError> {
    let id = bare(&input.id);
    let change = ctx.state.route53.changes.iter().find(|change| change.id == id);
    let change =
        change.ok_or_else(|| error(404, "NoSuchChange", format!("Could not find resource with ID: {id}")))?;
    Ok(json!({ "ChangeInfo": change_json(change, ctx.now) }))
}

/// ChangeInfo.
pub(super) fn change_json(change: &Change, now: Millis) -> Value {
    json!({
        "Id": format!("/change/{}", change.id),
        "Status": if now < change.in_sync { "PENDING" } else { "INSYNC" },
        "SubmittedAt": iso8601(change.submitted),
        "Comment": change.comment,
    })
}
