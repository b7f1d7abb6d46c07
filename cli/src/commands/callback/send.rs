//! `callback send`: signs an event and posts it to a webhook.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use clap::Args;
use rongcloud_recording::callback::CallbackRequest;
use rongcloud_recording::{Credentials, Timestamp};
use serde_json::json;

use super::paths;
use super::templates::Event;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json;
use crate::output::{Line, Mark, Output};
use crate::service::Live;
use crate::text::length;
use crate::time_limit;
use crate::webhook::{Webhook, WebhookAnswer};

/// Signs an event as the service does, and posts it to your webhook
#[derive(Debug, Args)]
pub struct Send {
    /// The event
    #[arg(value_enum)]
    event: Event,

    /// The webhook: https, or http on this machine
    #[arg(long, value_name = "URL")]
    to: String,

    /// Puts a value into the event, such as sessionId=bbb or members[0].userId=7; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,

    /// Longest time until the webhook has answered
    #[arg(long, value_name = "TIME", value_parser = time_limit::length, default_value = "10s")]
    timeout: Duration,

    #[command(flatten)]
    live: Live,
}

impl Send {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        let credentials = Credentials::from_env()?;
        let mut body = self.event.body(credentials.app_key(), Timestamp::now().0);
        for assignment in &self.set {
            paths::set(&mut body, assignment)?;
        }
        let webhook = Webhook::new("--to", &self.to, self.timeout)?;
        self.live.allows_at("an event would be sent", webhook.address(), webhook.is_loopback())?;
        let signed = if self.event.is_of_room() {
            CallbackRequest::signed_room_event(&credentials, body.to_string())
        } else {
            CallbackRequest::signed_recording_event(&credentials, body.to_string())
        };
        let signed = signed?;
        let answer = webhook.post("", headers(&signed), signed.body).await?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let took = json::milliseconds(answer.took.into());
        output.data(
            || json!({"event": body, "status": answer.status, "took_ms": took, "body": text}),
            || lines(&answer, &text),
        )?;
        if answer.is_success() { Ok(()) } else { Err(Failure::Told(Exit::Refused)) }
    }
}

fn headers(signed: &CallbackRequest) -> HeaderMap {
    let header =
        |(name, value): (&str, &str)| Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?));
    let own = [("content-type", "application/json")];
    let of_signature = signed.headers.iter().map(|header| (header.name.as_str(), header.value.as_str()));
    own.into_iter().chain(of_signature).filter_map(header).collect()
}

fn lines(answer: &WebhookAnswer, text: &str) -> Vec<Line> {
    let (mark, word) = if answer.is_success() { (Mark::Good, "taken") } else { (Mark::Bad, "not taken") };
    let mut lines = vec![Line::marked(mark, word, format!("HTTP {} in {}", answer.status, length(answer.took.into())))];
    if !text.trim().is_empty() {
        lines.push(Line::new(text.trim()));
    }
    lines
}
