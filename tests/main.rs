//! What Slideway can do: one module a capability, each with one comment.

/// Who is away owns nothing meanwhile, and nothing of it is lost.
mod absence;

/// A case is registered once, under its numbers, for the right patient.
mod accession;

/// A signature may be recalled, added to and amended; what comes after it is answered.
mod after_sign_out;

/// What a scanner delivers is stored once, published once, and refused in words.
mod arrival;

/// A database that goes away is waited for, and nothing is done twice.
mod away;

/// What is wrong with a slide ends in a refusal or a tray, with a reason.
mod bad_input;

/// What is immediate calls on every screen it concerns, and an offer on one.
mod called;

/// The first available specialist gets the next case, and nobody else does.
mod claims;

/// Real slides are seen as they are, or refused by the name of their format.
mod corpus;

/// The whole road, from the scanner's folder to the signed report.
mod demo;

/// More glass, and glass itself, is ordered without giving the case away.
mod extra_work;

/// Every storage call may fail once, on a disk and on S3, and nothing is lost, doubled or wrong.
mod faulty_store;

/// What one process changes the others hear, and an index proposes what waits but never decides.
mod feed;

/// A flipped bit or a swapped object is refused and never shown.
mod flips;

/// A full disk loses nothing and harms nothing.
mod full_disk;

/// A case goes from one pair of hands to another and never waits in between.
mod hand_over;

/// Files made to harm end in refusal or quarantine, and harm nothing else.
mod hostile;

/// Every act is on record, and the catalogue agrees with the naive worklist whatever happens.
mod history;

/// A process may end at any point of an ingest or a claim.
mod kill_nine;

/// What changes around a signature is never silent.
mod late_change;

/// A claim lasts as long as its pathologist is there, begun work longer.
mod leases;

/// A slide without tiles of its own gets a whole pyramid, which is checked like stored tiles.
mod made;

/// A scan joins its slide on two sources that agree, in whatever order they come.
mod matching;

/// What waits is told to somebody, until they say that they have seen it.
mod nobody_waits;

/// A case may need more than one pair of eyes before its report is released.
mod opinions;

/// What people are shown through the door is what was stored, and theirs to see.
mod people_door;

/// A doubtful scan asks a person, hides nothing and moves no clock.
mod quality;

/// The rota says who comes and where nobody will be; clocks have two figures.
mod rota;

/// The whole road on S3: delivered, published, shown.
mod s3;

/// The configuration files say what the code does.
mod settings;

/// A case is signed out exactly once, by who holds it, for what they saw.
mod sign_out;

/// A waiting reading is offered to more and more people, and to a manager when nobody comes.
mod stages;

/// Who may read what: professions, scopes, points, several specialties, triage, objections.
mod staffing;

/// The routing of a network is compared under other policies, and a log played again.
mod simulate;

/// The claim protocol keeps its promises in every order of everything, in a small world.
mod small_scope;

/// Both databases take every statement and have the same tables.
mod statements;

/// Servers and the database are killed while people work, and nothing acknowledged is lost.
mod storm;

/// The house rules, read from the repository's own files.
mod tidy;

/// The archive is checked, swept and rebuilt, and never harmed by it.
mod upkeep;

/// Every tile is decoded once after publication; what fails is damaged, and everybody concerned is told.
mod verification;

/// Why a claim was made is kept with it, and can be decided again.
mod why;

/// No claim commits on a right after its withdrawal.
mod withdrawal;

mod world;
