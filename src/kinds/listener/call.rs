//! The calls that change a listener. `R` is how ARNs are named: by reference in plans, as text when they run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::Protocol;
use crate::kinds::action::Action;
use crate::model::world::Tags;

/// One API call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", deny_unknown_fields)]
pub enum Call<R> {
    /// API: CreateListener.
    CreateListener {
        /// The load balancer.
        load_balancer: R,
        /// The port.
        port: u16,
        /// HTTP or HTTPS.
        protocol: Protocol,
        /// With HTTPS only.
        ssl_policy: Option<String>,
        /// The default certificate, with HTTPS only.
        certificate: Option<R>,
        /// The default action.
        default: Action<R>,
        /// Ownership tags included.
        tags: Tags,
    },
    /// API: ModifyListener; what is not given stays.
    ModifyListener {
        /// The listener.
        listener: R,
        /// A new port.
        port: Option<u16>,
        /// A new protocol.
        protocol: Option<Protocol>,
        /// A new TLS policy.
        ssl_policy: Option<String>,
        /// A new default certificate.
        certificate: Option<R>,
        /// A new default action.
        default: Option<Action<R>>,
    },
    /// API: AddListenerCertificates, which takes one certificate a call.
    AddListenerCertificates {
        /// The listener.
        listener: R,
        /// The certificate.
        certificate: R,
    },
    /// API: RemoveListenerCertificates, which takes one certificate a call.
    RemoveListenerCertificates {
        /// The listener.
        listener: R,
        /// The certificate.
        certificate: R,
    },
    /// API: ModifyListenerAttributes; attributes not sent keep their value.
    ModifyListenerAttributes {
        /// The listener.
        listener: R,
        /// AWS's keys and texts.
        attributes: BTreeMap<String, String>,
    },
    /// API: DeleteListener; its rules go with it.
    DeleteListener {
        /// The listener.
        listener: R,
    },
}

impl<R> Call<R> {
    /// The same call with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<Call<S>, E> {
        Ok(match self {
            Self::CreateListener {
                load_balancer,
                port,
                protocol,
                ssl_policy,
                certificate,
                default,
                tags,
            } => Call::CreateListener {
                load_balancer: f(load_balancer)?,
                port: *port,
                protocol: *protocol,
                ssl_policy: ssl_policy.clone(),
                certificate: certificate.as_ref().map(&mut *f).transpose()?,
                default: default.map(f)?,
                tags: tags.clone(),
            },
            Self::ModifyListener { listener, port, protocol, ssl_policy, certificate, default } => {
                Call::ModifyListener {
                    listener: f(listener)?,
                    port: *port,
                    protocol: *protocol,
                    ssl_policy: ssl_policy.clone(),
                    certificate: certificate.as_ref().map(&mut *f).transpose()?,
                    default: default.as_ref().map(|action| action.map(f)).transpose()?,
                }
            }
            Self::AddListenerCertificates { listener, certificate } => {
                Call::AddListenerCertificates { listener: f(listener)?, certificate: f(certificate)? }
            }
            Self::RemoveListenerCertificates { listener, certificate } => {
                Call::RemoveListenerCertificates { listener: f(listener)?, certificate: f(certificate)? }
            }
            Self::ModifyListenerAttributes { listener, attributes } => {
                Call::ModifyListenerAttributes { listener: f(listener)?, attributes: attributes.clone() }
            }
            Self::DeleteListener { listener } => Call::DeleteListener { listener: f(listener)? },
        })
    }

    /// The API operation's name.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::CreateListener { .. } => "CreateListener",
            Self::ModifyListener { .. } => "ModifyListener",
            Self::AddListenerCertificates { .. } => "AddListenerCertificates",
            Self::RemoveListenerCertificates { .. } => "RemoveListenerCertificates",
            Self::ModifyListenerAttributes { .. } => "ModifyListenerAttributes",
            Self::DeleteListener { .. } => "DeleteListener",
        }
    }
}
