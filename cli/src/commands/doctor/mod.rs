//! `doctor`: what keeps this machine from reaching the service, named and with a fix.

mod check;
mod credentials;
mod network;
mod signed;

use clap::Args;
use serde_json::{Value, json};

use self::check::{Check, Status};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Line, Mark, Output};
use crate::service::Service;

/// Finds what keeps this machine from reaching the service: settings, certificates, proxy, both domains, clock
#[derive(Debug, Args)]
pub struct Doctor {
    /// Asks the service for a room that doesn't exist, too: its answer shows that key, secret and clock are accepted, and
    /// has no side effect
    #[arg(long)]
    signed: bool,

    #[command(flatten)]
    service: Service,
}

impl Doctor {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        let mut checks = credentials::checks();
        checks.extend(network::checks(&self.service.options()).await);
        let signed = if self.signed { signed::check(&self.service, &checks).await } else { signed::not_asked() };
        if signed.status == Status::Passed {
            // The service knows better than the shape tells.
            for check in checks.iter_mut().filter(|check| check.id == credentials::SHAPE) {
                *check = Check::passed(credentials::SHAPE, "whatever they look like, the service accepts them");
            }
        }
        checks.push(signed);
        let broken = checks.iter().find(|check| matches!(check.status, Status::Broken(_)));
        output.data(|| as_json(&checks, broken), || lines(&checks, broken))?;
        match broken.map(|check| &check.status) {
            Some(Status::Broken(exit)) => Err(Failure::Told(*exit)),
            _ => Ok(()),
        }
    }
}

fn verdict(checks: &[Check], broken: Option<&Check>) -> String {
    match broken {
        Some(check) => format!("{}: {}", check.id, check.found),
        None if checks.iter().any(|check| check.id == signed::ID && check.status == Status::Passed) => {
            "all that can be asked for from here is in order".to_owned()
        }
        None => "the service can be reached; whether it accepts key and secret was not asked: --signed asks".to_owned(),
    }
}

fn as_json(checks: &[Check], broken: Option<&Check>) -> Value {
    let check =
        |check: &Check| json!({"id": check.id, "status": check.status.word(), "found": check.found, "fix": check.fix});
    json!({
        "is_well": broken.is_none(),
        "broken": broken.map(|check| check.id.as_str()),
        "verdict": verdict(checks, broken),
        "exit_code": broken.map_or(Exit::Done, |check| check.status.exit()) as u8,
        "checks": checks.iter().map(check).collect::<Value>(),
    })
}

fn lines(checks: &[Check], broken: Option<&Check>) -> Vec<Line> {
    let mut lines = Vec::new();
    for check in checks {
        let (mark, word) = match check.status {
            Status::Passed => (Mark::Good, "ok     "),
            Status::Broken(_) => (Mark::Bad, "broken "),
            Status::Skipped => (Mark::Aside, "-      "),
        };
        lines.push(Line::marked(mark, word, format!("{}: {}", check.id, check.found)));
        if let (Status::Broken(_), Some(fix)) = (&check.status, &check.fix) {
            lines.push(Line::new(format!("        fix: {fix}")));
        }
    }
    let (mark, word) = if broken.is_some() { (Mark::Bad, "BROKEN ") } else { (Mark::Good, "WELL   ") };
    lines.push(Line::marked(mark, word, verdict(checks, broken)));
    lines
}
