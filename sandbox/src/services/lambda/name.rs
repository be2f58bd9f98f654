//! The ways to name a function: `NAME`, `NAME:QUALIFIER`, `ACCOUNT:function:NAME`, an ARN with or without a
//! qualifier.

use super::error;
use crate::ACCOUNT;
use crate::services::refuse;
use crate::state::lambda::{Function, function_arn};
use crate::state::{Region, State};
use crate::wire::ApiError;

/// A function, or a version or alias of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FunctionName {
    region: String,
    pub(super) name: String,
    /// Empty for the function itself.
    pub(super) qualifier: String,
}

impl FunctionName {
    /// Reads `FunctionName` and `Qualifier`.
    pub(super) fn read(region: &str, given: &str, qualifier: Option<&str>) -> Result<Self, ApiError> {
        let mut found = Self::split(region, given).ok_or_else(|| not_a_name(given))?;
        let qualifier = qualifier.unwrap_or_default();
        refuse(!qualifier.is_empty() && !found.qualifier.is_empty() && qualifier != found.qualifier, || {
            let text = "The derived qualifier from the function name does not match the specified qualifier.";
            error(400, "InvalidParameterValueException", text)
        })?;
        if found.qualifier.is_empty() {
            qualifier.clone_into(&mut found.qualifier);
        }
        Ok(found)
    }

    /// A function of this account and region, by an ARN.
    pub(super) fn of_arn(region: &str, arn: &str) -> Option<Self> {
        let found = Self::split(region, arn)?;
        (arn.starts_with("arn:") && found.region == region).then_some(found)
    }

    fn split(region: &str, given: &str) -> Option<Self> {
        let parts: Vec<&str> = given.split(':').collect();
        let (region, rest) = match parts.as_slice() {
            ["arn", "aws", "lambda", region, account, "function", rest @ ..] if *account == ACCOUNT => {
                (*region, rest)
            }
            [account, "function", rest @ ..] if *account == ACCOUNT => (region, rest),
            rest => (region, rest),
        };
        let (name, qualifier) = match rest {
            [name] => (*name, ""),
            [name, qualifier] if !qualifier.is_empty() => (*name, *qualifier),
            _ => return None,
        };
        State::is_function_name(name).then(|| FunctionName {
            region: region.to_owned(),
            name: name.to_owned(),
            qualifier: qualifier.to_owned(),
        })
    }

    /// The ARN, with the qualifier.
    pub(super) fn arn(&self) -> String {
        let arn = function_arn(&self.region, &self.name);
        if self.qualifier.is_empty() { arn } else { format!("{arn}:{}", self.qualifier) }
    }

    /// ResourceNotFoundException if there is no such function, version or alias in the region.
    pub(super) fn find<'r>(&self, region: &'r Region) -> Result<&'r Function, ApiError> {
        let function = region.functions.get(&self.name).filter(|function| function.has(&self.qualifier));
        function.ok_or_else(|| {
            error(404, "ResourceNotFoundException", format!("Function not found: {}", self.arn()))
        })
    }
}

fn not_a_name(given: &str) -> ApiError {
    let text = format!(
        "1 validation error detected: Value '{given}' at 'functionName' failed to satisfy constraint: Member \
         must satisfy regular expression pattern: \
         (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{{2}}(-gov)?-[a-z]+-\\d{{1}}:)?(\\d{{12}}:)?(function:)?\
         ([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"
    );
    error(400, "ValidationException", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let read = |given: &str| FunctionName::read("us-east-1", given, None).map(|name| name.arn());
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
        for given in ["f", "000000000000:function:f", arn] {
            assert_eq!(read(given).as_deref(), Ok(arn));
            assert_eq!(read(&format!("{given}:live")), Ok(format!("{arn}:live")));
        }
        for bad in ["", "a b", "f:", "f:a:b", "arn:aws:lambda:us-east-1:123456789012:function:f"] {
            assert_eq!(read(bad).unwrap_err().code, "ValidationException", "{bad}");
        }
        assert_eq!(
            FunctionName::read("r", "f:a", Some("b")).unwrap_err().code,
            "InvalidParameterValueException"
        );
        assert_eq!(FunctionName::read("r", "f", Some("b")).unwrap().qualifier, "b");
        assert!(FunctionName::of_arn("us-east-1", arn).is_some());
        assert!(FunctionName::of_arn("eu-west-1", arn).is_none());
        assert!(FunctionName::of_arn("us-east-1", "f").is_none());
    }
}
