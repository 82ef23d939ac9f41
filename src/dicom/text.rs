//! Values as words and numbers (PS3.5 §6.2): padding cut, backslashes between several of them.
//!
//! Only what the default repertoire can say is asked for; bytes beyond it come out as the replacement character.

/// The value as one text, without padding; `None` when nothing is left.
pub fn text(value: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(value);
    let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    (!text.is_empty()).then(|| text.to_owned())
}

/// The values between backslashes, each without padding.
pub fn texts(value: &[u8]) -> Vec<String> {
    let values = value.split(|byte| *byte == b'\\');
    values.map(|one| text(one).unwrap_or_default()).collect()
}

/// Decimal or integer strings (DS, IS); one that is no finite number is `None`.
pub fn decimals(value: &[u8]) -> Vec<Option<f64>> {
    let number = |text: &String| text.parse::<f64>().ok().filter(|number| number.is_finite());
    texts(value).iter().map(number).collect()
}

/// Whole binary numbers of `N` bytes each, little endian (US, UL, SL, UV), as far as they are whole.
pub fn numbers<const N: usize>(value: &[u8]) -> impl Iterator<Item = u64> + '_ {
    let (whole, _) = value.as_chunks::<N>();
    whole.iter().map(|bytes| {
        let mut wide = [0; 8];
        wide[..N.min(8)].copy_from_slice(&bytes[..N.min(8)]);
        u64::from_le_bytes(wide)
    })
}
