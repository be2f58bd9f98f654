//! Listeners on the wire. API: CreateListener, ModifyListener, AddListenerCertificates, RemoveListenerCertificates,
//! ModifyListenerAttributes, DeleteListener, `Listener`.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types as api;

use super::model::Protocol;
use super::{Call, Listener};
use crate::aws::error::{classify, incomplete};
use crate::exec::{Outputs, ServiceError};
use crate::kinds::action;
use crate::kinds::certificate::CertificateKey;
use crate::kinds::rule::aws::encode_action;
use crate::kinds::tagging;
use crate::model::OutputKey;
use crate::model::field::Attributes;
use crate::model::world::Tags;

/// Makes one attempt at a call. Deleting what is gone already is done.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn perform(client: &Client, call: &Call<String>) -> Result<Outputs, ServiceError> {
    let operation = call.operation();
    match call {
        Call::CreateListener { load_balancer, port, protocol, ssl_policy, certificate, default, tags } => {
            let answer = client
                .create_listener()
                .load_balancer_arn(load_balancer)
                .port(i32::from(*port))
                .protocol(protocol.as_str().into())
                .set_ssl_policy(ssl_policy.clone())
                .set_certificates(certificate.as_deref().map(certificates_to_api))
                .default_actions(encode_action(operation, default)?)
                .set_tags(tagging::aws::to_api(tags))
                .send()
                .await
                .map_err(|error| classify(operation, error))?;
            let arn = answer.listeners().first().and_then(api::Listener::listener_arn);
            let arn = arn.ok_or_else(|| incomplete(operation, "listener"))?;
            return Ok(Outputs::from([(OutputKey::Arn, arn.to_owned())]));
        }
        Call::ModifyListener { listener, port, protocol, ssl_policy, certificate, default } => {
            let action = default.as_ref().map(|action| encode_action(operation, action)).transpose()?;
            let request = client
                .modify_listener()
                .listener_arn(listener)
                .set_port(port.map(i32::from))
                .set_protocol(protocol.map(|protocol| protocol.as_str().into()))
                .set_ssl_policy(ssl_policy.clone())
                .set_certificates(certificate.as_deref().map(certificates_to_api))
                .set_default_actions(action.map(|action| vec![action]));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::AddListenerCertificates { listener, certificate } => {
            let request = client
                .add_listener_certificates()
                .listener_arn(listener)
                .set_certificates(Some(certificates_to_api(certificate)));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::RemoveListenerCertificates { listener, certificate } => {
            let request = client
                .remove_listener_certificates()
                .listener_arn(listener)
                .set_certificates(Some(certificates_to_api(certificate)));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::ModifyListenerAttributes { listener, attributes } => {
            let one = |(key, value): (&String, &String)| {
                api::ListenerAttribute::builder().key(key).value(value).build()
            };
            let request = client
                .modify_listener_attributes()
                .listener_arn(listener)
                .set_attributes(Some(attributes.iter().map(one).collect()));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::DeleteListener { listener } => {
            let request = client.delete_listener().listener_arn(listener);
            match request.send().await.map_err(|error| classify(operation, error)) {
                Ok(_) => {}
                Err(gone) if gone.is(&["ListenerNotFound"]) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(Outputs::new())
}

/// The one certificate that a request may name; `IsDefault` must not be set in requests.
fn certificates_to_api(arn: &str) -> Vec<api::Certificate> {
    vec![api::Certificate::builder().certificate_arn(arn).build()]
}

/// The protocol and port of a live listener; `None` for one that is no HTTP or HTTPS listener.
pub fn endpoint(listener: &api::Listener) -> Option<(Protocol, u16)> {
    let protocol = Protocol::from_word(listener.protocol()?.as_str())?;
    Some((protocol, u16::try_from(listener.port()?).ok()?))
}

/// The canonical form of a listener; `None` for one that is no HTTP or HTTPS listener. `extra` is what
/// DescribeListenerCertificates lists, `tags` are those to compare.
pub fn from_api(
    listener: &api::Listener,
    extra: &[api::Certificate],
    keys: &action::aws::GroupKeys,
    tags: Tags,
) -> Option<Listener> {
    let (protocol, port) = endpoint(listener)?;
    // The default is the listener's own first certificate: the list holds it too, marked or not.
    let own = listener.certificates().first();
    let arns = own.into_iter().chain(extra).filter_map(api::Certificate::certificate_arn);
    let (ssl_policy, certificates): (_, Vec<CertificateKey>) = match protocol {
        // Some endpoints answer with a policy for HTTP, where it means nothing.
        Protocol::Http => (None, Vec::new()),
        Protocol::Https => (
            listener.ssl_policy().map(str::to_owned),
            arns.map(|arn| CertificateKey(arn.to_owned())).collect(),
        ),
    };
    // A default that is also in the SNI list is listed twice: once as the default.
    let in_list = extra.iter().filter(|one| one.is_default() != Some(true));
    let named = |arn: &str| CertificateKey(arn.to_owned());
    let sni: BTreeSet<CertificateKey> =
        in_list.filter_map(api::Certificate::certificate_arn).map(named).collect();
    let default = action::aws::from_api(listener.default_actions(), keys);
    let default_in_sni = true;
    let attributes = Attributes::new();
    let mut model =
        Listener { protocol, port, ssl_policy, certificates, default_in_sni, sni, default, attributes, tags }
            .canonical();
    model.default_in_sni =
        model.certificates.len() < 2 || model.certificates.first().is_some_and(|one| model.sni.contains(one));
    Some(model)
}

/// AWS's list of attributes as a map.
pub fn attributes_from(list: &[api::ListenerAttribute]) -> BTreeMap<String, String> {
    list.iter()
        .filter_map(|one| Some((one.key()?.to_owned(), one.value().unwrap_or_default().to_owned())))
        .collect()
}

/// Whether a live listener has the settings that a create call gives; its tags are not looked at.
pub fn made_by(listener: &api::Listener, call: &Call<String>) -> bool {
    match call {
        Call::CreateListener {
            load_balancer: _,
            port,
            protocol,
            ssl_policy,
            certificate,
            default,
            tags: _,
        } => {
            let Some(live) = from_api(listener, &[], &action::aws::GroupKeys::new(), Tags::new()) else {
                return false;
            };
            live.port == *port
                && live.protocol == *protocol
                && (live.ssl_policy == *ssl_policy || ssl_policy.is_none())
                && live.certificates.first().map(|one| &one.0) == certificate.as_ref()
                && live.default == action::aws::by_arn(default)
        }
        Call::ModifyListener { .. }
        | Call::AddListenerCertificates { .. }
        | Call::RemoveListenerCertificates { .. }
        | Call::ModifyListenerAttributes { .. }
        | Call::DeleteListener { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::action::aws::GroupKeys;

    fn live(protocol: &str) -> api::builders::ListenerBuilder {
        let action =
            api::Action::builder().r#type(api::ActionTypeEnum::Forward).target_group_arn("arn:tg").build();
        api::Listener::builder()
            .protocol(protocol.into())
            .port(443)
            .ssl_policy("policy")
            .default_actions(action)
    }

    fn certificate(arn: &str, default: bool) -> api::Certificate {
        api::Certificate::builder().certificate_arn(arn).is_default(default).build()
    }

    #[test]
    fn the_default_certificate_is_the_listeners_first() {
        let listener = live("HTTPS").certificates(certificate("arn:m", false)).build();
        let extra = [certificate("arn:z", false), certificate("arn:m", true), certificate("arn:a", false)];
        let keys = GroupKeys::from([("arn:tg".to_owned(), "users".to_owned())]);
        let model = from_api(&listener, &extra, &keys, Tags::new()).unwrap();
        assert_eq!(
            model.certificates.iter().map(|one| one.0.as_str()).collect::<Vec<_>>(),
            ["arn:m", "arn:a", "arn:z"]
        );
        assert!(!model.default_in_sni, "it is listed as the default only");
        assert_eq!(model.ssl_policy.as_deref(), Some("policy"));
        assert_eq!(model.default.describe(), "forward users");
    }

    #[test]
    fn http_has_neither_policy_nor_certificates() {
        let listener = live("HTTP").certificates(certificate("arn:m", true)).build();
        let model = from_api(&listener, &[], &GroupKeys::new(), Tags::new()).unwrap();
        assert_eq!((model.ssl_policy, model.certificates.len()), (None, 0));
        assert_eq!(from_api(&live("TCP").build(), &[], &GroupKeys::new(), Tags::new()), None);
    }

    #[test]
    fn a_lost_creation_is_recognised_by_its_settings() {
        let call = |certificate: &str| Call::CreateListener {
            load_balancer: "arn:lb".to_owned(),
            port: 443,
            protocol: Protocol::Https,
            ssl_policy: Some("policy".to_owned()),
            certificate: Some(certificate.to_owned()),
            default: action::Action::Forward {
                groups: vec![action::Weighted { group: "arn:tg".to_owned(), weight: 1 }],
                stickiness: None,
            },
            tags: Tags::new(),
        };
        let listener = live("HTTPS").certificates(certificate("arn:m", true)).build();
        assert!(made_by(&listener, &call("arn:m")));
        assert!(!made_by(&listener, &call("arn:x")));
    }
}
