//! The log for the other languages: kept in a queue and fetched by them.
//!
//! Nothing is ever called in the other direction. So no thread of ours can enter an interpreter that is being torn
//! down, and a slow logger can't delay a call. The queue is bounded, and has no lock that a fork could leave held.

use std::fmt::{Debug, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use crossbeam_queue::ArrayQueue;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

use crate::error::RecordingError;
use crate::log as dropped_log;
use crate::per_process::PerProcess;
use crate::running;
use crate::time::Timestamp;

/// Records kept until they are fetched; older ones give way to newer ones.
const KEPT: usize = 4096;
/// Only this library's own records are kept.
const TARGET: &str = "rongcloud_recording";

/// How much is logged. Each level includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, uniffi::Enum)]
#[repr(u8)]
pub enum LogLevel {
    /// Nothing. The default.
    Off = 0,
    /// Calls that did not do what was asked.
    Warn = 1,
    /// Also what was done: one record for each call that succeeded.
    Info = 2,
    /// Also each request as it is sent, with secrets redacted, and each reply.
    Debug = 3,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LogRecord {
    /// How important it is.
    pub level: LogLevel,
    /// The module that it comes from, with `::` between the parts.
    pub target: String,
    /// What happened.
    pub text: String,
    /// Its details. `request_id` is among them whenever there is a request.
    pub fields: Vec<LogField>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub timestamp_ms: i64,
    /// The number of the call that it is about. Absent if it is about none.
    pub call: Option<i64>,
}

/// One detail of a log record.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LogField {
    /// Its name, such as `request_id`.
    pub name: String,
    /// Its value as text.
    pub value: String,
    /// Its value, if that is a whole number.
    #[uniffi(default = None)]
    pub number: Option<i64>,
}

static LEVEL: AtomicU8 = AtomicU8::new(LogLevel::Off as u8);
/// A child begins with an empty one: another thread may have been about to put a record into its parent's.
static QUEUE: PerProcess<ArrayQueue<LogRecord>> = PerProcess::new();
/// Whether there may be any. To find the queue takes a system call, and most who ask find nothing.
static MAY_WAIT: AtomicBool = AtomicBool::new(false);

/// Sets how much is kept for [`take_log_records`]. Logging is off by default and then costs nothing.
#[uniffi::export]
pub fn set_log_level(level: LogLevel) -> Result<(), RecordingError> {
    LEVEL.store(level as u8, Ordering::Relaxed);
    if level != LogLevel::Off {
        // A program that has a subscriber of its own keeps it.
        let _ = tracing::subscriber::set_global_default(QueueSubscriber);
    }
    tracing::callsite::rebuild_interest_cache();
    Ok(())
}

/// Takes all records that were kept, oldest first. At most 4,096 are kept; after that, the oldest are dropped.
#[uniffi::export]
pub fn take_log_records() -> Result<Vec<LogRecord>, RecordingError> {
    let waiting = queue();
    // Before: whatever comes meanwhile says so anew.
    MAY_WAIT.store(false, Ordering::SeqCst);
    Ok(std::iter::from_fn(|| waiting.pop()).take(KEPT).collect())
}

/// Whether [`take_log_records`] would return something.
pub(super) fn is_waiting() -> bool {
    MAY_WAIT.load(Ordering::SeqCst) && !queue().is_empty()
}

/// Whether records are kept at all.
pub(super) fn is_on() -> bool {
    LEVEL.load(Ordering::Relaxed) != LogLevel::Off as u8
}

fn queue() -> Arc<ArrayQueue<LogRecord>> {
    QUEUE.get_or_make(|| ArrayQueue::new(KEPT))
}

fn level_of(level: &Level) -> Option<LogLevel> {
    match *level {
        Level::ERROR | Level::WARN => Some(LogLevel::Warn),
        Level::INFO => Some(LogLevel::Info),
        Level::DEBUG => Some(LogLevel::Debug),
        Level::TRACE => None,
    }
}

struct QueueSubscriber;

impl Subscriber for QueueSubscriber {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Spans are for programs that have a subscriber of their own.
        !metadata.is_span()
            && metadata.target().starts_with(TARGET)
            && level_of(metadata.level()).is_some_and(|level| level as u8 <= LEVEL.load(Ordering::Relaxed))
    }

    fn event(&self, event: &Event<'_>) {
        let Some(level) = level_of(event.metadata().level()) else { return };
        let mut details = Details::default();
        event.record(&mut details);
        let dropped = queue().force_push(LogRecord {
            level,
            target: event.metadata().target().to_owned(),
            text: details.text,
            fields: details.fields,
            timestamp_ms: Timestamp::now().0,
            call: running::current(),
        });
        MAY_WAIT.store(true, Ordering::SeqCst);
        if dropped.is_some() {
            dropped_log::note_dropped();
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Details {
    text: String,
    fields: Vec<LogField>,
}

impl Details {
    fn add(&mut self, field: &Field, value: String, number: Option<i64>) {
        if field.name() == "message" {
            self.text = value;
        } else {
            self.fields.push(LogField { name: field.name().to_owned(), value, number });
        }
    }
}

impl Visit for Details {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value.to_owned(), None);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value.to_string(), Some(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value.to_string(), i64::try_from(value).ok());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        // Writing into a String can't fail.
        let _ = write!(text, "{value:?}");
        self.add(field, text, None);
    }
}
