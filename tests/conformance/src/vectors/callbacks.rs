//! Callbacks, an attack corpus among them: signed now, and taken in one after the other by one receiver.

use base64::prelude::{BASE64_STANDARD, Engine};
use rongcloud_recording::{Timestamp, signature};
use serde_json::{Value, json};

use crate::Wrong;
use crate::compare::{field, has, is, list, same, text};
use crate::driver::Driver;

pub(super) async fn callback(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let signed = Signed::of(field(entry, "sign")?)?;
    let headers = list(entry, "headers")?.iter().map(|pair| json!([pair[0], signed.fill(&pair[1])]));
    let deliveries = list(entry, "deliveries")?;
    let command = json!({"receive": {
        "kind": entry["kind"],
        "credentials": entry["credentials"],
        "timestamp_unit": entry["timestamp_unit"],
        "headers": headers.collect::<Value>(),
        "query": signed.fill(field(entry, "query")?),
        "bodies": deliveries.iter().map(body).collect::<Result<Value, Wrong>>()?,
    }});
    let outcomes = driver.ask(&command).await?.done()?;
    let outcomes = outcomes.as_array().ok_or("no list of outcomes")?;
    same("the number of outcomes", &outcomes.len().into(), &deliveries.len().into())?;
    outcomes.iter().zip(deliveries).try_for_each(|(outcome, delivery)| taken(outcome, field(delivery, "expect")?))
}

fn taken(outcome: &Value, expected: &Value) -> Result<(), Wrong> {
    let Some(event) = expected.get("event") else {
        return has("the refusal", outcome, expected);
    };
    is("the event", field(outcome, "event")?, event, &["json"])?;
    same("the fingerprint", field(outcome, "fingerprint")?, field(expected, "fingerprint")?)
}

/// In Base64: some are no text.
fn body(delivery: &Value) -> Result<String, Wrong> {
    if let Some(digits) = delivery["body_hex"].as_str() {
        return Ok(BASE64_STANDARD.encode(hex::decode(digits).map_err(|error| error.to_string())?));
    }
    if let (Some(part), Some(times)) = (delivery["body_times"][0].as_str(), delivery["body_times"][1].as_u64()) {
        return Ok(BASE64_STANDARD.encode(part.repeat(usize::try_from(times).map_err(|error| error.to_string())?)));
    }
    Ok(BASE64_STANDARD.encode(text(delivery, "body")?))
}

/// The fields of a signature, put into the places where an entry names them.
struct Signed {
    secret: String,
    nonce: String,
    timestamp: String,
}

impl Signed {
    fn of(sign: &Value) -> Result<Self, Wrong> {
        let Timestamp(now) = Timestamp::now();
        let time = now + field(sign, "offset_ms")?.as_i64().ok_or("offset_ms is no number")?;
        let time = if text(sign, "unit")? == "s" { time / 1000 } else { time };
        Ok(Self {
            secret: text(sign, "secret")?.to_owned(),
            nonce: text(sign, "nonce")?.to_owned(),
            timestamp: time.to_string(),
        })
    }

    fn fill(&self, template: &Value) -> String {
        let template = template.as_str().unwrap_or_default();
        if let Some(signed) = template.strip_prefix("{signature:").and_then(|rest| rest.strip_suffix('}')) {
            return signature(&self.secret, signed, "");
        }
        let signed = signature(&self.secret, &self.nonce, &self.timestamp);
        // One digit moves from the front of the timestamp to the end of the nonce: both sign the same text.
        let (first, rest) = self.timestamp.split_at(1);
        let nonce = if template == "{nonce}1" { format!("{}{first}", self.nonce) } else { self.nonce.clone() };
        template
            .replace("{nonce}1", &nonce)
            .replace("{nonce}", &self.nonce)
            .replace("{timestamp-1}", rest)
            .replace("{timestamp}", &self.timestamp)
            .replace("{signature}", &signed)
            .replace("{SIGNATURE}", &signed.to_uppercase())
    }
}
