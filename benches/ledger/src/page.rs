//! The figures as a page of Markdown.

use std::fmt::Write;

use crate::follow::Followed;
use crate::growth::Step;
use crate::proc::quantile;
use crate::starts::{Measured, Window};

const MEGABYTE: f64 = 1e6;

pub(crate) fn starts(measured: &[Measured]) -> String {
    let mut page = "## Starts\n\n\
        | store | at once | starts/s | to none: median (range of pairs) | p50 ms | p99 ms |\n\
        | --- | ---: | ---: | ---: | ---: | ---: |\n"
        .to_owned();
    for one in measured {
        let none = measured.iter().find(|other| other.at_once == one.at_once && other.name == "none");
        let mut ratios: Vec<f64> = none
            .map(|none| {
                one.windows.iter().zip(&none.windows).map(|(one, none)| one.per_second / none.per_second).collect()
            })
            .unwrap_or_default();
        let median = |value: fn(&Window) -> f64| quantile(&mut one.windows.iter().map(value).collect::<Vec<_>>(), 0.5);
        let ratio = match one.name {
            "none" => String::new(),
            _ => {
                let [least, middle, most] = [0.0, 0.5, 1.0].map(|share| quantile(&mut ratios, share));
                format!("{middle:.3} ({least:.3} to {most:.3})")
            }
        };
        let _ = writeln!(
            page,
            "| {} | {} | {:.0} | {ratio} | {:.2} | {:.2} |",
            one.name,
            one.at_once,
            median(|window| window.per_second),
            median(|window| window.p50_ms),
            median(|window| window.p99_ms)
        );
    }
    page
}

#[allow(clippy::cast_precision_loss)]
pub(crate) fn followed(count: u64, followed: &[Followed]) -> String {
    let mut page = format!(
        "## Following {count} recordings by one process\n\n\
         | store | CPU, quiet | calls/s, quiet | CPU, ten changes/s | calls/s, ten changes/s | resident MB | change known after: p50 ms | p99 ms | not within 10 s |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    );
    for one in followed {
        let _ = writeln!(
            page,
            "| {} | {:.1} % | {:.0} | {:.1} % | {:.0} | {:.0} | {:.0} | {:.0} | {} |",
            one.name,
            one.cpu * 100.0,
            one.calls,
            one.cpu_changing * 100.0,
            one.calls_changing,
            one.resident as f64 / MEGABYTE,
            one.p50_ms,
            one.p99_ms,
            one.missed
        );
    }
    page
}

#[allow(clippy::cast_precision_loss)]
pub(crate) fn growth(steps: &[Step]) -> String {
    let mut page = "## Growth\n\n\
        | store | records | MB | starts/s, 16 at once | get: p50 ms | p99 ms | a pass with nothing due, ms | with 1,000 due, ms | unresolved, ms | filled in s |\n\
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        .to_owned();
    for one in steps {
        let _ = writeln!(
            page,
            "| {} | {} | {:.0} | {:.0} | {:.2} | {:.2} | {:.1} | {:.0} | {:.1} | {:.1} |",
            one.name,
            one.records,
            one.bytes as f64 / MEGABYTE,
            one.starts,
            one.get_p50_ms,
            one.get_p99_ms,
            one.empty_pass_ms,
            one.full_pass_ms,
            one.unresolved_ms,
            one.filled_s
        );
    }
    page
}
