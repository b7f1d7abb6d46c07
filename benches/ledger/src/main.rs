//! What a ledger costs on each engine. `make bench-ledger` runs it beside the servers.
//!
//! ```text
//! rongcloud-recording-ledger-bench PAGE [--pairs N] [--milliseconds N] [--followed N] [--records N,N,…] [--only PART]
//! ```

mod engine;
mod follow;
mod growth;
mod page;
mod proc;
mod service;
mod starts;
mod template;

use std::env;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::engine::{Engine, Kind};
use crate::growth::Templates;
use crate::service::Service;
use crate::template::template;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => service::serve().await,
        ["follow", url, service, count] => follow::serve(url, service, count.parse()?).await,
        _ => measure(&arguments).await,
    }
}

async fn measure(arguments: &[String]) -> Result<()> {
    let page = arguments.first().context("the first argument is where the page is written to")?;
    let option = |name: &str, default: &str| {
        let place = arguments.iter().position(|argument| argument == name);
        place.and_then(|place| arguments.get(place + 1)).map_or(default, String::as_str).to_owned()
    };
    let pairs: usize = option("--pairs", "5").parse()?;
    let length = Duration::from_millis(option("--milliseconds", "1000").parse()?);
    let followed: u64 = option("--followed", "10000").parse()?;
    let sizes = option("--records", "1000,100000,1000000");
    let sizes = sizes.split(',').map(str::parse).collect::<Result<Vec<u64>, _>>()?;
    let only = option("--only", "starts,follow,growth");
    let is_asked = |part: &str| only.split(',').any(|asked| asked == part);

    let folder = Folder::new()?;
    let engines = Engine::all(&folder.0)?;
    let service = Service::start()?;
    let (begun, load) = (Instant::now(), proc::load()?);
    let mut parts = Vec::new();
    if is_asked("starts") {
        parts.push(page::starts(&starts::measured(&service.url, &engines, pairs, length).await?));
    }
    if is_asked("follow") {
        let running = template(&service.url, 1).await?;
        let mut all = Vec::new();
        // The one in memory is one process's own.
        for engine in engines.iter().filter(|engine| engine.kind != Kind::Memory) {
            all.push(follow::measured(engine, &service.url, &running, followed).await?);
            eprintln!("followed on {}", engine.name);
        }
        parts.push(page::followed(followed, &all));
    }
    if is_asked("growth") {
        let mut uploaded = template(&service.url, 3).await?;
        // One of three, so that a million fit on the disk.
        uploaded.reports.truncate(1);
        let ended = template(&service.url, 2).await?;
        let mut unknown = template(&service.url, 0).await?;
        unknown.document = unknown.document.replace(r#""state":"running""#, r#""state":"unknown""#);
        let (document, report) = (uploaded.document.len(), uploaded.reports[0].1.len());
        let sizes_of =
            format!("A document has {document} bytes here, a report {report}; there is one of each per record.");
        let templates = Templates { uploaded, ended, unknown };
        let mut steps = Vec::new();
        for engine in engines.iter().filter(|engine| engine.kind != Kind::PgBouncer) {
            steps.extend(growth::measured(engine, &service.url, &templates, &sizes).await?);
        }
        parts.push(format!("{}\n{sizes_of}\n", page::growth(&steps)));
    }
    let head = format!(
        "# What a ledger costs\n\nMade by `make bench-ledger`; [what is measured and how](../README.md#the-ledger).\n\n{}\
         - load before the run: {load}, after it: {}\n- took: {:.1} minutes\n",
        facts(&engines).await?,
        proc::load()?,
        begun.elapsed().as_secs_f64() / 60.0
    );
    parts.insert(0, head);
    std::fs::write(page, parts.join("\n"))?;
    println!("{}", parts.join("\n"));
    Ok(())
}

/// The machine and the versions.
async fn facts(engines: &[Engine]) -> Result<String> {
    let mut facts = proc::machine()?;
    for engine in engines {
        facts.extend(engine.version().await?.map(|version| format!("{}: {version}", engine.name)));
    }
    Ok(facts.iter().map(|fact| format!("- {fact}\n")).collect())
}

/// A folder of its own, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let folder = env::temp_dir().join(format!("rongcloud-ledger-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
