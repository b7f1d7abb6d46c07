//! A stand-in for the RongCloud RTC recording service: a real HTTP server on a loopback address, with the
//! service's documented rules, for tests, demos and CI.
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
//! It is written from the service's documentation and shares no code with the client it tests.
//!
//! # Assumptions
//!
//! Where the service's behaviour isn't documented, the simulator had to choose. None of the following is known
//! to be true of the service.
//!
//! Headers and signature:
//! - A missing `App-Key`, `Nonce`, `Timestamp` or `Signature` is answered 401/1004.
//! - A header given twice (also once plain and once with `RC-`) is answered 400/1002.
//! - An empty or too long nonce is answered 400/1002. The limit of 18 characters is documented, the answer isn't.
//! - A timestamp must be milliseconds, in digits, within 300 s of the server's clock either way (adjustable);
//!   otherwise 401/1004. Documented is the unit only.
//! - A nonce used again by the same app key is answered 401/1004 for one window from its use, or from its
//!   timestamp when that is later.
//! - The signature must be in lower case, as documented; upper case is answered 401/1004.
//! - `Content-Type` must be `application/json`, with no charset or `utf-8`; `Room-Id` must not be empty;
//!   `X-Request-ID` may have 36 characters. Each is answered 400/1002. Documented are the three headers and the limit.
//! - The order of checks: path, method, signature, body present, then all parameters together.
//!
//! Body of a start:
//! - Unknown keys, keys given twice, `null`, and integers written with a fraction or exponent (`60.0`) are refused.
//! - Every parameter mistake is answered 400/1002, with all paths in `errorMessage`. So is text that isn't JSON.
//! - `extra` may be absent: the table requires it, the documentation's own example leaves it out.
//! - `config.mixLayout` is required for recordType 1 whatever the mode, and may be absent for recordType 2.
//!   `config.renderMode`, `config.sliceMin` and the two formats are always required.
//! - `config.input` is required where mixLayout counts: mixLayout 1, recordType 1, and a mix mode. When
//!   `config.mode` is absent its default is unknown, and a mix mode is taken.
//! - Fields that don't count for the record type, mode or layout are ignored, but their shape is checked. The
//!   documentation's example sends such an `mcuConfig`.
//! - Window rectangles are fractions in 0..1 from the top left, larger than nothing, and inside the canvas.
//! - Ids, where present, are not empty. A host is never required.
//! - Resolutions are an open list of `WIDTHxHEIGHT`; `config.mcuConfig.mode` is any integer: neither list is public.
//!
//! Answers:
//! - A room that is unknown, or has another session, is answered HTTP 200 with code 40003, as `room/query` does.
//! - Every accepted start makes a new recording with a new id, even for a session that is being recorded.
//! - The codes 404 and 405 of the HTTP statuses of the same number; a body above 1 MiB is answered 400/1005.
//! - Rooms are shared by all apps of one simulator.

mod builder;
mod call;
mod control;
mod fields;
mod headers;
mod json;
mod layout;
mod query;
mod recordings;
mod reply;
mod rooms;
mod rules;
mod script;
mod seen;
mod server;
mod service;
mod signature;
mod start;
mod state;
mod stop;
mod world;

pub use builder::{Builder, StartError};
pub use recordings::{Recording, RecordingState};
pub use rooms::{MediaType, Member, Room, Stream};
pub use script::{InvalidStep, Step};
pub use seen::{SeenRequest, Verdict};
pub use server::Simulator;
pub use state::{Counts, WaitTimedOut};

/// App key of the demonstrations; the one in the documentation's example.
pub const DEMO_APP_KEY: &str = "uwd1c0sxdlx2";

/// App secret of the demonstrations: the one of the vendor's published signature vector, so no secret at all.
pub const DEMO_APP_SECRET: &str = "Y1W2MeFwwwRxa0";
