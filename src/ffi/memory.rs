//! Memory of the library's own, for layers that can't pass structures by value as UniFFI's functions for it want.
//!
//! UniFFI carries a text as its bytes and the memory that they lie in. So an empty text with room is memory to be written
//! to, and one that comes back empty is memory that nobody needs any more.

use crate::error::RecordingError;

/// Allocates room for as many bytes: an empty text's. It is filled and handed over as an argument, or given back by
/// [`free_bytes`].
#[uniffi::export]
pub fn allocate_bytes(size: i64) -> Result<String, RecordingError> {
    Ok(String::with_capacity(usize::try_from(size).unwrap_or_default()))
}

/// Frees memory of the library's, whatever it held: its length is given as none.
#[uniffi::export]
pub fn free_bytes(bytes: String) -> Result<(), RecordingError> {
    drop(bytes);
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::allocate_bytes;

    #[test]
    fn memory_has_the_room_that_was_asked_for_and_nothing_in_it() {
        let memory = allocate_bytes(1000).unwrap();
        assert!(memory.is_empty() && memory.capacity() >= 1000);
        assert_eq!(allocate_bytes(-1).unwrap().capacity(), 0);
    }
}
