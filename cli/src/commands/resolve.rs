//! `resolve`: a decision about a start whose outcome is unknown.

use clap::Args;
use rongcloud_recording::OnUnknown;
use rongcloud_recording::ledger::LedgerResolution;
use serde_json::json;

use super::entry;
use crate::failure::Failure;
use crate::output::Output;
use crate::service::{Address, Ledger, call_ledger};

/// Puts on record what became of a start whose outcome is unknown: you have found out, or decide. A wrong decision may
/// record twice
#[derive(Debug, Args)]
pub struct Resolve {
    /// The session's id
    session: String,
    /// The generation of its entry that is decided about, so that no later one is meant
    generation: i64,

    #[command(flatten)]
    decision: Decision,
    #[command(flatten)]
    ledger: Ledger,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Decision {
    /// It was started, as the recording of this id if that is known
    #[arg(long, value_name = "RECORD", num_args = 0..=1, require_equals = true)]
    started: Option<Option<String>>,
    /// It has not started: the next start may be sent
    #[arg(long)]
    not_started: bool,
    /// It is over, whether it had started or not
    #[arg(long)]
    over: bool,
}

impl Resolve {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        let client = self.address.client()?;
        let ledger = self.ledger.open(client.clone(), OnUnknown::Hold)?;
        let resolution = match self.decision {
            Decision { started: Some(record_id), .. } => LedgerResolution::Started { record_id },
            Decision { not_started: true, .. } => LedgerResolution::NotStarted,
            Decision { .. } => LedgerResolution::Over,
        };
        let entry = call_ledger(&client, &ledger, ledger.resolve(&self.session, self.generation, resolution)).await?;
        output.data(|| json!({ "entry": entry }), || vec![entry::line(&entry)]).map(drop)
    }
}
