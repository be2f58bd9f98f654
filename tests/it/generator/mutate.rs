//! Random changes of a spec, of every sort that people make.

use super::dice::Dice;
use super::draw::{certificates, key, targets, when};
use super::pools::{BALANCER, GROUP, LISTENER, PORTS, SECURE, SECURITY_GROUPS, SUBNETS, TAGS};
use super::{Common, Spec};

/// A sort of change: its name, and what it does, where the spec has what it needs.
type Sort = (&'static str, fn(&mut Spec, &mut Dice) -> Option<()>);

/// All sorts of changes.
pub const SORTS: &[Sort] = &[
    ("stack tags", |spec, dice| {
        let tag = dice.pick(TAGS);
        spec.tags.retain(|own| key(own) != key(tag));
        if dice.chance(60) {
            spec.tags.push(tag);
        }
        Some(())
    }),
    ("balancer line", |spec, dice| {
        change_line(&mut spec.balancer, BALANCER, dice);
        Some(())
    }),
    ("balancer line removed", |spec, dice| remove_line(&mut spec.balancer, dice)),
    ("subnets", |spec, dice| {
        spec.subnets = dice.pick(SUBNETS);
        Some(())
    }),
    ("security groups", |spec, dice| {
        spec.security_groups = dice.pick(SECURITY_GROUPS);
        Some(())
    }),
    ("group line", |spec, dice| {
        let group = dice.index(&spec.groups)?;
        change_line(&mut spec.groups[group].lines, GROUP, dice);
        Some(())
    }),
    ("group line removed", |spec, dice| {
        let group = dice.index(&spec.groups)?;
        remove_line(&mut spec.groups[group].lines, dice)
    }),
    ("targets", |spec, dice| {
        let group = dice.index(&spec.groups)?;
        spec.groups[group].targets = targets(dice);
        Some(())
    }),
    ("group port", |spec, dice| {
        let group = dice.index(&spec.groups)?;
        spec.groups[group].port = 80 + (spec.groups[group].port - 79) % 3;
        Some(())
    }),
    ("group protocol", |spec, dice| {
        let group = dice.index(&spec.groups)?;
        spec.groups[group].https ^= true;
        Some(())
    }),
    ("group vpc", |spec, dice| {
        let group = dice.index(&spec.groups)?;
        spec.groups[group].other_vpc ^= true;
        Some(())
    }),
    ("group target type", |spec, dice| {
        let group = dice.index(&spec.groups)?;
        spec.groups[group].instances ^= true;
        Some(())
    }),
    ("group name", |spec, dice| {
        let place = dice.index(&spec.groups)?;
        let group = &mut spec.groups[place];
        group.name = match group.name {
            Some(_) => None,
            None => Some(format!("n-{}", group.common.key)),
        };
        Some(())
    }),
    ("group added", |spec, dice| {
        spec.add_group(dice);
        Some(())
    }),
    ("group removed", |spec, dice| {
        spec.groups.remove(dice.index(&spec.groups)?);
        Some(())
    }),
    ("group renamed, moved", |spec, dice| rename_group(spec, dice, true)),
    ("group renamed by name", |spec, dice| rename_group(spec, dice, false)),
    ("listener added", |spec, dice| {
        spec.add_listener(dice);
        Some(())
    }),
    ("listener removed", |spec, dice| {
        spec.listeners.remove(dice.index(&spec.listeners)?);
        Some(())
    }),
    ("listener renamed, moved", |spec, dice| {
        let place = dice.index(&spec.listeners)?;
        rename(&mut spec.listeners[place].common, 'l', true);
        Some(())
    }),
    ("listener renamed by port", |spec, dice| {
        let place = dice.index(&spec.listeners)?;
        rename(&mut spec.listeners[place].common, 'l', false);
        Some(())
    }),
    ("listener port", |spec, dice| {
        let place = dice.index(&spec.listeners)?;
        let free: Vec<u16> =
            PORTS.iter().copied().filter(|port| spec.listeners.iter().all(|one| one.port != *port)).collect();
        spec.listeners[place].port = free[dice.index(&free)?];
        Some(())
    }),
    ("listener ports swapped", |spec, _| {
        let [one, other, ..] = spec.listeners.as_mut_slice() else { return None };
        std::mem::swap(&mut one.port, &mut other.port);
        Some(())
    }),
    ("listener protocol", |spec, dice| {
        let place = dice.index(&spec.listeners)?;
        let listener = &mut spec.listeners[place];
        listener.certificates =
            if listener.certificates.is_empty() { certificates(dice) } else { Vec::new() };
        Some(())
    }),
    ("certificates", |spec, dice| {
        let secure: Vec<usize> = secure(spec);
        let listener = &mut spec.listeners[secure[dice.index(&secure)?]];
        listener.certificates = certificates(dice);
        Some(())
    }),
    ("certificates reordered", |spec, dice| {
        let secure: Vec<usize> = secure(spec);
        let several: Vec<usize> =
            secure.into_iter().filter(|place| spec.listeners[*place].certificates.len() > 1).collect();
        spec.listeners[several[dice.index(&several)?]].certificates.rotate_left(1);
        Some(())
    }),
    ("listener policy", |spec, dice| {
        let secure: Vec<usize> = secure(spec);
        let lines = &mut spec.listeners[secure[dice.index(&secure)?]].lines;
        change_line(lines, SECURE, dice);
        Some(())
    }),
    ("listener line", |spec, dice| {
        let place = dice.index(&spec.listeners)?;
        change_line(&mut spec.listeners[place].lines, LISTENER, dice);
        Some(())
    }),
    ("default action", |spec, dice| {
        let place = dice.index(&spec.listeners)?;
        spec.listeners[place].default = spec.then(dice);
        Some(())
    }),
    ("rules shuffled", |spec, dice| {
        let place = dice.index(&spec.listeners)?;
        dice.shuffle(&mut spec.listeners[place].rules);
        Some(())
    }),
    ("rules reversed", |spec, dice| {
        let place = dice.index(&spec.listeners)?;
        spec.listeners[place].rules.reverse();
        Some(())
    }),
    ("rules swapped", |spec, dice| {
        let (place, rule) = a_rule(spec, dice)?;
        let other = dice.index(&spec.listeners[place].rules)?;
        spec.listeners[place].rules.swap(rule, other);
        Some(())
    }),
    ("rule inserted", |spec, dice| {
        let place = dice.index(&spec.listeners)?;
        let rule = spec.rule(dice, &spec.listeners[place]);
        let at = dice.within(0..spec.listeners[place].rules.len() + 1);
        spec.listeners[place].rules.insert(at, rule);
        Some(())
    }),
    ("rule removed", |spec, dice| {
        let (place, rule) = a_rule(spec, dice)?;
        spec.listeners[place].rules.remove(rule);
        Some(())
    }),
    ("rule conditions", |spec, dice| {
        let (place, rule) = a_rule(spec, dice)?;
        spec.listeners[place].rules[rule].when = when(dice);
        Some(())
    }),
    ("rule action", |spec, dice| {
        let (place, rule) = a_rule(spec, dice)?;
        spec.listeners[place].rules[rule].then = spec.then(dice);
        Some(())
    }),
    ("rule conditions swapped", |spec, dice| {
        let (place, rule) = a_rule(spec, dice)?;
        let rules = &mut spec.listeners[place].rules;
        let other = dice.index(rules)?;
        let when = rules[other].when.clone();
        rules[other].when = std::mem::replace(&mut rules[rule].when, when);
        Some(())
    }),
    ("rule renamed, moved", |spec, dice| {
        let (place, rule) = a_rule(spec, dice)?;
        rename(&mut spec.listeners[place].rules[rule].common, 'r', true);
        Some(())
    }),
    ("rule renamed by content", |spec, dice| {
        let (place, rule) = a_rule(spec, dice)?;
        rename(&mut spec.listeners[place].rules[rule].common, 'r', false);
        Some(())
    }),
    ("rule priority", |spec, dice| {
        let (place, rule) = a_rule(spec, dice)?;
        spec.listeners[place].rules[rule].explicit ^= true;
        Some(())
    }),
    ("rule tags", |spec, dice| {
        let (place, rule) = a_rule(spec, dice)?;
        spec.listeners[place].rules[rule].tagged ^= true;
        Some(())
    }),
    ("protect", |spec, dice| {
        a_common(spec, dice)?.protect ^= true;
        Some(())
    }),
    ("enabled", |spec, dice| {
        a_common(spec, dice)?.enabled ^= true;
        Some(())
    }),
];

impl Spec {
    /// A spec with some changes, and their names.
    pub fn changed(&self, dice: &mut Dice) -> (Self, Vec<&'static str>) {
        let mut spec = self.clone();
        let mut names = Vec::new();
        let wanted = dice.pick(&[1, 1, 2, 3, 4, 6]);
        for _ in 0..50 {
            let (name, change) = dice.pick(SORTS);
            if change(&mut spec, dice).is_some() {
                spec.repair();
                names.push(name);
            }
            if names.len() >= wanted && spec != *self {
                break;
            }
        }
        (spec, names)
    }
}

/// Puts in a line of the pool, in the place of one that is about the same.
fn change_line(lines: &mut Vec<&'static str>, pool: &[&'static str], dice: &mut Dice) {
    let line = dice.pick(pool);
    lines.retain(|own| key(own) != key(line));
    lines.insert(0, line);
}

fn remove_line(lines: &mut Vec<&'static str>, dice: &mut Dice) -> Option<()> {
    lines.remove(dice.index(lines)?);
    Some(())
}

fn secure(spec: &Spec) -> Vec<usize> {
    let places = 0..spec.listeners.len();
    places.filter(|place| !spec.listeners[*place].certificates.is_empty()).collect()
}

fn a_rule(spec: &Spec, dice: &mut Dice) -> Option<(usize, usize)> {
    let place = dice.index(&spec.listeners)?;
    Some((place, dice.index(&spec.listeners[place].rules)?))
}

fn a_common<'a>(spec: &'a mut Spec, dice: &mut Dice) -> Option<&'a mut Common> {
    match dice.within(0..3) {
        0 => {
            let place = dice.index(&spec.groups)?;
            Some(&mut spec.groups[place].common)
        }
        1 => {
            let place = dice.index(&spec.listeners)?;
            Some(&mut spec.listeners[place].common)
        }
        _ => {
            let (place, rule) = a_rule(spec, dice)?;
            Some(&mut spec.listeners[place].rules[rule].common)
        }
    }
}

/// Gives a resource another key, which no resource has that was drawn.
fn rename(common: &mut Common, kind: char, moved: bool) {
    let number: String = common.key.chars().filter(char::is_ascii_digit).collect();
    let other =
        if common.key.starts_with(kind) { format!("new-{number}") } else { format!("{kind}{number}") };
    let old = std::mem::replace(&mut common.key, other);
    match (moved, &common.moved) {
        (true, None) => common.moved = Some(old),
        (true, Some(_)) => {}
        (false, _) => common.moved = None,
    }
}

/// By name: the group has one, which stays.
fn rename_group(spec: &mut Spec, dice: &mut Dice, moved: bool) -> Option<()> {
    let places = 0..spec.groups.len();
    let places: Vec<usize> = places.filter(|place| moved || spec.groups[*place].name.is_some()).collect();
    let place = places[dice.index(&places)?];
    rename(&mut spec.groups[place].common, 'g', moved);
    let (old, new) = {
        let group = &spec.groups[place];
        let number: String = group.common.key.chars().filter(char::is_ascii_digit).collect();
        let old =
            if group.common.key.starts_with('g') { format!("new-{number}") } else { format!("g{number}") };
        (old, group.common.key.clone())
    };
    for listener in &mut spec.listeners {
        for then in listener.rules.iter_mut().map(|rule| &mut rule.then).chain([&mut listener.default]) {
            then.rename(&old, &new);
        }
    }
    Some(())
}
