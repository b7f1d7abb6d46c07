//! `callback listen`: verifies what arrives, tells it, and passes it on.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use rongcloud_recording::callback::{
    CallbackError, CallbackReceiver, ReceivedRecordingEvent, ReceivedRoomEvent, RecordingEvent, RecordingTracker,
};
use rongcloud_recording::{OnUnknown, RecordingLedger, Span};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::expected::Expected;
use crate::failure::Failure;
use crate::json;
use crate::output::{Line, Mark, Output};
use crate::progress::particulars;
use crate::receive::{self, Answer, Arrived, is_of_room, put_on_record};
use crate::service::{Address, Ledger, Live, interrupted};
use crate::text::length;
use crate::time_limit;
use crate::webhook::{Webhook, WebhookAnswer};

/// How many recordings are kept in mind for their phase.
const MOST_RECORDINGS: usize = 1_000;
/// After that, silence counts as stale, which is not told here.
const EVER: Duration = Duration::from_secs(365 * 24 * 3_600);

/// Takes callbacks in and verifies them: a line, or with --json a value, for each. Where a ledger is named, events are put on
/// record before they are answered
#[derive(Debug, Args)]
pub struct Listen {
    /// Port to listen on; 0 is a free one
    #[arg(long, value_name = "PORT", default_value_t = 8700)]
    port: u16,

    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,

    /// Passes what was verified on to this webhook, to the byte, and answers what it answers: https, or http on this
    /// machine
    #[arg(long, value_name = "URL")]
    forward_to: Option<String>,

    /// Longest time until that has answered
    #[arg(long, value_name = "TIME", value_parser = time_limit::length, requires = "forward_to", default_value = "10s")]
    forward_timeout: Duration,

    #[command(flatten)]
    expected: Expected,

    #[command(flatten)]
    ledger: Ledger,
    #[command(flatten)]
    address: Address,
    #[command(flatten)]
    live: Live,
}

impl Listen {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        let forward = self.forward_to.as_ref().map(|url| Webhook::new("--forward-to", url, self.forward_timeout));
        let forward = forward.transpose()?;
        if let Some(forward) = &forward {
            self.live.allows_at("callbacks would be passed on", forward.address(), forward.is_loopback())?;
        }
        let ledger = if self.ledger.is_named() {
            Some(self.ledger.open(self.address.client()?, OnUnknown::Hold)?)
        } else if self.address.is_said() {
            return Err(Failure::Usage("--api-url and --backup-api-url go with a --ledger".to_owned()));
        } else {
            None
        };
        let desk = Arc::new(Desk {
            receiver: self.expected.receiver()?,
            ledger,
            forward,
            phases: Mutex::default(),
            output,
            is_over: Notify::new(),
            failure: Mutex::new(None),
        });
        let at_the_desk = desk.clone();
        // Before anybody is told that it listens.
        let interrupted = interrupted();
        let receiving = receive::serve((self.host, self.port).into(), move |arrived| {
            let desk = at_the_desk.clone();
            async move { desk.take(arrived).await }
        })
        .await?;
        output.note(&format!("listening on {}", receiving.url));
        if output.is_json {
            output.data(|| json!({ "listening": receiving.url }), Vec::new)?;
        }
        tokio::select! {
            () = interrupted => {}
            () = desk.is_over.notified() => {}
        }
        receiving.end().await;
        desk.failure.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }
}

/// What takes callbacks.
struct Desk {
    receiver: CallbackReceiver,
    ledger: Option<RecordingLedger>,
    forward: Option<Webhook>,
    phases: Mutex<Phases>,
    output: Output,
    is_over: Notify,
    failure: Mutex<Option<Failure>>,
}

/// A callback that can be believed.
enum Verified {
    Recording(Box<ReceivedRecordingEvent>),
    Room(Box<ReceivedRoomEvent>),
}

impl Desk {
    async fn take(&self, arrived: Arrived) -> Answer {
        let request = arrived.request();
        let verified = if is_of_room(&arrived.body) {
            self.receiver.room_event(request).map(|received| Verified::Room(Box::new(received)))
        } else {
            self.receiver.recording_event(request).map(|received| Verified::Recording(Box::new(received)))
        };
        match verified {
            Ok(verified) => self.pass_on(verified, arrived).await,
            Err(refusal) => {
                let answer = Answer::empty(refusal.http_status());
                self.tell(|| told_refusal(&refusal, answer.status), || line_of_refusal(&refusal, answer.status));
                answer
            }
        }
    }

    async fn pass_on(&self, verified: Verified, arrived: Arrived) -> Answer {
        let phase = match &verified {
            Verified::Recording(received) => self.phase(&received.event),
            Verified::Room(_) => None,
        };
        if let (Verified::Recording(received), Some(ledger)) = (&verified, &self.ledger)
            && let Err(answer) = put_on_record(ledger, ReceivedRecordingEvent::clone(received), self.output).await
        {
            self.tell(
                || told(&verified, phase.as_deref(), None, answer.status),
                || {
                    Line::marked(
                        Mark::Bad,
                        "not on record",
                        format!("{}: answered {}", received.event.record_id, answer.status),
                    )
                },
            );
            return answer;
        }
        let forwarded = match &self.forward {
            None => None,
            Some(webhook) => Some(webhook.post(&arrived.query, arrived.headers, arrived.body.into()).await),
        };
        let answer = match &forwarded {
            None => Answer::empty(200),
            Some(Ok(theirs)) => Answer {
                status: theirs.status,
                content_type: theirs.content_type.clone(),
                body: theirs.body.clone().into(),
            },
            // So that the service may send it again.
            Some(Err(_)) => Answer::empty(502),
        };
        self.tell(
            || told(&verified, phase.as_deref(), forwarded.as_ref(), answer.status),
            || line(&verified, phase.as_deref(), forwarded.as_ref()),
        );
        answer
    }

    /// How far the event's recording has come by all events that came here.
    fn phase(&self, event: &RecordingEvent) -> Option<String> {
        self.phases.lock().unwrap_or_else(PoisonError::into_inner).after(event)
    }

    fn tell(&self, json: impl FnOnce() -> Value, line: impl FnOnce() -> Line) {
        match self.output.data(json, || vec![line()]) {
            Ok(true) => {}
            Ok(false) => self.is_over.notify_one(),
            Err(failure) => {
                *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
                self.is_over.notify_one();
            }
        }
    }
}

/// The recordings that were heard of, the latest ones.
#[derive(Default)]
struct Phases {
    trackers: HashMap<String, RecordingTracker>,
    order: VecDeque<String>,
}

impl Phases {
    fn after(&mut self, event: &RecordingEvent) -> Option<String> {
        let id = &event.record_id;
        if !self.trackers.contains_key(id) {
            if self.order.len() >= MOST_RECORDINGS
                && let Some(oldest) = self.order.pop_front()
            {
                self.trackers.remove(&oldest);
            }
            self.trackers.insert(id.clone(), RecordingTracker::new(id.clone()).ok()?);
            self.order.push_back(id.clone());
        }
        let tracker = self.trackers.get(id)?;
        tracker.record(event.clone()).ok()?;
        tracker.state(Span::from(EVER), None).ok().map(|state| json::name(state.phase))
    }
}

type Forwarded = Result<WebhookAnswer, Failure>;

fn told(verified: &Verified, phase: Option<&str>, forwarded: Option<&Forwarded>, answered: u16) -> Value {
    let forwarded = forwarded.map(|forwarded| match forwarded {
        Ok(answer) => {
            json!({"status": answer.status, "took_ms": json::milliseconds(answer.took.into()), "failure": null})
        }
        Err(failure) => json!({"status": null, "took_ms": null, "failure": failure.to_string()}),
    });
    let (about, event, fingerprint) = match verified {
        Verified::Recording(received) => ("recording", json::recording_event(&received.event), &received.fingerprint),
        Verified::Room(received) => ("room", json::room_event(&received.event), &received.fingerprint),
    };
    json!({
        "about": about,
        "event": event,
        "phase": phase,
        "fingerprint": fingerprint,
        "forwarded": forwarded,
        "answered": answered,
    })
}

fn told_refusal(refusal: &CallbackError, answered: u16) -> Value {
    let (reason, explanation) = match refusal {
        CallbackError::Refused { reason, explanation } => (json::name(reason), explanation.clone()),
        other => ("refused".to_owned(), other.to_string()),
    };
    json!({"refusal": reason, "explanation": explanation, "answered": answered})
}

fn line_of_refusal(refusal: &CallbackError, answered: u16) -> Line {
    let explanation = match refusal {
        CallbackError::Refused { explanation, .. } => explanation.clone(),
        other => other.to_string(),
    };
    Line::marked(Mark::Bad, "refused", format!("{explanation}: answered {answered}"))
}

fn line(verified: &Verified, phase: Option<&str>, forwarded: Option<&Forwarded>) -> Line {
    let mut parts = match verified {
        Verified::Recording(received) => {
            let event = &received.event;
            vec![
                format!("{} recording {} of session {}", json::name(event.kind), event.record_id, event.session_id),
                particulars(event),
                phase.map(|phase| format!("phase {phase}")).unwrap_or_default(),
            ]
        }
        Verified::Room(received) => {
            let event = &received.event;
            let user = event.user_id.as_deref().map(|user| format!("user {user}")).unwrap_or_default();
            vec![format!("{} room {}", json::name(event.kind), event.room_id), user]
        }
    };
    parts.extend(forwarded.map(|forwarded| match forwarded {
        Ok(answer) => format!("the app answered {} in {}", answer.status, length(answer.took.into())),
        Err(failure) => format!("answered 502: {failure}"),
    }));
    parts.retain(|part| !part.is_empty());
    let is_bad = forwarded.is_some_and(|forwarded| !forwarded.as_ref().is_ok_and(WebhookAnswer::is_success));
    let (mark, word) = if is_bad { (Mark::Doubtful, "event") } else { (Mark::Good, "event") };
    Line::marked(mark, word, parts.join(", "))
}
