//! The simulator as a program, and as a command of another one.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::sync::oneshot;

use crate::door::{DoorOptions, DoorTls};
use crate::scenario::Scenario;
use crate::settings::{CallbackSignature, DEMO_APP_KEY, DEMO_APP_SECRET, RoomCallbackVersion, TimestampUnit};
use crate::simulator::Simulator;
use crate::world::{Member, Room, Stream};

/// What the program is told on its command line.
#[derive(Args)]
pub struct Options {
    /// Loopback address to listen on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,

    /// Any address to listen on: other machines that reach it can control the simulator
    #[arg(long, value_name = "ADDRESS", conflicts_with = "host")]
    listen: Option<IpAddr>,

    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Serves https with a certificate of its own CA: valid, expired, wrong-host or untrusted
    #[arg(long, value_name = "CERTIFICATE", value_parser = tls, num_args = 0..=1, require_equals = true, default_missing_value = "valid")]
    tls: Option<DoorTls>,

    /// Where to write the CA's certificate, as PEM; it is another one at each start
    #[arg(long, value_name = "PATH")]
    ca_file: Option<PathBuf>,

    /// App key whose requests are accepted
    #[arg(long, env = "RONGCLOUD_APP_KEY", default_value = DEMO_APP_KEY)]
    app_key: String,

    /// Its secret; by default that of the vendor's published example
    #[arg(
        long,
        env = "RONGCLOUD_APP_SECRET",
        default_value = DEMO_APP_SECRET,
        hide_env_values = true,
        hide_default_value = true
    )]
    app_secret: String,

    /// A room, its current session and its members, who publish audio and video; may be given more than once
    /// [default: room1:aaa:111,2222, unless a scenario has rooms]
    #[arg(long = "room", value_name = "ROOM:SESSION[:USER,…]", value_parser = room)]
    rooms: Vec<(String, Room)>,

    /// A file with a scenario: rooms, and what happens when
    #[arg(long, value_name = "FILE", value_parser = scenario)]
    scenario: Option<Scenario>,

    /// How far timestamps may lie from this machine's clock, either way
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    timestamp_window: u64,

    /// Where recordings are told of: an http URL of a loopback address
    #[arg(long, value_name = "URL")]
    callback_url: Option<String>,

    /// Where rooms and their members are told of: an http URL of a loopback address
    #[arg(long, value_name = "URL")]
    room_callback_url: Option<String>,

    /// The version of the callbacks about rooms
    #[arg(long, value_name = "VERSION", value_parser = room_callback_version, default_value = "1.1")]
    room_callback_version: RoomCallbackVersion,

    /// Where callbacks carry their signature: headers or query
    #[arg(long, value_name = "PLACE", value_parser = callback_signature, default_value = "headers")]
    callback_signature: CallbackSignature,

    /// The names of a callback's app key, nonce, timestamp and signature, with commas between them
    #[arg(long, value_name = "NAMES", value_parser = callback_names)]
    callback_names: Option<[String; 4]>,

    /// What a callback's signed timestamp counts: milliseconds or seconds
    #[arg(long, value_name = "UNIT", value_parser = timestamp_unit, default_value = "milliseconds")]
    callback_timestamp: TimestampUnit,

    /// Doesn't serve /__simulator/
    #[arg(long)]
    no_control: bool,

    /// Ends when stdin is closed, and so with the process that holds its other end
    #[arg(long)]
    until_stdin_closes: bool,
}

/// Those of the documentation's example.
const ROOM: &str = "room1:aaa:111,2222";

fn scenario(path: &str) -> Result<Scenario, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    Scenario::from_json(&text).map_err(|error| error.to_string())
}

fn room(text: &str) -> Result<(String, Room), &'static str> {
    let mut parts = text.splitn(3, ':');
    match (parts.next(), parts.next()) {
        (Some(room_id), Some(session_id)) if !room_id.is_empty() && !session_id.is_empty() => {
            let users = parts.next().unwrap_or_default().split(',').filter(|user| !user.is_empty());
            let room = users.fold(Room::new(session_id), |room, user| room.member(member(user)));
            Ok((room_id.to_owned(), room))
        }
        _ => Err("must be ROOM:SESSION or ROOM:SESSION:USER,USER"),
    }
}

/// A member with the streams of the documentation's examples.
fn member(user_id: &str) -> Member {
    let stream_id = format!("{user_id}_RongCloudRTC");
    Member::new(user_id).stream(Stream::audio(&stream_id)).stream(Stream::video(&stream_id))
}

/// One of the words of a list.
fn word<T: Clone>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| meaning.clone());
    found.ok_or_else(|| {
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let (last, others) = words.split_last().unwrap_or((&"", &[]));
        format!("must be {} or {last}", others.join(", "))
    })
}

fn tls(text: &str) -> Result<DoorTls, String> {
    use DoorTls::{Expired, Untrusted, Valid, WrongHost};
    word(text, &[("valid", Valid), ("expired", Expired), ("wrong-host", WrongHost), ("untrusted", Untrusted)])
}

fn room_callback_version(text: &str) -> Result<RoomCallbackVersion, String> {
    word(text, &[("1.0", RoomCallbackVersion::V1_0), ("1.1", RoomCallbackVersion::V1_1)])
}

fn callback_signature(text: &str) -> Result<CallbackSignature, String> {
    word(text, &[("headers", CallbackSignature::headers()), ("query", CallbackSignature::query())])
}

fn timestamp_unit(text: &str) -> Result<TimestampUnit, String> {
    word(text, &[("milliseconds", TimestampUnit::Milliseconds), ("seconds", TimestampUnit::Seconds)])
}

fn callback_names(text: &str) -> Result<[String; 4], &'static str> {
    let names: Vec<String> = text.split(',').map(str::to_owned).collect();
    names.try_into().map_err(|_| "must be four names with commas between them")
}

/// Serves until it is told to end: by SIGTERM, by SIGINT, or by a stdin that is closed where the options say so.
///
/// `ready` is told the URL once it listens, and `log` each request, if there is one.
///
/// # Errors
///
/// What keeps it from listening, or from being ready.
pub async fn run(
    options: Options,
    ready: impl FnOnce(&str) -> io::Result<()>,
    log: Option<fn(&str)>,
) -> Result<(), Box<dyn Error>> {
    let mut builder = Simulator::builder()
        // With TLS, the port is that of the door.
        .port(if options.tls.is_none() { options.port } else { 0 })
        .app(options.app_key, options.app_secret)
        .timestamp_window(Duration::from_secs(options.timestamp_window))
        .control(!options.no_control);
    builder = match options.listen {
        None => builder.host(options.host),
        Some(address) => {
            if !address.is_loopback() {
                to_stderr(&format!(
                    "WARNING: {address} is not a loopback address: whoever can reach it can use and control this simulator"
                ));
            }
            builder.listen(address)
        }
    };
    let mut signature = options.callback_signature.timestamp_unit(options.callback_timestamp);
    if let Some(names) = &options.callback_names {
        signature = signature.names(names.each_ref().map(String::as_str));
    }
    builder = builder.callback_signature(signature).room_callback_version(options.room_callback_version);
    if let Some(url) = options.callback_url {
        builder = builder.recording_callback(url);
    }
    if let Some(url) = options.room_callback_url {
        builder = builder.room_callback(url);
    }
    if let Some(log) = log {
        builder = builder.log(log);
    }
    let scenario = options.scenario.unwrap_or_default();
    let rooms = if options.rooms.is_empty() && !scenario.has_rooms() { vec![room(ROOM)?] } else { options.rooms };
    for (room, session) in rooms {
        builder = builder.room(room, session);
    }
    builder = builder.scenario(scenario);
    let end = Signals::listen()?;
    let simulator = builder.start().await?;
    if let Some(path) = options.ca_file {
        fs::write(path, simulator.ca_pem())?;
    }
    match options.tls {
        None => ready(simulator.url())?,
        Some(tls) => ready(simulator.open_door(DoorOptions::default().tls(tls).port(options.port))?.url())?,
    }

    tokio::select! {
        () = end.received() => {}
        _ = async { stdin_closed().await }, if options.until_stdin_closes => {}
    }
    simulator.shutdown().await;
    Ok(())
}

/// Logs to stderr. That it is closed must not end the service.
pub fn to_stderr(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A thread of its own: tokio's stdin would keep the runtime from ending while a read is pending.
fn stdin_closed() -> oneshot::Receiver<()> {
    let (closed, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        // An unreadable stdin counts as closed.
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = closed.send(());
    });
    receiver
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Listens before the URL is printed: who has read it may end the program.
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn received(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn received(self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
