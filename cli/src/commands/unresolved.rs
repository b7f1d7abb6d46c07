//! `unresolved`: starts whose outcome nobody knows.

use clap::Args;
use rongcloud_recording::OnUnknown;

use super::entry;
use crate::failure::Failure;
use crate::json;
use crate::output::Output;
use crate::service::{Address, Ledger, call_ledger};

/// Lists the starts whose outcome nobody knows, the oldest first: resolve says what became of one
#[derive(Debug, Args)]
pub struct Unresolved {
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,

    #[command(flatten)]
    ledger: Ledger,
    #[command(flatten)]
    address: Address,
}

impl Unresolved {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        let client = self.address.client()?;
        let ledger = self.ledger.open(client.clone(), OnUnknown::Hold)?;
        let entries = call_ledger(&client, &ledger, ledger.unresolved(self.limit.into())).await?;
        output.data(|| json::entries(&entries), || entry::lines(&entries, "no start is unresolved")).map(drop)
    }
}
