// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Storage in memory, small and honest, for tests of the use cases.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "storage/checkpoint_store.h"
#include "storage/event_log.h"
#include "storage/label_log.h"
#include "storage/mutex.h"

namespace replyguard::service {

class FakeCheckpoints : public storage::CheckpointStore {
 public:
  absl::StatusOr<std::int64_t> Put(const storage::CheckpointInfo& info, std::string_view bytes,
                                   const Holds&, storage::Deadline) override {
    for (const auto& [id, stored] : stored_) {
      if (stored.first.position == info.position && stored.first.kind == info.kind)
        return absl::AlreadyExistsError("stored already");
    }
    const std::int64_t id = ++last_id_;
    stored_[id] = {info, std::string(bytes)};
    stored_[id].first.checkpoint_id = id;
    return id;
  }
  absl::StatusOr<std::vector<storage::CheckpointInfo>> List(const storage::CheckpointKind& kind,
                                                            std::int32_t,
                                                            storage::Deadline) override {
    if (!status.ok()) return status;
    std::vector<storage::CheckpointInfo> list;
    for (const auto& [id, stored] : stored_) {
      if (stored.first.kind == kind) list.push_back(stored.first);
    }
    std::sort(list.begin(), list.end(),
              [](const auto& a, const auto& b) { return a.position > b.position; });
    return list;
  }
  absl::StatusOr<storage::CheckpointKind> NewestKind(storage::Deadline) override {
    if (stored_.empty()) return absl::NotFoundError("none");
    return stored_.rbegin()->second.first.kind;
  }
  absl::StatusOr<std::string> ReadBytes(std::int64_t id, storage::Deadline) override {
    const auto found = stored_.find(id);
    if (found == stored_.end()) return absl::NotFoundError("no such checkpoint");
    return found->second.second;
  }
  absl::StatusOr<std::int64_t> Prune(const storage::CheckpointKind&, std::int32_t,
                                     storage::Deadline) override {
    return 0;
  }

  std::map<std::int64_t, std::pair<storage::CheckpointInfo, std::string>> stored_;
  absl::Status status;  // of List

 private:
  std::int64_t last_id_ = 0;
};

// A label log that a test writes by hand.
class FakeLabels : public storage::LabelLog {
 public:
  absl::StatusOr<std::vector<storage::ExternalLabelResult>> Append(
      storage::SiteId, const std::vector<storage::ExternalLabel>&, storage::LabelSource,
      const std::string&, storage::Timestamp, storage::Deadline) override {
    return absl::UnimplementedError("not needed");
  }
  absl::StatusOr<std::vector<storage::LabelEntry>> Read(std::int64_t after, std::int32_t limit,
                                                        storage::Deadline) override {
    if (!status.ok()) return status;
    std::vector<storage::LabelEntry> page;
    for (const auto& entry : entries) {
      if (entry.position > after && page.size() < static_cast<std::size_t>(limit))
        page.push_back(entry);
    }
    return page;
  }
  absl::StatusOr<std::vector<storage::LabelEntry>> ReadWithout(
      const std::vector<std::string>& excluded, std::int64_t after, std::int32_t limit,
      storage::Deadline deadline) override {
    if (!excluded.empty()) return absl::UnimplementedError("not needed");
    return Read(after, limit, deadline);
  }
  absl::StatusOr<std::int64_t> HeadPosition(storage::Deadline) override {
    if (!status.ok()) return status;
    return entries.empty() ? 0 : entries.back().position;
  }
  absl::StatusOr<storage::LogPlace> Look(std::int64_t, storage::Deadline deadline) override {
    const auto head = HeadPosition(deadline);
    if (!head.ok()) return head.status();
    return storage::LogPlace{*head};
  }
  absl::StatusOr<storage::LabelCounts> Counts(storage::SiteId, storage::Deadline) override {
    return storage::LabelCounts{};
  }
  absl::StatusOr<std::vector<storage::JudgedComment>> Judged(const storage::JudgedQuery&,
                                                             storage::Deadline) override {
    return std::vector<storage::JudgedComment>();
  }
  absl::StatusOr<std::vector<storage::LabelEntry>> InForce(const storage::InForceQuery&,
                                                           storage::Deadline) override {
    return absl::UnimplementedError("not needed");
  }
  absl::StatusOr<bool> DecidedAlone(const storage::JudgedQuery&, storage::Deadline) override {
    return false;
  }
  absl::StatusOr<std::vector<std::optional<double>>> Inclusions(
      storage::SiteId, const std::vector<storage::CommentId>& comments,
      storage::Deadline) override {
    return std::vector<std::optional<double>>(comments.size());
  }

  std::vector<storage::LabelEntry> entries;
  absl::Status status;
};

// The events of one site, written by hand.
class FakeEvents final : public storage::EventLog {
 public:
  absl::StatusOr<std::vector<storage::Event>> Read(storage::SiteId, std::int64_t after,
                                                   std::int32_t limit, storage::Deadline) override {
    MutexLock lock(mutex_);
    if (after > newest_) return absl::OutOfRangeError("ahead");
    if (after + 1 < oldest_ && after != 0) return absl::OutOfRangeError("gone");
    std::vector<storage::Event> page;
    for (std::int64_t at = std::max(after + 1, oldest_);
         at <= newest_ && page.size() < static_cast<std::size_t>(limit); ++at) {
      page.emplace_back().sequence = at;
    }
    return page;
  }
  absl::StatusOr<storage::EventHead> Head(storage::SiteId, storage::Deadline) override {
    MutexLock lock(mutex_);
    return storage::EventHead{newest_, oldest_};
  }
  absl::StatusOr<std::map<storage::SiteId, storage::EventHead>> Heads(
      const std::vector<storage::SiteId>& sites, storage::Deadline) override {
    MutexLock lock(mutex_);
    std::map<storage::SiteId, storage::EventHead> heads;
    for (const storage::SiteId site : sites) heads[site] = {newest_, oldest_};
    return heads;
  }
  void Happen(std::int64_t count) {
    MutexLock lock(mutex_);
    newest_ += count;
  }
  void Forget(std::int64_t before) {
    MutexLock lock(mutex_);
    oldest_ = before;
  }

 private:
  Mutex mutex_;
  std::int64_t newest_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  std::int64_t oldest_ REPLYGUARD_GUARDED_BY(mutex_) = 1;
};

}  // namespace replyguard::service
