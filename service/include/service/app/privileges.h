// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a server does not need, it gives up before it reads its first byte.
#pragma once

#include "absl/status/status.h"

namespace replyguard::service {

struct PrivilegeNeeds {
  // It will listen on a port below 1024.
  bool low_port = false;
};

// For this thread and all that it starts, for good: no new privileges, no core dumps, and no
// capabilities but those it needs and has (of root also those by which it reads files). Call it
// before any thread is started. INTERNAL says what the system refused.
absl::Status DropPrivileges(const PrivilegeNeeds& needs);

}  // namespace replyguard::service
