//! What a simulator is started with.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::callbacks::Urls;
use crate::invalid::{InvalidCallback, InvalidScenario};
use crate::ports;
use crate::scenario::Scenario;
use crate::settings::{CallbackSignature, RoomCallbackVersion, Settings, millis};
use crate::simulation::Simulation;
use crate::simulator::Simulator;
use crate::world::Room;

/// Collects a simulator's settings; made by [`Simulator::builder`].
pub struct Builder {
    port: u16,
    /// Whether other machines may reach it.
    exposed: bool,
    control: bool,
    rooms: BTreeMap<String, Room>,
    scenario: Scenario,
    recording_callback: Option<String>,
    room_callback: Option<String>,
    settings: Settings,
}

impl Simulator {
    /// Collects settings; [`Builder::start`] starts.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            port: 0,
            exposed: false,
            control: true,
            rooms: BTreeMap::new(),
            scenario: Scenario::new(),
            recording_callback: None,
            room_callback: None,
            settings: Settings::new(),
        }
    }
}

impl Builder {
    /// Adds an app whose requests are accepted. Without any, every request is refused.
    #[must_use]
    pub fn app(mut self, app_key: impl Into<String>, app_secret: impl Into<String>) -> Self {
        self.settings.add_app(app_key.into(), app_secret.into());
        self
    }

    /// Adds a room: its current session, or a whole [`Room`] with members.
    #[must_use]
    pub fn room(mut self, room_id: impl Into<String>, room: impl Into<Room>) -> Self {
        self.rooms.insert(room_id.into(), room.into());
        self
    }

    /// What there is and what happens: its rooms beside the others, instead of one with the same id, and its timeline from
    /// the start on. [`Builder::start`] refuses what can't be done at all.
    #[must_use]
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        self.scenario = scenario;
        self
    }

    /// The address to listen on, 127.0.0.1 by default. Anything but a loopback address is refused by [`Builder::start`].
    #[must_use]
    pub fn host(mut self, host: IpAddr) -> Self {
        (self.settings.host, self.exposed) = (host, false);
        self
    }

    /// The address to listen on, whichever it is: where other machines reach it, they can control the simulator as
    /// programs of this one can. Requests to `/__simulator/` must name that address, or for 0.0.0.0 and :: any address.
    #[must_use]
    pub fn listen(mut self, host: IpAddr) -> Self {
        (self.settings.host, self.exposed) = (host, true);
        self
    }

    /// The port to listen on. 0, the default, takes a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// How far a request's timestamp may lie from the clock, either way; 300 s by default.
    #[must_use]
    pub fn timestamp_window(mut self, window: Duration) -> Self {
        self.settings.window_ms = millis(window);
        self
    }

    /// The clock that timestamps are held against, in milliseconds since the Unix epoch; the system's by default.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }

    /// How far the service's clock is ahead of that one, or with a negative number behind it; 0 by default. See
    /// [`Simulation::set_skew_ms`].
    #[must_use]
    pub fn skew_ms(self, ms: i64) -> Self {
        self.settings.set_skew_ms(ms);
        self
    }

    /// Where recordings are told of; by default nowhere. Anything but an http URL of a loopback address is refused by
    /// [`Builder::start`], as it is for the other callbacks.
    #[must_use]
    pub fn recording_callback(mut self, url: impl Into<String>) -> Self {
        self.recording_callback = Some(url.into());
        self
    }

    /// Where rooms and their members are told of, in the name of the app added first; by default nowhere. The rooms
    /// that the simulator starts with are not told.
    #[must_use]
    pub fn room_callback(mut self, url: impl Into<String>) -> Self {
        self.room_callback = Some(url.into());
        self
    }

    /// Which fields callbacks about rooms have; those of version 1.1 by default.
    #[must_use]
    pub fn room_callback_version(mut self, version: RoomCallbackVersion) -> Self {
        self.settings.room_callback_version = version;
        self
    }

    /// Where callbacks carry their signature; in headers by default.
    #[must_use]
    pub fn callback_signature(mut self, signature: CallbackSignature) -> Self {
        self.settings.callback_signature = signature;
        self
    }

    /// How long an attempt to deliver a callback may last; 5 s by default.
    #[must_use]
    pub fn callback_timeout(mut self, limit: Duration) -> Self {
        self.settings.callback_timeout = limit;
        self
    }

    /// Whether `/__simulator/` is served; it is by default.
    #[must_use]
    pub fn control(mut self, control: bool) -> Self {
        self.control = control;
        self
    }

    /// Receives one line for each request, without secrets and signatures. Nothing is logged by default.
    #[must_use]
    pub fn log(mut self, log: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.settings.log = Some(Box::new(log));
        self
    }

    /// Binds the address and serves on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// [`StartError`] when the address isn't a loopback one or can't be bound, or no callback can be made or
    /// no scenario played as set.
    pub async fn start(mut self) -> Result<Simulator, StartError> {
        let host = self.settings.host;
        if !host.is_loopback() && !self.exposed {
            return Err(StartError::NotLoopback(host));
        }
        self.settings.callback_signature.check().map_err(StartError::Callback)?;
        let urls = Urls::parse(self.recording_callback.as_deref(), self.room_callback.as_deref());
        let urls = urls.map_err(StartError::Callback)?;
        self.scenario.check().map_err(StartError::Scenario)?;
        self.rooms.extend(self.scenario.rooms);
        let listener = ports::listen(SocketAddr::new(host, self.port)).map_err(StartError::Bind)?;
        let address = listener.local_addr().map_err(StartError::Bind)?;
        let (simulation, delivery, entrances) =
            Simulation::new(self.settings, self.rooms, urls).map_err(StartError::Certificate)?;
        simulation.plan(self.scenario.timeline);
        Ok(Simulator::serve(listener, address, simulation, (delivery, entrances), self.control))
    }
}

/// Names nothing but the address: secrets stay out of logs.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("host", &self.settings.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// Why a simulator didn't start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The address can be reached from other machines.
    NotLoopback(IpAddr),
    /// The address couldn't be bound.
    Bind(io::Error),
    /// No callback can be made or delivered as set.
    Callback(InvalidCallback),
    /// Something in the scenario can't be done.
    Scenario(InvalidScenario),
    /// The test CA couldn't be made.
    Certificate(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(host) => {
                write!(f, "{host} is not a loopback address; the simulator listens on 127.0.0.0/8 or ::1 only")
            }
            Self::Bind(error) => write!(f, "cannot listen: {error}"),
            Self::Callback(error) => write!(f, "callbacks: {error}"),
            Self::Scenario(error) => write!(f, "scenario: {error}"),
            Self::Certificate(error) => write!(f, "cannot make a certificate: {error}"),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotLoopback(_) => None,
            Self::Bind(error) => Some(error),
            Self::Callback(error) => Some(error),
            Self::Scenario(error) => Some(error),
            Self::Certificate(error) => Some(error.as_ref()),
        }
    }
}
