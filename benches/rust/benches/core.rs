//! What validation and signing cost in the core, over the number of windows.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use rongcloud_recording::{RecordingConfig, RecordingProfile, signature};
use rongcloud_recording_benches::recording;

fn signing(criterion: &mut Criterion) {
    // The vendor's published vector.
    let inputs = || black_box(("Y1W2MeFwwwRxa0", "14314", "1408710653000"));
    criterion.bench_function("signature", |bencher| {
        bencher.iter(|| {
            let (secret, nonce, timestamp) = inputs();
            signature(secret, nonce, timestamp)
        });
    });
}

fn validation(criterion: &mut Criterion) {
    for windows in [1, 10, 50] {
        let valid = RecordingConfig::from(recording(windows));
        let json = RecordingProfile::new(valid.clone()).expect("valid").to_json().to_owned();
        criterion.bench_function(&format!("profile of {windows} windows"), |bencher| {
            bencher.iter_with_setup(|| valid.clone(), |config| RecordingProfile::new(config).is_ok());
        });
        criterion.bench_function(&format!("profile from JSON of {windows} windows"), |bencher| {
            bencher.iter_with_setup(|| json.clone(), |json| RecordingProfile::from_json(json).is_ok());
        });
    }
}

criterion_group! {
    name = core;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(50)
        .without_plots();
    targets = signing, validation
}
criterion_main!(core);
