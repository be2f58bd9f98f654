//! Random choices that follow from a number: the same seed draws the same everywhere.

use std::ops::Range;

/// The generator SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number of a range that is not empty.
    pub fn within(&mut self, range: Range<usize>) -> usize {
        let length = u64::try_from(range.len()).expect("a small range");
        range.start + usize::try_from(self.next() % length).expect("less than the length")
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.within(0..100) < percent
    }

    /// One of several.
    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.within(0..from.len())].clone()
    }

    /// One of several, if there are any.
    pub fn index<T>(&mut self, of: &[T]) -> Option<usize> {
        (!of.is_empty()).then(|| self.within(0..of.len()))
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.within(0..last + 1));
        }
    }

    /// Some of all, fewer than `most`, in their order.
    pub fn some<T: Clone>(&mut self, of: &[T], most: usize) -> Vec<T> {
        let mut places: Vec<usize> = (0..of.len()).collect();
        self.shuffle(&mut places);
        places.truncate(self.within(0..most.min(of.len() + 1)));
        places.sort_unstable();
        places.into_iter().map(|place| of[place].clone()).collect()
    }
}
