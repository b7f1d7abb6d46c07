//! `POST /rtc/record/stop.json`. docs: record/stop.
//!
//! Assumptions:
//! - It ends all recordings that the app has running in the session, and is answered with the id of the newest.
//! - No running recording is answered 400/1002.

use super::endpoint::Endpoint;
use crate::reply::{Accepted, Answer, Refusal};
use crate::request::{Need, Signed};
use crate::shared::Shared;
use crate::world::World;

pub(crate) const ENDPOINT: Endpoint = Endpoint { path: "/rtc/record/stop.json", answer };

const BODY: [&str; 1] = ["sessionId"];

fn answer(request: &Signed<'_>, world: &Shared<World>) -> Answer {
    let call = request.read(Need::Required, &BODY, |body, problems| {
        body.id("sessionId", Need::Required, problems);
    })?;
    let session_id = call.text("sessionId");
    let mut world = world.lock();
    if !world.rooms().is_current(call.room_id, session_id) {
        return Err(Refusal::no_such_session());
    }
    let stopped = world.stop(request.app_key, call.room_id, session_id);
    stopped.map(Accepted::recording).ok_or_else(|| Refusal::nothing_to_do("has no running recording"))
}
