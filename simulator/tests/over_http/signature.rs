//! Headers and signature: who is let in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rongcloud_simulator::Simulator;

use crate::support::client::{APP_KEY, Call, NONCE, NOW, SECRET, SIGNATURE, sign, simulator};

async fn codes(call: Call) -> (u16, u64) {
    call.send(&simulator().await).await.codes()
}

async fn message(call: Call) -> String {
    call.send(&simulator().await).await.error_message()
}

#[tokio::test]
async fn the_published_vector_is_accepted() {
    let call = Call::start().set("Nonce", NONCE).set("Timestamp", "1408710653000").set("Signature", SIGNATURE);
    assert_eq!(codes(call).await, (200, 200));
}

#[tokio::test]
async fn headers_with_the_rc_prefix_are_accepted() {
    let call = Call::start()
        .renamed("App-Key", "RC-App-Key")
        .renamed("Nonce", "RC-Nonce")
        .renamed("Timestamp", "RC-Timestamp")
        .renamed("Signature", "RC-Signature");
    assert_eq!(codes(call).await, (200, 200));
}

#[tokio::test]
async fn plain_and_prefixed_headers_may_be_mixed() {
    let call = Call::start().renamed("Nonce", "RC-Nonce");
    assert_eq!(codes(call).await, (200, 200));
}

#[tokio::test]
async fn header_names_are_read_in_any_case() {
    let call = Call::start().renamed("App-Key", "aPP-kEY");
    assert_eq!(codes(call).await, (200, 200));
}

#[tokio::test]
async fn a_request_without_an_app_key_is_refused() {
    let call = Call::start().without("App-Key");
    assert_eq!(codes(call).await, (401, 1004));
}

#[tokio::test]
async fn a_request_without_a_nonce_is_refused() {
    let call = Call::start().without("Nonce");
    assert_eq!(codes(call).await, (401, 1004));
}

#[tokio::test]
async fn a_request_without_a_timestamp_is_refused() {
    let call = Call::start().without("Timestamp");
    assert_eq!(codes(call).await, (401, 1004));
}

#[tokio::test]
async fn a_request_without_a_signature_is_refused() {
    let call = Call::start().without("Signature");
    assert_eq!(codes(call).await, (401, 1004));
}

#[tokio::test]
async fn a_missing_header_is_named() {
    let call = Call::start().without("Timestamp");
    let expected = "signature check failed: Timestamp header is missing";
    assert_eq!(message(call).await, expected);
}

#[tokio::test]
async fn a_header_given_twice_is_refused() {
    let call = Call::start().with("Nonce", NONCE);
    assert_eq!(codes(call).await, (400, 1002));
}

#[tokio::test]
async fn a_header_given_plain_and_prefixed_is_refused() {
    let call = Call::start().with("RC-Signature", SIGNATURE);
    assert_eq!(codes(call).await, (400, 1002));
}

#[tokio::test]
async fn an_unknown_app_key_is_refused() {
    let call = Call::start().set("App-Key", "another");
    assert_eq!(codes(call).await, (401, 1001));
}

#[tokio::test]
async fn a_wrong_signature_is_refused() {
    let call = Call::start().set("Signature", &sign("14315", NOW));
    assert_eq!(codes(call).await, (401, 1004));
}

#[tokio::test]
async fn a_signature_in_upper_case_is_refused() {
    let call = Call::start().set("Signature", &SIGNATURE.to_uppercase());
    assert_eq!(codes(call).await, (401, 1004));
}

#[tokio::test]
async fn the_right_signature_is_never_told() {
    let call = Call::start().set("Signature", "0");
    assert!(!message(call).await.contains(SIGNATURE));
}

#[tokio::test]
async fn a_nonce_of_18_characters_is_accepted() {
    let call = Call::start().signed("123456789012345678", NOW);
    assert_eq!(codes(call).await, (200, 200));
}

#[tokio::test]
async fn a_nonce_of_19_characters_is_refused() {
    let call = Call::start().signed("1234567890123456789", NOW);
    assert_eq!(codes(call).await, (400, 1002));
}

#[tokio::test]
async fn an_empty_nonce_is_refused() {
    let call = Call::start().signed("", NOW);
    assert_eq!(codes(call).await, (400, 1002));
}

#[tokio::test]
async fn a_nonce_used_again_is_refused() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    assert_eq!(Call::start().send(&sim).await.codes(), (401, 1004));
}

#[tokio::test]
async fn a_nonce_of_a_wrongly_signed_request_stays_free() {
    let sim = simulator().await;
    Call::start().set("Signature", "0").send(&sim).await;
    assert_eq!(Call::start().send(&sim).await.codes(), (200, 200));
}

#[tokio::test]
async fn a_nonce_is_used_up_by_a_refused_body() {
    let sim = simulator().await;
    Call::start().body("{}").send(&sim).await;
    assert_eq!(Call::start().send(&sim).await.codes(), (401, 1004));
}

#[tokio::test]
async fn a_nonce_of_another_app_stays_free() {
    let sim = Simulator::builder()
        .app(APP_KEY, SECRET)
        .app("other", SECRET)
        .room("room1", "aaa")
        .clock(|| NOW)
        .start()
        .await
        .unwrap();
    Call::start().send(&sim).await;
    let reply = Call::start().set("App-Key", "other").send(&sim).await;
    assert_eq!(reply.codes(), (200, 200));
}

/// A simulator whose clock a test sets.
async fn with_clock() -> (Simulator, Arc<AtomicU64>) {
    let now = Arc::new(AtomicU64::new(NOW));
    let clock = Arc::clone(&now);
    let builder = Simulator::builder().app(APP_KEY, SECRET).room("room1", "aaa");
    let sim = builder.clock(move || clock.load(Ordering::Relaxed)).start().await.unwrap();
    (sim, now)
}

#[tokio::test]
async fn a_nonce_is_free_again_after_the_window() {
    let (sim, now) = with_clock().await;
    Call::start().send(&sim).await;
    let later = NOW + 300_001;
    now.store(later, Ordering::Relaxed);
    let reply = Call::start().signed(NONCE, later).send(&sim).await;
    assert_eq!(reply.codes(), (200, 200));
}

#[tokio::test]
async fn a_nonce_of_an_old_timestamp_stays_used_for_a_window() {
    let (sim, now) = with_clock().await;
    Call::start().signed(NONCE, NOW - 300_000).send(&sim).await;
    now.store(NOW + 300_000, Ordering::Relaxed);
    let reply = Call::start().signed(NONCE, NOW + 300_000).send(&sim).await;
    assert_eq!(reply.codes(), (401, 1004));
}

#[tokio::test]
async fn a_request_from_the_future_cannot_be_sent_again_when_its_time_comes() {
    let (sim, now) = with_clock().await;
    let call = Call::start().signed(NONCE, NOW + 300_000);
    call.send(&sim).await;
    now.store(NOW + 600_000, Ordering::Relaxed);
    assert_eq!(call.send(&sim).await.codes(), (401, 1004));
}

#[tokio::test]
async fn a_timestamp_at_the_windows_early_edge_is_accepted() {
    let call = Call::start().signed(NONCE, NOW - 300_000);
    assert_eq!(codes(call).await, (200, 200));
}

#[tokio::test]
async fn a_timestamp_at_the_windows_late_edge_is_accepted() {
    let call = Call::start().signed(NONCE, NOW + 300_000);
    assert_eq!(codes(call).await, (200, 200));
}

#[tokio::test]
async fn a_timestamp_before_the_window_is_refused() {
    let call = Call::start().signed(NONCE, NOW - 300_001);
    assert_eq!(codes(call).await, (401, 1004));
}

#[tokio::test]
async fn a_timestamp_after_the_window_is_refused() {
    let call = Call::start().signed(NONCE, NOW + 300_001);
    assert_eq!(codes(call).await, (401, 1004));
}

#[tokio::test]
async fn a_timestamp_in_seconds_is_refused() {
    let call = Call::start().signed(NONCE, NOW / 1000);
    assert!(message(call).await.contains("it counts milliseconds"));
}

#[tokio::test]
async fn a_timestamp_with_a_sign_is_refused() {
    let call = Call::start().set("Timestamp", "+1408710653000");
    let expected = "signature check failed: Timestamp must be milliseconds in digits";
    assert_eq!(message(call).await, expected);
}

#[tokio::test]
async fn the_window_can_be_narrowed() {
    let sim = Simulator::builder()
        .app(APP_KEY, SECRET)
        .room("room1", "aaa")
        .clock(|| NOW)
        .timestamp_window(Duration::from_secs(1))
        .start()
        .await
        .unwrap();
    let reply = Call::start().signed(NONCE, NOW - 1001).send(&sim).await;
    assert_eq!(reply.codes(), (401, 1004));
}

#[tokio::test]
async fn a_bad_signature_is_refused_before_a_bad_body() {
    let call = Call::start().set("Signature", "0").body("");
    assert_eq!(codes(call).await, (401, 1004));
}
