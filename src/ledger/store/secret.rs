//! An address's password, which no error shows, whatever a server quotes.

use zeroize::Zeroizing;

use super::StoreError;

pub(super) struct Secret(Option<Zeroizing<String>>);

impl Secret {
    pub(super) fn new(password: Option<&str>) -> Self {
        Self(password.filter(|password| !password.is_empty()).map(|password| Zeroizing::new(password.to_owned())))
    }

    /// An error of this text, without the password.
    pub(super) fn error(&self, text: &str) -> StoreError {
        match &self.0 {
            Some(password) => StoreError::new(text.replace(password.as_str(), "…")),
            None => StoreError::new(text),
        }
    }
}
