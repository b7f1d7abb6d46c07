//! What callbacks are expected to be like.

use std::time::Duration;

use clap::{Args, ValueEnum};
use rongcloud_recording::Credentials;
use rongcloud_recording::callback::{CallbackOptions, CallbackReceiver, TimestampUnit};

use crate::failure::Failure;
use crate::time_limit::length;

#[derive(Debug, Clone, Copy, Args)]
pub struct Expected {
    /// How far the time of signing may be from now; 5 m by default
    #[arg(long, value_name = "TIME", value_parser = length)]
    time_window: Option<Duration>,

    /// What the time of signing counts
    #[arg(long, value_name = "UNIT", value_enum, default_value_t = Unit::Milliseconds)]
    timestamp: Unit,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Unit {
    Milliseconds,
    Seconds,
}

impl Expected {
    /// What verifies callbacks of the environment's app.
    pub fn receiver(self) -> Result<CallbackReceiver, Failure> {
        let unit = match self.timestamp {
            Unit::Milliseconds => TimestampUnit::Milliseconds,
            Unit::Seconds => TimestampUnit::Seconds,
        };
        let mut options = CallbackOptions::default().timestamp_unit(unit);
        options.time_window = self.time_window.map(Into::into);
        Ok(CallbackReceiver::new(vec![Credentials::from_env()?], options)?)
    }
}
