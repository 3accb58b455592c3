// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/privileges.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace replyguard::service {
namespace {

constexpr std::uint32_t BitOf(unsigned capability) { return 1U << capability; }

// Of the first 32 capabilities; of the others nothing is ever kept.
std::uint32_t Kept(const PrivilegeNeeds& needs) {
  std::uint32_t kept = 0;
  if (needs.low_port) kept |= BitOf(CAP_NET_BIND_SERVICE);
  // Root reaches its files, and PostgreSQL's socket, by its capabilities only.
  if (geteuid() == 0) kept |= BitOf(CAP_DAC_OVERRIDE) | BitOf(CAP_DAC_READ_SEARCH);
  return kept;
}

}  // namespace

absl::Status DropPrivileges(const PrivilegeNeeds& needs) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return absl::InternalError("cannot renounce new privileges");
  }
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) {
    return absl::InternalError("cannot switch core dumps off");
  }
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) {
    return absl::InternalError("cannot read the capabilities");
  }
  const std::uint32_t kept = Kept(needs) & sets[0].permitted;
  sets = {};
  sets[0].permitted = kept;
  sets[0].effective = kept;
  if (syscall(SYS_capset, &header, sets.data()) != 0) {
    return absl::InternalError("cannot drop the capabilities");
  }
  return absl::OkStatus();
}

}  // namespace replyguard::service
