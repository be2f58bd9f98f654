//! `users=90`, `users-canary=10%`, `users=rest`.

use std::str::FromStr;

use crate::base::Diagnostic;
use crate::kinds::action::MAX_GROUPS;
use crate::kinds::action::spec::MAX_WEIGHT;

/// All requests, in per cent.
pub(super) const WHOLE: u32 = 100;

/// How much of the requests a group is to get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// A weight: 0 to 999, over the sum of all.
    Weight(u32),
    /// A part of a hundred.
    Percent(u32),
    /// 100 less the others.
    Rest,
}

/// A target group and its part, as a command line names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// What the group is called.
    pub group: String,
    /// Its part.
    pub amount: Amount,
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "write GROUP=WEIGHT, such as users=90, users=90% or users=rest";
        let Some((group, amount)) = text.rsplit_once('=').filter(|(group, _)| !group.is_empty()) else {
            return Err(form.to_owned());
        };
        let number = |digits: &str| {
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse::<u32>().unwrap_or(u32::MAX))
        };
        let amount = match (amount, amount.strip_suffix('%')) {
            ("rest", _) => Amount::Rest,
            (_, Some(digits)) => match number(digits) {
                Some(percent) if percent <= WHOLE => Amount::Percent(percent),
                Some(_) => return Err("a percentage is a whole number from 0 to 100".to_owned()),
                None => return Err(format!("a percentage is a whole number from 0 to 100; {form}")),
            },
            (digits, None) => match number(digits) {
                Some(weight) if weight <= MAX_WEIGHT => Amount::Weight(weight),
                Some(_) => return Err(format!("a weight is from 0 to {MAX_WEIGHT}")),
                None => return Err(form.to_owned()),
            },
        };
        Ok(Self { group: group.to_owned(), amount })
    }
}

/// The weights of these parts.
///
/// # Errors
/// Too many groups, parts that do not make a whole, none that gets anything. API: `TargetGroupTuple`,
/// TooManyTargetGroups.
pub fn weights(shares: &[Share]) -> Result<Vec<u32>, Diagnostic> {
    let bad = |message: String| Err(Diagnostic::error("bad-value", message));
    if shares.len() > MAX_GROUPS {
        return bad(format!("a forward takes {MAX_GROUPS} target groups, not {}", shares.len()));
    }
    let plain = |one: &Share| matches!(one.amount, Amount::Weight(_));
    let percent = |one: &Share| matches!(one.amount, Amount::Percent(_));
    let rests = shares.iter().filter(|one| one.amount == Amount::Rest).count();
    if shares.iter().any(plain) && shares.iter().any(percent) {
        return bad("weights and percentages do not go together: give all of one sort".to_owned());
    }
    if rests > 1 {
        return bad("`rest` is for one group".to_owned());
    }
    let number = |one: &Share| match one.amount {
        Amount::Weight(number) | Amount::Percent(number) => number,
        Amount::Rest => 0,
    };
    let sum: u32 = shares.iter().map(number).sum();
    if rests == 1 && sum > WHOLE {
        return bad(format!("`rest` is what the others leave of {WHOLE}, and they add up to {sum}"));
    }
    if rests == 0 && shares.iter().any(percent) && sum != WHOLE {
        return bad(format!("the percentages add up to {sum}, not {WHOLE}"));
    }
    if rests == 0 && sum == 0 {
        return Err(Diagnostic::error("bad-value", "the weights add up to 0: no group would get a request")
            .help("give one group a weight above 0"));
    }
    let weight = |one: &Share| if one.amount == Amount::Rest { WHOLE - sum } else { number(one) };
    Ok(shares.iter().map(weight).collect())
}
