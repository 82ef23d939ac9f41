//! The scanner's own bytes, whole or by range.

use std::ops::Range;

use archive::{Archive, Key};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use catalog::views::{ScanAccess, StoredMember};
use futures::stream;

use crate::audience::{Opened, parsed};
use crate::door::Door;
use crate::problem::Problem;

/// Bytes read at once for a download.
const BLOCK_BYTES: u64 = 1 << 20;

pub(crate) async fn member(
    State(door): State<Door>,
    opened: Opened<ScanAccess>,
    Path((_scan, n)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let n: u16 = parsed(&n, "file")?;
    let access = opened.access.get();
    let member = access.members.iter().find(|member| member.n == n);
    let member = member.ok_or_else(|| Problem::not_found("file"))?;
    let asked = headers
        .get(header::RANGE)
        .and_then(|line| line.to_str().ok());
    let range = match asked.map(|line| wanted(line, member.size_bytes)) {
        Some(Wanted::Part(range)) => Some(range),
        Some(Wanted::Unsatisfiable) => return Err(beyond(member.size_bytes)),
        Some(Wanted::Whole) | None => None,
    };
    Ok(sent(&door.keepers.archive, access, member, range))
}

/// The object of a member.
pub(crate) const fn key(access: &ScanAccess, n: u16) -> Key {
    Key::Original {
        scan: access.scan,
        attempt: access.attempt,
        n,
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    Unsatisfiable,
}

/// One range of bytes (RFC 9110 §14.1.2); several, or another unit, get the whole.
fn wanted(line: &str, size: u64) -> Wanted {
    let Some((first, last)) = line
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Wanted::Whole;
    };
    let range = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.trim().is_empty() => first..size,
        (Err(_), Ok(length)) if first.trim().is_empty() => size.saturating_sub(length)..size,
        _ => return Wanted::Whole,
    };
    if range.start < range.end {
        Wanted::Part(range)
    } else {
        Wanted::Unsatisfiable
    }
}

fn beyond(size: u64) -> Problem {
    let detail = format!("The file has {size} bytes.");
    Problem::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "beyond_the_file",
        "This range lies beyond the file.",
        &detail,
    )
    .with("size_bytes", size)
}

fn sent(
    archive: &Archive,
    access: &ScanAccess,
    member: &StoredMember,
    part: Option<Range<u64>>,
) -> Response {
    let size = member.size_bytes;
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::ACCEPT_RANGES, "bytes")
        .header(
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}-{}\"", access.scan, member.n),
        );
    if let Some(part) = &part {
        let of = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        response = response
            .status(StatusCode::PARTIAL_CONTENT)
            .header(header::CONTENT_RANGE, of);
    }
    let range = part.unwrap_or(0..size);
    response
        .header(header::CONTENT_LENGTH, range.end - range.start)
        .body(blocks(archive.clone(), key(access, member.n), range))
        .expect("digits, ids and fixed words make headers")
}

/// The bytes, a block at a time: memory holds one block a download.
fn blocks(archive: Archive, key: Key, range: Range<u64>) -> Body {
    let next = move |range: Range<u64>| {
        let archive = archive.clone();
        async move {
            if range.is_empty() {
                return Ok(None);
            }
            let end = range.end.min(range.start + BLOCK_BYTES);
            let bytes = archive.read(key, range.start..end).await?;
            Ok::<_, archive::Error>(Some((bytes, end..range.end)))
        }
    };
    Body::from_stream(stream::try_unfold(range, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood_and_anything_else_is_the_whole() {
        let cases = [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=90-", Wanted::Part(90..100)),
            ("bytes=-10", Wanted::Part(90..100)),
            ("bytes=-1000", Wanted::Part(0..100)),
            ("bytes=90-1000", Wanted::Part(90..100)),
            ("bytes=0-18446744073709551615", Wanted::Part(0..100)),
            ("bytes=100-", Wanted::Unsatisfiable),
            ("bytes=-0", Wanted::Unsatisfiable),
            ("bytes=5-4", Wanted::Whole),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("items=0-1", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
        ];
        for (line, expected) in cases {
            assert_eq!(wanted(line, 100), expected, "{line}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Unsatisfiable);
    }
}
