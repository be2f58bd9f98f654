//! Any spec, and any part of one.

use std::collections::BTreeSet;

use super::dice::Dice;
use super::pools::{
    ADDRESSES, ANSWERS, BALANCER, CERTIFICATES, CONDITIONS, EXCLUSIVE, GROUP, LISTENER, PORTS, SECURE,
    SECURITY_GROUPS, SUBNETS, TAGS,
};
use super::{Common, Group, Listener, Rule, Spec, Targets, Then};

/// What a line is about: two of one spec say so once.
pub fn key(line: &str) -> &str {
    line.split(':').next().unwrap_or_default()
}

/// A rule has at most five values in all its conditions. Quota "condition values per rule".
const MOST_VALUES: usize = 5;

impl Spec {
    pub fn random(dice: &mut Dice) -> Self {
        let mut spec = Self {
            tags: dice.some(TAGS, 4),
            balancer: dice.some(BALANCER, 7),
            subnets: dice.pick(SUBNETS),
            security_groups: dice.pick(SECURITY_GROUPS),
            groups: Vec::new(),
            listeners: Vec::new(),
        };
        for _ in 0..dice.within(2..5) {
            spec.add_group(dice);
        }
        for _ in 0..dice.within(1..3) {
            spec.add_listener(dice);
        }
        spec.repair();
        spec
    }

    pub fn add_group(&mut self, dice: &mut Dice) {
        let taken = |key: &String| {
            let name = format!("n-{key}");
            let is = |group: &Group| {
                group.common.key == *key
                    || group.common.moved.as_ref() == Some(key)
                    || group.name.as_ref() == Some(&name)
            };
            self.groups.iter().any(is)
        };
        let key = (0..).map(|number| format!("g{number}")).find(|key| !taken(key)).expect("a key");
        self.groups.push(Group {
            name: dice.chance(50).then(|| format!("n-{key}")),
            common: common(dice, key),
            instances: dice.chance(15),
            https: dice.chance(15),
            port: dice.pick(&[80, 81, 82]),
            other_vpc: dice.chance(10),
            lines: dice.some(GROUP, 4),
            targets: targets(dice),
        });
    }

    pub fn add_listener(&mut self, dice: &mut Dice) {
        let ports: Vec<u16> =
            PORTS.iter().copied().filter(|port| self.listeners.iter().all(|one| one.port != *port)).collect();
        let taken = |key: &String| {
            let is = |it: &Listener| it.common.key == *key || it.common.moved.as_ref() == Some(key);
            self.listeners.iter().any(is)
        };
        let key = (0..).map(|number| format!("l{number}")).find(|key| !taken(key)).expect("a key");
        let Some(place) = dice.index(&ports) else { return };
        let mut listener = Listener {
            common: common(dice, key),
            port: ports[place],
            certificates: if dice.chance(40) { certificates(dice) } else { Vec::new() },
            lines: dice.some(LISTENER, 2),
            default: self.then(dice),
            rules: Vec::new(),
        };
        if !listener.certificates.is_empty() && dice.chance(30) {
            listener.lines.push(dice.pick(SECURE));
        }
        for _ in 0..dice.within(1..7) {
            let rule = self.rule(dice, &listener);
            listener.rules.push(rule);
        }
        self.listeners.push(listener);
    }

    /// A rule that the listener does not have.
    pub fn rule(&self, dice: &mut Dice, listener: &Listener) -> Rule {
        let taken = |key: &String| {
            let is = |it: &Rule| it.common.key == *key || it.common.moved.as_ref() == Some(key);
            listener.rules.iter().any(is)
        };
        let mut free = (0..).map(|number| format!("r{number}")).filter(|key| !taken(key));
        let key = free.nth(dice.within(0..2)).expect("a key");
        Rule {
            common: common(dice, key),
            when: when(dice),
            then: self.then(dice),
            explicit: dice.chance(6),
            tagged: dice.chance(10),
        }
    }

    /// Any action.
    pub fn then(&self, dice: &mut Dice) -> Then {
        let mut groups: Vec<String> = self.groups.iter().map(|group| group.common.key.clone()).collect();
        dice.shuffle(&mut groups);
        match dice.within(0..10) {
            0..=3 if !groups.is_empty() => Then::Forward(groups[0].clone()),
            4..=6 if groups.len() > 1 => {
                groups.truncate(dice.within(2..4));
                let weights = groups.into_iter().map(|group| (group, dice.pick(&[0, 1, 20, 40]))).collect();
                Then::Weighted { groups: weights, rest: dice.chance(30), sticky: dice.chance(30) }
            }
            _ => Then::Answer(dice.pick(ANSWERS)),
        }
    }

    /// Makes it a spec that albctl takes: names that exist, nothing that AWS does not take together.
    pub fn repair(&mut self) {
        once(&mut self.tags);
        once(&mut self.balancer);
        for group in &mut self.groups {
            once(&mut group.lines);
            for (one, other) in EXCLUSIVE {
                if group.lines.iter().any(|line| line.starts_with(one)) {
                    group.lines.retain(|line| !line.starts_with(other));
                }
            }
        }
        let live: BTreeSet<&str> = enabled(&self.groups).map(|group| group.common.key.as_str()).collect();
        let alone: BTreeSet<&str> = enabled(&self.groups)
            .filter(|group| group.has_app_cookie())
            .map(|group| group.common.key.as_str())
            .collect();
        for listener in &mut self.listeners {
            once(&mut listener.lines);
            if listener.certificates.is_empty() {
                listener.lines.retain(|line| !line.starts_with("ssl_policy"));
            }
            let thens = listener.rules.iter_mut().map(|rule| &mut rule.then);
            for then in thens.chain([&mut listener.default]) {
                *then = repaired(then, &live, &alone);
            }
            let keys: BTreeSet<String> = listener.rules.iter().map(|rule| rule.common.key.clone()).collect();
            moved(listener.rules.iter_mut().map(|rule| &mut rule.common), &keys);
        }
        let keys: BTreeSet<String> = self.groups.iter().map(|group| group.common.key.clone()).collect();
        moved(self.groups.iter_mut().map(|group| &mut group.common), &keys);
        let keys: BTreeSet<String> = self.listeners.iter().map(|one| one.common.key.clone()).collect();
        moved(self.listeners.iter_mut().map(|one| &mut one.common), &keys);
    }
}

fn enabled(groups: &[Group]) -> impl Iterator<Item = &Group> {
    groups.iter().filter(|group| group.common.enabled)
}

/// Nothing comes from a key that is still there, and no two come from one.
fn moved<'a>(commons: impl Iterator<Item = &'a mut Common>, keys: &BTreeSet<String>) {
    let mut seen = keys.clone();
    for common in commons {
        common.moved.take_if(|from| !seen.insert(from.clone()));
    }
}

fn once(lines: &mut Vec<&'static str>) {
    let mut seen = BTreeSet::new();
    lines.retain(|line| seen.insert(key(line)));
}

fn repaired(then: &Then, live: &BTreeSet<&str>, alone: &BTreeSet<&str>) -> Then {
    match then {
        Then::Forward(group) if live.contains(group.as_str()) => then.clone(),
        Then::Forward(_) => match live.first() {
            Some(other) => Then::Forward((*other).to_owned()),
            None => Then::Answer(ANSWERS[3]),
        },
        Then::Weighted { groups, rest, sticky } => {
            let mut groups = groups.clone();
            groups.retain(|(group, _)| live.contains(group.as_str()) && !alone.contains(group.as_str()));
            match groups.first() {
                Some((only, _)) if groups.len() == 1 => Then::Forward(only.clone()),
                Some(_) => {
                    // Requests must go somewhere.
                    groups[0].1 = groups[0].1.max(1);
                    Then::Weighted { groups, rest: *rest, sticky: *sticky }
                }
                None => Then::Answer(ANSWERS[4]),
            }
        }
        Then::Answer(_) => then.clone(),
    }
}

fn common(dice: &mut Dice, key: String) -> Common {
    Common { protect: dice.chance(4), enabled: !dice.chance(4), ..Common::new(key) }
}

pub fn certificates(dice: &mut Dice) -> Vec<&'static str> {
    let mut all = CERTIFICATES.to_vec();
    dice.shuffle(&mut all);
    all.truncate(dice.within(1..4));
    all
}

pub fn targets(dice: &mut Dice) -> Targets {
    let places: Vec<usize> = (0..ADDRESSES.len()).collect();
    match dice.within(0..10) {
        0 | 1 => Targets::External { said: dice.chance(50) },
        2 => Targets::Listed(Vec::new()),
        3 => Targets::Additive(dice.some(&places, 3)),
        _ => {
            let mut some = dice.some(&places, 4);
            if some.is_empty() {
                some.push(0);
            }
            Targets::Listed(some)
        }
    }
}

/// One to three conditions.
pub fn when(dice: &mut Dice) -> Vec<&'static str> {
    let mut sorts: Vec<usize> = (0..CONDITIONS.len()).collect();
    dice.shuffle(&mut sorts);
    sorts.truncate(dice.pick(&[1, 1, 1, 2, 2, 3]));
    // Two sorts are about the path.
    if sorts.contains(&1) {
        sorts.retain(|sort| *sort != 2);
    }
    let mut values = 0;
    let mut when = Vec::new();
    for sort in sorts {
        let condition = dice.pick(CONDITIONS[sort]);
        // A list has a value more than commas, a prefix stands for two patterns.
        let more = condition.matches(',').count() + usize::from(condition.starts_with("path_prefix"));
        if values + 1 + more <= MOST_VALUES {
            values += 1 + more;
            when.push(condition);
        }
    }
    when
}
