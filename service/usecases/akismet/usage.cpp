// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/akismet/usage.h"

#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::chrono::seconds kFlushTimeMax{2};

}  // namespace

void AddTo(storage::UsageCounts& sum, const storage::UsageCounts& more) {
  for (const auto count :
       {&storage::UsageCounts::api_calls, &storage::UsageCounts::spam, &storage::UsageCounts::ham,
        &storage::UsageCounts::missed_spam, &storage::UsageCounts::false_positives}) {
    sum.*count += more.*count;
  }
}

AkismetUsage::AkismetUsage(const SiteDirectory& sites, storage::AkismetStore& store,
                           const Clock& clock, std::function<void(std::string_view)> warn)
    : sites_(sites), store_(store), clock_(clock), warn_(std::move(warn)) {}

AkismetUsage::~AkismetUsage() { Stop(); }

void AkismetUsage::Start() {
  thread_ = std::thread([this] { Run(); });
}

void AkismetUsage::Stop() {
  AskToStop();
  if (thread_.joinable()) thread_.join();
}

void AkismetUsage::Run() {
  bool warned = false;
  while (pacer_.Pause(kUsageFlushInterval)) {
    const absl::Status status = Flush(std::chrono::steady_clock::now() + kFlushTimeMax);
    if (!status.ok() && !warned && warn_) warn_("counting waits for the database");
    warned = !status.ok();
  }
  // The last ones; a database that is away has lost nothing but counts.
  const absl::Status status = Flush(std::chrono::steady_clock::now() + kFlushTimeMax);
  if (!status.ok() && warn_) warn_("counts of the last seconds are lost");
}

void AkismetUsage::Add(const Principal& principal, std::string_view blog,
                       std::initializer_list<Count> counts) {
  const auto site = principal.site ? sites_.FindBySlug(*principal.site) : nullptr;
  if (site == nullptr) return;
  storage::UsageKey key;
  key.site_id = site->record.site_id;
  key.key_id = principal.key_id;
  key.day = std::chrono::floor<std::chrono::days>(clock_.Now());
  MutexLock lock(mutex_);
  if (key.day != day_) {
    blogs_.clear();
    day_ = key.day;
  }
  std::set<std::string, std::less<>>& known = blogs_[key.key_id];
  if (blog.size() <= storage::kBlogBytesMax) {
    const bool told_apart = known.contains(blog);
    if (told_apart || known.size() < kBlogsPerKeyMax) key.blog = std::string(blog);
    if (!told_apart && known.size() < kBlogsPerKeyMax) known.emplace(blog);
  }
  storage::UsageCounts& sum = counted_[key];
  for (const Count count : counts) ++(sum.*count);
}

absl::Status AkismetUsage::Flush(storage::Deadline deadline) {
  MutexLock flushing(flush_mutex_);
  std::map<storage::UsageKey, storage::UsageCounts> taken;
  {
    MutexLock lock(mutex_);
    taken.swap(counted_);
  }
  if (taken.empty()) return absl::OkStatus();
  std::vector<storage::UsageDelta> deltas;
  deltas.reserve(taken.size());
  for (const auto& [key, counts] : taken) deltas.push_back({key, counts});
  absl::Status status = store_.AddUsage(deltas, deadline);
  if (status.ok()) return status;
  MutexLock lock(mutex_);
  for (const auto& [key, counts] : taken) AddTo(counted_[key], counts);
  return status;
}

absl::StatusOr<std::vector<storage::DayUsage>> AkismetUsage::ByDay(const Principal& principal,
                                                                   std::chrono::sys_days from,
                                                                   storage::Deadline deadline) {
  const auto site = sites_.Enter(principal, Permission::kComments, principal.site.value_or(""));
  if (!site.ok()) return site.status();
  if (absl::Status status = Flush(deadline); !status.ok()) return FromStorage(status);
  auto days = store_.UsageByDay((*site)->record.site_id, principal.key_id, from, deadline);
  if (!days.ok()) return FromStorage(days.status());
  return days;
}

absl::StatusOr<storage::BlogUsagePage> AkismetUsage::ByBlog(const Principal& principal,
                                                            storage::BlogUsageQuery query,
                                                            storage::Deadline deadline) {
  const auto site = sites_.Enter(principal, Permission::kComments, principal.site.value_or(""));
  if (!site.ok()) return site.status();
  if (absl::Status status = Flush(deadline); !status.ok()) return FromStorage(status);
  query.site_id = (*site)->record.site_id;
  query.key_id = principal.key_id;
  auto page = store_.UsageByBlog(query, deadline);
  if (!page.ok()) return FromStorage(page.status());
  return page;
}

}  // namespace replyguard::service
