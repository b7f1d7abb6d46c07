//! `POST /rtc/record/start.json`. docs: record/start.

use crate::reply::{Accepted, Answer};
use crate::request::fields::Need;
use crate::request::{self, no_such_session};
use crate::server::visit::{Endpoint, Signed};
use crate::world::recordings::Order;
use crate::world::rules;

pub(crate) const ENDPOINT: Endpoint = Endpoint { path: "/rtc/record/start.json", answer, count: |it| &mut it.start };

const BODY: [&str; 3] = ["sessionId", "extra", "config"];

fn answer(request: &Signed<'_>) -> Answer {
    let call = request::read(request, Need::Required, &BODY, |body, problems| {
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
    request.state.world().start(order).map(Accepted::recording).ok_or_else(no_such_session)
}
