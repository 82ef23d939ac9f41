//! The scanner's own bytes, whole or by range.
//!
//! Of a scan that can be read every block is checked against its index before it goes out; a download that
//! meets a damaged one breaks off, and says so where nothing was sent yet. A scan that was refused has no
//! index: its bytes go out as they lie there.

use std::ops::Range;
use std::sync::Arc;

use archive::{Archive, Key, Tileset, Tilesets};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use catalog::views::{ScanAccess, StoredMember};
use futures::{Stream, StreamExt, stream};
use pathology::tileset::BLOCK_BYTES;

use crate::audience::{Opened, parsed};
use crate::door::Door;
use crate::problem::Problem;
use crate::tiles::tileset;

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
    sent(Stored::of(&door, access, n), access, member, range).await
}

/// Where a download's bytes come from.
#[derive(Clone)]
enum Stored {
    Checked(Tilesets, Arc<Tileset>, u16),
    AsItLies(Archive, Key),
}

impl Stored {
    fn of(door: &Door, access: &ScanAccess, n: u16) -> Self {
        let keepers = &door.keepers;
        if let Ok(tileset) = tileset(access) {
            return Self::Checked(keepers.tilesets.clone(), Arc::new(tileset), n);
        }
        let key = Key::Original {
            scan: access.scan,
            attempt: access.attempt,
            n,
        };
        Self::AsItLies(keepers.archive.clone(), key)
    }

    async fn read(&self, range: Range<u64>) -> Result<Bytes, archive::Error> {
        match self {
            Self::Checked(tilesets, of, n) => tilesets.original(of, *n, range).await,
            Self::AsItLies(archive, key) => archive.read(*key, range).await,
        }
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

async fn sent(
    stored: Stored,
    access: &ScanAccess,
    member: &StoredMember,
    part: Option<Range<u64>>,
) -> Result<Response, Problem> {
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
    // Before anything is sent, a refusal can still be said in words.
    let first = stored.read(range.start..end_of_block(&range)).await?;
    let rest = blocks(stored, end_of_block(&range)..range.end);
    let all = stream::once(async { Ok(first) }).chain(rest);
    Ok(response
        .header(header::CONTENT_LENGTH, range.end - range.start)
        .body(Body::from_stream(all))
        .expect("digits, ids and fixed words make headers"))
}

/// The bytes, a block at a time: memory holds one block a download.
fn blocks(
    stored: Stored,
    range: Range<u64>,
) -> impl Stream<Item = Result<Bytes, archive::Error>> + Send {
    let next = move |range: Range<u64>| {
        let stored = stored.clone();
        async move {
            if range.is_empty() {
                return Ok(None);
            }
            let end = end_of_block(&range);
            let bytes = stored.read(range.start..end).await?;
            Ok::<_, archive::Error>(Some((bytes, end..range.end)))
        }
    };
    stream::try_unfold(range, next)
}

/// Where the block that a range begins in ends, or the range.
fn end_of_block(range: &Range<u64>) -> u64 {
    range.end.min((range.start / BLOCK_BYTES + 1) * BLOCK_BYTES)
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
