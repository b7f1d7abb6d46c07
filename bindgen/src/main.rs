//! Writes what users of Python, Kotlin and Swift see, and all that lies between it and the library, from the library's
//! own metadata: `rongcloud-bindgen LANGUAGE LIBRARY FOLDER`.

mod docs;
mod languages;
mod metrics;
mod parity;
mod read;
mod surface;
mod write;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use camino::Utf8Path;

fn main() -> ExitCode {
    match run(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    if let [command, library, surfaces, file] = arguments
        && command == "parity"
    {
        return parity::write(Utf8Path::new(library), Path::new(surfaces), Path::new(file));
    }
    if let [command, file] = arguments
        && command == "metrics"
    {
        return metrics::write(Path::new(file));
    }
    let [name, library, folder] = arguments else {
        bail!(
            "usage: rongcloud-bindgen python|kotlin|swift LIBRARY FOLDER, or parity LIBRARY SURFACES FILE, or metrics FILE"
        );
    };
    let language = languages::named(name)?;
    let surface = read::read(Utf8Path::new(library), name)?;
    write::write(surface, language, Path::new(folder))
}
