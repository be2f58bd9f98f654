//! Actions that come before the routing action: logins, checks of tokens, and what AWS adds later. albctl reads that
//! they are there and where the requests go afterwards. It does not write them: a call replaces the whole list of
//! actions, and what albctl does not send would be gone. API: ModifyRule, `Actions`.

use super::Action;
use crate::model::ResourceId;

/// An action whose client secret AWS keeps to itself. API: `AuthenticateOidcActionConfig`, `ClientSecret`.
const WITH_SECRET: &str = "authenticate-oidc";

/// Why albctl does not write an action list that begins with these.
pub fn why(first: &[String]) -> String {
    let whole = format!("a change has to send all of it, and albctl does not write {}", first.join(", "));
    match first.iter().any(|one| one == WITH_SECRET) {
        true => format!("{whole}: AWS does not give back its client secret"),
        false => format!("{whole}: requests would get through without it"),
    }
}

/// How it is changed all the same: the commands of AWS, a help each. `arn` is that of the rule or listener.
pub fn instead(id: &ResourceId, arn: &str, first: &[String]) -> Vec<String> {
    let (see, change) = match id.kind() == crate::kinds::listener::KIND {
        true => (
            format!("aws elbv2 describe-listeners --listener-arns {arn}"),
            format!("aws elbv2 modify-listener --listener-arn {arn} --default-actions file://actions.json"),
        ),
        false => (
            format!("aws elbv2 describe-rules --rule-arns {arn}"),
            format!("aws elbv2 modify-rule --rule-arn {arn} --actions file://actions.json"),
        ),
    };
    let mut help = vec![format!("see its actions: {see}"), format!("change them there: {change}")];
    if first.iter().any(|one| one == WITH_SECRET) {
        help.push("`UseExistingClientSecret: true` in the action keeps the secret that it has".to_owned());
    }
    help
}

/// Whether other actions come before what the action does.
pub fn is<G>(action: &Action<G>) -> bool {
    !action.first().is_empty()
}
