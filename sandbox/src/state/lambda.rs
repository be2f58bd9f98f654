//! Lambda: functions, and who may invoke them. There is no CreateFunction here: a function is put into the
//! state ([`State::create_function`]).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Millis, State};
use crate::ACCOUNT;

/// A function.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// When it was created.
    pub created: Millis,
    /// The names of its aliases.
    pub aliases: BTreeSet<String>,
    /// How many versions were published: 1 to this.
    pub versions: u32,
    /// Resource policies, by alias or version; the function's own is under the empty text.
    pub policies: BTreeMap<String, Policy>,
}

/// A resource policy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Changes with every change of the policy.
    pub revision: String,
    /// In the order in which they were added.
    pub statements: Vec<Statement>,
}

/// AddPermission, as it was called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Unique in the policy.
    pub id: String,
    /// Such as `lambda:InvokeFunction`.
    pub action: String,
    /// A service such as `elasticloadbalancing.amazonaws.com`, an account or an ARN.
    pub principal: String,
    /// The ARN that may invoke it, `*` and `?` being wildcards; None is any.
    pub source_arn: Option<String>,
    /// The account that may invoke it; None is any.
    pub source_account: Option<String>,
    /// When it was added.
    pub added: Millis,
}

impl Function {
    /// Whether it has this alias or version; the empty text is the function itself.
    pub fn has(&self, qualifier: &str) -> bool {
        matches!(qualifier, "" | "$LATEST")
            || self.aliases.contains(qualifier)
            || qualifier.parse().is_ok_and(|version: u32| (1..=self.versions).contains(&version))
    }
}

impl Statement {
    /// Whether it lets this service invoke the function for that resource of this account.
    pub(crate) fn allows(&self, service: &str, source: &str) -> bool {
        matches!(self.action.as_str(), "lambda:InvokeFunction" | "lambda:*" | "*")
            && (self.principal == service || self.principal == "*")
            && self.source_arn.as_ref().is_none_or(|pattern| is_like(pattern.as_bytes(), source.as_bytes()))
            && self.source_account.as_ref().is_none_or(|account| account == ACCOUNT)
    }
}

/// The condition operator ArnLike, over the whole text. `*` takes as little as it can and more when the rest
/// does not fit, which needs no more than one place to go back to.
fn is_like(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t, mut back) = (0, 0, None);
    while let Some(byte) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                back = Some((p + 1, t));
                p += 1;
            }
            Some(wanted) if wanted == byte || *wanted == b'?' => (p, t) = (p + 1, t + 1),
            Some(_) | None => {
                let Some((after, from)) = back else { return false };
                back = Some((after, from + 1));
                (p, t) = (after, from + 1);
            }
        }
    }
    pattern.get(p..).is_none_or(|rest| rest.iter().all(|byte| *byte == b'*'))
}

/// The ARN of a function, without a qualifier.
pub(crate) fn function_arn(region: &str, name: &str) -> String {
    format!("arn:aws:lambda:{region}:{ACCOUNT}:function:{name}")
}

impl State {
    /// Makes a function, which nothing may invoke yet; its ARN. None if the region has one of this name.
    pub fn create_function(&mut self, region: &str, name: &str) -> Option<String> {
        let created = self.now;
        let functions = &mut self.regions.entry(region.to_owned()).or_default().functions;
        if functions.contains_key(name) {
            return None;
        }
        functions.insert(name.to_owned(), Function { created, ..Function::default() });
        Some(function_arn(region, name))
    }

    /// Removes a function, with its aliases and policies; its ARN. None if the region has none of this name.
    pub fn delete_function(&mut self, region: &str, name: &str) -> Option<String> {
        self.regions.get_mut(region)?.functions.remove(name)?;
        Some(function_arn(region, name))
    }

    /// The ARNs of all functions, each with its aliases.
    pub fn functions(&self) -> Vec<(String, Vec<String>)> {
        let regions = self.regions.iter();
        let all = regions.flat_map(|(region, of)| of.functions.iter().map(move |entry| (region, entry)));
        all.map(|(region, (name, function))| {
            (function_arn(region, name), function.aliases.iter().cloned().collect())
        })
        .collect()
    }

    /// Whether this can be the name of a function (CreateFunction, `FunctionName`): 1 to 64 letters, digits,
    /// `-` and `_`.
    pub fn is_function_name(name: &str) -> bool {
        (1..=64).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    }
}

#[cfg(test)]
mod tests {
    use super::is_like;

    #[test]
    fn arn_patterns() {
        let like = |pattern: &str, text: &str| is_like(pattern.as_bytes(), text.as_bytes());
        assert!(
            like("arn:a:*", "arn:a:b/c") && like("*", "") && like("a?c", "abc") && like("a*c*e", "abcde")
        );
        assert!(!like("arn:a", "arn:a:b") && !like("", "a") && !like("a?", "a") && !like("a*d", "abc"));
    }
}
