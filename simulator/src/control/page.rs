//! The page at `/__simulator/`: what a browser shows of a running simulator. It does everything through this API.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::answer::Failure;
use crate::server::CONTROL;
use crate::simulation::Simulation;

/// Nothing but its own files, none of them inline; no frame around it, and no form that leads elsewhere.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
);

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! files {
    ($($name:literal: $content_type:ident),* $(,)?) => {
        /// Name, content type, and text.
        const FILES: &[(&str, &str, &str)] = &[$(($name, $content_type, include_str!(concat!("../page/", $name)))),*];
    };
}

files! {
    "index.html": HTML,
    "page.css": CSS,
    "icon.svg": SVG,
    "main.js": JAVASCRIPT,
    "state.js": JAVASCRIPT,
    "dom.js": JAVASCRIPT,
    "show.js": JAVASCRIPT,
    "json.js": JAVASCRIPT,
    "requests.js": JAVASCRIPT,
    "rooms.js": JAVASCRIPT,
    "recordings.js": JAVASCRIPT,
    "callbacks.js": JAVASCRIPT,
    "faults.js": JAVASCRIPT,
}

pub(super) fn router() -> Router<Simulation> {
    let index = format!("{CONTROL}/");
    let to_index = Redirect::permanent(&index);
    Router::new()
        .route(&index, get(|| async { file("index.html") }))
        .route(CONTROL, get(|| async { to_index }))
        .route(&format!("{CONTROL}/page/{{file}}"), get(|Path(name): Path<String>| async move { file(&name) }))
}

fn file(name: &str) -> Response {
    let Some((_, content_type, text)) = FILES.iter().find(|(it, ..)| *it == name) else {
        return Failure::new(StatusCode::NOT_FOUND, "no such file").into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        // Another version's would be shown with this one's answers.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, *text).into_response()
}
