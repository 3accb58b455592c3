// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
// Who calls: what an API key proved, as every use case receives it.
//
// Plain data, made by authentication for one call; thread-compatible. Use cases never decide by
// themselves what a principal may do: service/usecases/authorize.h is the one place.
#pragma once

#include <optional>
#include <string>

namespace replyguard::service {

// What a key may do; each value of the contract's ApiKey.Role.
enum class Role {
  kBackend,    // CommentService on one site
  kModerator,  // ModerationService and ExplainComment
  kOperator,   // everything
};

struct Principal {
  // Public id of the key: 16 lower-case hexadecimal digits. In the audit trail and logs.
  std::string key_id;
  // For people, at most 100 characters. In the audit trail.
  std::string display_name;
  Role role = Role::kBackend;
  // Slug of the only site the key covers; absent means every site. Always present for kBackend.
  std::optional<std::string> site;
};

}  // namespace replyguard::service
