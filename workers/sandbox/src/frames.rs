//! Frames on a pipe: written whole, and read no longer than they may be.

use std::io::{self, Read, Write};

use serde::{Serialize, de::DeserializeOwned};
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::protocol::{FRAME_BYTES, Reply};

/// A whole frame, length first.
pub(crate) fn frame(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut frame = postcard::to_extend(message, vec![0; 4]).map_err(io::Error::other)?;
    let length = u32::try_from(frame.len() - 4).unwrap_or(u32::MAX);
    if length > FRAME_BYTES {
        return Err(io::Error::other("a message is longer than a frame may be"));
    }
    frame[..4].copy_from_slice(&length.to_le_bytes());
    Ok(frame)
}

/// The child's side: sends one frame.
pub(crate) fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    to.write_all(&frame(message)?)?;
    to.flush()
}

/// The child's side: the next frame, or `None` at the end of the conversation.
pub(crate) fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_le_bytes(length);
    if length > FRAME_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length as usize];
    from.read_exact(&mut body)?;
    postcard::from_bytes(&body)
        .map(Some)
        .map_err(io::Error::other)
}

/// What the parent found where a frame should be.
#[derive(Debug)]
pub(crate) enum Heard {
    /// A whole reply.
    Reply(Reply),
    /// The child has closed its side.
    Ended,
    /// The frame is longer than the ask allows.
    TooLong,
    /// The frame says nothing we know.
    Nonsense,
}

/// The parent's side: the next reply of at most `limit` bytes.
pub(crate) async fn hear(from: &mut (impl AsyncRead + Unpin), limit: u32) -> Heard {
    let Ok(length) = from.read_u32_le().await else {
        return Heard::Ended;
    };
    if length > limit {
        return Heard::TooLong;
    }
    let mut body = Vec::new();
    // Read as it arrives: a child that announces much and sends little costs what it sends.
    match from.take(u64::from(length)).read_to_end(&mut body).await {
        Ok(read) if read == length as usize => match postcard::from_bytes(&body) {
            Ok(reply) => Heard::Reply(reply),
            Err(_) => Heard::Nonsense,
        },
        _ => Heard::Ended,
    }
}
