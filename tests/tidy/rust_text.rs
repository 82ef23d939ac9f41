//! Rust source as text: the code without comments and literals, and the functions in it.
//!
//! This is not a parser. It knows comments, strings, characters and braces, which is enough to
//! count lines and to look for words without tripping over prose.

/// A function found in code.
pub(super) struct Function {
    /// Its name.
    pub(super) name: String,
    /// The line of its `fn`, the first being 1.
    pub(super) line: usize,
    /// Lines of its body that hold code.
    pub(super) code_lines: usize,
}

/// The source with comments and the insides of literals blanked; line breaks stay where they are.
pub(super) fn code_of(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut code = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = skipped_until(&chars, at);
        if end > at {
            let blank = |c: &char| if *c == '\n' { '\n' } else { ' ' };
            code.extend(chars[at..end].iter().map(blank));
            at = end;
        } else {
            code.push(chars[at]);
            at += 1;
        }
    }
    code
}

/// Every function with a body, in order.
pub(super) fn functions_of(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let starts_a_word = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = &code[at + 3..];
        let name: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let body = rest
            .find(['{', ';'])
            .filter(|b| rest[*b..].starts_with('{'));
        if let (false, false, Some(body)) = (starts_a_word, name.is_empty(), body) {
            found.push(Function {
                name,
                line: code[..at].matches('\n').count() + 1,
                code_lines: code_lines(braced(&rest[body..])),
            });
        }
    }
    found
}

/// The code without its `mod tests { … }`: what only tests use is free.
pub(super) fn without_tests(code: &str) -> &str {
    code.find("#[cfg(test)]\nmod tests {")
        .map_or(code, |at| &code[..at])
}

/// From an opening brace to the one that closes it, both left out.
pub(super) fn braced(code: &str) -> &str {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return &code[1..at],
            '}' => depth -= 1,
            _ => {}
        }
    }
    &code[code.len().min(1)..]
}

fn code_lines(body: &str) -> usize {
    body.lines().filter(|line| !line.trim().is_empty()).count()
}

/// Where the comment or literal that begins at `at` ends; `at` when none begins there.
fn skipped_until(chars: &[char], at: usize) -> usize {
    match (chars[at], chars.get(at + 1)) {
        ('/', Some('/')) => find(chars, at, |c| c == '\n'),
        ('/', Some('*')) => comment_end(chars, at),
        ('"', _) => string_end(chars, at),
        ('r', Some('"' | '#')) if begins_a_word(chars, at) => raw_string_end(chars, at),
        ('\'', _) => character_end(chars, at),
        _ => at,
    }
}

fn begins_a_word(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|b| chars[b]);
    before.is_none_or(|c| c == 'b' || !(c.is_alphanumeric() || c == '_'))
}

fn find(chars: &[char], from: usize, wanted: impl Fn(char) -> bool) -> usize {
    let found = chars[from..].iter().position(|c| wanted(*c));
    found.map_or(chars.len(), |n| from + n)
}

fn comment_end(chars: &[char], at: usize) -> usize {
    let (mut at, mut depth) = (at, 0_usize);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) if depth == 1 => return at + 2,
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    at
}

fn string_end(chars: &[char], at: usize) -> usize {
    let mut at = at + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// A raw string, or `at` for a raw identifier such as `r#type`.
fn raw_string_end(chars: &[char], at: usize) -> usize {
    let quote = find(chars, at + 1, |c| c != '#');
    if chars.get(quote) != Some(&'"') {
        return at;
    }
    let hashes = quote - at - 1;
    let mut end = quote + 1;
    while end < chars.len() {
        let closing = chars[end] == '"'
            && chars[end + 1..]
                .iter()
                .take(hashes)
                .filter(|c| **c == '#')
                .count()
                == hashes;
        if closing {
            return end + 1 + hashes;
        }
        end += 1;
    }
    end
}

/// A character literal, or `at` for a lifetime or label.
fn character_end(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => (find(chars, at + 3, |c| c == '\'') + 1).min(chars.len()),
        (Some(_), Some('\'')) => at + 3,
        _ => at,
    }
}

#[test]
fn comments_and_literals_are_blanked_and_lines_stay() {
    let source = "let a = \"fn x() {\"; // }\n/* { /* { */ */ let b = '{';\nlet c: &'a str = r#\"}\"}\"#;\nlet d = b'\\'';\n";
    let code = code_of(source);
    assert_eq!(code.matches('\n').count(), source.matches('\n').count());
    assert!(!code.contains(['{', '}', '"']), "{code}");
    assert!(code.contains("let c: &'a str ="), "{code}");
}

#[test]
fn functions_are_counted_by_their_code_lines() {
    let source = "fn one() {\n    // words\n\n    let x = 1;\n}\ntrait T { fn two(); }\nfn three() { if x { y } }\n";
    let found = functions_of(&code_of(source));
    let seen: Vec<_> = found
        .iter()
        .map(|f| (f.name.as_str(), f.line, f.code_lines))
        .collect();
    assert_eq!(seen, [("one", 1, 1), ("three", 7, 1)]);
}
