//! `PageSize`, `Marker` and `NextMarker` of Describe operations.

use serde_json::{Value, json};

use crate::services::refuse;
use crate::wire::ApiError;

/// PageSize: 1 to 400 (API model); without it AWS answers with as many.
const MAX_PAGE: usize = 400;

/// The answer `{ NAME: [page], NextMarker }`.
pub(super) fn page(
    name: &str,
    items: Vec<Value>,
    marker: Option<&str>,
    page_size: Option<u32>,
) -> Result<Value, ApiError> {
    let size = page_size.map_or(MAX_PAGE, |s| s as usize);
    refuse(!(1..=MAX_PAGE).contains(&size), || {
        ApiError::constraint(&size.to_string(), "pageSize", "Member must have value between 1 and 400")
    })?;
    let start = marker.map_or(Some(0), decode);
    let start = start.filter(|s| *s <= items.len());
    let start = start.ok_or_else(|| ApiError::validation("The marker is not valid"))?;
    let next = start + size;
    let more = next < items.len();
    let page: Vec<Value> = items.into_iter().skip(start).take(size).collect();
    let mut answer = json!({ name: page });
    if more {
        answer["NextMarker"] = json!(encode(next));
    }
    Ok(answer)
}

/// Markers are opaque: this one hides an offset, so that nobody relies on it.
fn encode(offset: usize) -> String {
    format!("{:012x}", (offset as u64) ^ MASK)
}

fn decode(marker: &str) -> Option<usize> {
    let offset = u64::from_str_radix(marker, 16).ok()? ^ MASK;
    usize::try_from(offset).ok()
}

const MASK: u64 = 0x5a5a_c3c3_9696;
