//! `POST /rtc/record/start.json`. docs: record/start.
//!
//! Assumptions:
//! - `extra` may be absent: the table requires it, the documentation's own example leaves it out.
//! - Every accepted start makes a new recording with a new id, even for a session that is being recorded.

use super::endpoint::Endpoint;
use crate::reply::{Accepted, Answer, Refusal};
use crate::request::{Need, Signed};
use crate::shared::Shared;
use crate::world::{Order, World, rules};

pub(crate) const ENDPOINT: Endpoint = Endpoint { path: "/rtc/record/start.json", answer };

const BODY: [&str; 3] = ["sessionId", "extra", "config"];

fn answer(request: &Signed<'_>, world: &Shared<World>) -> Answer {
    let call = request.read(Need::Required, &BODY, |body, problems| {
        body.id("sessionId", Need::Required, problems);
        body.string("extra", Need::Optional, problems);
        rules::check_config(body, problems);
    })?;
    let order = Order {
        app_key: request.app_key.to_owned(),
        room_id: call.room_id.to_owned(),
        session_id: call.text("sessionId").to_owned(),
        extra: call.text("extra").to_owned(),
        config: call.body.get("config").cloned().unwrap_or_default(),
        request_id: call.request_id,
    };
    world.lock().start(order).map(Accepted::recording).ok_or_else(Refusal::no_such_session)
}
