//! Random specs, drawn from every field, condition and action that the language has, and random changes of them.

pub mod dice;
mod draw;
pub mod mutate;
mod pools;
pub mod smaller;

use proptest::prelude::*;

use dice::Dice;
pub use pools::words;

/// One random stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    pub tags: Vec<&'static str>,
    pub balancer: Vec<&'static str>,
    pub subnets: &'static str,
    pub security_groups: &'static str,
    pub groups: Vec<Group>,
    pub listeners: Vec<Listener>,
}

/// What all resources with a key may say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common {
    pub key: String,
    pub moved: Option<String>,
    pub protect: bool,
    pub enabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub common: Common,
    /// The AWS name, where the spec gives one.
    pub name: Option<String>,
    /// What no call changes.
    pub instances: bool,
    pub https: bool,
    pub port: u16,
    pub other_vpc: bool,
    pub lines: Vec<&'static str>,
    pub targets: Targets,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Targets {
    /// The line is left out, or says so.
    External {
        said: bool,
    },
    /// By their places in the pool.
    Listed(Vec<usize>),
    Additive(Vec<usize>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    pub common: Common,
    pub port: u16,
    /// HTTPS where there are any.
    pub certificates: Vec<&'static str>,
    pub lines: Vec<&'static str>,
    pub default: Then,
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub common: Common,
    pub when: Vec<&'static str>,
    pub then: Then,
    pub explicit: bool,
    pub tagged: bool,
}

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// To one group.
    Forward(String),
    /// To several by weight; the last may have the rest.
    Weighted { groups: Vec<(String, u32)>, rest: bool, sticky: bool },
    /// See [`pools::ANSWERS`].
    Answer(&'static str),
}

impl Spec {
    /// The text of the spec.
    pub fn yaml(&self) -> String {
        let mut text = "version: 1\nstack: law\nvpc: vpc-0a\n".to_owned();
        if !self.tags.is_empty() {
            text += &format!("tags: {{ {} }}\n", self.tags.join(", "));
        }
        text += &format!(
            "load_balancer:\n  scheme: internal\n  subnets: [{}]\n  security_groups: [{}]\n",
            self.subnets, self.security_groups
        );
        text.extend(self.balancer.iter().map(|line| format!("  {line}\n")));
        text += &self.certificates();
        if !self.groups.is_empty() {
            text += "target_groups:\n";
        }
        text.extend(self.groups.iter().map(Group::yaml));
        if !self.listeners.is_empty() {
            text += "listeners:\n";
        }
        text.extend(self.listeners.iter().map(Listener::yaml));
        text
    }

    fn certificates(&self) -> String {
        let used = |key: &&&str| self.listeners.iter().any(|one| one.certificates.contains(*key));
        let one = |key: &&str| {
            format!("  {key}: {{ use: \"arn:aws:acm:us-east-1:000000000000:certificate/{key}\" }}\n")
        };
        let lines: String = pools::CERTIFICATES.iter().filter(used).map(one).collect();
        if lines.is_empty() { lines } else { format!("certificates:\n{lines}") }
    }

    /// The same with nothing that refuses to go.
    pub fn disarmed(&self) -> Self {
        let mut spec = self.clone();
        spec.commons().into_iter().for_each(|common| common.protect = false);
        spec.balancer.retain(|line| !line.starts_with("deletion_protection"));
        spec.balancer.push("deletion_protection: false");
        spec
    }

    /// Whether anything refuses to be deleted or replaced.
    pub fn protects(&self) -> bool {
        self.clone().commons().iter().any(|common| common.protect)
    }

    fn commons(&mut self) -> Vec<&mut Common> {
        let mut commons: Vec<&mut Common> = self.groups.iter_mut().map(|group| &mut group.common).collect();
        for listener in &mut self.listeners {
            commons.push(&mut listener.common);
            commons.extend(listener.rules.iter_mut().map(|rule| &mut rule.common));
        }
        commons
    }
}

impl Common {
    fn new(key: String) -> Self {
        Self { key, moved: None, protect: false, enabled: true }
    }

    /// What there is to say, each with this between it and the next.
    fn yaml(&self, before: &str, after: &str) -> String {
        let moved = self.moved.as_ref().map(|from| format!("{before}moved: {{ from: {from} }}{after}"));
        let protect = self.protect.then(|| format!("{before}protect: true{after}"));
        let enabled = (!self.enabled).then(|| format!("{before}enabled: false{after}"));
        moved.into_iter().chain(protect).chain(enabled).collect()
    }
}

impl Group {
    fn yaml(&self) -> String {
        let kind = if self.instances { "instance" } else { "ip" };
        let mut text = format!("  {}:\n    target_type: {kind}\n    port: {}\n", self.common.key, self.port);
        text += &self.common.yaml("    ", "\n");
        text.extend(self.name.iter().map(|name| format!("    name: {name}\n")));
        text += if self.https { "    protocol: HTTPS\n" } else { "" };
        text += if self.other_vpc { "    vpc: vpc-0b\n" } else { "" };
        text.extend(self.lines.iter().map(|line| format!("    {line}\n")));
        let pool = if self.instances { pools::INSTANCES } else { pools::ADDRESSES };
        let list = |places: &[usize]| places.iter().map(|place| pool[*place]).collect::<Vec<_>>().join(", ");
        text += &match &self.targets {
            Targets::External { said: false } => String::new(),
            Targets::External { said: true } => "    targets: external\n".to_owned(),
            Targets::Listed(places) => format!("    targets: [{}]\n", list(places)),
            Targets::Additive(places) => format!("    targets: {{ additive: [{}] }}\n", list(places)),
        };
        text
    }

    pub fn has_app_cookie(&self) -> bool {
        self.lines.iter().any(|line| line.starts_with(pools::APP_COOKIE))
    }
}

impl Listener {
    fn yaml(&self) -> String {
        let mut text = format!("  {}:\n    port: {}\n", self.common.key, self.port);
        text += &self.common.yaml("    ", "\n");
        if !self.certificates.is_empty() {
            text += &format!("    certificates: [{}]\n", self.certificates.join(", "));
        }
        text.extend(self.lines.iter().map(|line| format!("    {line}\n")));
        text += &format!("    default: {{ {} }}\n", self.default.yaml());
        text += if self.rules.is_empty() { "" } else { "    rules:\n" };
        text.extend(self.rules.iter().enumerate().map(|(index, rule)| rule.yaml(index)));
        text
    }
}

impl Rule {
    fn yaml(&self, index: usize) -> String {
        let priority =
            if self.explicit { format!("priority: {}, ", 100 * (index + 1)) } else { String::new() };
        let tags = if self.tagged { "tags: { rank: \"1\" }, " } else { "" };
        format!(
            "      - {{ name: {}, {}{priority}{tags}when: {{ {} }}, then: {{ {} }} }}\n",
            self.common.key,
            self.common.yaml("", ", "),
            self.when.join(", "),
            self.then.yaml()
        )
    }
}

impl Then {
    fn rename(&mut self, old: &str, new: &str) {
        match self {
            Self::Forward(group) if group == old => *group = new.to_owned(),
            Self::Weighted { groups, .. } => {
                groups
                    .iter_mut()
                    .filter(|(group, _)| group == old)
                    .for_each(|(group, _)| *group = new.to_owned());
            }
            Self::Forward(_) | Self::Answer(_) => {}
        }
    }

    fn yaml(&self) -> String {
        match self {
            Self::Forward(group) => format!("forward: {group}"),
            Self::Weighted { groups, rest, sticky } => {
                let last = groups.len() - 1;
                let weight = |(index, (group, weight)): (usize, &(String, u32))| match *rest && index == last
                {
                    true => format!("{group}: rest"),
                    false => format!("{group}: {weight}"),
                };
                let groups: Vec<String> = groups.iter().enumerate().map(weight).collect();
                let sticky = if *sticky { ", group_stickiness: 1h" } else { "" };
                format!("forward: {{ {} }}{sticky}", groups.join(", "))
            }
            Self::Answer(text) => (*text).to_owned(),
        }
    }
}

/// Any stack.
pub fn specs() -> impl Strategy<Value = Spec> {
    any::<u64>().prop_map(|seed| Spec::random(&mut Dice::new(seed)))
}
