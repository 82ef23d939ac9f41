//! Seccomp: the system calls that decoding needs and no other; any other ends the process.
//!
//! There is no call among them that opens a connection, starts or traces a process, makes memory executable,
//! signals anyone else, or opens or changes a file. A child that reads through OpenSlide may open files as
//! well (which, landlock decides) and start threads, because OpenSlide does.

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen as Width, SeccompCmpOp as Is,
    SeccompCondition as Condition, SeccompFilter, SeccompRule as Rule,
};

/// What memory, threads, the pipes and the open members need.
const ALWAYS: &[libc::c_long] = &[
    libc::SYS_read,
    libc::SYS_pread64,
    libc::SYS_readv,
    libc::SYS_preadv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_sigaltstack,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_restart_syscall,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// What OpenSlide needs besides: to look at its files and open them, all under landlock.
const READING: &[libc::c_long] = &[
    libc::SYS_openat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_fstatfs,
    libc::SYS_getdents64,
    libc::SYS_readlinkat,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fcntl,
    libc::SYS_fadvise64,
    libc::SYS_getcwd,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    libc::SYS_prlimit64,
];

/// The older names of the same on x86-64.
#[cfg(target_arch = "x86_64")]
const READING_BY_OLD_NAMES: &[libc::c_long] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
];
#[cfg(not(target_arch = "x86_64"))]
const READING_BY_OLD_NAMES: &[libc::c_long] = &[];

/// What opens a file.
#[cfg(target_arch = "x86_64")]
const OPENING: &[libc::c_long] = &[libc::SYS_openat, libc::SYS_open];
#[cfg(not(target_arch = "x86_64"))]
const OPENING: &[libc::c_long] = &[libc::SYS_openat];

/// Restricts every thread of the process; whether the kernel holds it.
pub(crate) fn forbid(reading: bool) -> bool {
    // The strictest answer of all filters counts.
    apply(refused(reading)) && apply(only_allowed(reading))
}

fn apply(program: Result<BpfProgram, BackendError>) -> bool {
    program.is_ok_and(|program| seccompiler::apply_filter_all_threads(&program).is_ok())
}

fn only_allowed(reading: bool) -> Result<BpfProgram, BackendError> {
    let arch = std::env::consts::ARCH.try_into()?;
    let kill = SeccompAction::KillProcess;
    SeccompFilter::new(allowed(reading)?, kill, SeccompAction::Allow, arch)?.try_into()
}

/// Calls that fail instead of ending the process, because an innocent child makes them.
///
/// `clone3` keeps its flags in memory, where no filter can see them: it seems not to exist, and the older
/// `clone` is used, whose flags tell a thread from a process. And glibc asks `/proc` about overcommitment when
/// it gives back a thread's memory: it is told that it may not open that file, nor any other.
fn refused(reading: bool) -> Result<BpfProgram, BackendError> {
    let arch = std::env::consts::ARCH.try_into()?;
    let (calls, errno) = if reading {
        (&[libc::SYS_clone3][..], libc::ENOSYS)
    } else {
        (OPENING, libc::EACCES)
    };
    let calls = calls.iter().map(|call| (*call, Vec::new())).collect();
    let answer = SeccompAction::Errno(errno as u32);
    SeccompFilter::new(calls, SeccompAction::Allow, answer, arch)?.try_into()
}

/// The allowed calls; an empty list of rules allows a call whatever its arguments.
fn allowed(reading: bool) -> Result<BTreeMap<i64, Vec<Rule>>, BackendError> {
    let mut allowed: BTreeMap<i64, Vec<Rule>> =
        ALWAYS.iter().map(|call| (*call, Vec::new())).collect();
    if reading {
        let more = READING.iter().chain(READING_BY_OLD_NAMES);
        allowed.extend(more.map(|call| (*call, Vec::new())));
        allowed.insert(libc::SYS_clone3, Vec::new());
        let thread = (libc::CLONE_VM | libc::CLONE_THREAD) as u64;
        let a_thread = Condition::new(0, Width::Dword, Is::MaskedEq(thread), thread)?;
        allowed.insert(libc::SYS_clone, vec![Rule::new(vec![a_thread])?]);
        let its_name = Condition::new(0, Width::Dword, Is::Eq, libc::PR_SET_NAME as u64)?;
        allowed.insert(libc::SYS_prctl, vec![Rule::new(vec![its_name])?]);
    }
    // Those of `refused` too: this list would end the process.
    allowed.extend(OPENING.iter().map(|call| (*call, Vec::new())));
    let never_executable = Is::MaskedEq(libc::PROT_EXEC as u64);
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        let rule = Condition::new(2, Width::Dword, never_executable.clone(), 0)?;
        allowed.insert(call, vec![Rule::new(vec![rule])?]);
    }
    // Asking whether a descriptor is open, which builds with debug assertions do before they close it.
    if !reading {
        let flags = Condition::new(1, Width::Dword, Is::Eq, libc::F_GETFD as u64)?;
        allowed.insert(libc::SYS_fcntl, vec![Rule::new(vec![flags])?]);
    }
    // `abort` signals the process itself, and nobody else.
    let myself = Condition::new(0, Width::Dword, Is::Eq, std::process::id().into())?;
    allowed.insert(libc::SYS_tgkill, vec![Rule::new(vec![myself])?]);
    Ok(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_call_of_the_list_reaches_beyond_the_process() {
        let forbidden = [
            libc::SYS_socket,
            libc::SYS_connect,
            libc::SYS_execve,
            libc::SYS_execveat,
            libc::SYS_ptrace,
            libc::SYS_process_vm_readv,
            libc::SYS_kill,
            libc::SYS_unlinkat,
            libc::SYS_renameat2,
            libc::SYS_io_uring_setup,
            libc::SYS_bpf,
            libc::SYS_ioctl,
            libc::SYS_memfd_create,
            libc::SYS_userfaultfd,
        ];
        for reading in [false, true] {
            let allowed = allowed(reading).unwrap();
            let found: Vec<_> = forbidden
                .iter()
                .filter(|call| allowed.contains_key(call))
                .collect();
            assert!(found.is_empty(), "{found:?}");
            for call in [libc::SYS_readlinkat, libc::SYS_clone, libc::SYS_prctl] {
                assert_eq!(allowed.contains_key(&call), reading);
            }
        }
    }
}
