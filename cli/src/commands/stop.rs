//! `stop`: ends a session's recording.

use clap::Args;
use rongcloud_recording::OnUnknown;

use crate::failure::Failure;
use crate::json;
use crate::output::{Line, Output};
use crate::service::{Ledger, Live, Service, call, call_ledger};

/// Stops recording a session; the files follow by callback
#[derive(Debug, Args)]
pub struct Stop {
    /// The room's id
    room: String,
    /// The session's id
    session: String,

    #[command(flatten)]
    ledger: Ledger,
    #[command(flatten)]
    service: Service,
    #[command(flatten)]
    live: Live,
}

impl Stop {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        let client = self.service.client()?;
        self.live.allows("a recording would be stopped", &self.service)?;
        let recording = (self.room.as_str(), self.session.as_str());
        let stopped = if self.ledger.is_named() {
            // So that everybody who shares it knows.
            let ledger = self.ledger.open(client.clone(), OnUnknown::Hold)?;
            call_ledger(&client, &ledger, ledger.stop(recording, None)).await?
        } else {
            call(&client, client.stop(recording, None)).await?
        };
        let record_id = stopped.record_id.as_deref().unwrap_or("of unknown id");
        output.data(|| json::acknowledged(&stopped), || vec![Line::new(format!("stopped {record_id}"))]).map(drop)
    }
}
