// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the stores of accounts share, each within the caller's transaction.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "postgres/session.h"
#include "storage/account.h"

namespace replyguard::storage {

absl::Status NoPerson();

// NOT_FOUND. Locked until the transaction ends when `lock`.
absl::StatusOr<PersonRecord> ReadPerson(Tx& tx, const std::string& handle, bool lock);

// Deletes the person's sessions but one; how many.
std::int32_t EndSessions(Tx& tx, const std::string& handle, const std::string& but_session_id);

void AddEvent(Tx& tx, const AccountEvent& event);
inline void AddEvent(Tx& tx, const std::string& handle, AccountAction action,
                     const AccountAct& act) {
  AddEvent(tx, AccountEvent{0, handle, act.actor, action, std::nullopt, std::nullopt, act.at});
}

// Takes the second factor and its recovery codes away.
void ClearTotp(Tx& tx, const std::string& handle);

// "people/{handle}": a person as an actor.
std::string ActorOf(const std::string& handle);
// The person who acts; nothing for a key.
std::optional<std::string> HandleOf(const std::string& actor);

}  // namespace replyguard::storage
