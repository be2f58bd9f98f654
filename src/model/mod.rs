//! Nouns that all resource kinds share: identities, references, fields, changes, steps, plans. Data only.

pub mod change;
pub mod field;
pub mod id;
pub mod record_set;
pub mod reference;
pub mod step;
pub mod survey;
pub mod words;
pub mod world;
pub mod zone;

pub use change::{Change, FieldChange, Verb};
pub use field::{Access, Carrier, Field, Form, Model};
pub use id::ResourceId;
pub use record_set::{Answer, LiveDns, LiveRecord, Lookup, Outside, RecordSet, Routing};
pub use reference::{OutputKey, Ref, StepId};
pub use step::{Action, Left, Plan, RuleLists, Step, StepVerb, Unfinished};
pub use world::{
    Candidate, Desired, Existing, Former, FoundCertificate, Health, Live, Moved, Stranger, StrangerPolicy,
    Wanted,
};
pub use zone::Zone;
