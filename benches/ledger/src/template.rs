//! What a ledger itself puts on record of one session, from which as many as needed are made.

use std::sync::Arc;

use anyhow::{Context, Result};
use rongcloud_recording::callback::CallbackRequest;
use rongcloud_recording::ledger::store::{LedgerStore, MemoryStore, SessionKey};
use rongcloud_recording::{
    AudioFormat, ClientOptions, Credentials, LedgerOptions, LedgerStartOptions, OnUnknown, RecordingClient,
    RecordingLedger, RecordingProfile, SliceLength, SplitStreamRecording, Timestamp, VideoFormat, signature,
};
use serde_json::json;

pub(crate) const APP_KEY: &str = "uwd1c0sxdlx2";
const APP_SECRET: &str = "Y1W2MeFwwwRxa0";
/// The session of templates. As long as those that are made of it.
pub(crate) const SESSION: &str = "templatesession0";

/// A document, and the reports of its session with their ids.
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) document: String,
    pub(crate) reports: Vec<(String, String)>,
}

/// What a session has after so many of its callbacks: of the start, the end and the upload.
pub(crate) async fn template(url: &str, callbacks: usize) -> Result<Template> {
    let store = Arc::new(MemoryStore::default());
    let ledger = ledger(url, store.clone())?;
    let started = ledger.start("room1", SESSION, &profile()?, LedgerStartOptions::default()).await?;
    let mut reports = Vec::new();
    for (kind, file) in [(1, None), (3, None), (4, Some("room1_1795730097069_1.mp4"))].into_iter().take(callbacks) {
        let mut body = json!({
            "type": kind, "timestamp": Timestamp::now().0, "appKey": APP_KEY, "recordId": started.recording.record_id,
            "roomId": "room1", "sessionId": SESSION, "userId": "", "mode": 0, "extra": "", "code": 200, "errorMessage": "",
            "config": { "recordType": 1, "mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60, "renderMode": 2 },
        });
        if let Some(file) = file {
            body["fileName"] = json!(file);
            body["fileUrl"] = json!(format!("https://storage.invalid/recordings/2026/11/26/{file}"));
        }
        ledger.take(signed(&body)).await?;
        reports.push((format!("{kind}{}", "0".repeat(39)), body.to_string()));
    }
    let key = SessionKey { app_key: APP_KEY.to_owned(), session_id: SESSION.to_owned() };
    let stored = store.load(&[key]).await?.into_iter().next().flatten().context("it is on record")?;
    Ok(Template { document: stored.document, reports })
}

fn signed(body: &serde_json::Value) -> CallbackRequest {
    let (nonce, timestamp) = (fastrand::u64(..).to_string(), Timestamp::now().0.to_string());
    let signature = signature(APP_SECRET, &nonce, &timestamp);
    let headers = [("nonce", nonce.as_str()), ("timestamp", &timestamp), ("signature", &signature)];
    CallbackRequest::new(headers, body.to_string())
}

pub(crate) fn client(url: &str) -> Result<RecordingClient> {
    let credentials = Credentials::new(APP_KEY, APP_SECRET)?;
    Ok(RecordingClient::new(credentials, ClientOptions::default().api_url(url))?)
}

pub(crate) fn ledger(url: &str, store: Arc<dyn LedgerStore>) -> Result<RecordingLedger> {
    Ok(RecordingLedger::new(client(url)?, store, OnUnknown::Hold, &LedgerOptions::default())?)
}

pub(crate) fn profile() -> Result<RecordingProfile> {
    let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60);
    Ok(RecordingProfile::new(recording)?)
}
