//! Reading a scenario somebody has written: every mistake with its path, and with what may have been meant.

use super::timeline::Scenario;
use crate::invalid::InvalidScenario;

impl Scenario {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// [`InvalidScenario`] with the path of what is wrong, and what may have been meant.
    pub fn from_json(text: &str) -> Result<Self, InvalidScenario> {
        // serde would take a list for an object without names.
        InvalidScenario::check(&[(!text.trim_start().starts_with('{'), "a scenario is a JSON object")])?;
        let json = &mut serde_json::Deserializer::from_str(text);
        let scenario: Self = serde_path_to_error::deserialize(&mut *json).map_err(|error| {
            let path = error.path().to_string();
            let sentence = error.into_inner().to_string();
            let meant = meant(&sentence).map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
            let place = if path == "." { String::new() } else { format!("{path}: ") };
            InvalidScenario::new(format!("{place}{sentence}{meant}"))
        })?;
        json.end().map_err(|error| InvalidScenario::new(error.to_string()))?;
        scenario.check()?;
        Ok(scenario)
    }
}

/// Of the names that serde expected in the place of another one, the nearest. All of them are between backticks, the
/// wrong one first.
fn meant(sentence: &str) -> Option<&str> {
    let (_, names) = sentence.split_once("unknown ")?;
    let mut names = names.split('`').skip(1).step_by(2);
    let wrong = names.next()?.to_lowercase();
    let distance = |name: &str| strsim::osa_distance(&wrong, &name.to_lowercase());
    let nearest = names.min_by_key(|name| distance(name))?;
    let is_near = distance(nearest) <= 1 + wrong.len() / 3 || nearest.to_lowercase().starts_with(&wrong);
    is_near.then_some(nearest)
}
