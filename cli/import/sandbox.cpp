#include "sandbox.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <vector>

#include "model.hpp"

#if defined(__x86_64__)
#define COSTENGINE_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define COSTENGINE_AUDIT_ARCH AUDIT_ARCH_AARCH64
#else
#error "name this processor's AUDIT_ARCH_ constant here (linux/audit.h)"
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COSTENGINE_SHADOW_MEMORY 1  // sanitizers reserve terabytes of addresses
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COSTENGINE_SHADOW_MEMORY 1
#endif
#endif

namespace costengine::import {
namespace {

void limit(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
  rlimit now{};
  if (getrlimit(resource, &now) != 0) refuse("the import helper cannot read its limits");
  // A stricter limit that is already there stays.
  const rlimit wanted{std::min(soft, now.rlim_cur), std::min(hard, now.rlim_max)};
  if (setrlimit(resource, &wanted) != 0) refuse("the import helper cannot limit itself");
}

/// What memory, answering, signals and time need. Nothing here takes a path or an address.
constexpr long kAllowed[] = {
    __NR_read,        __NR_write,        __NR_writev,         __NR_close,         __NR_mmap,
    __NR_munmap,      __NR_mremap,       __NR_mprotect,       __NR_brk,           __NR_madvise,
    __NR_futex,       __NR_rt_sigaction, __NR_rt_sigprocmask, __NR_rt_sigreturn,  __NR_sigaltstack,
    __NR_getpid,      __NR_gettid,       __NR_tgkill,         __NR_clock_gettime, __NR_getrandom,
    __NR_sched_yield, __NR_exit,         __NR_exit_group,
};

/// A classic BPF program over seccomp_data: wrong processor mode -> kill, listed call -> allow,
/// anything else -> EPERM, which the C library and the parsers handle as a failed call.
void forbid_system_calls() {
  std::vector<sock_filter> program;
  const auto add = [&program](unsigned code, std::uint32_t k, unsigned yes, unsigned no) {
    program.push_back({static_cast<std::uint16_t>(code), static_cast<std::uint8_t>(yes),
                       static_cast<std::uint8_t>(no), k});
  };
  add(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch), 0, 0);
  add(BPF_JMP | BPF_JEQ | BPF_K, COSTENGINE_AUDIT_ARCH, 1, 0);
  add(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
  add(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr), 0, 0);
  for (std::size_t i = 0; i < std::size(kAllowed); ++i) {
    // On a match jump over the remaining comparisons and the refusal.
    const auto to_allow = static_cast<unsigned>(std::size(kAllowed) - i);
    add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(kAllowed[i]), to_allow, 0);
  }
  add(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
  add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) != 0) {
    refuse(
        "this system offers no seccomp filter, without which the import helper reads nothing: "
        "convert the model to STL or OBJ");
  }
}

}  // namespace

void enter_sandbox(std::uint64_t input_bytes) {
#ifndef COSTENGINE_SHADOW_MEMORY
  const std::uint64_t memory = (std::uint64_t{2} << 30) + 20 * input_bytes;
  limit(RLIMIT_AS, memory, memory);
#else
  static_cast<void>(input_bytes);
#endif
  constexpr rlim_t kProcessorSeconds = 30;
  limit(RLIMIT_CPU, kProcessorSeconds, kProcessorSeconds + 2);  // SIGXCPU, then SIGKILL
  limit(RLIMIT_CORE, 0, 0);
  limit(RLIMIT_FSIZE, 0, 0);
  limit(RLIMIT_NOFILE, 3, 3);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // core dumps that go to a pipe ignore RLIMIT_CORE
  forbid_system_calls();
}

}  // namespace costengine::import
