//! Parts as the command line writes them.

use super::{Amount, Share, weights};
use crate::fix::weights::words::percent;

fn shares(words: &str) -> Vec<Share> {
    words.split(' ').map(|word| word.parse().unwrap()).collect()
}

fn of(words: &str) -> Result<Vec<u32>, String> {
    weights(&shares(words)).map_err(|problem| problem.message)
}

#[test]
fn parts_are_weights_percentages_or_the_rest() {
    assert_eq!(of("a=90 b=10"), Ok(vec![90, 10]));
    assert_eq!(of("a=999 b=1"), Ok(vec![999, 1]));
    assert_eq!(of("a=90% b=10%"), Ok(vec![90, 10]));
    assert_eq!(of("a=rest b=25%"), Ok(vec![75, 25]));
    assert_eq!(of("a=rest b=25"), Ok(vec![75, 25]));
    assert_eq!(of("a=rest"), Ok(vec![100]));
    assert_eq!(of("a=0 b=1"), Ok(vec![0, 1]));
}

#[test]
fn parts_that_make_no_whole_are_refused() {
    for (words, why) in [
        ("a=0 b=0", "add up to 0"),
        ("a=50% b=40%", "add up to 90, not 100"),
        ("a=50% b=40", "do not go together"),
        ("a=rest b=rest", "for one group"),
        ("a=rest b=101", "leave of 100"),
        ("a=1 b=1 c=1 d=1 e=1 f=1", "takes 5 target groups, not 6"),
    ] {
        let found = of(words).unwrap_err();
        assert!(found.contains(why), "{words}: {found}");
    }
}

#[test]
fn words_that_are_no_part_are_refused() {
    for word in
        ["users", "=5", "users=", "users=-1", "users=1.5", "users=+5", "users=1000", "users=101%", "users=%"]
    {
        assert!(word.parse::<Share>().is_err(), "{word}");
    }
    let arn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/users/1";
    assert_eq!(format!("{arn}=7").parse(), Ok(Share { group: arn.to_owned(), amount: Amount::Weight(7) }));
}

#[test]
fn a_share_is_never_rounded_to_none_or_all() {
    assert_eq!(percent(1, 3), "33.3%");
    assert_eq!(percent(2, 3), "66.7%");
    assert_eq!(percent(1, 3997), "<0.1%");
    assert_eq!(percent(999, 1000), "99.9%");
    assert_eq!(percent(0, 3), "0%");
    assert_eq!(percent(5, 5), "100%");
}
