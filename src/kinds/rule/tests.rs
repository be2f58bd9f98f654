use std::collections::BTreeSet;

use proptest::prelude::*;

use super::condition::Condition;
use super::priorities::{NoRoom, Slot, choose};

fn live(number: u32) -> Slot {
    Slot { live: Some(number), explicit: None }
}

const NEW: Slot = Slot { live: None, explicit: None };

fn explicit(number: u32) -> Slot {
    Slot { live: None, explicit: Some(number) }
}

fn numbers(slots: &[Slot]) -> Vec<u32> {
    choose(slots, &BTreeSet::new(), &BTreeSet::new()).expect("there is room")
}

#[test]
fn a_first_create_uses_steps_of_ten() {
    assert_eq!(numbers(&[NEW, NEW, NEW]), [10, 20, 30]);
}

#[test]
fn rules_in_order_keep_their_numbers() {
    assert_eq!(numbers(&[live(10), live(20), live(30)]), [10, 20, 30]);
}

#[test]
fn a_rule_between_two_gets_a_number_between_them() {
    assert_eq!(numbers(&[live(10), NEW, live(20)]), [10, 15, 20]);
}

#[test]
fn an_appended_rule_gets_the_next_ten() {
    assert_eq!(numbers(&[live(10), live(25), NEW]), [10, 25, 30]);
}

#[test]
fn the_fewest_rules_move() {
    // The first was last: only it moves.
    assert_eq!(numbers(&[live(30), live(10), live(20)]), [5, 10, 20]);
}

#[test]
fn kept_neighbours_need_room_between_them() {
    // 10 and 11 rise, but leave no room for the rule between them: one of the two must move.
    let chosen = numbers(&[live(10), NEW, live(11)]);
    assert!(
        chosen.is_sorted() && chosen.iter().filter(|number| [10, 11].contains(*number)).count() == 1,
        "{chosen:?}"
    );
}

#[test]
fn explicit_numbers_stand_and_the_others_fit_around_them() {
    assert_eq!(numbers(&[NEW, explicit(100), NEW]), [50, 100, 110]);
    assert_eq!(numbers(&[live(200), explicit(100), live(150)])[1..], [100, 150]);
}

#[test]
fn an_explicit_number_without_room_is_refused() {
    let chosen = choose(&[NEW, explicit(1)], &BTreeSet::new(), &BTreeSet::new());
    assert_eq!(chosen, Err(NoRoom(1)));
}

#[test]
fn new_rules_keep_out_of_strangers_and_stay_on_their_side() {
    let strangers = BTreeSet::from([15]);
    let chosen = choose(&[live(10), NEW, live(20)], &strangers, &BTreeSet::new()).expect("there is room");
    assert!((11..15).contains(&chosen[1]), "{chosen:?}");
}

#[test]
fn numbers_of_doomed_rules_are_not_used_again() {
    let doomed = BTreeSet::from([10, 20]);
    let chosen = choose(&[NEW, NEW], &BTreeSet::new(), &doomed).expect("there is room");
    assert_eq!(chosen, [30, 40]);
}

/// The largest number of rules that can keep theirs, by trying all sets.
fn brute_force(slots: &[Slot], taken: &BTreeSet<u32>, max: u32) -> usize {
    let feasible = |set: u32| {
        let mut low = 0;
        let mut need = 0;
        for (index, slot) in slots.iter().enumerate() {
            if set & (1 << index) == 0 {
                need += 1;
                continue;
            }
            let Some(number) = slot.live else { return false };
            let free = (low + 1..number).filter(|number| !taken.contains(number)).count();
            if number <= low || free < need {
                return false;
            }
            (low, need) = (number, 0);
        }
        (low + 1..=max).filter(|number| !taken.contains(number)).count() >= need
    };
    (0..1_u32 << slots.len())
        .filter(|&set| feasible(set))
        .map(|set| set.count_ones() as usize)
        .max()
        .unwrap_or(0)
}

/// Up to six rules with distinct low numbers, some new, in any order; other low numbers held by strangers.
fn small_space() -> impl Strategy<Value = (Vec<Slot>, BTreeSet<u32>)> {
    let numbers = Just((1..=14_u32).collect::<Vec<u32>>()).prop_shuffle();
    (numbers, 0..6_usize, 0..4_usize, 0..4_usize, any::<u64>()).prop_flat_map(
        |(numbers, old, new, strangers, _)| {
            let mut slots: Vec<Slot> = numbers[..old].iter().map(|&number| live(number)).collect();
            slots.extend(std::iter::repeat_n(NEW, new));
            let strangers: BTreeSet<u32> = numbers[old..old + strangers].iter().copied().collect();
            (Just(slots).prop_shuffle(), Just(strangers))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn as_many_rules_as_possible_keep_their_number((slots, strangers) in small_space()) {
        let chosen = choose(&slots, &strangers, &BTreeSet::new()).expect("50000 numbers are enough");
        prop_assert!(chosen.is_sorted_by(|a, b| a < b), "not rising: {chosen:?}");
        prop_assert!(chosen.iter().all(|number| !strangers.contains(number) && (1..=50_000).contains(number)));
        let kept = slots.iter().zip(&chosen).filter(|(slot, number)| slot.live == Some(**number)).count();
        prop_assert_eq!(kept, brute_force(&slots, &strangers, 50_000));
    }
}

#[test]
fn conditions_in_words() {
    let set = |values: &[&str]| values.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    let conditions = [
        Condition::Path(set(&["/a", "/a/*"])),
        Condition::Header { name: "X-Version".to_owned(), values: set(&["2*"]) },
    ];
    assert_eq!(super::condition::show(&conditions), "path /a, /a/*; header X-Version: 2*");
}
