//! To whom alarms go, over which channels, and how patient we are with them.

use pathology::ids::PathologistId;
use pathology::routing::Owner;
use serde::{Deserialize, Serialize};

use crate::Error;

/// Settings of the notifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NotifySettings {
    /// Messages sent at once, at most. Default 32.
    pub batch: u32,
    /// Seconds a receiver has to answer. Default 10.
    pub timeout_seconds: u32,
    /// Seconds until a message that failed is tried again; doubled with each failure. Default 10.
    pub retry_seconds: u32,
    /// Seconds between tries, at most. Default 600.
    pub retry_at_most_seconds: u32,
    /// Failures after which the failure is an alarm of its own. Default 3.
    pub failed_after: u32,
    /// Minutes until the next name of a role is told when nobody acknowledged. Default 10.
    pub escalate_minutes: u32,
    /// The address of the gateway that sends text messages; empty: there is none.
    pub sms_gateway: String,
    /// The mail server.
    pub smtp: SmtpSettings,
    /// Who is told, in the order of the list.
    pub contacts: Vec<Contact>,
    /// Signs webhooks; from the environment only.
    #[serde(skip)]
    pub secret: Option<String>,
}

/// The mail server that takes our mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmtpSettings {
    /// Its name; empty: there is none.
    pub host: String,
    /// Its port. Default 587.
    pub port: u16,
    /// How the connection is kept secret. Default `starttls`.
    pub security: Security,
    /// The address mail comes from.
    pub from: String,
    /// Who signs in; empty: nobody does.
    pub user: String,
    /// The password of `user`; from the environment only.
    #[serde(skip)]
    pub password: Option<String>,
}

/// How a connection to the mail server is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS, asked for after the greeting, and required.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None: a server on this machine only.
    None,
}

/// One name of a role's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The role whose alarms it gets.
    pub role: Owner,
    /// The organisation whose alarms it gets, by its name; empty: every one.
    #[serde(default)]
    pub organisation: String,
    /// The pathologist it reaches, by id, who gets a page of those on call only if it names them (`pathology::routing::on_call`);
    /// without it every page.
    #[serde(default)]
    pub pathologist: Option<PathologistId>,
    /// How it is reached.
    pub channel: ChannelKind,
    /// Where: an address of the web, a mail address, or a telephone number.
    pub to: String,
}

/// A way to reach somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// A signed request to an address of the web.
    Webhook,
    /// Mail.
    Smtp,
    /// A text message, through the gateway.
    Sms,
}

impl ChannelKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Smtp => "smtp",
            Self::Sms => "sms",
        }
    }
}

impl Default for NotifySettings {
    fn default() -> Self {
        Self {
            batch: 32,
            timeout_seconds: 10,
            retry_seconds: 10,
            retry_at_most_seconds: 600,
            failed_after: 3,
            escalate_minutes: 10,
            sms_gateway: String::new(),
            smtp: SmtpSettings::default(),
            contacts: Vec::new(),
            secret: None,
        }
    }
}

impl Default for SmtpSettings {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            security: Security::Starttls,
            from: String::new(),
            user: String::new(),
            password: None,
        }
    }
}

impl NotifySettings {
    /// Seconds for which a message is ours: all of a batch are sent at once, each within its timeout.
    pub(crate) const fn lease_seconds(&self) -> u32 {
        self.timeout_seconds * 2 + 20
    }

    /// Seconds until the next try after so many failures.
    pub(crate) fn again_in(&self, failures: i64) -> u32 {
        let doubled = u32::try_from(failures.clamp(1, 20) - 1).unwrap_or(0);
        let seconds = self.retry_seconds.saturating_mul(1 << doubled);
        seconds.min(self.retry_at_most_seconds)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        for (field, value) in [
            ("notify.batch", self.batch),
            ("notify.retry_seconds", self.retry_seconds),
            ("notify.failed_after", self.failed_after),
            ("notify.escalate_minutes", self.escalate_minutes),
        ] {
            if value == 0 {
                return Err(wrong(field, "must be at least 1"));
            }
        }
        if !(1..=300).contains(&self.timeout_seconds) {
            return Err(wrong("notify.timeout_seconds", "must be 1 to 300"));
        }
        self.contacts.iter().try_for_each(|one| self.reaches(one))
    }

    fn reaches(&self, contact: &Contact) -> Result<(), Error> {
        if contact.pathologist.is_some() && contact.role != Owner::OnCall {
            return Err(wrong(
                "notify.contacts",
                "pathologist: only for the role on_call, whose rota it is",
            ));
        }
        match contact.channel {
            ChannelKind::Webhook => {
                safe("notify.contacts", &contact.to)?;
                self.signed()
            }
            ChannelKind::Sms => {
                safe("notify.sms_gateway", &self.sms_gateway)?;
                self.signed()
            }
            ChannelKind::Smtp => self.smtp.check(&contact.to),
        }
    }

    fn signed(&self) -> Result<(), Error> {
        match self.secret.as_deref().map_or(0, str::len) {
            0..16 => Err(wrong(
                "notify",
                "webhooks are signed: set SLIDEWAY_NOTIFY_SECRET to 16 characters or more, and tell the receiver",
            )),
            _ => Ok(()),
        }
    }
}

impl SmtpSettings {
    fn check(&self, to: &str) -> Result<(), Error> {
        if self.host.is_empty() {
            return Err(wrong(
                "notify.smtp.host",
                "a contact wants mail: name a server",
            ));
        }
        for (field, address) in [
            ("notify.smtp.from", self.from.as_str()),
            ("notify.contacts", to),
        ] {
            if address.parse::<lettre::Address>().is_err() {
                return Err(wrong(field, &format!("{address:?} is no mail address")));
            }
        }
        let here = self
            .host
            .parse()
            .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        if self.security == Security::None && !here && self.host != "localhost" {
            return Err(wrong(
                "notify.smtp.security",
                "without TLS only to this machine: say starttls or tls",
            ));
        }
        Ok(())
    }
}

/// An address that nobody on the way can read: https, or this machine.
fn safe(field: &'static str, address: &str) -> Result<(), Error> {
    let url = reqwest::Url::parse(address)
        .map_err(|_| wrong(field, &format!("{address:?} is no address of the web")))?;
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let here = bare == "localhost"
        || bare
            .parse()
            .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    match url.scheme() {
        "https" => Ok(()),
        "http" if here => Ok(()),
        _ => Err(wrong(
            field,
            "must be https, or http to this machine: alarms are not sent in the clear",
        )),
    }
}

fn wrong(field: &'static str, reason: &str) -> Error {
    let reason = reason.to_owned();
    Error::Setting { field, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(channel: ChannelKind, to: &str) -> NotifySettings {
        NotifySettings {
            contacts: vec![Contact {
                role: Owner::Manager,
                organisation: String::new(),
                pathologist: None,
                channel,
                to: to.to_owned(),
            }],
            secret: Some("a secret of some length".to_owned()),
            ..NotifySettings::default()
        }
    }

    fn refused(settings: &NotifySettings) -> String {
        settings.check().unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_reach_anybody_safely_is_refused_at_the_start() {
        assert!(NotifySettings::default().check().is_ok());
        let web = told(ChannelKind::Webhook, "https://pager.example/slideway");
        assert!(web.check().is_ok());
        let unsigned = NotifySettings {
            secret: None,
            ..web
        };
        assert!(refused(&unsigned).contains("SLIDEWAY_NOTIFY_SECRET"));
        let clear = told(ChannelKind::Webhook, "http://pager.example/");
        assert!(refused(&clear).contains("https"));
        assert!(
            told(ChannelKind::Webhook, "http://[::1]:80/")
                .check()
                .is_ok()
        );
        assert!(refused(&told(ChannelKind::Sms, "+44")).contains("sms_gateway"));
        let mut person = told(ChannelKind::Webhook, "https://pager.example/slideway");
        person.contacts[0].pathologist = "00000000-0000-8000-8004-000000000001".parse().ok();
        assert!(refused(&person).contains("on_call"));
        let mut mail = told(ChannelKind::Smtp, "lab@example.org");
        assert!(refused(&mail).contains("smtp.host"));
        mail.smtp.host = "mail.example.org".to_owned();
        assert!(refused(&mail).contains("smtp.from"));
        mail.smtp.from = "slideway@example.org".to_owned();
        assert!(mail.check().is_ok());
        mail.smtp.security = Security::None;
        assert!(refused(&mail).contains("only to this machine"));
    }

    #[test]
    fn tries_come_slower_and_slower_up_to_a_bound() {
        let settings = NotifySettings::default();
        let waits: Vec<u32> = (1..=8).map(|n| settings.again_in(n)).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 600, 600]);
        assert_eq!(settings.again_in(i64::MAX), 600);
    }
}
