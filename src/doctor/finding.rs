//! What is wrong, and in which order it is told.

use std::cmp::Reverse;

use serde::Serialize;

/// From here on something is wrong now; what is below may become wrong, or can only be guessed.
pub const WRONG: u8 = 50;

/// Below this it is a hint: nothing that was read says that it is so.
pub const HINT: u8 = 10;

/// The command that mends what a spec says, once it says something else.
pub const APPLY: &str = "apply SPEC";

/// The links of the chain from a client to a target, in the order in which a request passes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// The name that a client asks DNS for.
    Dns,
    /// The load balancer itself.
    LoadBalancer,
    /// The listener of the port.
    Listener,
    /// The certificate that the client is shown.
    Certificate,
    /// The rule that takes the request.
    Rule,
    /// The groups that it forwards to, and their weights.
    TargetGroup,
    /// The targets.
    Targets,
    /// What the targets do, which nothing here shows.
    Application,
}

/// A cause: what is wrong, how that is known, and what mends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What programs call it.
    pub code: &'static str,
    /// What it is about: an identity, a name, a host.
    pub subject: String,
    /// Which link of the chain is broken.
    pub link: Link,
    /// How likely it is what users see: 100 is certain, from 50 on it is wrong now, below 10 it is a hint.
    pub likelihood: u8,
    /// What is wrong, in one sentence.
    pub sentence: String,
    /// How that is known, a line each.
    pub evidence: Vec<String>,
    /// The command that mends it, without `albctl`; words in capitals are for the user to fill in.
    pub mend: Option<String>,
    /// What else to do, where no command does it.
    pub advice: Option<String>,
    /// The same where no spec is known, so that there is none to change.
    #[serde(skip)]
    pub otherwise: Option<String>,
    /// The status codes that it explains.
    pub explains: Vec<u16>,
    /// The rule or listener whose requests it is about, where it is not about all that a group gets.
    #[serde(skip)]
    pub of: Option<String>,
    /// It stands in the way of the request that was asked about.
    pub on_path: bool,
}

impl Finding {
    /// A finding without evidence.
    pub fn new(code: &'static str, link: Link, likelihood: u8, subject: &str, sentence: String) -> Self {
        Self {
            code,
            subject: subject.to_owned(),
            link,
            likelihood,
            sentence,
            evidence: Vec::new(),
            mend: None,
            advice: None,
            otherwise: None,
            explains: Vec::new(),
            of: None,
            on_path: false,
        }
    }

    /// With a line of evidence.
    #[must_use]
    pub fn seen(mut self, line: impl Into<String>) -> Self {
        self.evidence.push(line.into());
        self
    }

    /// With lines of evidence.
    #[must_use]
    pub fn all_seen(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.evidence.extend(lines);
        self
    }

    /// With the command that mends it.
    #[must_use]
    pub fn mend(mut self, command: impl Into<String>) -> Self {
        self.mend = Some(command.into());
        self
    }

    /// With what to do.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// With a change of the spec, `with` what; and what to do where no spec is known.
    #[must_use]
    pub fn change(mut self, with: impl Into<String>, otherwise: impl Into<String>) -> Self {
        self.mend = Some(APPLY.to_owned());
        self.advice = Some(with.into());
        self.otherwise = Some(otherwise.into());
        self
    }

    /// Leaves one of the ways that [`Finding::change`] gave.
    pub fn settle(&mut self, has_spec: bool) {
        if let Some(words) = self.otherwise.take().filter(|_| !has_spec) {
            self.mend = None;
            self.advice = Some(words);
        }
    }

    /// With the status codes that it explains.
    #[must_use]
    pub fn explains(mut self, codes: &[u16]) -> Self {
        self.explains = codes.to_vec();
        self
    }

    /// Whether something is wrong, or will be: a hint is neither.
    pub fn counts(&self) -> bool {
        self.likelihood >= HINT
    }
}

/// Puts findings in order. Those that explain the status code a user sees come first; then, where one request is looked
/// at, what breaks its way, the first broken link first; then the likelier.
pub fn rank(findings: &mut [Finding], status: Option<u16>) {
    findings.sort_by(|a, b| key(a, status).cmp(&key(b, status)));
}

type Key<'a> = (bool, bool, Option<Link>, Reverse<u8>, Link, &'a str, &'a str);

fn key(one: &Finding, status: Option<u16>) -> Key<'_> {
    let explains = status.is_none_or(|status| one.explains.contains(&status)) && one.counts();
    let broken = one.on_path && one.likelihood >= WRONG;
    (
        !explains,
        !broken,
        broken.then_some(one.link),
        Reverse(one.likelihood),
        one.link,
        &one.subject,
        one.code,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(code: &'static str, link: Link, likelihood: u8) -> Finding {
        Finding::new(code, link, likelihood, "x", String::new())
    }

    fn codes(mut all: Vec<Finding>, status: Option<u16>) -> Vec<&'static str> {
        rank(&mut all, status);
        all.into_iter().map(|one| one.code).collect()
    }

    #[test]
    fn the_likelier_comes_first() {
        let all = vec![one("a", Link::Dns, 60), one("b", Link::Targets, 90), one("c", Link::Rule, 90)];
        assert_eq!(codes(all, None), ["c", "b", "a"]);
    }

    #[test]
    fn what_explains_the_status_comes_first_but_no_hint_before_a_fact() {
        let hint = one("hint", Link::Application, 5).explains(&[502]);
        let all = vec![one("a", Link::Targets, 90), one("b", Link::Targets, 20).explains(&[502]), hint];
        assert_eq!(codes(all, Some(502)), ["b", "a", "hint"]);
    }

    #[test]
    fn of_one_request_the_first_broken_link_comes_first() {
        let on_path = |finding: Finding| Finding { on_path: true, ..finding };
        let all = vec![
            on_path(one("targets", Link::Targets, 95)),
            one("elsewhere", Link::LoadBalancer, 100),
            on_path(one("certificate", Link::Certificate, 70)),
            on_path(one("soon", Link::Dns, 30)),
        ];
        assert_eq!(codes(all, None), ["certificate", "targets", "elsewhere", "soon"]);
    }
}
