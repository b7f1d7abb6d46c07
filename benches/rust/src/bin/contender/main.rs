//! One way of calling the service from Rust, run by the driver.
//!
//! Usage: `contender NAME[:OPERATION] CONCURRENCY URL [CA_FILE]`. Each line on stdin is a number of seconds; the answer is
//! one line of JSON about the calls that were made meanwhile: starts, or `stop`, `layout`, `query`. Ends with stdin. Zero
//! seconds are one call by each worker.
//! `contender layers 1 URL` prints what the parts of one start cost, and ends.

mod by_hand;
mod by_hyper;
mod by_reqwest;
mod layers;
mod ours;
mod window;

use std::error::Error;

type Failure = Box<dyn Error + Send + Sync>;

/// Makes the target's call, again and again. A clone is another worker of the same client.
trait Contender: Clone + Send + 'static {
    fn call(&mut self) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Where and how to connect.
struct Target {
    url: String,
    operation: by_hand::Operation,
    ca_file: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, workers, url, ca_file) = match arguments.as_slice() {
        [name, workers, url] => (name, workers, url, None),
        [name, workers, url, ca_file] => (name, workers, url, Some(ca_file.clone())),
        _ => return Err("usage: contender NAME CONCURRENCY URL [CA_FILE]".into()),
    };
    let workers: usize = workers.parse()?;
    let (name, operation) = name.split_once(':').unwrap_or((name, "start"));
    let target = Target { url: url.clone(), operation: by_hand::Operation::named(operation)?, ca_file };
    match name {
        "ours" => window::serve(ours::Ours::new(&target)?, workers).await,
        "reqwest" => window::serve(by_reqwest::ByReqwest::new(&target, false)?, workers).await,
        "reqwest-closing" => window::serve(by_reqwest::ByReqwest::new(&target, true)?, workers).await,
        "hyper" => window::serve(by_hyper::ByHyper::new(&target)?, workers).await,
        "layers" => layers::print(&target).await,
        other => Err(format!("no contender {other}").into()),
    }
}
