//! What a user without this library writes by hand: a typed config, a signed request, a reply that is read.

use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

use crate::{Failure, Target};

/// The simulator's app, whose secret is the one of the vendor's published signature.
pub const APP_KEY: &str = "uwd1c0sxdlx2";
pub const APP_SECRET: &str = "Y1W2MeFwwwRxa0";
pub const ROOM: &str = "room1";
pub const SESSION: &str = "aaa";

/// What is asked, again and again.
#[derive(Clone, Copy)]
pub enum Operation {
    Start,
    Stop,
    Layout,
    Query,
}

impl Operation {
    /// By the driver's name for it.
    pub fn named(name: &str) -> Result<Self, Failure> {
        Ok(match name {
            "start" => Self::Start,
            "stop" => Self::Stop,
            "layout" => Self::Layout,
            "query" => Self::Query,
            _ => return Err(format!("no operation {name}").into()),
        })
    }

    pub fn path(self) -> &'static str {
        match self {
            Self::Start => "/rtc/record/start.json",
            Self::Stop => "/rtc/record/stop.json",
            Self::Layout => "/rtc/record/config.json",
            Self::Query => "/rtc/room/query.json",
        }
    }

    pub fn body(self, config: &Config) -> Result<Vec<u8>, Failure> {
        Ok(match self {
            Self::Start => serde_json::to_vec(&Body { session_id: SESSION, extra: "", config })?,
            Self::Stop => serde_json::to_vec(&Stop { session_id: SESSION })?,
            Self::Layout => serde_json::to_vec(&Layout {
                session_id: SESSION,
                mix_layout: config.mix_layout,
                render_mode: config.render_mode,
                host_user_id: &config.host_user_id,
                host_stream_id: &config.host_stream_id,
                input: &config.input,
            })?,
            Self::Query => serde_json::to_vec(&Query { room_id: ROOM })?,
        })
    }

    /// Fails where the reply is not that of success.
    pub fn read_reply(self, status: u16, body: &[u8]) -> Result<(), Failure> {
        let reply: Reply = serde_json::from_slice(body)?;
        let is_whole = match self {
            Self::Start => reply.record_id.is_some_and(|id| !id.is_empty()),
            Self::Stop | Self::Layout => true,
            Self::Query => {
                reply.session_id.is_some_and(|id| !id.is_empty()) && reply.members.iter().all(Member::is_whole)
            }
        };
        if status == 200 && reply.code == 200 && is_whole {
            Ok(())
        } else {
            Err(format!("HTTP {status}, code {}", reply.code).into())
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    session_id: &'a str,
    extra: &'a str,
    config: &'a Config,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stop<'a> {
    session_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Layout<'a> {
    session_id: &'a str,
    mix_layout: u8,
    render_mode: u8,
    host_user_id: &'a str,
    host_stream_id: &'a str,
    input: &'a Input,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Query<'a> {
    room_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    record_type: u8,
    mode: u8,
    video_resolution: String,
    video_format: String,
    audio_format: String,
    mix_layout: u8,
    slice_min: u8,
    render_mode: u8,
    host_user_id: String,
    host_stream_id: String,
    input: Input,
}

#[derive(Serialize)]
struct Input {
    video: Vec<Window>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Window {
    user_id: String,
    stream_id: String,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Config {
    /// The same as ours with two windows.
    pub fn example() -> Self {
        let window = |user: &str, x| Window {
            user_id: user.to_owned(),
            stream_id: format!("{user}_RongCloudRTC"),
            x,
            y: 0.0,
            width: 0.5,
            height: 0.5,
        };
        Self {
            record_type: 1,
            mode: 3,
            video_resolution: "640x480".to_owned(),
            video_format: "mkv".to_owned(),
            audio_format: "aac".to_owned(),
            mix_layout: 1,
            slice_min: 60,
            render_mode: 1,
            host_user_id: "user0".to_owned(),
            host_stream_id: "user0_RongCloudRTC".to_owned(),
            input: Input { video: vec![window("user0", 0.0), window("user1", 0.5)] },
        }
    }
}

/// The headers of one request.
pub fn headers() -> Result<[(&'static str, String); 7], Failure> {
    let nonce = random::<9>()?;
    let timestamp = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis().to_string();
    let signature = hex::encode(Sha1::digest(format!("{APP_SECRET}{nonce}{timestamp}")));
    Ok([
        ("App-Key", APP_KEY.to_owned()),
        ("Nonce", nonce),
        ("Timestamp", timestamp),
        ("Signature", signature),
        ("Room-Id", ROOM.to_owned()),
        ("X-Request-ID", random::<16>()?),
        ("Content-Type", "application/json".to_owned()),
    ])
}

fn random<const N: usize>() -> Result<String, Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    code: i64,
    record_id: Option<String>,
    session_id: Option<String>,
    #[serde(default)]
    members: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    user_id: String,
    join_time: u64,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    uris: Vec<Stream>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stream {
    media_type: i64,
    msid: String,
    uri: String,
}

impl Member {
    fn is_whole(&self) -> bool {
        let is_stream = |it: &Stream| it.media_type >= 0 && ![&it.msid, &it.uri].iter().any(|it| it.is_empty());
        !self.user_id.is_empty() && self.join_time > 0 && self.data.uris.iter().all(is_stream)
    }
}

/// TLS that trusts the given issuer.
pub fn tls(target: &Target) -> Result<ClientConfig, Failure> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = &target.ca_file {
        roots.add(CertificateDer::from_pem_file(file)?)?;
    }
    Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
