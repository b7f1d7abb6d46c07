//! `POST /rtc/record/stop.json`. docs: record/stop.

use crate::reply::{Accepted, Answer};
use crate::request::fields::Need;
use crate::request::{self, no_such_session, nothing_to_do};
use crate::server::visit::{Endpoint, Signed};

pub(crate) const ENDPOINT: Endpoint = Endpoint { path: "/rtc/record/stop.json", answer, count: |it| &mut it.stop };

const BODY: [&str; 1] = ["sessionId"];

fn answer(request: &Signed<'_>) -> Answer {
    let call = request::read(request, Need::Required, &BODY, |body, problems| {
        body.id("sessionId", Need::Required, problems);
    })?;
    let session_id = call.text("sessionId");
    let mut world = request.state.world();
    if !world.is_current(call.room_id, session_id) {
        return Err(no_such_session());
    }
    let stopped = world.stop(request.app_key, call.room_id, session_id);
    stopped.map(Accepted::recording).ok_or_else(|| nothing_to_do("sessionId has no running recording"))
}
