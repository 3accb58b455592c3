// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a batch remembers of its earlier members, so that later ones see them like stored comments.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "storage/submission_writer.h"

namespace replyguard::storage {

class BatchMemory {
 public:
  // Adds what earlier members did to what was read for this one.
  void Apply(const SubmissionDraft& draft, HistoryContext& context) const;
  void Remember(const SubmissionDraft& draft, CommentStatus status, const ThreadRecord& thread);

 private:
  enum class Kind { kAuthor, kIp, kBody };
  struct Seen {
    CommentStatus status;
    bool verified;
  };
  using Key = std::tuple<SiteId, Kind, KeyedHash>;

  void Add(SiteId site, Kind kind, const std::vector<KeyedHash>& hashes, Seen seen);
  void Count(const HistoryQuery& query, Kind kind, const std::vector<KeyedHash>& hashes,
             bool recent_wanted, SeenBefore& out) const;

  std::map<Key, std::vector<Seen>> seen_;
  std::map<std::pair<SiteId, std::string>, ThreadRecord> threads_;
};

}  // namespace replyguard::storage
