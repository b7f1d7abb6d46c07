//! App Key and App Secret, kept so that the secret can't leak.

use std::fmt;

use zeroize::Zeroizing;

use crate::error::{RecordingError, Violation};
use crate::model::{Value, check};

/// An app's key and secret, from the console's App Key page.
///
/// The secret can't be read back. It is redacted in every text made from this object, and wiped from memory when the
/// object is destroyed. The App Key is redacted too, because the two are easily swapped.
#[cfg_attr(feature = "ffi", derive(uniffi::Object))]
pub struct Credentials {
    app_key: String,
    app_secret: Zeroizing<String>,
}

impl Credentials {
    /// Creates credentials from an App Key and its App Secret.
    ///
    /// # Errors
    /// `InvalidInput` if either is empty, has white space at its ends, or contains characters that can't be
    /// right: an App Key is sent in a header, and no App Secret has control characters.
    pub fn new(app_key: impl Into<String>, app_secret: impl Into<String>) -> Result<Self, RecordingError> {
        let (app_key, app_secret) = (app_key.into(), Zeroizing::new(app_secret.into()));
        let mut found = Vec::new();
        let credentials = Self::named(("app_key", app_key), ("app_secret", app_secret), &mut found);
        RecordingError::from_violations(found)?;
        Ok(credentials)
    }
}

impl Credentials {
    /// Both, each with the path of its violations, which are added to those found.
    pub(crate) fn named(
        (key_path, app_key): (&str, String),
        (secret_path, app_secret): (&str, Zeroizing<String>),
        found: &mut Vec<Violation>,
    ) -> Self {
        check_app_key(key_path, &app_key, found);
        check_app_secret(secret_path, &app_secret, found);
        Self { app_key, app_secret }
    }

    /// The App Key, which is no secret: the service sends it in every callback, too.
    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    /// What looks wrong about them and breaks no rule, as sentences: the two look swapped, or one has white space inside.
    /// A guess by the shape of all published keys and secrets. Only the service knows.
    pub fn doubts(&self) -> Vec<&'static str> {
        let swapped = self.look_swapped().then_some("the App Key and the App Secret look swapped");
        let spaced = self.have_white_space().then_some("there is white space inside the App Key or the App Secret");
        swapped.into_iter().chain(spaced).collect()
    }

    pub(crate) fn app_secret(&self) -> &str {
        &self.app_secret
    }

    /// Whether each looks like the other: every published App Key is in small letters and digits, every published
    /// App Secret has capitals.
    fn look_swapped(&self) -> bool {
        let has_capitals = |text: &str| text.bytes().any(|byte| byte.is_ascii_uppercase());
        has_capitals(&self.app_key) && !has_capitals(&self.app_secret)
    }

    fn have_white_space(&self) -> bool {
        self.app_key.contains(char::is_whitespace) || self.app_secret.contains(char::is_whitespace)
    }
}

pub(crate) fn check_app_key(path: &str, app_key: &str, found: &mut Vec<Violation>) {
    check(path, Value::Header(app_key), found);
}

pub(crate) fn check_app_secret(path: &str, app_secret: &str, found: &mut Vec<Violation>) {
    check(path, Value::Secret(app_secret), found);
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials { app_key: [redacted], app_secret: [redacted] }")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::error::codes;

    fn found(app_secret: &str) -> Vec<(String, String)> {
        match Credentials::new("uwd1c0sxdlx2", app_secret.to_owned()).unwrap_err() {
            RecordingError::InvalidInput { violations, .. } => {
                violations.into_iter().map(|violation| (violation.path, violation.code)).collect()
            }
            other => vec![(other.to_string(), String::new())],
        }
    }

    fn one(code: &str) -> Vec<(String, String)> {
        vec![("app_secret".to_owned(), code.to_owned())]
    }

    #[test]
    fn a_secret_with_a_control_character_inside_is_refused() {
        for secret in ["Y1W2\nMeFwwwRxa0", "Y1W2\0MeFwwwRxa0", "Y1W2\tMeFwwwRxa0", "Y1W2\u{7f}MeFwwwRxa0"] {
            assert_eq!(found(secret), one(codes::CONTROL_CHARACTER), "{secret:?}");
        }
    }

    #[test]
    fn a_line_break_at_the_end_of_a_secret_is_said_once() {
        assert_eq!(found("Y1W2MeFwwwRxa0\r\n"), one(codes::NOT_HEADER_SAFE));
    }

    #[test]
    fn a_secret_of_white_space_is_empty() {
        assert_eq!(found(" \n"), one(codes::EMPTY));
    }

    #[test]
    fn what_is_wrong_with_a_secret_is_said_without_it() {
        let error = Credentials::new("key", "hunter2\nhunter2").unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
