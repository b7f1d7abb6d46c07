//! `POST /rtc/record/config.json`. docs: record/change-layout.

use crate::reply::{Accepted, Answer};
use crate::request::fields::Need;
use crate::request::{self, no_such_session, nothing_to_do};
use crate::server::visit::{Endpoint, Signed};
use crate::world::recordings::NotRearranged;
use crate::world::rules;

pub(crate) const ENDPOINT: Endpoint = Endpoint { path: "/rtc/record/config.json", answer, count: |it| &mut it.config };

const BODY: [&str; 6] = ["sessionId", "mixLayout", "renderMode", "hostUserId", "hostStreamId", "input"];

fn answer(request: &Signed<'_>) -> Answer {
    let call = request::read(request, Need::Required, &BODY, |body, problems| {
        body.id("sessionId", Need::Required, problems);
        rules::check_layout(body, problems);
    })?;
    let session_id = call.text("sessionId");
    let mut world = request.state.world();
    if !world.is_current(call.room_id, session_id) {
        return Err(no_such_session());
    }
    let rearranged = world.rearrange(request.app_key, call.room_id, session_id, &call.body);
    rearranged.map(Accepted::recording).map_err(|why| match why {
        NotRearranged::NothingRuns => nothing_to_do("sessionId has no running recording"),
        NotRearranged::McuOnly => nothing_to_do("the layout of an MCU recording can't be changed"),
    })
}
