//! The way to each domain, step by step, from what became of one unsigned request.

use rongcloud_recording::reach::{Reached, domains, reach};
use rongcloud_recording::{ClientOptions, FailureCause, RecordingError, Span};

use super::check::Check;
use super::credentials::told;
use crate::exit::Exit;
use crate::text::length;

const SETTINGS: &str = "settings";
const CERTIFICATES: &str = "ca";

/// A step on the way to a domain, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Proxy,
    Name,
    Tcp,
    Tls,
    Answer,
    Clock,
}

const STEPS: [(Step, &str); 6] = [
    (Step::Proxy, "proxy"),
    (Step::Name, "name"),
    (Step::Tcp, "tcp"),
    (Step::Tls, "tls"),
    (Step::Answer, "answer"),
    (Step::Clock, "clock"),
];

pub async fn checks(options: &ClientOptions) -> Vec<Check> {
    let domains = match domains(options) {
        Ok(domains) => domains,
        Err(error) => {
            let fix = "set RONGCLOUD_DATA_CENTER to the one that the console's App Key page names";
            return vec![Check::broken(SETTINGS, Exit::InvalidInput, told(&error), fix)];
        }
    };
    let named: Vec<&str> = domains.iter().map(|domain| domain.url.as_str()).collect();
    let mut checks = vec![Check::passed(SETTINGS, format!("the service is {}", named.join(", then ")))];
    match reach(options).await {
        Ok(all) => {
            let is_plain = all.iter().all(|reached| reached.domain.url.starts_with("http://"));
            checks.push(if is_plain {
                Check::skipped(CERTIFICATES, "plain http on this machine needs none")
            } else {
                Check::passed(CERTIFICATES, "this machine has CA certificates")
            });
            checks.extend(all.iter().flat_map(of_domain));
        }
        Err(error) => {
            let reason = match &error {
                RecordingError::NotSent { reason, .. } => reason.clone(),
                other => other.to_string(),
            };
            let fix = "install ca-certificates, or let SSL_CERT_FILE name a file of them";
            checks.push(Check::broken(CERTIFICATES, Exit::NotSent, reason, fix));
        }
    }
    checks
}

/// Whether a domain answered.
fn of_domain(reached: &Reached) -> Vec<Check> {
    let site = if reached.domain.is_backup { "backup" } else { "primary" };
    let broken_at = broken_step(reached);
    let check = |(step, name): (Step, &str)| {
        let id = format!("{site}.{name}");
        match broken_at {
            Some(broken) if step > broken => Check::skipped(id, "not reached"),
            // It may have been the name that nobody told in time.
            Some(Step::Tcp) if step == Step::Name && has_hung(reached) => Check::skipped(id, "not known"),
            Some(broken) if step == broken => broken_check(id, step, reached),
            _ => sound(id, step, reached),
        }
    };
    STEPS.into_iter().map(check).collect()
}

/// The step that failed.
fn broken_step(reached: &Reached) -> Option<Step> {
    let has_proxy = reached.domain.proxy.is_some();
    match reached.cause {
        // With a proxy, only the proxy is connected to: it looks the service's name up and connects further.
        Some(FailureCause::NameResolution | FailureCause::Connection) if has_proxy => Some(Step::Proxy),
        Some(FailureCause::NameResolution) => Some(Step::Name),
        Some(FailureCause::Connection) => Some(Step::Tcp),
        Some(FailureCause::Tls) => Some(Step::Tls),
        Some(FailureCause::Timeout) if reached.maybe_sent => Some(Step::Answer),
        Some(FailureCause::Timeout) if has_proxy => Some(Step::Proxy),
        Some(FailureCause::Timeout | FailureCause::Local) => Some(Step::Tcp),
        Some(_) => Some(Step::Answer),
        None if is_no_answer_of_the_service(reached) => Some(Step::Answer),
        None if reached.is_clock_off => Some(Step::Clock),
        None => None,
    }
}

/// Whether no connection came about in time, wherever it hung.
fn has_hung(reached: &Reached) -> bool {
    reached.cause == Some(FailureCause::Timeout) && !reached.maybe_sent
}

/// A request without a signature is refused by the service, with a code in JSON. Who answers otherwise is somebody else, or is
/// not well: a proxy that asks who is there, a firewall that forbids, a page that greets anybody.
fn is_no_answer_of_the_service(reached: &Reached) -> bool {
    let is_no_refusal = |status: i32| status < 400 || [404, 407].contains(&status) || status >= 500;
    reached.code.is_none() || reached.status.is_some_and(is_no_refusal)
}

fn sound(id: String, step: Step, reached: &Reached) -> Check {
    let domain = &reached.domain;
    match step {
        Step::Proxy => match &domain.proxy {
            Some(proxy) => Check::passed(id, format!("through {proxy}")),
            None => Check::skipped(id, "none on the way"),
        },
        Step::Name if domain.proxy.is_some() => Check::skipped(id, "the proxy looks it up"),
        Step::Tcp if domain.proxy.is_some() => Check::skipped(id, "the proxy connects"),
        Step::Name => Check::passed(id, "has an address"),
        Step::Tcp => Check::passed(id, "connected"),
        Step::Tls if domain.url.starts_with("http://") => Check::skipped(id, "plain http on this machine"),
        Step::Tls => Check::passed(id, "the certificate is trusted"),
        Step::Answer => {
            let status = reached.status.unwrap_or_default();
            let code = reached.code.map(|code| format!(", code {code}")).unwrap_or_default();
            Check::passed(id, format!("HTTP {status}{code} to an unsigned request, in {}", length(reached.took)))
        }
        Step::Clock => match reached.clock_ahead {
            Some(ahead) => {
                Check::passed(id, format!("this machine's is {} the service's (its Date header)", apart(ahead)))
            }
            None => Check::skipped(id, "the answer names no time"),
        },
    }
}

fn broken_check(id: String, step: Step, reached: &Reached) -> Check {
    let reason = reached.reason.clone();
    match step {
        Step::Proxy => {
            let fix = "correct HTTPS_PROXY or ALL_PROXY, or name the service's hosts in NO_PROXY";
            Check::broken(id, Exit::NotSent, reason, fix)
        }
        Step::Name => Check::broken(id, Exit::NotSent, reason, "correct this machine's DNS, or the address"),
        Step::Tcp if has_hung(reached) => {
            let fix = "look whether the name is told at once, and let this machine's firewall pass TCP and TLS to that port; or \
                       correct the address";
            Check::broken(id, Exit::NotSent, reason, fix)
        }
        Step::Tcp => {
            let fix = "let this machine's firewall pass TCP to that port, or correct the address";
            Check::broken(id, Exit::NotSent, reason, fix)
        }
        Step::Tls => {
            let fix = "if a gateway of your company's stands between, let SSL_CERT_FILE name a file with its CA, too; \
                       else correct the address, the server's certificate or this machine's clock";
            Check::broken(id, Exit::NotSent, reason, fix)
        }
        Step::Answer => {
            let found = match reached.status {
                Some(status) if reached.code.is_none() => {
                    format!(
                        "something answers HTTP, with {status} and without the code that each answer of the service has"
                    )
                }
                Some(status) => format!("HTTP {status}, as the service answers no request"),
                None => reason,
            };
            Check::broken(
                id,
                Exit::OutcomeUnknown,
                found,
                "correct the address, or ask whoever runs what answers there",
            )
        }
        Step::Clock => {
            let ahead = reached.clock_ahead.unwrap_or_default();
            let found = format!("this machine's is {} the service's (its Date header)", apart(ahead));
            Check::broken(id, Exit::SignatureRefused, found, "set this machine's clock, by NTP for example")
        }
    }
}

/// `600 s ahead of`, and nothing finer: the service names whole seconds.
fn apart(ahead: Span) -> String {
    let seconds = ahead.0 / 1_000_000_000;
    match seconds {
        -1..=1 => "as".to_owned(),
        2.. => format!("{seconds} s ahead of"),
        _ => format!("{} s behind", -seconds),
    }
}
