//! A callback as it was captured: HTTP as text.

use rongcloud_recording::callback::CallbackRequest;
use rongcloud_recording::codes;

use crate::failure::Failure;

/// Reads what arrived: a request line that may be missing, headers, an empty line, and the body to its last byte.
///
/// # Errors
/// Where the head is none.
pub fn read(file: &str, captured: &[u8]) -> Result<CallbackRequest, Failure> {
    let invalid = |reason: &str| Failure::input(file, codes::INVALID_SHAPE, reason);
    let (head, body) = divided(captured)
        .ok_or_else(|| invalid("has no empty line between headers and body: give what arrived, headers first"))?;
    let head = std::str::from_utf8(head).map_err(|_| invalid("has headers that are not text"))?;
    let mut query = String::new();
    let mut headers = Vec::new();
    for (index, line) in head.lines().enumerate() {
        match line.split_once(':') {
            _ if index == 0 && is_request_line(line) => query = query_of(line).to_owned(),
            Some((name, value)) if !name.trim().is_empty() => headers.push((name.trim(), value.trim())),
            _ => return Err(invalid(&format!("has a line {} that is no header", index + 1))),
        }
    }
    Ok(CallbackRequest::new(headers, body).query(query))
}

fn divided(captured: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = |mark: &[u8]| captured.windows(mark.len()).position(|window| window == mark).map(|at| (at, mark.len()));
    let (at, length) = [at(b"\r\n\r\n"), at(b"\n\n")].into_iter().flatten().min()?;
    Some((captured.get(..at)?, captured.get(at + length..)?))
}

fn is_request_line(line: &str) -> bool {
    line.split(' ').count() == 3 && line.contains(" HTTP/")
}

fn query_of(line: &str) -> &str {
    line.split(' ').nth(1).and_then(|target| target.split_once('?')).map_or("", |(_, query)| query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_has_a_query_headers_and_a_body_to_the_byte() {
        for line_end in ["\r\n", "\n"] {
            let text = ["POST /recording?nonce=1&a=b HTTP/1.1", "Host: a:80", "signature: x", "", "{\"a\":\"\n\n\"} "]
                .join(line_end);
            let request = read("f", text.as_bytes()).unwrap_or_default();
            assert_eq!(request.query, "nonce=1&a=b");
            assert_eq!(request.headers.len(), 2);
            assert_eq!(request.body, b"{\"a\":\"\n\n\"} ", "{line_end:?}");
        }
    }

    #[test]
    fn what_is_no_capture_is_refused() {
        for text in ["", "{}", "no header\n\n{}", "{\"a\":1}\n"] {
            assert!(read("f", text.as_bytes()).is_err(), "{text}");
        }
    }
}
