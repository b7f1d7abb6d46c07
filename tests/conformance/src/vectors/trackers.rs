//! Trackers: what they tell of a recording, whatever the order of its events, how often each comes, and who noted it.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::Wrong;
use crate::compare::{field, list, same};
use crate::driver::Driver;

/// With some two dozen entries, a thousand shuffled sequences and half as many shared ones.
const SHUFFLES: usize = 42;
const SHARES: usize = 21;

pub(super) async fn tracker(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let events = list(entry, "events")?.to_vec();
    let golden = told(driver, entry, std::slice::from_ref(&events)).await?;
    // The same ones in every run.
    let mut random = Rng::with_seed(7);
    for _ in 0..SHUFFLES {
        let mut shuffled = events.clone();
        for _ in 0..random.usize(0..=events.len() * 2) {
            shuffled.extend(random.choice(&events).cloned());
        }
        random.shuffle(&mut shuffled);
        let snapshot = told(driver, entry, &[shuffled]).await?;
        same("the snapshot of the same events, shuffled and repeated,", &snapshot, &golden)?;
    }
    for _ in 0..SHARES {
        let (one, other): (Vec<_>, Vec<_>) = events.iter().cloned().partition(|_| random.bool());
        for shares in [vec![one.clone(), other.clone()], vec![other.clone(), one.clone(), one, other]] {
            let snapshot = told(driver, entry, &shares).await?;
            same("the snapshot of what several have noted, merged,", &snapshot, &golden)?;
        }
    }
    Ok(())
}

/// The snapshot of a tracker that has noted the events, each share by one of its own, and then merged. What it tells is
/// the entry's state, and the same of one that was stored before the others were merged into it.
async fn told(driver: &mut Driver, entry: &Value, shares: &[Vec<Value>]) -> Result<Value, Wrong> {
    let requested_at = field(entry, "requested_at_ms")?;
    let record_id = if entry["record_id"].is_null() { &entry["state"]["record_id"] } else { &entry["record_id"] };
    let requested = requested_at.is_i64().then(|| json!({"record_id": record_id, "at_ms": requested_at}));
    let command = json!({"track": {
        "record_id": entry["record_id"],
        "extra": entry["extra"],
        "shares": shares,
        "requested": requested,
        "now_ms": entry["now_ms"],
        "stale_after_ms": entry["stale_after_ms"],
    }});
    let told = driver.ask(&command).await?.done()?;
    let told = told.as_array().filter(|told| told.len() == 2).ok_or_else(|| format!("it tells {told}"))?;
    for told in told {
        let mut state = field(told, "state")?.clone();
        for events in ["slices", "uploads", "failures", "others"] {
            state[events] = list(&state, events)?.iter().map(|event| event["json"].clone()).collect();
        }
        same(&format!("the state of {shares:?}"), &state, field(entry, "state")?)?;
    }
    let snapshot = field(&told[0], "snapshot")?;
    same("the snapshot of one that was stored", field(&told[1], "snapshot")?, snapshot)?;
    Ok(snapshot.clone())
}
