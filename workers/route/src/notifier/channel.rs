//! The channels: a signed request, a mail, a text message by the gateway.
//!
//! A request carries `X-Slideway-Timestamp` (seconds since 1970), `X-Slideway-Id` (the same at every
//! try) and `X-Slideway-Signature: sha256=HEX`, the HMAC-SHA-256 of `TIMESTAMP.BODY` under the secret
//! both sides know. Redirects are not followed: whoever answers is whom we signed for.

use std::fmt::Write as _;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use sha2::Sha256;

use super::message::Message;
use super::settings::{ChannelKind, Contact, NotifySettings, Security, SmtpSettings};
use crate::Error;

pub(crate) struct Channels {
    web: reqwest::Client,
    mail: Option<AsyncSmtpTransport<Tokio1Executor>>,
    from: String,
    sms_gateway: String,
    secret: String,
}

impl Channels {
    pub(crate) fn open(settings: &NotifySettings) -> Result<Self, Error> {
        let timeout = Duration::from_secs(u64::from(settings.timeout_seconds));
        let web = reqwest::Client::builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| setting("notify", &e))?;
        let smtp = &settings.smtp;
        let mail = (!smtp.host.is_empty()).then(|| mail(smtp, timeout));
        Ok(Self {
            web,
            mail: mail.transpose()?,
            from: smtp.from.clone(),
            sms_gateway: settings.sms_gateway.clone(),
            secret: settings.secret.clone().unwrap_or_default(),
        })
    }

    /// Sends it once; the error is a sentence for an administrator. `at` is in seconds since 1970.
    pub(crate) async fn send(
        &self,
        contact: &Contact,
        message: &Message,
        at: i64,
    ) -> Result<(), String> {
        match contact.channel {
            ChannelKind::Webhook => self.post(&contact.to, message, message.json(), at).await,
            ChannelKind::Sms => {
                let body = message.sms(&contact.to);
                self.post(&self.sms_gateway, message, body, at).await
            }
            ChannelKind::Smtp => self.mail(&contact.to, message).await,
        }
    }

    async fn post(
        &self,
        url: &str,
        message: &Message,
        body: String,
        at: i64,
    ) -> Result<(), String> {
        let request = self
            .web
            .post(url)
            .header("content-type", "application/json")
            .header("x-slideway-id", &message.name)
            .header("x-slideway-timestamp", at.to_string())
            .header("x-slideway-signature", signature(&self.secret, at, &body))
            .body(body);
        // An address may hold a token: the error names none.
        let answer = request.send().await.map_err(|e| why(&e.without_url()))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(format!("it answered {status}")),
        }
    }

    async fn mail(&self, to: &str, message: &Message) -> Result<(), String> {
        let mail = self.mail.as_ref().ok_or("there is no mail server")?;
        let letter = lettre::Message::builder()
            .from(self.from.parse().map_err(|e| format!("from: {e}"))?)
            .to(to.parse().map_err(|e| format!("to: {e}"))?)
            .subject(message.subject())
            .message_id(Some(format!("<{}@slideway>", message.name)))
            .header(ContentType::TEXT_PLAIN)
            .body(message.text())
            .map_err(|e| why(&e))?;
        mail.send(letter).await.map_err(|e| why(&e))?;
        Ok(())
    }
}

fn mail(
    smtp: &SmtpSettings,
    timeout: Duration,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, Error> {
    let checked =
        || TlsParameters::new(smtp.host.clone()).map_err(|e| setting("notify.smtp.host", &e));
    let tls = match smtp.security {
        Security::Starttls => Tls::Required(checked()?),
        Security::Tls => Tls::Wrapper(checked()?),
        Security::None => Tls::None,
    };
    // "Dangerous" is a builder without TLS of its own; the TLS is the line above.
    let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
        .port(smtp.port)
        .tls(tls)
        .timeout(Some(timeout));
    if let (false, Some(password)) = (smtp.user.is_empty(), &smtp.password) {
        server = server.credentials(Credentials::new(smtp.user.clone(), password.clone()));
    }
    Ok(server.build())
}

/// `sha256=HEX` of the HMAC-SHA-256 of `TIMESTAMP.BODY`.
fn signature(secret: &str, at: i64, body: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("{at}.{body}").as_bytes());
    let mut text = String::from("sha256=");
    for byte in mac.finalize().into_bytes() {
        let _written = write!(text, "{byte:02x}");
    }
    text
}

fn setting(field: &'static str, why: &dyn std::fmt::Display) -> Error {
    let reason = why.to_string();
    Error::Setting { field, reason }
}

/// An error with what caused it, in one line.
fn why(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let _written = write!(text, ": {deeper}");
        cause = deeper.source();
    }
    text.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected value is that of `printf '7.what' | openssl dgst -sha256 -hmac Jefe`.
    #[test]
    fn a_signature_is_what_openssl_says() {
        let expected = "1eaa86bab85889a7d58b9b992bfe80dd9b43468851eac887267b884c984f2357";
        assert_eq!(signature("Jefe", 7, "what"), format!("sha256={expected}"));
        assert_ne!(signature("Jefe", 8, "what"), signature("Jefe", 7, "what"));
    }
}
