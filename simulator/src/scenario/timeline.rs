//! A scenario: its rooms, and what is planned.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::invalid::InvalidScenario;
use crate::settings::millis;
use crate::world::Room;

/// Rooms to begin with, and what happens to them and to the service. Its JSON form is in docs/book/src/reference/simulator.md.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    #[serde(default)]
    pub(crate) rooms: BTreeMap<String, Room>,
    #[serde(default)]
    pub(crate) timeline: Vec<Planned>,
}

/// Something that is done at a time.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Planned {
    /// After the beginning, on the time in rooms and recordings.
    #[serde(default)]
    pub(crate) at_ms: u64,
    #[serde(rename = "do")]
    pub(crate) action: Action,
}

impl Scenario {
    /// One without rooms, in which nothing happens.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A room that there is from the beginning: its current session, or a whole [`Room`] with members.
    #[must_use]
    pub fn room(mut self, room_id: impl Into<String>, room: impl Into<Room>) -> Self {
        self.rooms.insert(room_id.into(), room.into());
        self
    }

    /// Something that happens so long after the beginning, on the time in rooms and recordings. What happens at the same
    /// time happens in the order given.
    #[must_use]
    pub fn at(mut self, after: Duration, action: Action) -> Self {
        self.timeline.push(Planned { at_ms: millis(after), action });
        self
    }

    /// It, to be read again.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists of them always have a JSON form.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Whether it has a room from the beginning.
    #[must_use]
    pub fn has_rooms(&self) -> bool {
        !self.rooms.is_empty()
    }

    pub(crate) fn check(&self) -> Result<(), InvalidScenario> {
        self.timeline.iter().enumerate().try_for_each(|(index, planned)| {
            let named = |why| InvalidScenario::new(format!("timeline[{index}].do.{why}"));
            planned.action.check().map_err(named)
        })
    }
}
