//! The session's cookie.

use axum::http::{HeaderMap, HeaderValue, header};

const NAME: &str = "slideway_session";

/// The token a request carries.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter();
    let cookies = lines.filter_map(|line| line.to_str().ok());
    let mut cookies = cookies.flat_map(|line| line.split(';'));
    cookies.find_map(|cookie| cookie.trim().strip_prefix(NAME)?.strip_prefix('='))
}

/// Hands a token to the browser, which shows it to no script and to no other site.
pub(crate) fn given(token: &str) -> HeaderValue {
    let cookie = format!("{NAME}={token}; Path=/; HttpOnly; SameSite=Strict");
    HeaderValue::try_from(cookie).expect("a token is letters and digits")
}

/// Takes it back.
pub(crate) fn cleared() -> HeaderValue {
    HeaderValue::from_static("slideway_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_and_only_by_its_name() {
        let mut headers = HeaderMap::new();
        assert_eq!(token(&headers), None);
        let line = "a=1; slideway_sessions=no; slideway_session=abc; b=2";
        headers.append(header::COOKIE, HeaderValue::from_static(line));
        assert_eq!(token(&headers), Some("abc"));
    }

    #[test]
    fn the_cookie_is_kept_from_scripts_and_other_sites() {
        let line = given("abc").to_str().unwrap().to_owned();
        assert!(
            line.contains("HttpOnly") && line.contains("SameSite=Strict"),
            "{line}"
        );
        assert!(cleared().to_str().unwrap().contains("Max-Age=0"));
    }
}
