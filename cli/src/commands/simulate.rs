//! `simulate`: the simulator.

use std::error::Error;
use std::io;

use clap::Args;
use rongcloud_simulator::{StartError, program};
use serde_json::json;

use crate::failure::Failure;
use crate::output::{Line, Output};

/// Runs a stand-in for the service on a loopback address; prints its URL once it listens, then a line for each request
/// on stderr
#[derive(Args)]
pub struct Simulate {
    #[command(flatten)]
    options: program::Options,
}

impl Simulate {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        let ready = |url: &str| {
            let told = output.data(|| json!({ "url": url }), || vec![Line::new(url)]);
            told.map(drop).map_err(|failure| io::Error::other(failure.to_string()))
        };
        let log = (!output.is_quiet()).then_some(program::to_stderr as fn(&str));
        program::run(self.options, ready, log).await.map_err(|error: Box<dyn Error>| {
            let reason = error.to_string();
            match error.downcast_ref() {
                Some(StartError::NotLoopback(_) | StartError::Callback(_) | StartError::Scenario(_)) => {
                    Failure::Usage(reason)
                }
                _ => Failure::Local(reason),
            }
        })
    }
}
