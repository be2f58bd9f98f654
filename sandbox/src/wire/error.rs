//! An error as AWS answers it.

/// A refusal: the wire code (without `Exception` where AWS's wire code has none), HTTP status and message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: String,
    pub(crate) status: u16,
    pub(crate) message: String,
}

impl ApiError {
    /// A client error: HTTP 400.
    pub(crate) fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        ApiError { code: code.into(), status: 400, message: message.into() }
    }

    /// `ValidationError`: what ELBv2 answers to a malformed or out-of-range field. Not part of the API model.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }

    /// `ValidationError` in the form that AWS's front end gives for a violated constraint of the API model.
    pub(crate) fn constraint(value: &str, path: &str, constraint: &str) -> Self {
        Self::validation(format!(
            "1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"
        ))
    }

    /// `InvalidConfigurationRequest`: well-formed, but the requested configuration is not possible.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new("InvalidConfigurationRequest", message)
    }
}
