//! Transforms of rules (RuleTransform).

use super::regexes;
use crate::services::refuse;
use crate::state::elbv2::{RewriteConfig, Transform, TransformType};
use crate::wire::ApiError;

/// CreateRule, `Transforms`: one host header rewrite and one URL rewrite at most.
pub(super) fn check(transforms: Vec<Transform>) -> Result<Vec<Transform>, ApiError> {
    for kind in [TransformType::HostHeaderRewrite, TransformType::UrlRewrite] {
        refuse(transforms.iter().filter(|t| t.kind == kind).count() > 1, || {
            ApiError::validation(format!("A rule can have one transform of type '{kind}'"))
        })?;
    }
    transforms.iter().try_for_each(check_one)?;
    Ok(transforms)
}

fn check_one(transform: &Transform) -> Result<(), ApiError> {
    let kind = transform.kind;
    let (own, foreign) = match kind {
        TransformType::HostHeaderRewrite => {
            (&transform.host_header_rewrite_config, &transform.url_rewrite_config)
        }
        TransformType::UrlRewrite => (&transform.url_rewrite_config, &transform.host_header_rewrite_config),
    };
    let Some(config) = own.as_ref().filter(|_| foreign.is_none()) else {
        return Err(ApiError::validation(format!(
            "A transform of type '{kind}' must have its own configuration only"
        )));
    };
    check_rewrites(kind, config)
}

/// RewriteConfig: one rewrite; regular expression and replacement of up to 1,024 characters.
fn check_rewrites(kind: TransformType, config: &RewriteConfig) -> Result<(), ApiError> {
    let Some([rewrite]) = config.rewrites.as_deref() else {
        return Err(ApiError::validation(format!(
            "A transform of type '{kind}' must have exactly one rewrite"
        )));
    };
    regexes::check(&rewrite.regex, 1024)?;
    refuse(rewrite.replace.chars().count() > 1024, || {
        ApiError::validation("The replacement of a rewrite can have up to 1024 characters")
    })
}
