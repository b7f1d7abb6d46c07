//! Profiles.

use crate::error::RecordingError;
use crate::model::{Advice, RecordingConfig, RecordingProfile};

#[uniffi::export]
impl RecordingProfile {
    /// Creates a profile by validating the config. All violations are reported at once. A profile that exists stays
    /// valid.
    ///
    /// Errors: `InvalidInput`.
    ///
    /// Arguments:
    /// - config: what to record.
    #[uniffi::constructor(name = "new")]
    fn exported_new(config: RecordingConfig) -> Result<Self, RecordingError> {
        Self::new(config)
    }

    /// Creates a profile from the API's own JSON: the `config` object, or the whole body of `start.json` around it,
    /// whose `sessionId` and `extra` are not kept.
    ///
    /// Unknown and misspelt keys, repeated keys, wrong types and undocumented values are reported by path, all at once.
    /// Text that is not JSON is reported by line and column. Keys that are documented as valid only for the other
    /// `recordType` are left out.
    ///
    /// Errors: `InvalidInput`.
    ///
    /// Arguments:
    /// - json: the JSON text, for example from a file or from the documentation.
    #[uniffi::constructor(name = "from_json")]
    fn exported_from_json(json: String) -> Result<Self, RecordingError> {
        Self::from_json(json)
    }

    /// The config that the profile was created from.
    ///
    /// Errors: none are expected, but every call across the language boundary may report `Internal`.
    #[uniffi::method(name = "config")]
    fn exported_config(&self) -> Result<RecordingConfig, RecordingError> {
        Ok(self.config().clone())
    }

    /// The `config` object as the API's JSON, compact, exactly as it is sent.
    ///
    /// Errors: none are expected, but every call across the language boundary may report `Internal`.
    #[uniffi::method(name = "to_json")]
    fn exported_json(&self) -> Result<String, RecordingError> {
        Ok(self.to_json().to_owned())
    }

    /// What is allowed but may not be what you meant. Advice never stops a start.
    ///
    /// Errors: none are expected, but every call across the language boundary may report `Internal`.
    #[uniffi::method(name = "advice")]
    fn exported_advice(&self) -> Result<Vec<Advice>, RecordingError> {
        Ok(self.advice())
    }

    /// Draws what the recording's merged picture will look like, as an SVG document of the recording's resolution (640x480
    /// where none is set), for a look at it before anything is recorded.
    ///
    /// Windows of a custom layout are drawn exactly, later ones in front, which the documentation doesn't say. A floating or
    /// adaptive layout is hatched: the service decides where it puts whom, except for the host. The same profile always
    /// makes the same document, which has no script and refers to nothing outside of it.
    ///
    /// Errors: `InvalidInput` if the shape is malformed.
    ///
    /// Arguments:
    /// - cameras: the shape of the cameras' pictures, for example `16:9`, or their resolution. Each window then also shows
    ///   what is left of them: how much is cropped, or how much of the window is bars. Default: not shown.
    #[uniffi::method(name = "to_svg", default(cameras = None))]
    fn exported_svg(&self, cameras: Option<String>) -> Result<String, RecordingError> {
        self.to_svg(cameras.as_deref())
    }
}
