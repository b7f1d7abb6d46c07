//! Delivers callbacks: one after another, signed, and again where the receiver doesn't answer 200.

use std::fmt::Display;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::http::{HeaderName, HeaderValue, Request, header};
use http_body_util::BodyExt;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, timeout};

use super::callback::{Attempt, CallbackKind};
use super::delivery::RetrySignature;
use super::outbox::{Job, Outbox};
use super::stamp::Stamp;
use super::target::Target;
use crate::record::REDACTED;
use crate::settings::{Settings, millis};
use crate::shared::Shared;
use crate::world::Time;

/// More of an answer isn't read: only its status counts.
const MAX_ANSWER: usize = 64 * 1024;

/// How much of an answer is shown.
const KEPT_OF_AN_ANSWER: usize = 1024;

pub(crate) struct Courier {
    pub(crate) settings: Arc<Settings>,
    pub(crate) outbox: Shared<Outbox>,
    pub(crate) time: Time,
}

impl Courier {
    pub(crate) async fn deliver(self, mut jobs: UnboundedReceiver<Job>) {
        while let Some(job) = jobs.recv().await {
            let delivered = self.try_all(&job).await;
            self.outbox.lock().settle(job.ticket, delivered);
        }
    }

    /// Whether one of the attempts was answered with 200.
    async fn try_all(&self, job: &Job) -> bool {
        let mut stamp = job.stamp.clone().unwrap_or_else(|| self.stamp(job));
        for made in 0..job.delivery.count() {
            if made > 0 {
                self.time.pause(job.delivery.pause_ms(made)).await;
                if job.delivery.retry_signature == RetrySignature::New {
                    stamp = self.stamp(job);
                }
            }
            let attempt = attempt(&self.settings, job, &stamp).await;
            let delivered = attempt.status == Some(200);
            self.settings.log(|| line(job, &attempt));
            self.outbox.lock().note(job.ticket, attempt, stamp.clone());
            if delivered {
                return true;
            }
        }
        false
    }

    fn stamp(&self, job: &Job) -> Stamp {
        Stamp::new(&self.settings, &job.app_key, job.delivery.timestamp_unit)
    }
}

fn line(job: &Job, attempt: &Attempt) -> String {
    let kind = match job.kind {
        CallbackKind::Recording => "recording",
        CallbackKind::Room => "room",
    };
    let result = match (&attempt.error, attempt.status) {
        (Some(error), _) => error.escape_debug().to_string(),
        (None, status) => status.unwrap_or_default().to_string(),
    };
    format!("callback {kind} {} {result}", attempt.url)
}

async fn attempt(settings: &Settings, job: &Job, stamp: &Stamp) -> Attempt {
    let names = &settings.callback_signature;
    let mut signed = vec![
        (names.nonce.as_str(), stamp.nonce.clone()),
        (names.timestamp.as_str(), stamp.timestamp.clone()),
        (names.signature.as_str(), stamp.signature.clone()),
    ];
    // docs: auth-callback. Callbacks about recordings have the app key in their body.
    if job.kind == CallbackKind::Room {
        signed.insert(0, (names.app_key.as_str(), job.app_key.to_string()));
    }
    let mut shown = signed.clone();
    for (name, value) in &mut shown {
        if *name == names.signature {
            REDACTED.clone_into(value);
        }
    }
    let (in_query, in_headers) = if names.in_query { (&signed[..], &[][..]) } else { (&[][..], &signed[..]) };
    let path = job.target.path(in_query);
    let shown_path = if names.in_query { job.target.path(&shown) } else { path.clone() };
    let request = request(job, &path, in_headers);
    let headers = request.as_ref().map_or_else(|_| Vec::new(), |it| listed(it, &names.signature));
    let (time, begun) = (settings.clock_ms(), Instant::now());
    let answer = timeout(settings.callback_timeout, async { post(&job.target, request?).await }).await;
    let mut attempt = Attempt {
        time,
        duration_ms: millis(begun.elapsed()),
        url: job.target.url(&shown_path),
        headers,
        status: None,
        answer: String::new(),
        error: None,
    };
    match answer.unwrap_or_else(|_| Err("timed out".to_owned())) {
        Ok((status, body)) => (attempt.status, attempt.answer) = (Some(status), body),
        Err(why) => attempt.error = Some(why),
    }
    attempt
}

fn request(job: &Job, path: &str, signed: &[(&str, String)]) -> Result<Request<Body>, String> {
    let mut request = Request::post(path)
        .header(header::HOST, job.target.authority())
        .header(header::CONTENT_TYPE, "application/json")
        // Receivers need not wonder whether more comes.
        .header(header::CONNECTION, "close");
    for (name, value) in signed {
        let name: HeaderName = name.parse().map_err(|_| format!("{name} is not a header name"))?;
        let value = HeaderValue::from_str(value).map_err(|_| format!("{name} is not a header value"))?;
        request = request.header(name, value);
    }
    request.body(Body::from(job.body.to_string())).map_err(told)
}

fn listed(request: &Request<Body>, signature: &str) -> Vec<(String, String)> {
    let headers = request.headers().iter().map(|(name, value)| {
        let secret = name.as_str().eq_ignore_ascii_case(signature);
        let value = if secret { REDACTED.into() } else { String::from_utf8_lossy(value.as_bytes()) };
        (name.as_str().to_owned(), value.into_owned())
    });
    headers.collect()
}

/// The receiver's status, and the beginning of its body. Redirects aren't followed.
async fn post(target: &Target, request: Request<Body>) -> Result<(u16, String), String> {
    let stream = target.connect().await.map_err(told)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(told)?;
    let exchange = async move {
        let response = sender.send_request(request).await.map_err(told)?;
        let status = response.status().as_u16();
        let mut body = response.into_body();
        let (mut read, mut kept) = (0, Vec::new());
        while read < MAX_ANSWER && !body.is_end_stream() {
            // The status has come; a body that breaks off changes nothing.
            let Some(Ok(frame)) = body.frame().await else {
                break;
            };
            let data = frame.data_ref().map(|data| data.as_ref()).unwrap_or_default();
            read += data.len();
            kept.extend_from_slice(&data[..data.len().min(KEPT_OF_AN_ANSWER - kept.len())]);
        }
        Ok((status, String::from_utf8_lossy(&kept).into_owned()))
    };
    // What is wrong with the connection is told by the exchange, too.
    tokio::join!(exchange, connection).0
}

fn told(error: impl Display) -> String {
    error.to_string()
}
