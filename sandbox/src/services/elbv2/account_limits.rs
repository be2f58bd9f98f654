//! DescribeAccountLimits: the quotas of the state, which are also what the refusals use.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, paging};
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeAccountLimits {
    marker: Option<String>,
    page_size: Option<u32>,
}

/// Limit: `Max` is text.
pub(super) fn describe(ctx: &Ctx<'_>, input: DescribeAccountLimits) -> Result<Value, ApiError> {
    let limits = ctx.state.quotas.iter().map(|(name, max)| json!({ "Name": name, "Max": max.to_string() }));
    paging::page("Limits", limits.collect(), input.marker.as_deref(), input.page_size)
}
