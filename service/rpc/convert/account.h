// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "replyguard/v1/account.pb.h"
#include "service/usecases/account/people.h"

namespace replyguard::service::rpc {

void ToProto(const People::Info& person, v1::Person* out);
void ToProto(const storage::SessionRecord& session, std::string_view current_session_id,
             v1::Session* out);
// `slug` of the event's site; empty when it has none.
void ToProto(const storage::AccountEvent& event, const std::string& slug, v1::AccountEvent* out);

// INVALID_ARGUMENT names fields below `field` ("membership.").
absl::StatusOr<People::RoleOn> FromProto(const v1::Membership& membership, std::string_view field,
                                         bool role_required);
// Name, display name and memberships.
absl::StatusOr<People::InviteRequest> FromProto(const v1::Person& person);

// The handle in "people/{handle}"; nothing when it is not one.
std::optional<std::string> ParsePersonName(std::string_view name);
std::string PersonName(std::string_view handle);
// An actor of the audit trail as a name: "people/{handle}" or "apiKeys/{key}"; empty stays empty.
std::string ActorNameOf(const std::string& actor);

}  // namespace replyguard::service::rpc
