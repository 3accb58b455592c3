// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
// Who calls: what an API key or a session proved, as every use case receives it.
//
// Plain data, made by authentication for one call; thread-compatible. Use cases never decide by
// themselves what a principal may do: service/usecases/authorize.h is the one place.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace replyguard::service {

// What a key may do; each value of the contract's ApiKey.Role. A person has the last two.
enum class Role {
  kBackend,    // CommentService on one site
  kModerator,  // ModerationService and ExplainComment
  kOperator,   // everything
};

// Somebody who is signed in to the console.
struct PersonScope {
  std::string handle;
  // Public id of the session: 16 lower-case hexadecimal digits.
  std::string session_id;
  std::optional<Role> every_site_role;
  // By slug, besides that.
  std::map<std::string, Role, std::less<>> site_roles;
};

struct Principal {
  // Who acts, as the audit trail and the logs name him: the public id of the key (16 lower-case
  // hexadecimal digits), or "people/{handle}".
  std::string key_id;
  // For people, at most 100 characters. In the audit trail.
  std::string display_name;
  // Of a key. A person's are in `person`, and these stay as they are here: they cover nothing.
  Role role = Role::kBackend;
  // Slug of the only site the key covers; absent means every site. Always present for kBackend.
  std::optional<std::string> site;
  // Set for a session.
  std::optional<PersonScope> person{};
};

inline constexpr char kSessionCredential[] = "sessions/";

// What the call was proved by and may be taken back: the id of the key, or "sessions/{session}".
inline std::string CredentialOf(const Principal& principal) {
  return principal.person ? kSessionCredential + principal.person->session_id : principal.key_id;
}

}  // namespace replyguard::service
