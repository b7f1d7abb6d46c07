//! What a simulator is started with. It stays the same while it runs, but for the skew of its clock.

mod callback;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use callback::{CallbackSignature, RoomCallbackVersion, TimestampUnit};

/// App key of the demonstrations; the one in the documentation's example.
pub const DEMO_APP_KEY: &str = "uwd1c0sxdlx2";

/// App secret of the demonstrations: the one of the vendor's published signature vector, so no secret at all.
pub const DEMO_APP_SECRET: &str = "Y1W2MeFwwwRxa0";

/// Assumption: the service documents no limit for clock skew.
const DEFAULT_TIMESTAMP_WINDOW: Duration = Duration::from_secs(300);

/// Assumption: documented for another of the vendor's callbacks, not for these.
const DEFAULT_CALLBACK_TIMEOUT: Duration = Duration::from_secs(5);

/// Milliseconds since the Unix epoch.
pub(crate) type Clock = dyn Fn() -> u64 + Send + Sync;
type Log = Box<dyn Fn(&str) + Send + Sync>;

pub(crate) struct Settings {
    /// The address that it listens on, its doors too.
    pub(crate) host: IpAddr,
    secrets: HashMap<String, String>,
    /// Rooms are shared by all apps, and this one is told of them.
    pub(crate) first_app: Option<String>,
    pub(crate) window_ms: u64,
    pub(crate) clock: Arc<Clock>,
    skew_ms: AtomicI64,
    pub(crate) log: Option<Log>,
    pub(crate) callback_signature: CallbackSignature,
    pub(crate) callback_timeout: Duration,
    pub(crate) room_callback_version: RoomCallbackVersion,
}

impl Settings {
    pub(crate) fn new() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            secrets: HashMap::new(),
            first_app: None,
            window_ms: millis(DEFAULT_TIMESTAMP_WINDOW),
            clock: Arc::new(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis)),
            skew_ms: AtomicI64::new(0),
            log: None,
            callback_signature: CallbackSignature::headers(),
            callback_timeout: DEFAULT_CALLBACK_TIMEOUT,
            room_callback_version: RoomCallbackVersion::default(),
        }
    }

    pub(crate) fn add_app(&mut self, app_key: String, secret: String) {
        self.first_app.get_or_insert_with(|| app_key.clone());
        self.secrets.insert(app_key, secret);
    }

    pub(crate) fn secret_of(&self, app_key: &str) -> Option<&str> {
        self.secrets.get(app_key).map(String::as_str)
    }

    /// The time on the clock that it was started with.
    pub(crate) fn clock_ms(&self) -> u64 {
        (self.clock)()
    }

    pub(crate) fn skew_ms(&self) -> i64 {
        self.skew_ms.load(Ordering::Relaxed)
    }

    /// The time as the service has it.
    pub(crate) fn now_ms(&self) -> u64 {
        self.clock_ms().saturating_add_signed(self.skew_ms())
    }

    pub(crate) fn set_skew_ms(&self, ms: i64) {
        self.skew_ms.store(ms, Ordering::Relaxed);
    }

    pub(crate) fn log(&self, line: impl FnOnce() -> String) {
        if let Some(log) = &self.log {
            log(&escaped(&line()));
        }
    }
}

/// One line that does nothing to a terminal, whatever clients and receivers have put into it.
fn escaped(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for char in line.chars() {
        match char {
            '\'' | '"' | '\\' => shown.push(char),
            _ => shown.extend(char.escape_debug()),
        }
    }
    shown
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
