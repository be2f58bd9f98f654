//! Resource policies as the JSON text that Lambda returns.

use serde_json::{Value, json};

use crate::state::lambda::{Policy, Statement};

/// The text of a policy.
pub(super) fn policy_text(policy: &Policy, resource: &str) -> String {
    let statements: Vec<Value> =
        policy.statements.iter().map(|statement| statement_json(statement, resource)).collect();
    json!({ "Version": "2012-10-17", "Id": "default", "Statement": statements }).to_string()
}

/// A statement as AddPermission makes it of its parameters.
pub(super) fn statement_json(statement: &Statement, resource: &str) -> Value {
    let mut json = json!({
        "Sid": statement.id,
        "Effect": "Allow",
        "Principal": principal(&statement.principal),
        "Action": statement.action,
        "Resource": resource,
    });
    if let Some(account) = &statement.source_account {
        json["Condition"]["StringEquals"]["AWS:SourceAccount"] = json!(account);
    }
    if let Some(arn) = &statement.source_arn {
        json["Condition"]["ArnLike"]["AWS:SourceArn"] = json!(arn);
    }
    json
}

/// A service, everybody, or an account and its users.
fn principal(principal: &str) -> Value {
    if principal == "*" {
        json!("*")
    } else if principal.ends_with(".amazonaws.com") {
        json!({ "Service": principal })
    } else if principal.bytes().all(|b| b.is_ascii_digit()) {
        json!({ "AWS": format!("arn:aws:iam::{principal}:root") })
    } else {
        json!({ "AWS": principal })
    }
}
