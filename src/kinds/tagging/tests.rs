use std::collections::BTreeSet;

use proptest::prelude::*;

use super::ownership::{comparable, full, remember, remembered};
use crate::model::ResourceId;
use crate::model::world::Tags;

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_resource_carries_its_owner_and_remembers_the_keys_of_the_spec() {
    let id = ResourceId::new("rule", "http/api");
    let all = full("shop", &id, &tags(&[("team", "web"), ("a/b", "1")]));
    let expected = [
        ("a/b", "1"),
        ("albctl:id", "rule/http/api"),
        ("albctl:stack", "shop"),
        ("albctl:tags", "a=sb/team"),
        ("team", "web"),
    ];
    assert_eq!(all, tags(&expected));
}

#[test]
fn tags_of_others_are_not_compared_and_removed_ones_of_ours_are() {
    let live = tags(&[
        ("team", "web"),
        ("old", "1"),
        ("theirs", "x"),
        ("albctl:tags", "old/team"),
        ("albctl:id", "i"),
    ]);
    assert_eq!(comparable(&live, &tags(&[("team", "web")])), tags(&[("old", "1"), ("team", "web")]));
    assert_eq!(comparable(&live, &tags(&[("theirs", "y")])).get("theirs").map(String::as_str), Some("x"));
}

proptest! {
    #[test]
    fn any_keys_are_remembered(keys in prop::collection::btree_set("[a-z=/:._+@ -]{1,128}", 0..40)) {
        let tags = remember(keys.iter());
        prop_assert!(tags.values().all(|value| value.chars().count() <= 256));
        prop_assert_eq!(remembered(&tags), keys.into_iter().collect::<BTreeSet<String>>());
    }
}
