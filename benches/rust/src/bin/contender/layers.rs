//! What the parts of one start cost, as far as they can be told apart from outside.

use std::time::{Duration, Instant};

use rongcloud_recording::{RecordingConfig, RecordingError, RecordingProfile, StartOptions, signature};
use rongcloud_recording_benches::recording;

use crate::by_hand::{APP_SECRET, ROOM, SESSION};
use crate::by_hyper::ByHyper;
use crate::ours::Ours;
use crate::{Contender, Failure, Target};

const BATCHES: usize = 5;
const BATCH: Duration = Duration::from_millis(200);

/// Prints microseconds by name; the names are the same in all languages.
pub async fn print(target: &Target) -> Result<(), Failure> {
    let mut ours = Ours::new(target)?;
    let mut hyper = ByHyper::new(target)?;
    let closed = Ours::new(target)?;
    closed.client.close();

    let mut costs = serde_json::Map::new();
    let mut add = |name: &str, microseconds: f64| costs.insert(name.to_owned(), microseconds.into());
    add("signature", time(async || signed()).await?);
    for windows in [1, 10, 50] {
        let config = RecordingConfig::from(recording(windows));
        let made = async || RecordingProfile::new(config.clone()).map(drop).map_err(Failure::from);
        add(&format!("profile of {windows} windows"), time(made).await?);
    }
    add("start that is refused", time(async || refused(&ours).await).await?);
    add("start on a closed client", time(async || not_sent(&closed).await).await?);
    add("start", time(async || ours.call().await).await?);
    let mut large = Ours { profile: RecordingProfile::new(recording(50))?.into(), ..ours.clone() };
    add("start with 50 windows", time(async || large.call().await).await?);
    add("exchange by bare hyper", time(async || hyper.call().await).await?);
    println!("{}", serde_json::Value::Object(costs));
    Ok(())
}

/// Microseconds of one: the median of some batches.
async fn time(mut one: impl AsyncFnMut() -> Result<(), Failure>) -> Result<f64, Failure> {
    let mut means = Vec::new();
    // The first batch warms up.
    for _ in 0..=BATCHES {
        let begun = Instant::now();
        let mut times = 0;
        while begun.elapsed() < BATCH {
            one().await?;
            times += 1;
        }
        means.push(begun.elapsed().as_secs_f64() * 1e6 / f64::from(times));
    }
    means.remove(0);
    means.sort_by(f64::total_cmp);
    Ok(means[BATCHES / 2])
}

fn signed() -> Result<(), Failure> {
    let signature = signature(APP_SECRET, "14314", "1408710653000");
    if signature.starts_with("30be") { Ok(()) } else { Err("not the published signature".into()) }
}

async fn refused(ours: &Ours) -> Result<(), Failure> {
    match ours.client.start("", SESSION, &ours.profile, StartOptions::default()).await {
        Err(RecordingError::InvalidInput { .. }) => Ok(()),
        other => Err(format!("no room was accepted: {other:?}").into()),
    }
}

async fn not_sent(closed: &Ours) -> Result<(), Failure> {
    match closed.client.start(ROOM, SESSION, &closed.profile, StartOptions::default()).await {
        Err(RecordingError::NotSent { .. }) => Ok(()),
        other => Err(format!("a closed client answered {other:?}").into()),
    }
}
