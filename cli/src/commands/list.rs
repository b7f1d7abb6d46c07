//! `list`: what is on record.

use clap::Args;
use rongcloud_recording::OnUnknown;

use super::entry;
use crate::failure::Failure;
use crate::json;
use crate::output::Output;
use crate::service::{Address, Ledger, call_ledger};

/// Lists what the ledger has on record: what needs to be looked at soonest first, what is over last
#[derive(Debug, Args)]
pub struct List {
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,

    #[command(flatten)]
    ledger: Ledger,
    #[command(flatten)]
    address: Address,
}

impl List {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        let client = self.address.client()?;
        let ledger = self.ledger.open(client.clone(), OnUnknown::Hold)?;
        let entries = call_ledger(&client, &ledger, ledger.entries(self.limit.into())).await?;
        output.data(|| json::entries(&entries), || entry::lines(&entries, "nothing is on record"))?;
        if entries.len() == usize::from(self.limit) {
            output.note(&format!("there may be more than these {}: give a --limit", self.limit));
        }
        Ok(())
    }
}
