//! A list that forgets its oldest items, and finds each again by its ticket.

use std::collections::VecDeque;

/// Older items are dropped, so that a load test doesn't fill the memory.
const KEPT: usize = 10_000;

pub(crate) struct History<T> {
    kept: VecDeque<T>,
    /// The ticket of the first item that is kept.
    first: u64,
    /// Tickets below are of items that a test asked to forget.
    forgotten: u64,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { kept: VecDeque::new(), first: 0, forgotten: 0 }
    }
}

impl<T> History<T> {
    /// The item's ticket.
    pub(crate) fn add(&mut self, item: T) -> u64 {
        self.push(item);
        self.next() - 1
    }

    /// The ticket of the first item that is kept, or that the next one will have.
    pub(crate) fn first(&self) -> u64 {
        self.first
    }

    /// The ticket that the next item will have.
    pub(crate) fn next(&self) -> u64 {
        self.first + self.kept.len() as u64
    }

    /// The item in its place.
    pub(crate) fn push(&mut self, item: T) -> &mut T {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
            self.first += 1;
        }
        self.kept.push_back(item);
        let last = self.kept.len() - 1;
        &mut self.kept[last]
    }

    pub(crate) fn get(&self, ticket: u64) -> Option<&T> {
        self.kept.get(self.index(ticket)?)
    }

    pub(crate) fn get_mut(&mut self, ticket: u64) -> Option<&mut T> {
        let index = self.index(ticket)?;
        self.kept.get_mut(index)
    }

    fn index(&self, ticket: u64) -> Option<usize> {
        usize::try_from(ticket.checked_sub(self.first)?).ok()
    }

    pub(crate) fn is_forgotten(&self, ticket: u64) -> bool {
        ticket < self.forgotten
    }

    pub(crate) fn forget(&mut self) {
        self.first = self.next();
        self.forgotten = self.first;
        self.kept.clear();
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.kept.iter_mut()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.kept.iter()
    }
}
