//! App Key and App Secret, kept so that the secret can't leak.

use std::fmt;

use zeroize::Zeroizing;

use crate::error::{RecordingError, Violation, codes};
use crate::model::check_header;

/// An app's key and secret, from the console's App Key page.
///
/// The secret can't be read back. It is redacted in every text made of this object and wiped from memory when the
/// object goes. The App Key is redacted in texts too, because the two are easily swapped.
#[derive(uniffi::Object)]
pub struct Credentials {
    app_key: String,
    app_secret: Zeroizing<String>,
}

#[uniffi::export]
impl Credentials {
    /// Takes an App Key and its App Secret.
    ///
    /// Errors: `InvalidInput` where one is empty, or has characters or white space at its ends that can't be right.
    #[uniffi::constructor]
    pub fn new(app_key: String, app_secret: String) -> Result<Self, RecordingError> {
        let app_secret = Zeroizing::new(app_secret);
        let mut found = Vec::new();
        check_header("app_key", &app_key, &mut found);
        if app_secret.is_empty() {
            found.push(Violation::new("app_secret", codes::EMPTY, "must not be empty"));
        } else if app_secret.trim() != app_secret.as_str() {
            found.push(Violation::new(
                "app_secret",
                codes::NOT_HEADER_SAFE,
                "has white space at its ends: a copied line break or blank?",
            ));
        }
        RecordingError::from_violations(found)?;
        Ok(Self { app_key, app_secret })
    }
}

impl Credentials {
    pub(crate) fn app_key(&self) -> &str {
        &self.app_key
    }

    pub(crate) fn app_secret(&self) -> &str {
        &self.app_secret
    }

    /// Whether each looks like the other: every published App Key is in small letters and digits, every published
    /// App Secret has capitals.
    pub(crate) fn look_swapped(&self) -> bool {
        let has_capitals = |text: &str| text.bytes().any(|byte| byte.is_ascii_uppercase());
        has_capitals(&self.app_key) && !has_capitals(&self.app_secret)
    }

    pub(crate) fn have_white_space(&self) -> bool {
        self.app_key.contains(char::is_whitespace) || self.app_secret.contains(char::is_whitespace)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials { app_key: [redacted], app_secret: [redacted] }")
    }
}
