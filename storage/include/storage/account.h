// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The people who use the console, as they are stored. No secret is here in the clear: passwords are
// argon2id, tokens and recovery codes hashes, TOTP secrets sealed by the service.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/enums.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int32_t kPeoplePageMax = 500;
inline constexpr std::int32_t kAccountEventPageMax = 500;
// Of one person; one more ends the oldest.
inline constexpr std::int32_t kSessionsPerPersonMax = 20;
inline constexpr std::size_t kSessionClientBytesMax = 200;

struct Membership {
  SiteId site_id = 0;
  KeyRole role = KeyRole::kModerator;  // kModerator or kOperator

  bool operator==(const Membership&) const = default;
};

struct PersonRecord {
  std::string handle;  // [a-z0-9._-]{2,32}
  std::string display_name;
  // On every site, those to come included; kModerator or kOperator.
  std::optional<KeyRole> every_site_role;
  std::vector<Membership> memberships;  // by site_id
  // libsodium's text of argon2id; empty while the invitation waits.
  std::string password_hash;
  // Sealed; empty: none. Unconfirmed: begun and not yet asked for.
  std::string totp_secret;
  bool totp_confirmed = false;
  // The newest time step used. While the factor is not confirmed: the one before which it must be.
  std::int64_t totp_step = 0;
  std::int32_t recovery_code_count = 0;
  Timestamp created_at{};
  std::optional<Timestamp> signed_in_at;
  std::optional<Timestamp> deactivated_at;
};

struct SessionRecord {
  std::string session_id;  // public: 16 lower-case hexadecimal digits
  std::string token_hash;  // 32 bytes
  std::string handle;
  std::string client;  // what the browser calls itself, at most kSessionClientBytesMax
  Timestamp created_at{};
  Timestamp seen_at{};  // to within a few minutes
  Timestamp expires_at{};
};

enum class LinkKind {
  kInvitation = 1,
  kReset = 2,
};

// A link that works once; its token is the only proof.
struct AccountLink {
  std::string link_id;     // public: 16 lower-case hexadecimal digits
  std::string token_hash;  // 32 bytes
  std::string handle;
  LinkKind kind = LinkKind::kInvitation;
  bool clears_totp = false;  // kReset
  Timestamp created_at{};
  Timestamp expires_at{};
};

enum class AccountAction {
  kInvited = 1,
  kInvitationAccepted = 2,
  kResetCreated = 3,
  kPasswordReset = 4,
  kPasswordChanged = 5,
  kSignedIn = 6,
  kSignInRefused = 7,
  kSignedOut = 8,
  kSignedOutEverywhere = 9,
  kTotpEnabled = 10,
  kTotpDisabled = 11,
  kRecoveryCodesMade = 12,
  kRecoveryCodeUsed = 13,
  kRoleChanged = 14,
  kDeactivated = 15,
  kReactivated = 16,
};

// Who did it, and when. The actor is the public id of a key or "people/{handle}".
struct AccountAct {
  std::string actor;
  Timestamp at{};
};

struct AccountEvent {
  std::int64_t event_id = 0;  // grows; given by the database
  std::string handle;         // empty: of no account that is there
  std::string actor;
  AccountAction action = AccountAction::kInvited;
  // Of kRoleChanged. No site: on every site; no role: taken away.
  std::optional<SiteId> site_id;
  std::optional<KeyRole> role;
  Timestamp at{};
};

}  // namespace replyguard::storage
