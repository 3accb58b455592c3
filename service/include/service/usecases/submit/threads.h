// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Threads for website backends: read, open, close, describe, move.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "storage/thread_store.h"

namespace replyguard::service {

class SiteDirectory;

// Thread-safe. Holds references; they outlive it. Every call BLOCKS: run it on a bounded executor.
class Threads {
 public:
  // Fields that are not set stay as they are.
  struct UpdateRequest {
    std::string site;
    std::string key;
    bool allow_missing = false;
    std::string etag;  // empty: whatever it is
    std::optional<std::string> uri;
    std::optional<std::string> title;
    std::optional<storage::ThreadState> state;
    // Outer nothing: stays. Inner nothing: cleared.
    std::optional<std::optional<storage::Timestamp>> published_at;
  };

  Threads(const SiteDirectory& sites, storage::ThreadStore& threads, const Clock& clock);

  // THREAD_NOT_FOUND.
  absl::StatusOr<storage::ThreadRecord> Get(const Principal& principal, const std::string& site,
                                            const std::string& key,
                                            storage::Deadline deadline) const;

  // The thread after the change. THREAD_NOT_FOUND unless allow_missing; STALE_ETAG;
  // INVALID_ARGUMENT.
  absl::StatusOr<storage::ThreadRecord> Update(const Principal& principal,
                                               const UpdateRequest& request,
                                               storage::Deadline deadline) const;

  // The thread under its new key. THREAD_NOT_FOUND; THREAD_EXISTS; INVALID_ARGUMENT.
  absl::StatusOr<storage::ThreadRecord> Move(const Principal& principal, const std::string& site,
                                             const std::string& key, const std::string& new_key,
                                             storage::Deadline deadline) const;

 private:
  const SiteDirectory& sites_;
  storage::ThreadStore& threads_;
  const Clock& clock_;
};

}  // namespace replyguard::service
