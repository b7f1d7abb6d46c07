//! What the service says to a signed request without a side effect.

use std::time::{SystemTime, UNIX_EPOCH};

use rongcloud_recording::{RecordingError, service_codes};

use super::check::{Check, Status};
use super::credentials::SHAPE;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::service::{Service, call};

pub const ID: &str = "signed";

pub fn not_asked() -> Check {
    Check::skipped(ID, "not asked: --signed does")
}

/// Asks for a room that nobody has made, where the earlier checks leave a way to.
pub async fn check(service: &Service, earlier: &[Check]) -> Check {
    // A domain that is shut is no hindrance while the other one is open, nor is a shape that looks odd.
    let is_in_the_way = |check: &&Check| check.is_broken() && !check.id.starts_with("backup.") && check.id != SHAPE;
    let is_other_open = earlier.iter().any(|check| check.id == "backup.answer" && check.status == Status::Passed);
    let obstacle = earlier
        .iter()
        .filter(is_in_the_way)
        .find(|check| !(check.id.starts_with("primary.") && !check.id.ends_with(".clock") && is_other_open));
    if let Some(obstacle) = obstacle {
        return Check::skipped(ID, format!("not asked: {} is broken", obstacle.id));
    }
    match ask(service).await {
        Ok(room) => Check::passed(ID, format!("the service knows a room {room}: key, secret and clock are accepted")),
        Err(Failure::Call(error)) => of_error(&error),
        Err(failure) => Check::broken(ID, failure.exit(), failure.to_string(), "ask again"),
    }
}

async fn ask(service: &Service) -> Result<String, Failure> {
    let client = service.client()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let room = format!("doctor-{}-{}", now.as_nanos(), std::process::id());
    call(&client, client.query_room(&room, None)).await.map(|room| room.room_id)
}

fn of_error(error: &RecordingError) -> Check {
    let code = error.code();
    if code == Some(service_codes::ROOM_NOT_FOUND) {
        let found = "the service looked for the room and found none (code 40003): so it accepts key, secret and clock, and \
                     the app may ask for rooms (inferred: no page says what is checked first). Whether cloud recording \
                     is enabled and its trigger is manual, only a start shows";
        return Check::passed(ID, found);
    }
    let fix = match code {
        Some(service_codes::INVALID_SIGNATURE | service_codes::APP_KEY_MISMATCH) => {
            "copy App Key and App Secret anew from the console's App Key page; the secret must be that of this key, and \
             of the environment (development or production) that is meant"
        }
        Some(
            service_codes::RTC_NOT_ENABLED | service_codes::SERVICE_NOT_ENABLED | service_codes::METHOD_NOT_ALLOWED,
        ) => "enable the RTC service for this app in the console",
        Some(service_codes::RATE_EXCEEDED) => "ask again later",
        _ => "see rongcloud-recording explain, or ask the vendor's support with the request id",
    };
    let exit = Failure::from(error.clone()).exit();
    Check::broken(ID, if exit == Exit::Done { Exit::Defect } else { exit }, error.to_string(), fix)
}
