//! A stand-in for the RongCloud RTC recording service: a real HTTP server on a loopback address, with the
//! service's documented rules and callbacks, for tests, demos and CI.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use rongcloud_simulator::{Simulator, Step};
//!
//! let sim = Simulator::builder()
//!     .app("app-key", "app-secret")
//!     .room("room1", "aaa")
//!     .start()
//!     .await?;
//! sim.next([Step::hold()])?;
//! // ... let a client call sim.url() ...
//! sim.wait_for_requests(1).await?;
//! sim.release();
//! assert_eq!(sim.recordings().len(), 1);
//! sim.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! Faults that lie below HTTP are injected through a [`Door`].
//!
//! It is written from the service's documentation and shares no code with the client it tests.
//!
//! # Assumptions
//!
//! Where the service's behaviour isn't documented, the simulator had to choose. None of the following is known
//! to be true of the service. What was assumed of one operation alone stands at the head of its file in
//! `src/operations`.
//!
//! Headers and signature:
//! - A missing `App-Key`, `Nonce`, `Timestamp` or `Signature` is answered 401/1004.
//! - A header given twice (also once plain and once with `RC-`) is answered 400/1002.
//! - An empty or too long nonce is answered 400/1002. The limit of 18 characters is documented, the answer isn't.
//! - A timestamp must be milliseconds, in digits, within 300 s of the server's clock either way (adjustable);
//!   otherwise 401/1004. Documented is the unit only. The `Date` of every reply tells that clock's time.
//! - A nonce used again by the same app key is answered 401/1004 for one window from its use, or from its
//!   timestamp when that is later.
//! - The signature must be in lower case, as documented; upper case is answered 401/1004.
//! - `Content-Type` must be `application/json`, with no charset or `utf-8`; `Room-Id` must not be empty;
//!   `X-Request-ID` may have 36 characters. Each is answered 400/1002. Documented are the three headers and the limit.
//! - The order of checks: path, method, signature, body present, then all parameters together.
//!
//! Bodies, and that of a start above all:
//! - Unknown keys, keys given twice, `null`, and integers written with a fraction or exponent (`60.0`) are refused.
//! - Every parameter mistake is answered 400/1002, with all paths in `errorMessage`. So is text that isn't JSON.
//! - `config.mixLayout` is required for recordType 1 whatever the mode, and may be absent for recordType 2.
//!   `config.renderMode`, `config.sliceMin` and the two formats are always required.
//! - `config.input` is required where mixLayout counts: mixLayout 1, recordType 1, and a mix mode. When
//!   `config.mode` is absent its default is unknown, and a mix mode is taken.
//! - Fields that don't count for the record type, mode or layout are ignored, but their shape is checked. The
//!   documentation's example sends such an `mcuConfig`.
//! - Window rectangles are fractions in 0..1 from the top left, larger than nothing, and inside the canvas.
//! - Ids, where present, are not empty. A start never requires a host.
//! - Resolutions are an open list of `WIDTHxHEIGHT`; `config.mcuConfig.mode` is any integer: neither list is public.
//!
//! Rooms and recordings:
//! - Recordings end when they are stopped, when their room is removed or has another session, and for no other reason.
//! - `uri` is made up of session, stream id and media type where a test gives none; `tag` is empty then.
//!
//! Callbacks about recordings:
//! - Headers are named `nonce`, `timestamp` and `signature`, and signed by the same rule as requests: for these
//!   callbacks neither is documented. The documentation's sample for rooms reads the query instead of headers; both
//!   can be had. The timestamp has 13 digits, and the nonce is 16 letters and digits.
//! - `code` and `errorMessage` are there, 200 and `Success`. `mode` is 3 for MCU recordings and where it is absent.
//! - Placeholders, whose real names are unknown: `config` in type 1, as it was sent; `fileName` in types 2 and 4, and
//!   `fileUrl` in type 4. Nothing is written or uploaded.
//! - In the modes 0, 1, 2 and 6 each user who has published has events and one file for each slice; while there is
//!   none, and in mixed modes, `userId` is empty.
//! - Type 2 comes when a slice is full. The last file has none of its own. Types 3 and then 4, for each file, come at
//!   the end at once. A layout change isn't told.
//! - What fails is told by `code` and `errorMessage`, and a failed upload has no `fileUrl`; only where a test asks.
//!
//! Callbacks about rooms:
//! - Version 1.1 has `roomId` and `sessionId` in the place of `channelId`; its table isn't public.
//! - They are made in the name of the first app. `userId` is empty in events about the room itself, `token` always.
//! - `members` is empty in the events 2 and 3. In 11 and 12 it has the user of the event, in 20 with all that is
//!   published now.
//! - A room that is removed loses its members first, and its recordings end last before its event 3.
//! - The periodic event 1 comes only when a test asks.
//!
//! Delivery of callbacks:
//! - One at a time, in the order made: the next waits for the attempts of the one before. An attempt may last 5 s;
//!   anything but 200 is tried again at once, three times in all. 5 s and three attempts are documented for another of
//!   the vendor's callbacks.
//! - Each attempt is signed anew, with the clock's time. Whether the service does so, or sends the same nonce,
//!   timestamp and signature again, is unknown: a test can have both.
//! - Redirects aren't followed.
//!
//! Answers:
//! - A room that is unknown, or has another session, is answered HTTP 200 with code 40003, as `room/query` does.
//! - The codes 404 and 405 of the HTTP statuses of the same number; a body above 1 MiB is answered 400/1005.
//! - Rooms are shared by all apps of one simulator.
//!
//! Connections:
//! - A request that arrives whole through a door is executed, whatever becomes of its connection. Through the main
//!   address, a client that leaves at once may be noticed before that. One that arrives in part is never executed.
//! - The service closes no connection of its own accord, neither after a number of requests nor when it is idle.

mod builder;
mod callbacks;
mod control;
mod counts;
mod door;
mod history;
mod invalid;
mod operations;
mod ports;
pub mod program;
mod random;
mod record;
mod reply;
mod request;
mod revision;
mod scenario;
mod script;
mod server;
mod settings;
mod shared;
mod simulation;
mod simulator;
mod world;

pub use builder::{Builder, StartError};
pub use callbacks::{
    Attempt, Callback, CallbackKind, CallbackState, Delivery, FailedEvent, ResendError, RetrySignature,
};
pub use counts::{Connections, Counts, WaitTimedOut};
pub use door::{Cut, Door, DoorConnection, DoorCounts, DoorError, DoorOptions, DoorTls, Ended, Fault};
pub use invalid::{InvalidCallback, InvalidFault, InvalidScenario, InvalidStep};
pub use operations::Executions;
pub use record::{GivenAnswer, SeenRequest, Verdict};
pub use reply::{Part, Problem};
pub use scenario::{Action, Scenario};
pub use script::Step;
pub use settings::{CallbackSignature, DEMO_APP_KEY, DEMO_APP_SECRET, RoomCallbackVersion, TimestampUnit};
pub use simulation::Simulation;
pub use simulator::Simulator;
pub use world::{MediaType, Member, RecordedFile, Recording, RecordingState, Room, Stream};
