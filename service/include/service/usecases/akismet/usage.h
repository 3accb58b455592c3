// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What Akismet's clients may ask about their use: counted in memory, added to the database every
// few seconds, so that no check waits for a counter's row. A server that dies loses the counts of
// its last kUsageFlushInterval, never a comment.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/pacer.h"
#include "storage/akismet_store.h"
#include "storage/mutex.h"

namespace replyguard::service {

inline constexpr std::chrono::seconds kUsageFlushInterval{2};
// Blogs that are told apart for one key and day; the rest are counted under an empty name.
inline constexpr std::size_t kBlogsPerKeyMax = 500;

class SiteDirectory;

// Of every count.
void AddTo(storage::UsageCounts& sum, const storage::UsageCounts& more);

// Thread-safe. Holds references; they outlive it.
class AkismetUsage {
 public:
  // What a call adds.
  using Count = std::int64_t storage::UsageCounts::*;

  AkismetUsage(const SiteDirectory& sites, storage::AkismetStore& store, const Clock& clock,
               std::function<void(std::string_view)> warn = {});
  ~AkismetUsage();  // stops

  void Start();
  // Stops the thread and stores what was counted, if the database answers.
  void Stop();
  // Asks the thread to end, and does not wait for that.
  void AskToStop() { pacer_.Stop(); }

  // Never blocks. `blog` is a host's name, or empty; over-long ones count as empty.
  void Add(const Principal& principal, std::string_view blog, std::initializer_list<Count> counts);

  // BLOCKS, as all below. What this server has counted is among the answers; what another one did
  // in the last seconds may be missing. PERMISSION_DENIED, SITE_NOT_FOUND, UNAVAILABLE and the
  // like.
  absl::StatusOr<std::vector<storage::DayUsage>> ByDay(const Principal& principal,
                                                       std::chrono::sys_days from,
                                                       storage::Deadline deadline);
  // site_id and key_id are filled in here.
  absl::StatusOr<storage::BlogUsagePage> ByBlog(const Principal& principal,
                                                storage::BlogUsageQuery query,
                                                storage::Deadline deadline);

  // Stores what was counted.
  absl::Status Flush(storage::Deadline deadline);

 private:
  void Run();

  const SiteDirectory& sites_;
  storage::AkismetStore& store_;
  const Clock& clock_;
  const std::function<void(std::string_view)> warn_;
  Mutex flush_mutex_;  // one at a time, so that a reader waits for the counts being stored
  Mutex mutex_;
  std::map<storage::UsageKey, storage::UsageCounts> counted_ REPLYGUARD_GUARDED_BY(mutex_);
  // The blogs of a key that have been told apart on `day_`.
  std::map<std::string, std::set<std::string, std::less<>>> blogs_ REPLYGUARD_GUARDED_BY(mutex_);
  std::chrono::sys_days day_ REPLYGUARD_GUARDED_BY(mutex_){};
  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
