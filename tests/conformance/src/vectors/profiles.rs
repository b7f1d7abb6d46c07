//! What needs no service: profiles, signatures, settings, constants.

use serde_json::{Value, json};

use crate::Wrong;
use crate::compare::{field, has, same};
use crate::driver::Driver;

/// A config is read and written as the golden one, again after its way through the language's types, and has its advice.
pub(super) async fn config(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let told = driver.ask(&json!({"profile": entry["input"]})).await?.done()?;
    let json = field(entry, "json")?;
    has("the profile", &told, &json!({"json": json, "json_of_config": json, "advice": field(entry, "advice")?}))
}

/// A profile or an update is drawn as the golden picture is, line by line, or refused.
pub(super) async fn picture(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let reply = driver.ask(&json!({"picture": field(entry, "picture")?})).await?;
    if let Some(violations) = entry.get("violations") {
        return invalid(&reply.failed()?, violations);
    }
    let told = reply.done()?;
    let lines: Vec<_> = told.as_str().unwrap_or_default().split_inclusive('\n').collect();
    same("the picture", &json!(lines), field(entry, "svg")?)
}

pub(super) async fn violations(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let failure = driver.ask(&json!({"profile": entry["input"]})).await?.failed()?;
    invalid(&failure, field(entry, "violations")?)
}

pub(super) async fn options(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let mut settings = entry.clone();
    if let Some(fields) = settings.as_object_mut() {
        fields.retain(|name, _| name != "name" && name != "violations");
    }
    let failure = driver.client(&settings).await?.failed()?;
    invalid(&failure, field(entry, "violations")?)
}

/// All violations, and that nothing was sent.
pub(super) fn invalid(failure: &Value, violations: &Value) -> Result<(), Wrong> {
    let expected =
        json!({"kind": "invalid_input", "maybe_sent": false, "is_retryable": false, "violations": violations});
    has("the failure", failure, &expected)
}

pub(super) async fn signature(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let [app_secret, nonce, timestamp] = ["app_secret", "nonce", "timestamp"].map(|name| &entry[name]);
    let command = json!({"signature": {"app_secret": app_secret, "nonce": nonce, "timestamp": timestamp}});
    same("the signature", &driver.ask(&command).await?.done()?, field(entry, "signature")?)
}

pub(super) async fn constants(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    same("what there is", &driver.ask(&json!({"constants": null})).await?.done()?, &entry["content"])
}
