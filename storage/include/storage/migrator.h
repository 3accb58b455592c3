// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The schema: numbered SQL files, built into the binary, each with a way back. Runs as the schema's
// owner, not as the application's role.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/types.h"

namespace replyguard::storage {

// The schema version this binary works with.
std::int32_t BuiltSchemaVersion();

// Every statement plans with all of them; more than this many cost more than they save.
inline constexpr std::int32_t kPartitionsMax = 256;

struct MigrationStatus {
  std::int32_t version = 0;  // from 1
  std::string name;
  bool applied = false;
  // The file differs from what was applied.
  bool changed = false;
  // Applied, but unknown to this binary: a newer one did it.
  bool unknown = false;
  std::optional<Timestamp> applied_at;
};

// Every call takes an advisory lock for its length, so two that run at once do the work once. Each
// migration is a transaction: it is applied whole or not at all. Thread-safe.
class Migrator {
 public:
  virtual ~Migrator() = default;

  // Known and applied ones, by version.
  virtual absl::StatusOr<std::vector<MigrationStatus>> Status(Deadline deadline) = 0;

  // Applies what is missing up to target (nothing: all). Answers the versions applied.
  // FAILED_PRECONDITION when an applied file has changed or is unknown, and when the database's
  // encoding is not UTF8.
  virtual absl::StatusOr<std::vector<std::int32_t>> Up(std::optional<std::int32_t> target,
                                                       Deadline deadline) = 0;

  // Lays the large tables of sites out as so many hash partitions by site (0: as plain tables), in
  // one transaction that keeps everybody from them and writes all their rows anew: one to two
  // minutes for each million comments. INVALID_ARGUMENT above kPartitionsMax. FAILED_PRECONDITION
  // when migrations are missing. Answers how many rows moved; 0 when it is so already.
  virtual absl::StatusOr<std::int64_t> Partition(std::int32_t count, Deadline deadline) = 0;

  // Takes back what is above target (0: everything), newest first. Loses the data in what it drops.
  virtual absl::StatusOr<std::vector<std::int32_t>> Down(std::int32_t target,
                                                         Deadline deadline) = 0;
};

// url: a libpq connection string or URI of a role that may create schemas and roles, direct (not
// through a pooler). No connection is made before the first call.
std::unique_ptr<Migrator> OpenMigrator(std::string url);

}  // namespace replyguard::storage
