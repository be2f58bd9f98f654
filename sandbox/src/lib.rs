//! An AWS control plane inside the process: what albctl is tried and tested on.
//!
//! [`Sandbox::handle`] takes one HTTP request as an AWS client sends it and gives the answer that AWS
//! would give: the real wire protocols, the real defaults, the real refusals. In process it stands behind
//! an HTTP connector of the SDK; [`serve::serve`] offers it to any other client on loopback.
//!
//! ```text
//! Request -> wire (which service, operation, region, parameters)
//!         -> faults, rates (does this call misbehave?)
//!         -> services (typed input -> checks -> State -> answer as JSON)
//!         -> wire (XML or JSON) -> Answered
//! ```
//!
//! - `pki/` reads X.509 certificates and private keys, for ACM and IAM; no private key is kept or logged.
//! - `wire/` knows protocols and no resource; `services/` has one folder or file per AWS service and one file
//!   per resource in it; `state/` is the data, which one JSON file holds.
//! - An operation first checks everything and then writes, so a refused call changes nothing.
//! - Each refusal names its source in a comment or doc. Those that rest on unconfirmed facts are behind
//!   [`State::strict_guesses`].
//! - Time is data: the clock, the id generator and every delay are part of [`State`].
//!
//! To add a service: a variant of `services::Service`, its table of operations, and its part of `State`.

mod call;
mod clock;
mod domain_name;
mod fault;
mod pki;
mod rates;
mod sandbox;
pub mod serve;
mod services;
pub mod state;
mod store;
mod wire;

pub use call::CallRecord;
pub use fault::{Fault, FaultKind, Match};
pub use rates::{Category, Limit, Rates};
pub use sandbox::Sandbox;
pub use state::State;
pub use store::OpenError;
pub use wire::{Answered, Outcome, Request, Response};

/// The account of every resource in the sandbox. It is no real account: AWS never assigns twelve zeros.
pub const ACCOUNT: &str = "000000000000";
