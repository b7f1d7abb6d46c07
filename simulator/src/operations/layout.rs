//! `POST /rtc/record/config.json`. docs: record/change-layout.
//!
//! Assumptions:
//! - A host is required for the layouts 2 and 3: the table requires it always, the text lets a custom layout leave it
//!   out. `input` is required for layout 1 only, and in it `video`, as in a start.
//! - It replaces the whole layout of all split-stream recordings that the app has running in the session, whatever their
//!   mode, and is answered with the id of the newest. The table of its reply isn't known to name an id.
//! - No running recording, and none but MCU recordings, are answered 400/1002.

use super::endpoint::Endpoint;
use crate::reply::{Accepted, Answer, Code, Refusal};
use crate::request::{Need, Signed};
use crate::shared::Shared;
use crate::world::{NotRearranged, World, rules};

pub(crate) const ENDPOINT: Endpoint = Endpoint { path: "/rtc/record/config.json", answer };

const BODY: [&str; 6] = ["sessionId", "mixLayout", "renderMode", "hostUserId", "hostStreamId", "input"];

fn answer(request: &Signed<'_>, world: &Shared<World>) -> Answer {
    let call = request.read(Need::Required, &BODY, |body, problems| {
        body.id("sessionId", Need::Required, problems);
        rules::check_layout(body, problems);
    })?;
    let session_id = call.text("sessionId");
    let mut world = world.lock();
    if !world.rooms().is_current(call.room_id, session_id) {
        return Err(Refusal::no_such_session());
    }
    let rearranged = world.rearrange(request.app_key, call.room_id, session_id, &call.body);
    rearranged.map(Accepted::recording).map_err(|why| match why {
        NotRearranged::NothingRuns => Refusal::nothing_to_do("has no running recording"),
        NotRearranged::McuOnly => Refusal::new(Code::Parameter, "the layout of an MCU recording can't be changed"),
    })
}
