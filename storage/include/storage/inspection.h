// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a connection string leads to, for the operator's check-up.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/types.h"

namespace replyguard::storage {

struct Inspection {
  std::string server_version;
  std::string role;
  bool superuser = false;
  // A text that two connection strings have in common if they lead to the same database of the same
  // running PostgreSQL, a pooler in between or not, and otherwise have not.
  std::string place;
  std::string encoding;
  // Settings that are off, without which a crash may lose or spoil what is stored.
  std::vector<std::string> unsafe;
  // The database's clock while the statement ran.
  Timestamp database_time{};
  // Tables that must only grow and that this role may nevertheless UPDATE, DELETE from or TRUNCATE.
  std::vector<std::string> changeable;
};

// Opens a connection of its own, asks, and closes it. Changes nothing. Blocks until the deadline at
// most, rounded up to seconds. UNAVAILABLE; INVALID_ARGUMENT for a string that libpq cannot parse.
// No message repeats the string. Thread-safe.
absl::StatusOr<Inspection> Inspect(const std::string& url, Deadline deadline);

}  // namespace replyguard::storage
