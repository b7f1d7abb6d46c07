//! Credentials.

use crate::credentials::Credentials;
use crate::error::RecordingError;

#[uniffi::export]
impl Credentials {
    /// Creates credentials from an App Key and its App Secret.
    ///
    /// Errors: `InvalidInput` if either is empty, has white space at its ends, or contains characters that can't be
    /// right: an App Key is sent in a header, and no App Secret has control characters.
    ///
    /// Arguments:
    /// - app_key: the App Key. Visible ASCII, not empty.
    /// - app_secret: its App Secret. Not empty, without control characters.
    #[uniffi::constructor(name = "new")]
    fn exported_new(app_key: String, app_secret: String) -> Result<Self, RecordingError> {
        Self::new(app_key, app_secret)
    }
}
