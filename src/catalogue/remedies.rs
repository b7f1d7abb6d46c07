//! What to do about each code of this library's own, and whether anything was sent.

use crate::callback::RefusalReason;
use crate::entry::LedgerState;
use crate::error::{FailureCause, FailureKind, codes};

/// What follows from a code.
pub(super) struct Remedy {
    pub sent: &'static str,
    pub to_do: &'static str,
}

const fn not_sent(to_do: &'static str) -> Remedy {
    Remedy { sent: "no", to_do }
}

const fn perhaps(to_do: &'static str) -> Remedy {
    Remedy { sent: "perhaps", to_do }
}

pub(super) fn of_kind(kind: FailureKind) -> Remedy {
    match kind {
        FailureKind::InvalidInput => not_sent("Correct every violation: each names its path and says what to do."),
        FailureKind::NotSent => not_sent(
            "Call again, unless the client was closed or this machine is at fault: `is_retryable` says so, and `cause` \
             what to look at. What may help at once was tried already.",
        ),
        FailureKind::OutcomeUnknown => perhaps(
            "After a start, never start again blindly: wait for a callback with the same `extra`, or stop the session's \
             recording first. Any other call may be made again.",
        ),
        FailureKind::Refused => Remedy {
            sent: "yes",
            to_do: "Look up the `code`. Call again only if `is_retryable`, after `retry_after`. Where \
                    `earlier_may_have_acted` is true, an earlier attempt of the same call may have done what was asked.",
        },
        FailureKind::UnreadableReply => Remedy {
            sent: "yes",
            to_do: "Look for a proxy or gateway that answers instead of the service. After a start, a recording may be \
                    running: wait for its callback, or stop the session's recording.",
        },
        FailureKind::Conflict => not_sent(
            "Look at the `entry`. Where its start is in flight or its outcome unknown, call again later: the ledger sends \
             no second start.",
        ),
        FailureKind::Cancelled => Remedy {
            sent: "`maybe_sent` says whether its request had begun to leave",
            to_do: "Nothing where it had not. Otherwise, after a start, treat it as one whose outcome is unknown.",
        },
        FailureKind::Internal => perhaps("Report it, with the whole sentence. It contains no secret."),
    }
}

pub(super) fn of_cause(cause: FailureCause) -> Remedy {
    match cause {
        FailureCause::NameResolution => {
            not_sent("Correct this machine's DNS or the address; `doctor` tries both domains.")
        }
        FailureCause::Connection => {
            not_sent("Let the firewall pass TCP to that host and port, or correct the address or the proxy.")
        }
        FailureCause::Tls => not_sent(
            "Correct the certificate, the address or this machine's clock. Behind a company's own gateway, give its CA as \
             `ca_certificates`.",
        ),
        FailureCause::Timeout => perhaps(
            "The error's kind says which it is: not sent while it was connecting, outcome unknown after that. Raise the \
             timeout only if the service is known to be slow.",
        ),
        FailureCause::Overloaded => {
            not_sent("Shed load, or raise `max_concurrent` and `max_waiting` of the connection policy.")
        }
        FailureCause::ConnectionLost => {
            perhaps("Treat the outcome as unknown: the connection says nothing of the request.")
        }
        FailureCause::ServerFailure => Remedy {
            sent: "yes, to the service or to a gateway in front of it",
            to_do: "Treat the outcome as unknown. If it lasts, ask the vendor's support with the request id.",
        },
        FailureCause::ClientClosed => {
            not_sent("Keep the client open for as long as calls are made, or make another one.")
        }
        FailureCause::Store => {
            not_sent("Bring the ledger's store back. Nothing is started without it, and no start is forgotten.")
        }
        FailureCause::Local => {
            not_sent("Repair what the reason names: CA certificates, descriptors, threads, the clock.")
        }
    }
}

pub(super) fn of_conflict(state: LedgerState) -> Remedy {
    match state {
        LedgerState::Free => {
            not_sent("Somebody decided about this start before it was sent, or nothing is to be resolved: start anew.")
        }
        LedgerState::Sending => {
            not_sent("Call again: another process is starting it, and all callers get its recording.")
        }
        LedgerState::Unknown => not_sent(
            "Wait for a callback, or find out and say so with `resolve`; or let `on_unknown` decide. No time alone ever \
             lets another start be sent.",
        ),
        LedgerState::Running => not_sent(
            "Use the recording on record; ask for the same room, profile and `extra` to get it. Stop it before another.",
        ),
        LedgerState::Ended | LedgerState::Uploaded | LedgerState::Over => {
            not_sent("To record the session once more, name what is over: `after` with the entry's generation.")
        }
    }
}

/// Of nothing that this library sends.
const INCOMING: &str = "nothing: it is about what has come in";

pub(super) fn of_refusal(reason: RefusalReason) -> Remedy {
    let to_do = match reason {
        RefusalReason::MissingSignature => {
            "Usually it is somebody else who tries your URL. If it is the service, pass all headers and the raw query, and \
             compare the names of its fields with `header_names`."
        }
        RefusalReason::MalformedSignature => {
            "If it is the service, its timestamps may have another unit: `timestamp_unit`. Otherwise somebody else tries."
        }
        RefusalReason::WrongSignature => {
            "Compare key and secret with the console's. While a secret is being changed, give the old one, too."
        }
        RefusalReason::OwnRequest => "Somebody has seen a request of yours: find out who reads your traffic or logs.",
        RefusalReason::OutsideTimeWindow => {
            "Set this machine's clock. If genuine callbacks come late, after an outage for example, widen `time_window`."
        }
        RefusalReason::Replayed => "Somebody has captured a callback: serve the webhook over HTTPS.",
        RefusalReason::UnknownApp => "Give the receiver the credentials of every app whose callbacks come to it.",
        RefusalReason::TooLarge => "Nothing, unless the service sends bodies of that size: then raise the limit.",
        RefusalReason::UnreadableBody => {
            "Pass the body's bytes unchanged, to the function for its kind: recordings and rooms have one each."
        }
        RefusalReason::GuardFailed => "Bring the guard's store back: the service sends the callback once more.",
    };
    Remedy { sent: INCOMING, to_do }
}

pub(super) fn of_violation(code: &str) -> Remedy {
    not_sent(match code {
        codes::REQUIRED => "Give the value.",
        codes::EMPTY => "Give a text that isn't empty; a variable that is set to nothing counts as not set.",
        codes::TOO_LONG => "Shorten it; an id of your own can also be a hash of what it stands for.",
        codes::NOT_HEADER_SAFE => {
            "Use visible ASCII characters without blanks at the ends: the text travels as a header."
        }
        codes::CONTROL_CHARACTER => "Look how the text was read: often the end of its line was read with it.",
        codes::INVALID_RESOLUTION => "Write `WIDTHxHEIGHT` with a small x, such as `640x480`.",
        codes::INVALID_SHAPE => "Write `16:9` or `1280x720`.",
        codes::OUT_OF_RANGE => "Keep within the range that the reason names.",
        codes::OUTSIDE_CANVAS => "Keep `x` + `width` and `y` + `height` at most 1.",
        codes::WINDOWS_REQUIRED => "Give at least one window, or choose another layout.",
        codes::HOST_REQUIRED => "Name the host, or use a custom layout.",
        codes::DUPLICATE_STREAM => "Give each stream once.",
        codes::NOT_APPLICABLE => "Leave the value out, or give what it belongs to.",
        codes::INVALID_JSON => "Correct the text at the line and column that the path names.",
        codes::UNKNOWN_FIELD => "Correct the key: the reason names the one that may be meant.",
        codes::DUPLICATE_FIELD => "Keep one of the two.",
        codes::WRONG_TYPE => "Write the value as the API's type.",
        codes::UNKNOWN_VALUE => "Use one of the values that the reason lists.",
        codes::INVALID_URL => "Write an absolute URL such as `https://gateway.example`.",
        codes::INVALID_CERTIFICATES => "Give PEM text with at least one certificate.",
        codes::AMBIGUOUS => "Give secrets of which none begins with another one, as the console's never do.",
        codes::INSECURE_URL => "Use https; plain http is for this machine only.",
        _ => "",
    })
}

pub(super) fn of_advice(code: &str) -> Remedy {
    let to_do = match code {
        codes::UNKNOWN_RESOLUTION => {
            "Look whether the size is meant. If the service's page lists it, leave it: only six of its twelve sizes are \
             public, and this library knows no others."
        }
        codes::LAYOUT_IGNORED => "Use a mix mode, or leave the layout out.",
        codes::HOST_MISSING => "Name the host: user and stream.",
        codes::DUPLICATE_STREAM => "Look whether another stream was meant.",
        codes::OVERLAPPING => "Put the windows side by side, or the smaller one wholly inside the other.",
        codes::CONTROL_CHARACTER => "Look how the id was read: often the end of its line was read with it.",
        _ => "",
    };
    Remedy { sent: "as usual: advice stops nothing", to_do }
}
