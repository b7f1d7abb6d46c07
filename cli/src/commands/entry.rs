//! Entries of the ledger, as lines.

use rongcloud_recording::LedgerEntry;

use crate::json;
use crate::output::{Line, Mark};
use crate::text::moment;

/// One line for each, or one that says that there is none.
pub fn lines(entries: &[LedgerEntry], none: &str) -> Vec<Line> {
    if entries.is_empty() {
        return vec![Line::new(none)];
    }
    entries.iter().map(line).collect()
}

/// One entry.
pub fn line(entry: &LedgerEntry) -> Line {
    let state = json::name(entry.state);
    let mark = match state.as_str() {
        "unknown" => Mark::Bad,
        "sending" | "running" => Mark::Doubtful,
        _ => Mark::Good,
    };
    let optional = |name: &str, value: Option<&str>| {
        value.filter(|value| !value.is_empty()).map(|value| format!(", {name} {value}")).unwrap_or_default()
    };
    let room = optional("room", Some(&entry.room_id));
    let record = optional("recording", entry.record_id.as_deref());
    let extra = optional("extra", Some(&entry.extra));
    let reason = entry.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let flags = [(entry.has_failed, ", failed"), (entry.is_doubled, ", doubled")];
    let flags: String = flags.into_iter().filter(|(is_so, _)| *is_so).map(|(_, word)| word).collect();
    let text = format!(
        "{state}, session {}{room}{record}, generation {}{extra}{flags}, changed {}{reason}",
        entry.session_id,
        entry.generation,
        moment(entry.changed_at)
    );
    Line::marked(mark, "·", text)
}
