//! What can be done to a simulation in a scenario: each as the control API has it.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use crate::callbacks::{Delivery, FailedEvent, Failures, Urls};
use crate::script::Step;
use crate::settings::millis;
use crate::world::{MAX_ADVANCE, Member, Room};

/// Something that is done to a simulation. Each is a method of [`Simulation`](crate::Simulation), too.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Action {
    /// Creates a room, or makes an existing one be like this.
    SetRoom {
        /// Its id.
        room: String,
        /// What it is then.
        to: Room,
    },
    /// Removes a room, which ends its recordings.
    RemoveRoom {
        /// Its id.
        room: String,
    },
    /// Makes a callback with all members of a room.
    SyncRoom {
        /// Its id.
        room: String,
    },
    /// Lets someone into a room, or makes a member publish this instead.
    Join {
        /// The room's id.
        room: String,
        /// Who joins.
        member: Member,
    },
    /// Lets a member leave.
    Leave {
        /// The room's id.
        room: String,
        /// Who leaves.
        user: String,
    },
    /// Moves the time in rooms and recordings ahead.
    Advance {
        /// By how much, in milliseconds; at most 30 days.
        ms: u64,
    },
    /// Sets how far the service's clock is off.
    Skew {
        /// How far it is ahead, or with a negative number behind, in milliseconds.
        ms: i64,
    },
    /// Replaces the script of the replies.
    Next(Vec<Step>),
    /// Adds to the end of the script.
    Then(Vec<Step>),
    /// Sends the replies that are held.
    Release,
    /// Sets where coming callbacks go; without a URL, none are made.
    CallbackUrls {
        /// Those about recordings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recording: Option<String>,
        /// Those about rooms.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<String>,
    },
    /// Sets how coming callbacks are delivered.
    Delivery(Delivery),
    /// Replaces the failures that coming callbacks about recordings tell of.
    Failures(Vec<FailedEvent>),
    /// Loses so many of the callbacks to come.
    LoseCallbacks {
        /// How many.
        times: u64,
    },
    /// Delivers the callbacks that are held.
    DeliverCallbacks,
}

impl Action {
    /// The name of what is wrong, and why, where it can't be done whatever there is.
    pub(super) fn check(&self) -> Result<(), String> {
        fn of<E: Display>(name: &str) -> impl FnOnce(E) -> String {
            move |why| format!("{name}: {why}")
        }
        match self {
            Self::Next(steps) => steps.iter().try_for_each(Step::check).map_err(of("next")),
            Self::Then(steps) => steps.iter().try_for_each(Step::check).map_err(of("then")),
            Self::Delivery(delivery) => delivery.check().map_err(of("delivery")),
            Self::Failures(failures) => Failures::new(failures.clone()).map(drop).map_err(of("failures")),
            Self::CallbackUrls { recording, room } => {
                Urls::parse(recording.as_deref(), room.as_deref()).map(drop).map_err(of("callbackUrls"))
            }
            Self::Advance { ms } if *ms > millis(MAX_ADVANCE) => {
                Err("advance.ms: must be at most 2592000000".to_owned())
            }
            _ => Ok(()),
        }
    }
}
