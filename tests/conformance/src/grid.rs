//! The grid of faults: its cases, and whether what was seen is what a case expects.

use serde_json::{Value, json};

use crate::compare::{field, has, list, text};
use crate::{Wrong, beside, read};

pub(crate) const OPERATIONS: [&str; 4] = ["start", "update_layout", "stop", "query_room"];

/// What ends a call is an event: a fault, or a reply. Only where a time-out is what a case is about, the client is an
/// impatient one; the others have so much time that a busy machine makes no difference, and a call that waits for its end
/// has the wrong outcome.
pub(crate) struct Grid {
    pub(crate) client: Value,
    impatient_client: Value,
    grace_ms: u64,
    pub(crate) cases: Vec<Value>,
}

impl Grid {
    pub(crate) fn read() -> Result<Self, Wrong> {
        let grid = read(&beside("faults").join("grid.json"))?;
        Ok(Self {
            client: field(&grid, "client")?.clone(),
            impatient_client: field(&grid, "impatient_client")?.clone(),
            grace_ms: number(&grid, "grace_ms")?,
            cases: list(&grid, "cases")?.to_vec(),
        })
    }

    /// Of the client that meets the case.
    pub(crate) fn settings(&self, case: &Value) -> &Value {
        if case["times_out"] == true { &self.impatient_client } else { &self.client }
    }

    /// What was seen of a call, a line as the table of all languages is made of, is what its case expects.
    pub(crate) fn judge(&self, case: &Value, seen: &Value) -> Result<(), Wrong> {
        let expected = case.get(text(seen, "operation")?).unwrap_or(&case["repeatable"]);
        let is_listed =
            |key| expected.get(key).is_none_or(|all| all.as_array().is_some_and(|all| all.contains(&seen[key])));
        let is_equal = |key| expected.get(key).is_none_or(|value| *value == seen[key]);
        let executions = number(seen, "executions")?;
        let [least, most] = [0, 1].map(|end| expected["executions"][end].as_u64());
        let latest = number(self.settings(case), "timeout_ms")? + self.grace_ms;
        let is_said =
            case["reason"].as_str().is_none_or(|part| seen["reason"].as_str().unwrap_or_default().contains(part));
        let is_right = is_listed("outcome")
            && is_listed("cause")
            && ["status", "code", "is_retryable"].into_iter().all(is_equal)
            && least.is_some_and(|least| least <= executions)
            && most.is_some_and(|most| executions <= most)
            && number(seen, "elapsed_ms")? <= latest
            && is_said;
        if is_right { Ok(()) } else { Err(format!("{seen}\n  is not {expected}")) }
    }
}

/// Of a start that was cut: it was executed where it had arrived whole, and nobody can know.
pub(crate) fn judge_cut(seen: &Value, is_whole: bool) -> Result<(), Wrong> {
    let expected = json!({"outcome": "outcome_unknown", "maybe_sent": true, "executions": u64::from(is_whole)});
    has("the cut start", seen, &expected)
}

fn number(value: &Value, key: &str) -> Result<u64, Wrong> {
    field(value, key)?.as_u64().ok_or_else(|| format!("{key} is no number in {value}"))
}
