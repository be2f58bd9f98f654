//! The calls that change a target group. `R` is how ARNs are named: by reference in plans, as text when they run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::{HealthCheck, Protocol, ProtocolVersion, TargetType};
use super::permission::{self, Permission};
use crate::model::world::Tags;

/// One API call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", deny_unknown_fields)]
pub enum Call<R> {
    /// API: CreateTargetGroup.
    CreateTargetGroup {
        /// The AWS name.
        name: String,
        /// Instances, IP addresses or a function.
        target_type: TargetType,
        /// How targets are spoken to; none for a function.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        protocol: Option<Protocol>,
        /// What requests are sent in, and by whose codes checks pass; not sent where it is the default.
        #[serde(default = "ProtocolVersion::unsaid", skip_serializing_if = "ProtocolVersion::is_default")]
        protocol_version: ProtocolVersion,
        /// The default port; none for a function.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        port: Option<u16>,
        /// The VPC; none for a function.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vpc: Option<String>,
        /// The whole health check: every field is sent, since sources disagree on AWS's defaults.
        health_check: HealthCheck,
        /// Ownership tags included.
        tags: Tags,
    },
    /// API: ModifyTargetGroup; carries the health check only.
    ModifyTargetGroup {
        /// The target group.
        target_group: R,
        /// The group's own, which it keeps: by whose codes checks pass.
        #[serde(default = "ProtocolVersion::unsaid", skip_serializing_if = "ProtocolVersion::is_default")]
        protocol_version: ProtocolVersion,
        /// The whole health check.
        health_check: HealthCheck,
    },
    /// API: ModifyTargetGroupAttributes; attributes not sent keep their value.
    ModifyTargetGroupAttributes {
        /// The target group.
        target_group: R,
        /// AWS's keys and texts.
        attributes: BTreeMap<String, String>,
    },
    /// API: AddPermission of Lambda. Registering a function is refused without it.
    AddPermission {
        /// The target group, for which alone the function may be invoked.
        target_group: R,
        /// The statement.
        permission: Permission,
    },
    /// API: RemovePermission of Lambda.
    RemovePermission {
        /// The target group that had it.
        target_group: R,
        /// The statement.
        permission: Permission,
    },
    /// API: DeleteTargetGroup; refused while a listener or rule refers to it.
    DeleteTargetGroup {
        /// The target group.
        target_group: R,
    },
}

impl<R> Call<R> {
    /// The same call with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<Call<S>, E> {
        Ok(match self {
            Self::CreateTargetGroup {
                name,
                target_type,
                protocol,
                protocol_version,
                port,
                vpc,
                health_check,
                tags,
            } => Call::CreateTargetGroup {
                name: name.clone(),
                target_type: *target_type,
                protocol: *protocol,
                protocol_version: *protocol_version,
                port: *port,
                vpc: vpc.clone(),
                health_check: health_check.clone(),
                tags: tags.clone(),
            },
            Self::ModifyTargetGroup { target_group, protocol_version, health_check } => {
                Call::ModifyTargetGroup {
                    target_group: f(target_group)?,
                    protocol_version: *protocol_version,
                    health_check: health_check.clone(),
                }
            }
            Self::ModifyTargetGroupAttributes { target_group, attributes } => {
                Call::ModifyTargetGroupAttributes {
                    target_group: f(target_group)?,
                    attributes: attributes.clone(),
                }
            }
            Self::AddPermission { target_group, permission } => {
                Call::AddPermission { target_group: f(target_group)?, permission: permission.clone() }
            }
            Self::RemovePermission { target_group, permission } => {
                Call::RemovePermission { target_group: f(target_group)?, permission: permission.clone() }
            }
            Self::DeleteTargetGroup { target_group } => {
                Call::DeleteTargetGroup { target_group: f(target_group)? }
            }
        })
    }

    /// The API operation's name.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::CreateTargetGroup { .. } => "CreateTargetGroup",
            Self::ModifyTargetGroup { .. } => "ModifyTargetGroup",
            Self::ModifyTargetGroupAttributes { .. } => "ModifyTargetGroupAttributes",
            Self::AddPermission { .. } => permission::ADD,
            Self::RemovePermission { .. } => permission::REMOVE,
            Self::DeleteTargetGroup { .. } => "DeleteTargetGroup",
        }
    }
}

/// A time in which a group that gets no new requests finishes those it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drained<R> {
    /// The group.
    pub target_group: R,
    /// Its deregistration delay.
    pub seconds: u64,
}
