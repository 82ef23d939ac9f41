//! How full the tightest pools are: the work that only certain people may do, against their hours.
//!
//! A pool cannot be stable when some set of pools brings more work than everybody who may read any of
//! them can do. Of all such sets the worst one is found exactly, without trying them: work flows from
//! pools to people; what cannot flow shows a set that is too full (max-flow, min-cut), its ratio of
//! work to hours is the next guess, and when all flows, that guess was the load.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The tightest pools of a network.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Load {
    /// Work a week divided by the hours of those who may do it; 1 and more is unstable. Infinite when
    /// nobody may.
    pub(super) ratio: f64,
    /// Which pools, by index.
    pub(super) pools: Vec<usize>,
}

/// Of pools with their weekly work and who may do it, and people with their weekly time.
pub(super) fn tightest(work: &[f64], readers: &[Vec<usize>], time: &[f64]) -> Load {
    let mut flow = Flow::of(work, readers, time);
    let mut load = Load {
        ratio: 0.0,
        pools: (0..work.len()).filter(|n| work[*n] > 0.0).collect(),
    };
    // Each round finds a fuller set than the round before; there are finitely many.
    for _ in 0..1_000 {
        let Some((pools, ratio)) = flow.overfull(load.ratio) else {
            break;
        };
        if ratio <= load.ratio {
            break;
        }
        load = Load { ratio, pools };
        if ratio.is_infinite() {
            break;
        }
    }
    load
}

/// Pools with the same readers are one, and so are people who read the same.
struct Flow {
    work: Vec<f64>,
    members: Vec<Vec<usize>>,
    time: Vec<f64>,
    /// By pool: the groups of people who may read it.
    to: Vec<Vec<usize>>,
    sent: BTreeMap<(usize, usize), f64>,
}

/// Shares of the whole that count as nothing.
const NOTHING: f64 = 1e-9;

impl Flow {
    fn of(work: &[f64], readers: &[Vec<usize>], time: &[f64]) -> Self {
        let mut reads: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); time.len()];
        let mut pools: BTreeMap<&Vec<usize>, (f64, Vec<usize>)> = BTreeMap::new();
        for (pool, people) in readers
            .iter()
            .enumerate()
            .filter(|(pool, _)| work[*pool] > 0.0)
        {
            let group = pools.entry(people).or_default();
            group.0 += work[pool];
            group.1.push(pool);
        }
        for (n, people) in pools.keys().enumerate() {
            for person in *people {
                reads[*person].insert(n);
            }
        }
        let mut groups: BTreeMap<&BTreeSet<usize>, f64> = BTreeMap::new();
        for (person, read) in reads.iter().enumerate() {
            *groups.entry(read).or_default() += time[person];
        }
        let fitting = |n: usize| {
            groups
                .keys()
                .enumerate()
                .filter(move |(_, read)| read.contains(&n))
                .map(|(g, _)| g)
        };
        Self {
            to: (0..pools.len()).map(|n| fitting(n).collect()).collect(),
            work: pools.values().map(|(work, _)| *work).collect(),
            members: pools.into_values().map(|(_, members)| members).collect(),
            time: groups.into_values().collect(),
            sent: BTreeMap::new(),
        }
    }

    /// Pools that do not fit when everybody has `ratio` times their hours, and their own ratio.
    fn overfull(&mut self, ratio: f64) -> Option<(Vec<usize>, f64)> {
        self.sent.clear();
        let slack = NOTHING * self.work.iter().sum::<f64>();
        for pool in 0..self.work.len() {
            let mut left = self.work[pool];
            while left > slack {
                match self.way(pool, ratio, slack) {
                    Ok(way) => left -= self.send(&way, left, ratio),
                    Err(reached) => return Some(self.ratio_of(&reached)),
                }
            }
        }
        None
    }

    /// A way for a pool's work to somebody with time, pool and people by turns; or all pools it meets.
    fn way(&self, pool: usize, ratio: f64, slack: f64) -> Result<Vec<usize>, BTreeSet<usize>> {
        let mut from_group: BTreeMap<usize, usize> = BTreeMap::new();
        let mut from_pool: BTreeMap<usize, Option<usize>> = BTreeMap::from([(pool, None)]);
        let mut next = VecDeque::from([pool]);
        while let Some(at) = next.pop_front() {
            for &group in &self.to[at] {
                if from_group.contains_key(&group) {
                    continue;
                }
                from_group.insert(group, at);
                if self.free(group, ratio) > slack {
                    return Ok(walked(group, &from_group, &from_pool));
                }
                for (&(other, _), _) in self
                    .sent
                    .iter()
                    .filter(|((_, to), sent)| *to == group && **sent > slack)
                {
                    if let std::collections::btree_map::Entry::Vacant(new) = from_pool.entry(other)
                    {
                        new.insert(Some(group));
                        next.push_back(other);
                    }
                }
            }
        }
        Err(from_pool.into_keys().collect())
    }

    fn free(&self, group: usize, ratio: f64) -> f64 {
        let sent = self.sent.iter().filter(|((_, to), _)| *to == group);
        self.time[group] * ratio - sent.map(|(_, sent)| sent).sum::<f64>()
    }

    fn send(&mut self, way: &[usize], left: f64, ratio: f64) -> f64 {
        let last = way[way.len() - 1];
        let back = way[1..]
            .chunks_exact(2)
            .map(|pair| self.sent[&(pair[1], pair[0])]);
        let much = back.fold(left.min(self.free(last, ratio)), f64::min);
        for pair in way.chunks_exact(2) {
            *self.sent.entry((pair[0], pair[1])).or_default() += much;
        }
        for pair in way[1..].chunks_exact(2) {
            *self.sent.entry((pair[1], pair[0])).or_default() -= much;
        }
        much
    }

    fn ratio_of(&self, pools: &BTreeSet<usize>) -> (Vec<usize>, f64) {
        let groups: BTreeSet<usize> = pools
            .iter()
            .flat_map(|pool| &self.to[*pool])
            .copied()
            .collect();
        let work: f64 = pools.iter().map(|pool| self.work[*pool]).sum();
        let time: f64 = groups.iter().map(|group| self.time[*group]).sum();
        let mut members: Vec<usize> = pools
            .iter()
            .flat_map(|pool| &self.members[*pool])
            .copied()
            .collect();
        members.sort_unstable();
        (
            members,
            if time > 0.0 {
                work / time
            } else {
                f64::INFINITY
            },
        )
    }
}

/// Pool, people, pool, people … from the first pool to `last`.
fn walked(
    last: usize,
    from_group: &BTreeMap<usize, usize>,
    from_pool: &BTreeMap<usize, Option<usize>>,
) -> Vec<usize> {
    let (mut way, mut group) = (Vec::new(), Some(last));
    while let Some(at) = group {
        let pool = from_group[&at];
        way.extend([at, pool]);
        group = from_pool[&pool];
    }
    way.reverse();
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(load: &Load, ratio: f64, pools: &[usize]) {
        assert!(
            (load.ratio - ratio).abs() < 1e-6 && load.pools == pools,
            "{load:?}"
        );
    }

    #[test]
    fn the_tightest_set_is_found_whatever_its_size() {
        // Everybody reads pool 0; only the second person reads pool 1, which is all they have time for.
        let readers = vec![vec![0, 1], vec![1], vec![0]];
        near(
            &tightest(&[1.0, 9.0, 1.0], &readers, &[10.0, 10.0]),
            0.9,
            &[1],
        );
        near(
            &tightest(&[9.0, 9.0, 1.0], &readers, &[10.0, 10.0]),
            0.95,
            &[0, 1, 2],
        );
        near(
            &tightest(&[9.0, 12.0, 1.0], &readers, &[10.0, 10.0]),
            1.2,
            &[1],
        );
    }

    #[test]
    fn work_that_nobody_may_do_has_no_end() {
        assert!(tightest(&[1.0], &[vec![]], &[10.0]).ratio.is_infinite());
        near(&tightest(&[0.0], &[vec![]], &[10.0]), 0.0, &[]);
    }

    #[test]
    fn it_agrees_with_trying_every_set() {
        use super::super::chance::{Chance, Kind};
        for case in 0..300 {
            let mut chance = Chance::of(case, 0, Kind::Case, 0, 0);
            let work: Vec<f64> = (0..6).map(|_| chance.unit()).collect();
            let time: Vec<f64> = (0..4).map(|_| chance.unit()).collect();
            let reads = |chance: &mut Chance| {
                (0..4)
                    .filter(|one| *one == 0 || chance.happens(40.0))
                    .collect()
            };
            let readers: Vec<Vec<usize>> = (0..6).map(|_| reads(&mut chance)).collect();
            let ratio = |set: usize| {
                let pools: Vec<usize> = (0..6).filter(|pool| set >> pool & 1 == 1).collect();
                let people: BTreeSet<usize> = pools
                    .iter()
                    .flat_map(|pool| &readers[*pool])
                    .copied()
                    .collect();
                pools.iter().map(|pool| work[*pool]).sum::<f64>()
                    / people.iter().map(|one| time[*one]).sum::<f64>()
            };
            let worst = (1..64).map(ratio).fold(0.0, f64::max);
            let found = tightest(&work, &readers, &time).ratio;
            assert!((found - worst).abs() < 1e-6, "{case}: {found} for {worst}");
        }
    }
}
