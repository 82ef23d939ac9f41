//! What waits is told to somebody: signed, retried, escalated until acknowledged, printed at the end,
//! and never with a patient's data.

mod clinic;
mod deadlines;
mod on_call;
mod receivers;
mod secret_mail;

use std::sync::Arc;

use pathology::case::Priority;
use pathology::routing::Owner;
use pathology::staff::Presence;
use receivers::{Receiver, header, hmac};
use route::{ChannelKind, Contact, Notifier, NotifySettings, Security, SmtpSettings, Told};

use crate::world::{Open, Person, World, on_both, together};

on_both!(
    an_alarm_reaches_a_signed_webhook_a_mailbox_and_a_telephone_once,
    many_processes_send_one_message_once,
    a_receiver_that_is_down_is_tried_again_and_its_failure_is_told_elsewhere,
    nobody_acknowledges_and_the_next_name_is_told_until_it_is_printed,
    an_acknowledgement_ends_it,
    nothing_that_leaves_names_a_patient_a_number_or_a_person,
    an_organisations_alarms_go_to_its_own_people,
    a_report_waits_for_its_information_system_and_is_no_alarm,
);

#[test]
fn the_page_of_states_is_that_of_the_table() {
    let page = include_str!("../docs/WAITING.md");
    let table = pathology::routing::page();
    assert!(
        page.ends_with(&table),
        "docs/WAITING.md should end with:\n{table}"
    );
}

const SECRET: &str = "a secret of thirty-two characters";

fn contact(role: Owner, channel: ChannelKind, to: &str) -> Contact {
    Contact {
        role,
        organisation: String::new(),
        pathologist: None,
        channel,
        to: to.to_owned(),
    }
}

fn webhook(role: Owner, receiver: &Receiver) -> Contact {
    let to = format!("http://{}/alarms", receiver.address);
    contact(role, ChannelKind::Webhook, &to)
}

fn notifier(mail: Option<&Receiver>, sms: Option<&Receiver>, contacts: Vec<Contact>) -> Notifier {
    let smtp = mail.map_or_else(SmtpSettings::default, |mail| SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port: mail.address.port(),
        security: Security::None,
        from: "slideway@example.org".to_owned(),
        ..SmtpSettings::default()
    });
    let settings = NotifySettings {
        smtp,
        sms_gateway: sms.map_or_else(String::new, |sms| format!("http://{}/", sms.address)),
        contacts,
        secret: Some(SECRET.to_owned()),
        ..NotifySettings::default()
    };
    Notifier::open(settings).expect("sensible settings")
}

async fn look(notifier: &Notifier, world: &World) -> Told {
    notifier.look(&world.catalog).await.expect("a look")
}

async fn minutes(world: &World, minutes: i64) {
    world.pass(minutes * 60).await;
    let relaxed = world.catalog.relax_readings(100).await;
    relaxed.expect("what is due is looked at");
}

async fn away(world: &World, who: &Person) {
    let gone = world
        .catalog
        .set_presence(who.id, Presence::Away, &who.by)
        .await;
    gone.expect("away");
}

/// A renal transplant, and nobody logged in: pages those on call and tells a manager.
async fn transplant(world: &World) -> Open {
    for who in [&world.ada, &world.ben] {
        away(world, who).await;
    }
    let order = world.order(&world.northgate, "S26-00042").of("renal");
    world.ready(&order.priority(Priority::Immediate)).await
}

async fn an_alarm_reaches_a_signed_webhook_a_mailbox_and_a_telephone_once(world: World) {
    let (web, mail, sms) = (
        Receiver::web().await,
        Receiver::mail().await,
        Receiver::web().await,
    );
    let on_call = contact(Owner::OnCall, ChannelKind::Sms, "+441632960000");
    let manager = contact(Owner::Manager, ChannelKind::Smtp, "manager@example.org");
    let contacts = vec![on_call, webhook(Owner::Operator, &web), manager];
    let notifier = notifier(Some(&mail), Some(&sms), contacts);
    let case = transplant(&world).await;
    let reading = case.reading.to_string();
    // A slide nobody knows lies in a tray past its deadline.
    world.deliver(&world.northgate, "unknown", "").await;
    minutes(&world, 61).await;
    world.catalog.alarm_trays(100).await.expect("alarms");
    let told = look(&notifier, &world).await;
    assert_eq!(
        (told.sent, told.failed, told.printed),
        (3, 0, 0),
        "{told:?}"
    );

    let (head, body) = web.got().remove(0);
    let signed = format!("{}.{body}", header(&head, "x-slideway-timestamp"));
    let expected = format!("sha256={}", hmac(SECRET, &signed));
    assert_eq!(header(&head, "x-slideway-signature"), expected);
    let alarm = web.json().remove(0);
    assert_eq!(alarm["topic"], "tray_overdue");
    assert_eq!(alarm["id"], header(&head, "x-slideway-id"));

    let text = sms.json().remove(0);
    assert_eq!(text["to"], "+441632960000");
    let said = text["text"].as_str().expect("a text");
    assert!(said.contains("waits for a pathologist on call"), "{said}");

    let (envelope, letter) = mail.got().remove(0);
    assert!(envelope.contains("manager@example.org"), "{envelope}");
    assert!(letter.contains("Nobody took a waiting case."), "{letter}");
    assert!(letter.contains(&reading), "{letter}");
    assert_eq!(look(&notifier, &world).await, Told::default(), "once");
}

async fn many_processes_send_one_message_once(world: World) {
    let web = Receiver::web().await;
    let contacts = vec![webhook(Owner::Manager, &web), webhook(Owner::OnCall, &web)];
    let notifier = Arc::new(notifier(None, None, contacts));
    transplant(&world).await;
    let told = together(8, |_| {
        let (notifier, world) = (notifier.clone(), world.clone());
        async move { look(&notifier, &world).await.sent }
    })
    .await;
    assert_eq!(told.iter().sum::<u64>(), 2);
    let mut names: Vec<_> = web.json().iter().map(|one| one["id"].to_string()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), web.got().len()), (2, 2));
}

async fn a_receiver_that_is_down_is_tried_again_and_its_failure_is_told_elsewhere(world: World) {
    let (web, mail) = (Receiver::web().await, Receiver::mail().await);
    let administrator = contact(Owner::Administrator, ChannelKind::Smtp, "it@example.org");
    // The administrator's webhook is the channel that failed: it is passed over.
    let contacts = vec![
        webhook(Owner::Manager, &web),
        webhook(Owner::Administrator, &web),
        administrator,
    ];
    let notifier = notifier(Some(&mail), None, contacts);
    web.answers(503);
    transplant(&world).await;
    for tries in 1..=3 {
        let told = look(&notifier, &world).await;
        assert_eq!((told.sent, told.failed), (0, 1), "try {tries}");
        assert_eq!(
            look(&notifier, &world).await.failed,
            0,
            "not before its time"
        );
        if tries < 3 {
            world.pass(41).await;
        }
    }
    let (_, letter) = mail.got().remove(0);
    assert!(letter.contains("could not be delivered"), "{letter}");
    assert!(letter.contains("channel: webhook"), "{letter}");
    let of = world.northgate.organisation;
    let alarms = world.catalog.alarms(of).await.expect("alarms");
    let failing = alarms.iter().find(|one| one.topic == "nobody_took_it");
    let error = &failing.expect("it is still open").error;
    assert!(error.contains("503"), "{error}");

    web.answers(200);
    world.pass(41).await;
    look(&notifier, &world).await;
    let topics: Vec<_> = web.json().iter().map(|one| one["topic"].clone()).collect();
    assert_eq!(
        topics,
        ["nobody_took_it"],
        "the message itself was not lost"
    );
    assert_eq!(mail.got().len(), 1, "a failure is told once");
}

async fn nobody_acknowledges_and_the_next_name_is_told_until_it_is_printed(world: World) {
    let (first, second) = (Receiver::web().await, Receiver::web().await);
    let contacts = vec![
        webhook(Owner::Manager, &first),
        webhook(Owner::Manager, &second),
    ];
    let notifier = notifier(None, None, contacts);
    transplant(&world).await;
    let told = look(&notifier, &world).await;
    // Nobody is named for those on call: that one is printed at once.
    assert_eq!((told.sent, told.printed), (1, 1));
    minutes(&world, 9).await;
    assert_eq!(look(&notifier, &world).await, Told::default());
    minutes(&world, 2).await;
    let told = look(&notifier, &world).await;
    assert_eq!((told.escalated, told.sent), (1, 1));
    assert_eq!((first.got().len(), second.got().len()), (1, 1));
    let name = |receiver: &Receiver| receiver.json()[0]["alarm"].clone();
    assert_eq!(name(&first), name(&second));
    minutes(&world, 11).await;
    let told = look(&notifier, &world).await;
    assert_eq!((told.escalated, told.printed), (1, 1));
    let of = world.northgate.organisation;
    let printed = world.catalog.alarms(of).await.expect("alarms");
    assert!(printed.iter().all(|one| one.printed_at.is_some()));
    assert_eq!(printed.len(), 2);
    minutes(&world, 600).await;
    assert_eq!(look(&notifier, &world).await, Told::default());
}

async fn an_acknowledgement_ends_it(world: World) {
    let web = Receiver::web().await;
    let twice = vec![webhook(Owner::Manager, &web), webhook(Owner::Manager, &web)];
    let notifier = notifier(None, None, twice);
    transplant(&world).await;
    look(&notifier, &world).await;
    let alarm = web.json()[0]["alarm"].as_i64().expect("a number");
    let (mine, other) = (
        world.northgate.operator("manager"),
        world.hillview.operator("manager"),
    );
    let catalog = &world.catalog;
    let foreign = catalog.acknowledge_alarm(alarm, &other).await;
    assert!(foreign.is_err(), "another house's alarm does not exist");
    for _ in 0..2 {
        let seen = catalog.acknowledge_alarm(alarm, &mine).await;
        seen.expect("acknowledged; again changes nothing");
    }
    minutes(&world, 600).await;
    assert_eq!(look(&notifier, &world).await, Told::default());
    assert_eq!(web.got().len(), 1);
    let written = world
        .count("SELECT count(*) FROM audit WHERE action = 'acknowledge_alarm'")
        .await;
    assert_eq!(written, 1, "who saw it is on record, once");
}

async fn nothing_that_leaves_names_a_patient_a_number_or_a_person(world: World) {
    let web = Receiver::web().await;
    let mail = Receiver::mail().await;
    let mut contacts: Vec<_> = [Owner::OnCall, Owner::Operator, Owner::Lis]
        .map(|role| webhook(role, &web))
        .into();
    contacts.push(contact(
        Owner::Manager,
        ChannelKind::Smtp,
        "manager@example.org",
    ));
    let notifier = notifier(Some(&mail), None, contacts);
    transplant(&world).await;
    world.deliver(&world.northgate, "unknown", "").await;
    let order = world.order(&world.hillview, "S26-00007");
    world.ready(&order).await;
    let claim = world.claim(&world.cleo).await;
    let signature = world.signature(&claim).await;
    world.sign(&world.cleo, signature).await.expect("signed");
    minutes(&world, 61).await;
    world.catalog.alarm_trays(100).await.expect("alarms");
    // A mistake of ours: a message that names somebody.
    let slip = "INSERT INTO outbox (organisation_id, topic, body, created_at, next_at) \
         SELECT organisation_id, 'nobody_left', '{\"patient\":\"TESTPATIENT Anna\"}', 0, 0 FROM organisation WHERE name = 'northgate'";
    world.meddle(slip).await.expect("a row");
    let told = look(&notifier, &world).await;
    assert_eq!((told.sent, told.printed), (4, 1), "{told:?}");

    let mut everything = String::new();
    for (head, body) in web.got().into_iter().chain(mail.got()) {
        everything.extend([head.as_str(), "\n", body.as_str(), "\n"]);
    }
    let mut secrets = vec!["S26-".to_owned(), "benign".to_owned(), "1961".to_owned()];
    for column in [
        "SELECT family FROM patient",
        "SELECT given FROM patient",
        "SELECT value FROM patient_number",
        "SELECT number FROM cases",
        "SELECT container FROM slide",
        "SELECT name FROM pathologist",
    ] {
        secrets.extend(world.texts(column).await);
    }
    assert!(secrets.len() > 10, "the world has names and numbers");
    for secret in secrets {
        assert!(!everything.contains(&secret), "{secret} left the house");
    }
}

async fn an_organisations_alarms_go_to_its_own_people(world: World) {
    let (ours, theirs) = (Receiver::web().await, Receiver::web().await);
    let of = |organisation: &str, receiver: &Receiver| Contact {
        organisation: organisation.to_owned(),
        ..webhook(Owner::Manager, receiver)
    };
    let contacts = vec![of("hillview", &theirs), of("northgate", &ours)];
    let notifier = notifier(None, None, contacts);
    transplant(&world).await;
    look(&notifier, &world).await;
    minutes(&world, 11).await;
    look(&notifier, &world).await;
    assert_eq!((ours.got().len(), theirs.got().len()), (1, 0));
}

async fn a_report_waits_for_its_information_system_and_is_no_alarm(world: World) {
    let order = world.order(&world.hillview, "S26-00007");
    world.ready(&order).await;
    let claim = world.claim(&world.cleo).await;
    let signature = world.signature(&claim).await;
    world.sign(&world.cleo, signature).await.expect("signed");
    assert_eq!(
        look(&notifier(None, None, Vec::new()), &world).await,
        Told::default()
    );
    let of = world.hillview.organisation;
    assert!(world.catalog.alarms(of).await.expect("alarms").is_empty());
    let lis = Receiver::web().await;
    let notifier = notifier(None, None, vec![webhook(Owner::Lis, &lis)]);
    assert_eq!(look(&notifier, &world).await.sent, 1);
    assert_eq!(lis.json()[0]["topic"], "report_signed");
    minutes(&world, 600).await;
    assert_eq!(look(&notifier, &world).await, Told::default());
}
