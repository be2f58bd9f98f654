//! X.509 certificates and private keys as clients send them: what they say, and whether they belong together.
//! Nothing of a private key is kept.

mod certificate;
mod key;
mod made;

pub(crate) use certificate::{Parsed, read_chain, read_one};
pub(crate) use key::PrivateKey;
pub(crate) use made::make;

/// What is wrong with a PEM text, for the message of the refusal. Never holds a part of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It is no PEM of the expected kind, or its content cannot be read.
    Malformed(&'static str),
    /// There are several where one is expected.
    Several,
    /// The private key is protected by a passphrase.
    Encrypted,
}

impl Flaw {
    /// The flaw as a part of a sentence that begins with what was read.
    pub(crate) fn text(&self) -> &'static str {
        match self {
            Flaw::Malformed(why) => why,
            Flaw::Several => "holds more than one; exactly one can be specified",
            Flaw::Encrypted => "is encrypted; it must be unencrypted",
        }
    }
}
