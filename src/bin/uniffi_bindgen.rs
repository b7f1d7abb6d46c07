//! The binding generator, of exactly the version that the library is built with.
//!
//! What it writes for Python then goes through `bindings/python/generate/native.py`, which makes the plain data native
//! there. `uniffi-bindgen metadata LIBRARY` prints what a library says of itself, for that script.

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};

const LIBRARIES: [&str; 3] = [".so", ".dylib", ".dll"];

fn main() -> ExitCode {
    match run(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    if let [command, library] = arguments
        && command == "metadata"
    {
        return Ok(uniffi::print_repr(library.as_str().into())?);
    }
    // Exits by itself where it fails.
    uniffi::uniffi_bindgen_main();
    let is_python = after(arguments, ["--language", "-l"]).any(|language| language == "python");
    let folder = after(arguments, ["--out-dir", "-o"]).next();
    let is_library = |argument: &&String| LIBRARIES.iter().any(|extension| argument.ends_with(extension));
    match (is_python, folder, arguments.iter().find(is_library)) {
        (true, Some(folder), Some(library)) => make_native(Path::new(folder), library),
        _ => Ok(()),
    }
}

fn after<'a>(arguments: &'a [String], names: [&'a str; 2]) -> impl Iterator<Item = &'a str> {
    arguments.windows(2).filter(move |pair| names.contains(&pair[0].as_str())).map(|pair| pair[1].as_str())
}

fn make_native(folder: &Path, library: &str) -> Result<(), Box<dyn Error>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bindings/python/generate/native.py");
    let python = env::var("PYTHON").unwrap_or_else(|_| if cfg!(windows) { "python" } else { "python3" }.to_owned());
    let status = Command::new(&python)
        .arg(script)
        .arg(env::current_exe()?)
        .arg(library)
        .arg(folder.join("rongcloud_recording.py"))
        .status()
        .map_err(|error| format!("{python} can't be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{python} ended with {status}").into()) }
}
