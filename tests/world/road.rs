//! The road of a slide and of a case, step by step, as processes and people take it.

use catalog::views::{Asking, CaseView};
use catalog::{
    Accession, Arrival, ArrivedMember, Attached, Claim, ClaimOutcome, Code, Error, Job, Lapsed,
    Publication, Receipt, Seen, SignOut, SignedOut,
};
use pathology::access::{Action, Purpose, Relation, Role, Subject};
use pathology::case::{IdentityState, Micros};
use pathology::ids::{
    AttemptId, CaseId, ClaimId, ReadingId, ReceiptId, ReportId, ScanId, SlideId, TrayId,
};
use pathology::phi::Phi;

use super::{Laboratory, Order, Person, World, fresh};

/// A scan that came in, and what became of its identity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Delivered {
    pub(crate) scan: ScanId,
    pub(crate) identity: IdentityState,
}

/// A case with its reading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    pub(crate) case: CaseId,
    pub(crate) reading: ReadingId,
}

/// A delivery of one file whose bytes are the text `bytes`.
pub(crate) fn arrival(at: &Laboratory, bytes: &str, file_name: &str) -> Arrival {
    let digest = *blake3::hash(bytes.as_bytes()).as_bytes();
    Arrival {
        scan: ScanId(fresh()),
        attempt: AttemptId(fresh()),
        receipt: ReceiptId(fresh()),
        organisation: at.organisation,
        site: at.site,
        scanner: Some(at.scanner),
        issuer: at.issuer.clone(),
        door: "inbox",
        urgency: 2,
        members: vec![ArrivedMember {
            n: 0,
            name: Phi::new(file_name.to_owned()),
            size_bytes: bytes.len() as u64,
            blake3: digest,
        }],
        digest,
        codes: vec![Code {
            origin: "file_name",
            value: Phi::new(file_name.to_owned()),
        }],
        delivery: None,
    }
}

/// What a tiler hands in; `label` is what it read on the label, nothing if empty.
pub(crate) fn publication(job: &Job, label: &str) -> Publication {
    let label = (!label.is_empty()).then(|| Code {
        origin: "label_picture",
        value: Phi::new(label.to_owned()),
    });
    Publication {
        job: job.id,
        fence: job.fence,
        scan: job.scan,
        facts: "{}".to_owned(),
        index_header_digest: [1; 32],
        index_header_length: 100,
        index_size_bytes: 1000,
        index_digest: [2; 32],
        manifest_digest: [3; 32],
        codes: label.into_iter().collect(),
    }
}

impl World {
    pub(crate) async fn accession(&self, order: &Order) -> Result<Accession, Error> {
        let by = order.at.operator("desk");
        self.catalog.accession(order.new_case(), &by, None).await
    }

    pub(crate) async fn store(&self, arrival: Arrival) -> Receipt {
        let by = catalog::By::system("ingest", arrival.organisation);
        let stored = self.catalog.record_arrival(arrival, &by).await;
        stored.expect("a delivery is stored")
    }

    pub(crate) async fn take_job(&self) -> Job {
        let job = self.catalog.claim_job("tiler 1", 60).await;
        job.expect("jobs can be claimed").expect("a job waits")
    }

    /// The next tiling; what else goes first is left to its lease.
    pub(crate) async fn take_tiling(&self) -> Job {
        loop {
            let job = self.take_job().await;
            if job.kind == "tile" {
                return job;
            }
        }
    }

    pub(crate) async fn publish(&self, job: &Job, label: &str) -> Result<IdentityState, Error> {
        let by = catalog::By::system("tile", job.organisation);
        let publication = publication(job, label);
        self.catalog.publish_scan(publication, &by).await
    }

    /// A slide comes in, is tiled and published. Nobody else's work may wait.
    pub(crate) async fn deliver(&self, at: &Laboratory, bytes: &str, label: &str) -> Delivered {
        let file_name = format!("{}.svs", fresh().simple());
        self.deliver_as(at, bytes, label, &file_name).await
    }

    pub(crate) async fn deliver_as(
        &self,
        at: &Laboratory,
        bytes: &str,
        label: &str,
        file_name: &str,
    ) -> Delivered {
        let receipt = self.store(arrival(at, bytes, file_name)).await;
        let job = self.take_tiling().await;
        assert_eq!(job.scan, receipt.scan, "other work waits");
        let identity = self.publish(&job, label).await.expect("published");
        Delivered {
            scan: receipt.scan,
            identity,
        }
    }

    /// Accessions an order and delivers all its slides: a case that waits for a pathologist.
    pub(crate) async fn ready(&self, order: &Order) -> Open {
        self.accession(order).await.expect("accessioned");
        for n in 1..=order.slides {
            let label = order.container(n);
            let bytes = format!("{} {label}", order.at.issuer);
            let delivered = self.deliver(&order.at, &bytes, &label).await;
            assert_eq!(delivered.identity, IdentityState::Matched);
        }
        assert_eq!(self.case_state(order.case).await, "ready");
        self.open(order.case).await
    }

    /// Several ready cases of a laboratory, the first due first.
    pub(crate) async fn ready_cases(&self, at: &Laboratory, count: i64) -> Vec<Open> {
        let mut cases = Vec::new();
        for n in 1..=count {
            let order = self.order(at, &format!("S26-{n:05}")).minutes_later(n);
            cases.push(self.ready(&order).await);
        }
        cases
    }

    pub(crate) async fn open(&self, case: CaseId) -> Open {
        let reading = self
            .texts(&format!(
                "SELECT reading_id FROM reading WHERE case_id = '{case}'"
            ))
            .await;
        Open {
            case,
            reading: reading[0].parse().expect("an id"),
        }
    }

    pub(crate) async fn case_state(&self, case: CaseId) -> String {
        let sql = format!("SELECT state FROM cases WHERE case_id = '{case}'");
        self.texts(&sql).await.remove(0)
    }

    pub(crate) async fn reading_state(&self, reading: ReadingId) -> String {
        let sql = format!("SELECT state FROM reading WHERE reading_id = '{reading}'");
        self.texts(&sql).await.remove(0)
    }

    pub(crate) async fn slide(&self, at: &Laboratory, container: &str) -> SlideId {
        let issuer = &at.issuer;
        let sql = format!(
            "SELECT slide_id FROM slide WHERE issuer = '{issuer}' AND container = '{container}'"
        );
        self.texts(&sql).await[0].parse().expect("an id")
    }

    /// The open tray entry of a scan: its id and its code.
    pub(crate) async fn tray(&self, scan: ScanId) -> Option<(TrayId, String)> {
        let of = format!("FROM tray WHERE scan_id = '{scan}' AND closed_at IS NULL");
        let ids = self.texts(&format!("SELECT tray_id {of}")).await;
        let codes = self.texts(&format!("SELECT code {of}")).await;
        let id = ids.first()?.parse().expect("an id");
        Some((id, codes[0].clone()))
    }

    pub(crate) async fn handheld(
        &self,
        tray: TrayId,
        code: &str,
        by: &catalog::By,
    ) -> Result<Attached, Error> {
        let code = Phi::new(code.to_owned());
        self.catalog.attach(tray, code, by).await
    }

    pub(crate) async fn claim_next(&self, who: &Person) -> ClaimOutcome {
        let claim = ClaimId(fresh());
        let outcome = self.catalog.claim_next(claim, who.id, None, &who.by).await;
        outcome.expect("a claim is answered")
    }

    pub(crate) async fn claim_this(&self, who: &Person, reading: ReadingId) -> ClaimOutcome {
        let (claim, why) = (ClaimId(fresh()), "asked for by the clinic");
        let catalog = &self.catalog;
        let outcome = catalog.claim_this(claim, who.id, reading, why, None, &who.by);
        outcome.await.expect("a claim is answered")
    }

    /// Claims the next case, which must be there.
    pub(crate) async fn claim(&self, who: &Person) -> Claim {
        match self.claim_next(who).await {
            ClaimOutcome::Claimed(claim) => claim,
            other => panic!("nothing was claimed: {other:?}"),
        }
    }

    pub(crate) async fn draft(
        &self,
        who: &Person,
        claim: &Claim,
        text: &str,
    ) -> Result<Micros, Error> {
        let text = Phi::new(text.to_owned());
        let catalog = &self.catalog;
        let saved = catalog.save_draft(claim.claim, claim.fence, text, &who.by);
        saved.await
    }

    /// A signature over the case exactly as it stands now.
    pub(crate) async fn signature(&self, claim: &Claim) -> SignOut {
        let case = claim.case;
        let revision = format!("SELECT revision FROM cases WHERE case_id = '{case}'");
        let scans = format!(
            "SELECT s.scan_id FROM slide g JOIN scan s ON s.scan_id = g.current_scan_id WHERE g.case_id = '{case}'"
        );
        let mut seen = Vec::new();
        for scan in self.texts(&scans).await {
            let generation = format!("SELECT generation FROM scan WHERE scan_id = '{scan}'");
            seen.push(Seen {
                scan: scan.parse().expect("an id"),
                generation: self.count(&generation).await,
                opened: true,
            });
        }
        SignOut {
            report: ReportId(fresh()),
            claim: claim.claim,
            fence: claim.fence,
            case_revision: self.count(&revision).await,
            diagnosis: Phi::new("benign naevus".to_owned()),
            seen,
            acknowledged: Vec::new(),
            damage_reason: String::new().into(),
            diagnosis_code: String::new(),
            concordance: None,
        }
    }

    /// A case as a pathologist of this laboratory sees it who may open it.
    pub(crate) async fn looked_at(&self, at: &Laboratory, who: &Person, case: CaseId) -> CaseView {
        self.opened(at, who, case, None).await.1
    }

    /// The same, for a reason; and whether the reports are shown too, by what relation.
    pub(crate) async fn opened(
        &self,
        at: &Laboratory,
        who: &Person,
        case: CaseId,
        why: Option<&str>,
    ) -> ((Relation, bool), CaseView) {
        let asking = Self::asking(at, who, why);
        let opened = self.catalog.touch_case(&asking, case).await;
        let opened = opened.expect("they may open it");
        let access = opened.get();
        let shown = (access.relation, access.shows_reports(&asking));
        (shown, self.catalog.case(&opened).await.expect("shown"))
    }

    /// To view a case of their own house.
    pub(crate) fn asking(at: &Laboratory, who: &Person, why: Option<&str>) -> Asking {
        Asking {
            subject: Subject {
                organisation: at.organisation,
                site: None,
                role: Role::Pathologist(who.id),
            },
            name: who.by.subject.clone(),
            action: Action::ViewCase,
            purpose: Purpose::DirectCare,
            reason: why.map(|why| Phi::new(why.to_owned())),
        }
    }

    pub(crate) async fn sign(&self, who: &Person, sign: SignOut) -> Result<SignedOut, Error> {
        self.catalog.sign_out(sign, None, &who.by).await
    }

    /// Time passes, and what has lapsed returns.
    pub(crate) async fn pass(&self, seconds: i64) -> Vec<Lapsed> {
        let moved = self.catalog.move_clock(seconds * 1_000_000).await;
        moved.expect("the clock moves");
        let told = self.catalog.tell_before_it_moves(100).await;
        told.expect("whoever holds it is told first");
        let lapsed = self.catalog.sweep_leases(100).await;
        lapsed.expect("leases are swept")
    }
}
