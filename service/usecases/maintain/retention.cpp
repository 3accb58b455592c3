// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/maintain/retention.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace replyguard::service {

using storage::RetentionClass;

namespace {

using AgesOfSites = std::map<std::pair<RetentionClass, storage::SiteId>, std::int32_t>;

// A site's own age, or that of all.
std::int32_t KeptDays(const AgesOfSites& ages, RetentionClass data, storage::SiteId site) {
  const auto own = ages.find({data, site});
  if (own != ages.end()) return own->second;
  const auto common = ages.find({data, 0});
  return common == ages.end() ? 0 : common->second;
}

}  // namespace

storage::Deadline Retention::Soon() const {
  return std::chrono::steady_clock::now() + options_.storage_timeout;
}

// of_owner(class, owner, before) answers a number of rows.
template <typename OfOwner>
absl::StatusOr<std::vector<RetentionOutcome>> Retention::ForEach(storage::Timestamp now,
                                                                 OfOwner of_owner) const {
  const auto owners = upkeep_.Owners(Soon());
  if (!owners.ok()) return owners.status();
  const auto set = upkeep_.Ages(Soon());
  if (!set.ok()) return set.status();
  AgesOfSites ages;
  for (const storage::RetentionAge& age : *set) ages[{age.data, age.site_id}] = age.kept_days;
  std::vector<RetentionOutcome> out;
  for (const RetentionClass data : storage::kRetentionClasses) {
    RetentionOutcome outcome{data, KeptDays(ages, data, 0)};
    for (const storage::SiteId owner : *owners) {
      if (owner != 0 && !storage::IsOfSites(data)) continue;
      if (owner != 0 && ages.contains({data, owner})) ++outcome.own_age_count;
      const std::int32_t days = KeptDays(ages, data, owner);
      if (days == 0) continue;
      const absl::StatusOr<std::int64_t> rows =
          of_owner(data, owner, now - std::chrono::hours(24) * days);
      if (!rows.ok()) return rows.status();
      outcome.row_count += *rows;
    }
    out.push_back(outcome);
  }
  return out;
}

absl::StatusOr<std::vector<RetentionOutcome>> Retention::Preview(storage::Timestamp now) const {
  // Comments come first, here as when it is done, and what goes with them is not counted again.
  std::map<storage::SiteId, storage::CommentsGone> of_owners;
  return ForEach(now, [&](RetentionClass data, storage::SiteId owner, storage::Timestamp before) {
    storage::CommentsGone& gone = of_owners[owner];
    if (data == RetentionClass::kApproved) gone.approved_before = before;
    if (data == RetentionClass::kSpam) gone.spam_before = before;
    if (data == RetentionClass::kTrashed) gone.trashed_before = before;
    return upkeep_.CountExpired(owner, data, before, gone, Soon());
  });
}

absl::StatusOr<std::int64_t> Retention::ApplyOne(RetentionClass data, storage::SiteId owner,
                                                 storage::Timestamp before,
                                                 const std::function<bool()>& stopping) const {
  std::int64_t gone = 0;
  std::optional<storage::Uuid> after;
  while (!stopping()) {
    const auto step = upkeep_.Expire(owner, data, before, after, options_.rows_max, Soon());
    if (!step.ok()) return step.status();
    gone += step->gone_count;
    if (!step->next) break;
    after = step->next;
  }
  return gone;
}

absl::StatusOr<std::vector<RetentionOutcome>> Retention::Apply(
    storage::Timestamp now, const std::function<bool()>& stopping) const {
  return ForEach(now, [this, &stopping](RetentionClass data, storage::SiteId owner,
                                        storage::Timestamp before) {
    return ApplyOne(data, owner, before, stopping);
  });
}

RetentionKeeper::RetentionKeeper(storage::Upkeep& upkeep, const Clock& clock,
                                 std::function<void(std::string_view)> warn,
                                 std::chrono::milliseconds interval)
    : retention_(upkeep), clock_(clock), warn_(std::move(warn)), interval_(interval) {}

RetentionKeeper::~RetentionKeeper() { Stop(); }

void RetentionKeeper::Start() {
  thread_ = std::thread([this] { Run(); });
}

void RetentionKeeper::Stop() {
  AskToStop();
  if (thread_.joinable()) thread_.join();
}

void RetentionKeeper::Run() {
  while (pacer_.Pause(interval_)) {
    const auto done = retention_.Apply(clock_.Now(), [this] { return pacer_.stopping(); });
    if (!done.ok() && warn_) {
      warn_("retention is put off: " + std::string(done.status().message()));
    }
  }
}

}  // namespace replyguard::service
