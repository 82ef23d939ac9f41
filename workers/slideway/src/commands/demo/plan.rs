//! What happens in the demo, computed from its seed: cases of two trusts, their slides, what goes wrong.
//!
//! ```text
//! seed ─▶ cases (numbers both trusts use, patients, specialties, priorities) ─▶ slides ─▶ troubles
//! ```
//!
//! This is the ground truth the summary compares with: which slide belongs to which case, and who
//! may read it. The same seed makes the same plan.

use pathology::case::Priority;
use pathology::formats::synthetic::Stain;

/// A whole day.
pub(super) struct Plan {
    pub(super) cases: Vec<PlannedCase>,
    /// Files a scanner delivers twice, by container: the same bytes again.
    pub(super) again: usize,
}

/// A case as the laboratory will register it.
pub(super) struct PlannedCase {
    /// 0 or 1: which trust.
    pub(super) trust: usize,
    pub(super) number: String,
    pub(super) family: String,
    pub(super) given: &'static str,
    pub(super) born: String,
    pub(super) sex: &'static str,
    pub(super) specialty: &'static str,
    pub(super) specimen_type: &'static str,
    pub(super) body_site: &'static str,
    pub(super) details: &'static str,
    pub(super) priority: Priority,
    /// Minutes between receipt and the start of the demo.
    pub(super) age_minutes: i64,
    /// Registered only after its slides came.
    pub(super) late_order: bool,
    pub(super) slides: Vec<PlannedSlide>,
}

/// A slide as its scanner will deliver it.
pub(super) struct PlannedSlide {
    pub(super) container: String,
    pub(super) name: String,
    pub(super) stain: Stain,
    pub(super) stain_name: &'static str,
    pub(super) trouble: Trouble,
    pub(super) seed: u64,
}

/// What goes wrong with a slide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Trouble {
    None,
    /// The code on the label is scratched.
    Unreadable,
    /// The first delivery ends early; the scanner sends the file again.
    Truncated,
    /// The label bears the number of the slide before it.
    WrongLabel,
    /// The same file comes twice.
    Twice,
    /// Much of the scan is out of focus.
    Blurred,
}

struct Kind {
    specialty: &'static str,
    specimen_type: &'static str,
    body_site: &'static str,
    details: &'static str,
}

const fn kind(
    specialty: &'static str,
    specimen_type: &'static str,
    body_site: &'static str,
    details: &'static str,
) -> Kind {
    Kind {
        specialty,
        specimen_type,
        body_site,
        details,
    }
}

const KINDS: [Kind; 10] = [
    kind(
        "skin",
        "Skin excision",
        "Skin, left forearm",
        "Pigmented lesion, growing for 4 months. Melanoma?",
    ),
    kind(
        "skin",
        "Punch biopsy",
        "Skin, scalp",
        "Scaly plaque for 6 weeks. Lupus, psoriasis?",
    ),
    kind(
        "gastro",
        "Colonic biopsy",
        "Colon, sigmoid",
        "Polyp of 8 mm, removed by snare. Dysplasia?",
    ),
    kind(
        "gastro",
        "Gastric biopsy",
        "Stomach, antrum",
        "Dyspepsia. Helicobacter?",
    ),
    kind(
        "breast",
        "Core biopsy",
        "Breast, left, 2 o'clock",
        "Mass of 14 mm, spiculated. Carcinoma?",
    ),
    kind(
        "urology",
        "Prostate biopsy",
        "Prostate, right apex",
        "PSA 7.2. Carcinoma?",
    ),
    kind(
        "gynae",
        "Cervical loop",
        "Cervix",
        "High-grade changes on smear.",
    ),
    kind(
        "skin",
        "Shave",
        "Skin, nose",
        "Pearly nodule. Basal cell carcinoma?",
    ),
    kind(
        "gastro",
        "Colonic biopsy",
        "Colon, rectum",
        "Bloody diarrhoea for 3 months. Colitis?",
    ),
    kind(
        "renal",
        "Kidney biopsy",
        "Kidney, transplant",
        "Creatinine rising after transplant. Rejection?",
    ),
];

const FAMILIES: [&str; 24] = [
    "TESTPATIENT",
    "SAMPLEMAN",
    "FAKENAME",
    "INVENTED",
    "EXAMPLE",
    "NOBODY",
    "PLACEHOLDER",
    "MOCKUP",
    "DUMMY",
    "TRIALRUN",
    "NOTREAL",
    "SPECIMEN",
    "STANDIN",
    "MADEUP",
    "TESTCASE",
    "FICTION",
    "ANYONE",
    "TESTNAME",
    "BLANK",
    "SPARE",
    "DEMO",
    "PRETEND",
    "UNREAL",
    "SHAM",
];
const GIVEN: [(&str, &str); 12] = [
    ("Anna", "female"),
    ("Boris", "male"),
    ("Cara", "female"),
    ("Dorian", "male"),
    ("Elif", "female"),
    ("Frank", "male"),
    ("Gita", "female"),
    ("Henrik", "male"),
    ("Isolde", "female"),
    ("Jakub", "male"),
    ("Kaia", "female"),
    ("Lars", "male"),
];

impl Plan {
    /// Plans a day of `slides` slides.
    pub(super) fn new(slides: usize, seed: u64) -> Self {
        let mut chance = Chance(seed ^ 0x5EED_51DE);
        let mut cases = Vec::new();
        let mut left = slides;
        let mut n = 0;
        while left > 0 {
            let case = planned_case(n, left, &mut chance);
            left -= case.slides.len();
            cases.push(case);
            n += 1;
        }
        trouble(&mut cases);
        let again = cases
            .iter()
            .flat_map(|case| &case.slides)
            .filter(|slide| slide.trouble == Trouble::Twice)
            .count();
        Self { cases, again }
    }

    /// Slides of all cases.
    pub(super) fn slides(&self) -> usize {
        self.cases.iter().map(|case| case.slides.len()).sum()
    }
}

fn planned_case(n: usize, left: usize, chance: &mut Chance) -> PlannedCase {
    let kind = &KINDS[chance.below(KINDS.len())];
    let (given, sex) = GIVEN[chance.below(GIVEN.len())];
    // Both trusts count alike: case n/2 of each bears the same number.
    let number = format!("S26-{:05}", 1742 + n / 2);
    let size = [1, 1, 2, 2, 3, 4][chance.below(6)].min(left);
    let priority = match chance.below(10) {
        // A frozen section now and then: the surgeon waits.
        _ if n % 15 == 7 => Priority::Immediate,
        0..=2 => Priority::Urgent,
        _ => Priority::Routine,
    };
    let oldest_minutes = match priority {
        Priority::Immediate => 12,
        Priority::Urgent => 74 * 60,
        Priority::Routine => 170 * 60,
    };
    PlannedCase {
        trust: n % 2,
        family: FAMILIES[n % FAMILIES.len()].to_owned(),
        given,
        born: format!(
            "{}-{:02}-{:02}",
            1938 + chance.below(66),
            1 + chance.below(12),
            1 + chance.below(28)
        ),
        sex,
        specialty: kind.specialty,
        specimen_type: kind.specimen_type,
        body_site: kind.body_site,
        details: kind.details,
        priority,
        age_minutes: chance.below(oldest_minutes) as i64,
        late_order: false,
        slides: (0..size)
            .map(|i| planned_slide(&number, i, chance))
            .collect(),
        number,
    }
}

fn planned_slide(number: &str, i: usize, chance: &mut Chance) -> PlannedSlide {
    let name = format!("A{}-{}", i / 2 + 1, i % 2 + 1);
    let immuno = i > 0 && chance.below(4) == 0;
    PlannedSlide {
        container: format!("{number}-{name}"),
        name,
        stain: if immuno { Stain::Ihc } else { Stain::HE },
        stain_name: if immuno { "Ki-67" } else { "H&E" },
        trouble: Trouble::None,
        seed: chance.next(),
    }
}

/// Spreads troubles: one of each kind in every two dozen slides.
fn trouble(cases: &mut [PlannedCase]) {
    let mut seen = 0;
    let mut wrong_label_due = false;
    for case in cases.iter_mut() {
        for i in 0..case.slides.len() {
            wrong_label_due |= seen % 24 == 12;
            case.slides[i].trouble = match seen % 24 {
                2 => Trouble::Unreadable,
                6 => Trouble::Truncated,
                11 => Trouble::Twice,
                15 => Trouble::Blurred,
                _ if i > 0 && wrong_label_due && case.slides[i - 1].trouble == Trouble::None => {
                    wrong_label_due = false;
                    Trouble::WrongLabel
                }
                _ => Trouble::None,
            };
            case.late_order |= seen % 24 == 9;
            seen += 1;
        }
    }
}

/// Numbers that look like chance and follow from a seed (`SplitMix64`, Steele et al. 2014).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_plans_the_same_day() {
        let containers = |seed| -> Vec<String> {
            Plan::new(48, seed)
                .cases
                .iter()
                .flat_map(|c| {
                    c.slides
                        .iter()
                        .map(|s| format!("{}{}{:?}", c.trust, s.container, s.trouble))
                })
                .collect()
        };
        assert_eq!(containers(7), containers(7));
        assert_ne!(containers(7), containers(8));
        assert_eq!(containers(7).len(), 48);
    }

    #[test]
    fn both_trusts_use_the_same_numbers_and_every_trouble_occurs() {
        let plan = Plan::new(24, 1);
        let numbers = |trust| {
            plan.cases
                .iter()
                .filter(move |c| c.trust == trust)
                .map(|c| c.number.as_str())
        };
        assert!(numbers(0).any(|number| numbers(1).any(|other| other == number)));
        for wanted in [
            Trouble::Unreadable,
            Trouble::Truncated,
            Trouble::Twice,
            Trouble::Blurred,
        ] {
            assert!(
                plan.cases
                    .iter()
                    .flat_map(|c| &c.slides)
                    .any(|s| s.trouble == wanted),
                "{wanted:?}"
            );
        }
        assert!(plan.cases.iter().any(|case| case.late_order));
    }
}
