//! The canonical form of a routing action, the same for spec and live.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The content type of a fixed response whose spec names none.
const PLAIN: &str = "text/plain";

/// As many groups as one forward takes: an AWS default quota that is hardly ever raised. API:
/// TooManyTargetGroups.
pub const MAX_GROUPS: usize = 5;

/// A target group in a model: its key in the spec, or the ARN of one that is not the stack's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupKey(pub String);

impl GroupKey {
    /// The ARN, for a group that is not the stack's own.
    pub fn foreign_arn(&self) -> Option<&str> {
        self.0.starts_with("arn:").then_some(self.0.as_str())
    }
}

impl fmt::Display for GroupKey {
    /// The key; of a foreign ARN only the group's AWS name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.foreign_arn() {
            Some(arn) => f.write_str(arn.split('/').nth(1).unwrap_or(arn)),
            None => f.write_str(&self.0),
        }
    }
}

/// One target group of a forward.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Weighted<G> {
    /// The target group.
    pub group: G,
    /// Its share is this over the sum: 0 to 999. 1 for a single group, whose weight has no meaning.
    pub weight: u32,
}

/// A redirect; a part that keeps the request's own is written as its placeholder, as AWS returns it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redirect {
    /// `HTTP`, `HTTPS` or `#{protocol}`.
    pub protocol: String,
    /// A host or `#{host}`.
    pub host: String,
    /// A port or `#{port}`.
    pub port: String,
    /// A path that starts with `/`; `/#{path}` keeps it.
    pub path: String,
    /// A query without `?`; `#{query}` keeps it.
    pub query: String,
    /// 301 or 302.
    pub status: u16,
}

impl Redirect {
    /// The redirect that changes nothing, with the given status: what parts left out stand for.
    pub fn identity(status: u16) -> Self {
        Self {
            protocol: "#{protocol}".to_owned(),
            host: "#{host}".to_owned(),
            port: "#{port}".to_owned(),
            path: "/#{path}".to_owned(),
            query: "#{query}".to_owned(),
            status,
        }
    }
}

/// Where a request goes. `G` is how target groups are named: by key in models, by reference in calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action<G> {
    /// To targets of one to five groups.
    Forward {
        /// Sorted by group.
        groups: Vec<Weighted<G>>,
        /// For how many seconds a client keeps its group: 1 to 604800; none: it does not.
        stickiness: Option<u32>,
    },
    /// To another URL.
    Redirect(Redirect),
    /// An answer by the load balancer itself.
    FixedResponse {
        /// 2xx, 4xx or 5xx.
        status: u16,
        /// One of the five content types that AWS allows.
        content_type: Option<String>,
        /// At most 1024 bytes.
        body: Option<String>,
    },
    /// A live action that others come before, such as a login. albctl reads where its requests go and never writes
    /// it: what comes before would be lost. See [`super::behind`].
    Behind {
        /// The API's types of the actions before, in their order: `authenticate-oidc`; at least one.
        first: Vec<String>,
        /// The last one; never itself behind others.
        then: Box<Action<G>>,
    },
    /// Something live that albctl does not know; never wanted, so it always differs.
    Unknown {
        /// The API's types of the actions.
        description: String,
    },
}

impl<G> Action<G> {
    /// The same action with every group replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&G) -> Result<S, E>) -> Result<Action<S>, E> {
        Ok(match self {
            Self::Forward { groups, stickiness } => Action::Forward {
                groups: groups
                    .iter()
                    .map(|one| Ok(Weighted { group: f(&one.group)?, weight: one.weight }))
                    .collect::<Result<_, E>>()?,
                stickiness: *stickiness,
            },
            Self::Redirect(redirect) => Action::Redirect(redirect.clone()),
            Self::FixedResponse { status, content_type, body } => Action::FixedResponse {
                status: *status,
                content_type: content_type.clone(),
                body: body.clone(),
            },
            Self::Behind { first, then } => {
                Action::Behind { first: first.clone(), then: Box::new(then.map(f)?) }
            }
            Self::Unknown { description } => Action::Unknown { description: description.clone() },
        })
    }

    /// What becomes of a request in the end, whatever comes before.
    pub fn routed(&self) -> &Self {
        match self {
            Self::Behind { then, .. } => then,
            Self::Forward { .. } | Self::Redirect(_) | Self::FixedResponse { .. } | Self::Unknown { .. } => {
                self
            }
        }
    }

    /// What comes before, by the API's types of actions; mostly nothing.
    pub fn first(&self) -> &[String] {
        match self {
            Self::Behind { first, .. } => first,
            Self::Forward { .. } | Self::Redirect(_) | Self::FixedResponse { .. } | Self::Unknown { .. } => {
                &[]
            }
        }
    }

    /// The groups of a forward, also of one behind other actions; none for other actions.
    pub fn groups(&self) -> &[Weighted<G>] {
        match self.routed() {
            Self::Forward { groups, .. } => groups,
            Self::Redirect(_) | Self::FixedResponse { .. } | Self::Behind { .. } | Self::Unknown { .. } => {
                &[]
            }
        }
    }
}

impl Action<GroupKey> {
    /// Brings the action to its one form: groups sorted, the weight of a single group 1; an empty body is none,
    /// and a content type left out is text/plain.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        match &mut self {
            Self::Forward { groups, .. } => {
                groups.sort();
                // Two live groups of one key, as an interrupted replacement leaves them, are one here.
                groups.dedup_by(|more, first| {
                    let same = more.group == first.group;
                    first.weight += if same { more.weight } else { 0 };
                    same
                });
                if let [only] = groups.as_mut_slice() {
                    only.weight = 1;
                }
            }
            Self::FixedResponse { content_type, body, .. } => {
                content_type.get_or_insert_with(|| PLAIN.to_owned());
                body.take_if(|body| body.is_empty());
            }
            Self::Behind { then, .. } => {
                let bare = std::mem::replace(&mut **then, Self::Unknown { description: String::new() });
                **then = bare.canonical();
            }
            Self::Redirect(_) | Self::Unknown { .. } => {}
        }
        self
    }

    /// In a few words, without the kind of action: `users 95%, users-canary 5%`, `https 301`, `404`.
    pub fn show(&self) -> String {
        match self {
            Self::Forward { groups, stickiness } => show_forward(groups, *stickiness),
            Self::Redirect(redirect) => show_redirect(redirect),
            Self::FixedResponse { status, content_type, body } => {
                show_fixed(*status, content_type.as_deref(), body.as_deref())
            }
            Self::Behind { first, then } => format!("{}, then {}", first.join(", "), then.describe()),
            Self::Unknown { description } => format!("({description})"),
        }
    }

    /// The kind of action as the spec calls it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Forward { .. } => "forward",
            Self::Redirect(_) => "redirect",
            Self::FixedResponse { .. } => "fixed_response",
            Self::Behind { .. } => "behind",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// Kind and words: `forward users`, `redirect https 301`, `fixed 404`, `authenticate-oidc, then forward users`.
    pub fn describe(&self) -> String {
        match self {
            Self::Forward { .. } | Self::Redirect(_) => format!("{} {}", self.kind(), self.show()),
            Self::FixedResponse { .. } => format!("fixed {}", self.show()),
            Self::Behind { .. } | Self::Unknown { .. } => self.show(),
        }
    }
}

fn show_forward(groups: &[Weighted<GroupKey>], stickiness: Option<u32>) -> String {
    let total: u32 = groups.iter().map(|one| one.weight).sum();
    let one = |weighted: &Weighted<GroupKey>| {
        if groups.len() == 1 {
            return weighted.group.to_string();
        }
        format!("{} {}", weighted.group, show_share(weighted.weight, total))
    };
    let mut text = groups.iter().map(one).collect::<Vec<_>>().join(", ");
    if let Some(seconds) = stickiness {
        text.push_str(&format!(", group sticky {}", crate::base::Seconds(u64::from(seconds))));
    }
    text
}

/// A share in per cent when it is a whole one, else as weights.
fn show_share(weight: u32, total: u32) -> String {
    match (weight * 100).checked_rem(total) {
        Some(0) => format!("{}%", weight * 100 / total),
        Some(_) | None => format!("{weight}/{total}"),
    }
}

fn show_redirect(redirect: &Redirect) -> String {
    let https = Redirect {
        protocol: "HTTPS".to_owned(),
        port: "443".to_owned(),
        ..Redirect::identity(redirect.status)
    };
    if *redirect == https {
        return format!("https {}", redirect.status);
    }
    let Redirect { protocol, host, port, path, query, status } = redirect;
    format!("{protocol}://{host}:{port}{path}?{query} {status}")
}

fn show_fixed(status: u16, content_type: Option<&str>, body: Option<&str>) -> String {
    let mut text = status.to_string();
    if let Some(content_type) = content_type.filter(|it| *it != PLAIN) {
        text.push_str(&format!(" {content_type}"));
    }
    if let Some(body) = body.filter(|body| !body.is_empty()) {
        text.push_str(&format!(" {body:?}"));
    }
    text
}

/// Prints the JSON value of an action, for rows of field tables.
pub fn show_value(value: &Value) -> String {
    match serde_json::from_value::<Action<GroupKey>>(value.clone()) {
        Ok(action) => action.describe(),
        Err(_) => value.to_string(),
    }
}
