//! Storage with small stable indices that are used again.

/// Values addressed by `u32`; a freed place is taken again, last freed first.
#[derive(Debug)]
pub struct Arena<T> {
    places: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Arena<T> {
    /// Stores `value` and returns its index.
    ///
    /// # Panics
    /// At 2³² values.
    pub fn insert(&mut self, value: T) -> u32 {
        if let Some(index) = self.free.pop() {
            self.places[index as usize] = Some(value);
            return index;
        }
        let index = u32::try_from(self.places.len()).expect("fewer than 2^32 values alive");
        self.places.push(Some(value));
        index
    }

    /// Takes the value at `index` out.
    ///
    /// # Panics
    /// When there is none.
    pub fn remove(&mut self, index: u32) -> T {
        self.free.push(index);
        self.places[index as usize].take().expect("the value is alive")
    }

    /// The value at `index`.
    ///
    /// # Panics
    /// When there is none.
    #[inline(always)]
    pub fn at(&self, index: u32) -> &T {
        self.places[index as usize].as_ref().expect("the value is alive")
    }

    /// The value at `index`, to be changed.
    ///
    /// # Panics
    /// When there is none.
    #[inline(always)]
    pub fn at_mut(&mut self, index: u32) -> &mut T {
        self.places[index as usize].as_mut().expect("the value is alive")
    }

    /// How many values are alive.
    pub fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Whether none is alive.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values alive, in order of their indices.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.places
            .iter()
            .enumerate()
            .filter_map(|(index, place)| place.as_ref().map(|value| (index as u32, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freed_place_is_taken_again() {
        let mut arena = Arena::default();
        let (first, second) = (arena.insert('a'), arena.insert('b'));
        assert_eq!(arena.remove(first), 'a');
        assert_eq!(arena.insert('c'), first);
        assert_eq!((*arena.at(first), *arena.at(second), arena.len()), ('c', 'b', 2));
    }

    #[test]
    #[should_panic(expected = "alive")]
    fn a_freed_value_cannot_be_read() {
        let mut arena = Arena::default();
        let index = arena.insert(1);
        arena.remove(index);
        arena.at(index);
    }
}
