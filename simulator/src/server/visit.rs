//! A request's way through the service: read, checked, answered, remembered.

use std::mem;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State as Shared};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use http_body_util::BodyExt;

use crate::builder::Settings;
use crate::door::Doors;
use crate::door::authority::Authority;
use crate::executions::Executions;
use crate::operations::{layout, query, start, stop};
use crate::record::State;
use crate::record::script::Step;
use crate::record::seen::{SeenRequest, Verdict};
use crate::reply::{Answer, Code, Refusal};
use crate::request::signature;
use crate::server::connection::Connection;

/// Assumption: the service documents no limit.
const MAX_BODY: usize = 1024 * 1024;

/// One operation of the service. All are `POST` and signed.
pub(crate) struct Endpoint {
    pub(crate) path: &'static str,
    pub(crate) answer: fn(&Signed<'_>) -> Answer,
    pub(crate) count: fn(&mut Executions) -> &mut u64,
}

const ENDPOINTS: [Endpoint; 4] = [start::ENDPOINT, layout::ENDPOINT, stop::ENDPOINT, query::ENDPOINT];

/// A request whose signature was found right.
pub(crate) struct Signed<'r> {
    pub(crate) app_key: &'r str,
    pub(crate) headers: &'r HeaderMap,
    pub(crate) body: &'r [u8],
    pub(crate) state: &'r State,
}

pub(crate) struct Service {
    pub(crate) settings: Settings,
    pub(crate) state: State,
    pub(crate) doors: Doors,
    pub(crate) authority: Authority,
}

pub(crate) async fn serve(Shared(service): Shared<Arc<Service>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let mut visit = Visit::begin(service, &head);
    let Ok(too_long) = visit.read(body).await else {
        return Response::default();
    };
    let step = visit.service.state.next_step().unwrap_or_else(Step::normal);
    let (status, text, verdict) = match step.canned() {
        Some((status, text)) => {
            let verdict = Verdict::Scripted { status: status.as_u16() };
            (status, text, verdict)
        }
        None => told(visit.service.answer(&head, &visit.seen.body, too_long)),
    };
    let mut response = step.response(status, text);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        let allow = HeaderValue::from_static("POST");
        response.headers_mut().entry(header::ALLOW).or_insert(allow);
    }
    if step.holds() {
        visit.held(verdict).await;
    } else {
        visit.done(verdict);
    }
    response
}

fn told(answer: Answer) -> (StatusCode, String, Verdict) {
    match answer {
        Ok(accepted) => {
            let record_id = accepted.record_id;
            let status = Code::Success.row().1;
            (status, accepted.body, Verdict::Accepted { record_id })
        }
        Err(refusal) => {
            let (code, status, _) = refusal.code.row();
            let verdict = Verdict::Refused { status: status.as_u16(), code, why: refusal.message() };
            (status, refusal.body(), verdict)
        }
    }
}

impl Service {
    fn answer(&self, head: &Parts, body: &[u8], too_long: bool) -> Answer {
        let path = head.uri.path();
        let Some(endpoint) = ENDPOINTS.iter().find(|it| it.path == path) else {
            return Err(Refusal::new(Code::NoSuchPath, path.escape_debug().to_string()));
        };
        if head.method != Method::POST {
            let why = format!("{} instead of POST", head.method);
            return Err(Refusal::new(Code::Method, why));
        }
        let app_key = signature::check(&head.headers, &self.settings, &self.state)?;
        if too_long {
            let why = format!("body has more than {MAX_BODY} bytes");
            return Err(Refusal::new(Code::TooLong, why));
        }
        let answer = (endpoint.answer)(&Signed { app_key, headers: &head.headers, body, state: &self.state });
        if answer.is_ok() {
            self.state.executed(endpoint.count);
        }
        answer
    }
}

/// One request being served. Dropping it early, as happens when the client leaves, records it as abandoned.
struct Visit {
    service: Arc<Service>,
    seen: SeenRequest,
    stage: Stage,
}

enum Stage {
    Arriving,
    Held(u64),
    Done,
}

impl Visit {
    fn begin(service: Arc<Service>, head: &Parts) -> Self {
        let connection = head.extensions.get::<Arc<Connection>>().map_or(0, |connection| connection.number);
        Self { service, seen: SeenRequest::new(connection, head), stage: Stage::Arriving }
    }

    /// Whether the body was above the limit. It is read to its end even then, or the client might miss the answer.
    async fn read(&mut self, mut body: Body) -> Result<bool, axum::Error> {
        let mut kept = Kept { bytes: Vec::new(), seen: &mut self.seen };
        let mut too_long = false;
        while !body.is_end_stream() {
            let Some(frame) = body.frame().await else {
                break;
            };
            if let Some(data) = frame?.data_ref() {
                let room = MAX_BODY - kept.bytes.len();
                too_long |= data.len() > room;
                kept.bytes.extend_from_slice(&data[..data.len().min(room)]);
            }
        }
        Ok(too_long)
    }

    fn done(mut self, verdict: Verdict) {
        self.record(verdict);
        self.stage = Stage::Done;
    }

    /// Waits for the release. The gate is taken before the request is recorded: who saw it recorded may release it.
    async fn held(mut self, verdict: Verdict) {
        let mut gate = self.service.state.gate();
        self.stage = Stage::Held(self.record(Verdict::Held));
        // Fails only when the gate is gone, and it lives as long as the service this holds.
        let _ = gate.changed().await;
        self.settle(verdict);
    }

    fn record(&mut self, verdict: Verdict) -> u64 {
        self.seen.verdict = verdict;
        let ticket = self.service.state.record(self.seen.clone());
        self.service.settings.log(|| self.seen.to_string());
        ticket
    }

    fn settle(&mut self, verdict: Verdict) {
        if let Stage::Held(ticket) = mem::replace(&mut self.stage, Stage::Done)
            && let Some(seen) = self.service.state.settle(ticket, verdict)
        {
            self.service.settings.log(|| seen.to_string());
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        match self.stage {
            Stage::Arriving => {
                self.record(Verdict::Abandoned);
            }
            Stage::Held(_) => self.settle(Verdict::Abandoned),
            Stage::Done => {}
        }
    }
}

/// The bytes of a body so far; they reach the request also when reading is cut short.
struct Kept<'s> {
    bytes: Vec<u8>,
    seen: &'s mut SeenRequest,
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        self.seen.body = mem::take(&mut self.bytes).into();
    }
}
