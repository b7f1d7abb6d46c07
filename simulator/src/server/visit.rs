//! A request's way through the service: read, checked, answered, remembered.

use std::mem;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode, header};
use http_body_util::BodyExt;
use tokio::time::Instant;

use super::connection::Connection;
use crate::record::{GivenAnswer, SeenRequest, Verdict};
use crate::reply::{Answer, Code, Problem};
use crate::request::MAX_BODY;
use crate::settings::millis;
use crate::simulation::Simulation;

pub(crate) async fn answer(State(simulation): State<Simulation>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let mut visit = Visit::begin(simulation, &head);
    let Ok(too_long) = visit.read(body).await else {
        return Response::default();
    };
    let step = visit.simulation.next_step();
    let (status, text, verdict) = match step.canned() {
        Some((status, text)) => {
            let verdict = Verdict::Scripted { status: status.as_u16() };
            (status, text, verdict)
        }
        None => {
            let (status, text, verdict, problems) = told(visit.simulation.answer(&head, &visit.body, too_long));
            visit.seen.problems = problems;
            (status, text, verdict)
        }
    };
    visit.seen.answer = Some(GivenAnswer::new(status.as_u16(), &text));
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

fn told(answer: Answer) -> (StatusCode, String, Verdict, Vec<Problem>) {
    match answer {
        Ok(accepted) => {
            let record_id = accepted.record_id;
            let status = Code::Success.row().1;
            (status, accepted.body, Verdict::Accepted { record_id }, Vec::new())
        }
        Err(refusal) => {
            let (code, status, _) = refusal.code.row();
            let verdict = Verdict::Refused { status: status.as_u16(), code, why: refusal.message() };
            (status, refusal.body(), verdict, refusal.problems)
        }
    }
}

/// One request being served. Dropping it early, as happens when the client leaves, records it as abandoned.
struct Visit {
    simulation: Simulation,
    seen: SeenRequest,
    /// What has come of it so far.
    body: Vec<u8>,
    begun: Instant,
    stage: Stage,
}

enum Stage {
    Arriving,
    Held(u64),
    Done,
}

impl Visit {
    fn begin(simulation: Simulation, head: &Parts) -> Self {
        let connection = head.extensions.get::<Arc<Connection>>().map_or(0, |connection| connection.number);
        let seen = SeenRequest::new(simulation.settings().clock_ms(), connection, head);
        Self { simulation, seen, body: Vec::new(), begun: Instant::now(), stage: Stage::Arriving }
    }

    /// Whether the body was above the limit. It is read to its end even then, or the client might miss the answer.
    async fn read(&mut self, mut body: Body) -> Result<bool, axum::Error> {
        let mut too_long = false;
        while !body.is_end_stream() {
            let Some(frame) = body.frame().await else {
                break;
            };
            if let Some(data) = frame?.data_ref() {
                let room = MAX_BODY - self.body.len();
                too_long |= data.len() > room;
                self.body.extend_from_slice(&data[..data.len().min(room)]);
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
        let mut gate = self.simulation.gate();
        self.stage = Stage::Held(self.record(Verdict::Held));
        // Fails only when the gate is gone, and it lives as long as the simulation this holds.
        let _ = gate.changed().await;
        self.settle(verdict);
    }

    fn record(&mut self, verdict: Verdict) -> u64 {
        self.seen.duration_ms = (verdict != Verdict::Held).then(|| self.duration_ms());
        self.seen.verdict = verdict;
        self.seen.body = mem::take(&mut self.body).into();
        self.simulation.record(&self.seen)
    }

    fn settle(&mut self, verdict: Verdict) {
        if let Stage::Held(ticket) = mem::replace(&mut self.stage, Stage::Done) {
            self.simulation.settle(ticket, verdict, self.duration_ms());
        }
    }

    fn duration_ms(&self) -> u64 {
        millis(self.begun.elapsed())
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
