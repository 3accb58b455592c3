// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Health and housekeeping.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/types.h"

namespace replyguard::storage {

// Thread-safe.
class Maintenance {
 public:
  virtual ~Maintenance() = default;

  // OK when PostgreSQL answers, takes writes (it is no standby and not read-only), keeps UTF8 and
  // has exactly the schema version this binary was built for. FAILED_PRECONDITION for another
  // version or encoding, or a standby, with what to do; UNAVAILABLE (also without any schema),
  // DEADLINE_EXCEEDED. Answers what the database's clock said meanwhile.
  virtual absl::StatusOr<Timestamp> CheckReady(Deadline deadline) = 0;

  // OK when the disk of PostgreSQL's tables takes some 100 kB more: they are written to a temporary
  // file there, and dropped. Where nothing is stored nobody else would notice that it is full.
  // UNAVAILABLE when it does not, or PostgreSQL does not answer; DEADLINE_EXCEEDED.
  virtual absl::Status CheckRoom(Deadline deadline) = 0;

  // Such as "15.9 (Debian 15.9-0+deb12u1)".
  virtual absl::StatusOr<std::string> ServerVersion(Deadline deadline) = 0;

  // Forgets request_ids of comments received before this time, at most limit a call (1 to 100,000),
  // oldest first. Answers how many. Call again while it answers limit. A site whose log
  // somebody holds for a second is passed over, by this and by PruneEvents.
  virtual absl::StatusOr<std::int64_t> ExpireRequestIds(Timestamp received_before,
                                                        std::int32_t limit, Deadline deadline) = 0;

  // Drops events made before this time, at most limit a call, of any site. A cursor among them is
  // OUT_OF_RANGE from then on.
  virtual absl::StatusOr<std::int64_t> PruneEvents(Timestamp created_before, std::int32_t limit,
                                                   Deadline deadline) = 0;

  // Blanks label samples whose comments were erased, once a checkpoint is at or after their
  // retraction (or there is none) and the retraction was made before this time (long enough for
  // every server to have applied it). Checkpoints from between the lesson and its retraction are
  // deleted: they still hold what the comment taught. So are those that nobody checked when they
  // were stored, and that may hold a blanked one; limit erasures are looked through for them a
  // call. Answers how many samples were blanked, or limit when it is to be called again.
  virtual absl::StatusOr<std::int64_t> BlankErasedSamples(Timestamp erased_before,
                                                          std::int32_t limit,
                                                          Deadline deadline) = 0;

  // Drops what shadows said before this time, at most limit disagreements a call, with their places
  // in the queue; the shadow in force keeps its own. Answers how many disagreements.
  virtual absl::StatusOr<std::int64_t> PruneShadowVerdicts(Timestamp said_before,
                                                           std::int32_t limit,
                                                           Deadline deadline) = 0;
};

}  // namespace replyguard::storage
