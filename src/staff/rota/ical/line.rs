//! The content lines of a calendar (RFC 5545, section 3.1): `NAME;PARAMETER=VALUE:value`, folded where they are long.

/// One line, and on which of the file it begins.
pub(super) struct Line {
    pub(super) n: usize,
    pub(super) name: String,
    /// `TZID=Europe/London;…`, or nothing.
    pub(super) how: String,
    pub(super) value: String,
}

/// The lines; one that begins with a blank goes on with the one before.
pub(super) fn unfolded(text: &str) -> Vec<Line> {
    let mut whole: Vec<(usize, String)> = Vec::new();
    for (n, line) in (1..).zip(text.lines()) {
        match (line.strip_prefix([' ', '\t']), whole.last_mut()) {
            (Some(more), Some((_, before))) => before.push_str(more),
            _ => whole.push((n, line.to_owned())),
        }
    }
    whole.iter().map(|(n, line)| parts(*n, line)).collect()
}

fn parts(n: usize, line: &str) -> Line {
    let (before, value) = split(line, ':');
    let (name, how) = split(before, ';');
    Line {
        n,
        name: name.trim().to_ascii_uppercase(),
        how: how.to_owned(),
        value: value.trim().to_owned(),
    }
}

/// At the first of these that is not between quotes.
fn split(line: &str, at: char) -> (&str, &str) {
    let mut quoted = false;
    let found = line.find(|c| {
        quoted ^= c == '"';
        c == at && !quoted
    });
    let (before, after) = line.split_at(found.unwrap_or(line.len()));
    (before, after.strip_prefix(at).unwrap_or_default())
}

impl Line {
    /// A parameter's value, without its quotes.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let all = self.how.split(';').filter_map(|one| one.split_once('='));
        let mut mine = all.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        mine.next().map(|(_, value)| value.trim_matches('"'))
    }
}
