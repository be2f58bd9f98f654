//! What people and programs see: text, JSON, diagnostics, progress.
//!
//! Nothing here decides anything: plans, events and outcomes come as data, and text and JSON are two renderings
//! of them. Functions return text; the only one that writes is [`ui::Ui`], which knows once and for all where
//! the answer and the messages go, how wide they may be and whether they are coloured. Progress goes through it.

pub mod apply_json;
pub mod apply_text;
pub mod ask;
pub mod attr_text;
pub mod certs_json;
pub mod certs_list;
pub mod certs_text;
pub mod diagnostics;
pub mod dns_text;
pub mod doctor_text;
pub mod edit_text;
pub mod fix_text;
pub mod header;
pub mod health_json;
pub mod health_text;
pub mod list;
pub mod plan_diff;
pub mod plan_json;
pub mod plan_text;
pub mod progress;
pub mod result;
pub mod screen;
pub mod status;
pub mod status_json;
pub mod status_text;
pub mod style;
pub mod text;
pub mod ui;
pub mod values;
pub mod weights_text;
pub mod wrap;

#[cfg(test)]
pub mod fixtures;
