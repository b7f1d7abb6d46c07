//! What goes wrong in a round of calls.

use serde_json::{Value, json};

/// Calls between two sets of faults.
pub const CALLS_PER_ROUND: u64 = 2_000;
/// Faults of each kind in one round.
const FAULTS: u32 = 25;

/// The door's faults and the service's canned replies of one round, in random order.
pub fn of_one_round() -> (Value, Value) {
    let below_http = (0..FAULTS).flat_map(|_| {
        let cut = ["reset", "close"][fastrand::usize(..2)];
        [
            json!({"connection": cut}),
            json!({"requestBytes": fastrand::u64(0..900), "then": cut}),
            json!({"replyBytes": fastrand::u64(0..200), "then": cut}),
        ]
    });
    let hanging = [json!({"requestBytes": fastrand::u64(0..900), "then": "hang"}), json!({"connection": "hang"})];
    let replies = (0..FAULTS).flat_map(|_| {
        [
            json!({"status": 503, "body": "<html>down</html>", "contentType": "text/html"}),
            json!({"status": 429, "body": r#"{"code":1008}"#, "headers": {"Retry-After": "0"}}),
            json!({"status": 200, "body": r#"{"code":200,"errorMe"#}),
            json!({"padBytes": 2_000_000}),
            json!({"times": fastrand::u32(1..50)}),
        ]
    });
    (shuffled(below_http.chain(hanging).collect()), shuffled(replies.collect()))
}

fn shuffled(mut values: Vec<Value>) -> Value {
    fastrand::shuffle(&mut values);
    Value::Array(values)
}
