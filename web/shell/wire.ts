// The JSON of the HTTP contract, as the pages read it. Times are RFC 3339 in UTC, ids are UUID text.

export type Mark = "bad" | "warn" | "good" | "note" | "wait" | "go";

export interface Persona {
  key: string; name: string; role: string; site: string; specialties: string[]; note: string;
}

export interface Session {
  name: string; role: "pathologist" | "operator" | "manager"; organisation: string; site: string;
  pathologist: null | {
    id: string; presence: "available" | "away"; held: number; capacity: number; specialties: string[];
  };
  demo: boolean; now: string;
}

export interface NumberOf { issuer: string; value: string; role: string }

export interface Patient {
  name: string; born: string | null; sex: string | null; record: string; record_issuer: string;
  national_number?: string | null;
}

/** A claim that holds; with `offer_until` it is only offered until then. */
export interface Held {
  id: string; fence: number; lease_until: string; begun: boolean; hold_until: string | null; offer_until?: string | null;
}

export interface Row {
  reading: string; case: string; number: string; issuer: string; numbers: NumberOf[]; patient: Patient;
  specimen: string; specialty: string; site: string; organisation: string;
  priority: "immediate" | "urgent" | "routine";
  received_at: string; due_at: string | null; ready_at: string | null;
  slides: { here: number; expected: number; waived: number; in_tray: number };
  flags: { mark: Mark; text: string }[];
  state: string; mine: boolean; holder: null | { name: string; site: string };
  claim: null | Held;
  why: string[];
}

export type View = "mine_and_waiting" | "mine" | "waiting" | "held_by_others" | "all";

export interface Worklist {
  now: string; counts: Record<View, number>;
  specialties: { key: string; name: string; count: number }[];
  sites: { id: string; name: string; count: number }[];
  most_likely: null | { reading: string; number: string; why: string };
  rows: Row[];
}

export interface Claim {
  id: string; reading: string; case: string; fence: number; lease_until: string; number: string; why: string[];
}

/** Somebody whom a reading could concern: whether they may have it now, and what permits or forbids it. */
export interface Eligible {
  pathologist: string; name: string; organisation: string; site: string; may: boolean;
  /** Only presence or capacity is in the way. */
  may_later: boolean; why: string[]; rights_version: number; active: number; max_active: number;
}

/** Who may first; `beyond` are those who are not listed. */
export interface Eligibility { now: string; rules: number; people: Eligible[]; beyond: number }

/** A pathologist of one's own organisation. */
export interface Colleague {
  id: string; name: string; site: string; specialties: string[]; presence: "available" | "away"; held: number; capacity: number;
}

/** An absence that is not over; `begun` once it has moved what they owned. */
export interface Absence {
  id: string; pathologist: string; name: string; deputy: string | null; from: string; to: string; reason: string; begun: boolean;
}

/** What an absence moves, urgent first; `applied` when it is done, otherwise it will be when the absence begins. */
export interface AbsencePlan {
  absence: string | null; applied: boolean;
  moves: {
    reading: string; case: string; number: string; was: "offered" | "claimed" | "begun" | "extra_work" | "incident" | string;
    becomes: "deputy" | "waits" | "stays" | "manager"; why: string[];
  }[];
}

/** A case that calls: nobody is named in it. */
export interface Called {
  reading: string; case: string; number: string; issuer: string; specialty: string; site: string; due_at: string; ready_at: string | null;
}

export interface Offer extends Called { claim: string; fence: number; priority: "immediate" | "urgent" | "routine"; until: string }

/** What calls for me: immediate cases that wait, best first, and what is offered to me. */
export interface Urgent { now: string; waiting: Called[]; offered: Offer[] }

export interface ScanOfSlide {
  id: string; generation: number; state: "published" | "verified" | "damaged" | string; identity: string;
  width: number; height: number; microns_per_pixel: number | null; objective: number | null;
  scanned_at: string | null; scanner: string | null; quality?: QualityBadge | null;
}

/** What is said of a scan's quality wherever it is listed. */
export interface QualityBadge {
  verdict: "good" | "flagged" | "passed" | "rescan" | "released" | "not_measured"; flags: { code: string; title: string }[];
}

export interface Area { x: number; y: number; width: number; height: number }

export interface Quality extends QualityBadge {
  measures: null | {
    tissue_share: number; tissue_mm2: number | null; pen_share: number; unscanned_share: number | null; measured_cells: number;
    blurred_share: number | null; median_score: number | null; blurred_below: number; blurred_region: Area | null;
    cells: { region: Area; score: number | null }[];
  };
  reason: string; measured_at: string; decided_at: string | null; decided_by: string | null; deadline_at: string | null;
  heat_map: string | null;
}

export interface TrayEntry {
  id: string; scan: string | null; kind: string; code: string; title: string; text: string; site: string; scanner: string | null;
  opened_at: string; deadline_at: string; label: string | null; quality: string | null;
  best_guess: null | { slide: string; name: string; case: string; number: string; issuer: string; why: string };
}

export interface Rescan {
  id: number; slide: string; name: string; stain: string; case: string; number: string; issuer: string; priority: string;
  scan: string | null; scanner_id: string | null; scanner: string | null; site: string | null; code: string; title: string; reason: string;
  region: Area | null; requested_at: string;
}

/** Extra work that the laboratory owes: `kind` is recut or stain. */
export interface Owed {
  work: string; case: string; number: string; kind: string; reason: string; requester: string; requested_at: string; deadline_at: string;
  slides: number; here: number;
}

export interface Alarm {
  id: number; topic: string; sentence: string; owner_role: string; created_at: string;
  step: number; printed_at: string | null; escalates_at: string | null; error: string;
}

export interface Slide {
  id: string; name: string; stain: string; container: string;
  expectation: "expected" | "here" | "waived"; waived_reason: string | null;
  scan: ScanOfSlide | null; earlier_scans: ScanOfSlide[];
}

export interface Block { id: string; code: string; site: string | null; pieces: number | null; slides: Slide[] }

export interface Specimen {
  id: string; part: string; specimen_type: string; site: string; macroscopic: string | null; blocks: Block[];
}

/** `cause` is why there is this reading; `question` is what its holder was asked, empty for everybody else. */
export interface Reading {
  id: string; kind: string; cause: "order" | "rule" | "asked" | "panel" | "sample" | "arbitration"; question: string;
  state: string; holder: null | { name: string; mine: boolean };
  claim: null | Held;
}

/** Extra work nobody has ended: `kind` is recut or stain, `mine` is asked for by who looks. */
export interface ExtraWork {
  id: string; reading: string; kind: string; reason: string; requested_by: string; mine: boolean; requested_at: string; deadline_at: string;
  slides: { id: string; name: string; stain: string; here: boolean }[];
}

/** A slide deferred to its glass. */
export interface Deferred {
  reading: string; slide: string; name: string; stain: string; reason: string; deferred_by: string; deferred_at: string; deadline_at: string;
  read_at: string | null;
}

export interface Report {
  id: string; kind: string; state: string; text: string; signed_by: string; mine: boolean; signed_at: string; revision: number;
  /** When it left the house; until then its signer may recall it. */
  released_at: string | null; recalled_at: string | null;
  /** Why it was signed although a scan was damaged; empty otherwise. */
  damage_reason: string;
}

/** What came or changed after a signature, put to its signer; `scan` is the one it is about. */
export interface Incident {
  incident: number; case: string; number: string; report: string; scan: string | null; code: string; opened_at: string; deadline_at: string;
}

export interface Case {
  id: string; revision: number; state: string; number: string; issuer: string; numbers: NumberOf[];
  patient: Patient; specialty: string; priority: string; organisation: string; site: string;
  received_at: string; due_at: string | null; ready_at: string | null;
  clocks: { kind: string; started_at: string; due_at: string | null; stopped_at: string | null }[];
  content: { requester?: string | null; clinical_details?: string | null; copy_to?: string[] };
  specimens: Specimen[]; loose_slides: Slide[]; readings: Reading[];
  draft: null | { text: string; by: string; mine: boolean; saved_at: string };
  reports: Report[]; extra_work: ExtraWork[]; glass: Deferred[];
  banner: { mark: Mark; title: string; text: string }[];
}

export interface Level { level: number; width: number; height: number; tile_width: number; tile_height: number; scale: number }

export interface Scan {
  id: string; generation: number; state: string; identity: string; site: string; scanner: string | null;
  received_at: string; published_at: string | null; microns_per_pixel: number | null; objective: number | null;
  format: string; levels: Level[]; associated: string[]; tiles: string;
}

export interface Measures {
  now: string; since: string; delivered: number; published: number; in_trays: number;
  cases: { accessioned: number; partial: number; waiting: number; claimed: number; signed_out: number };
  oldest_waiting: null | { since: string; seconds: number }; late: number;
  per_hour: { hour: string; delivered: number; published: number; signed_out: number }[];
  by_specialty: {
    specialty: string; name: string; waiting: number; claimed: number; signed_out: number; oldest_seconds: number | null;
  }[];
  scanners: { name: string; site: string; delivered: number; last_at: string | null }[];
}

export interface Found { case: string; number: string; issuer: string; patient: Patient; state: string }
