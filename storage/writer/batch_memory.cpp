// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "writer/batch_memory.h"

#include "writer/lookup.h"

namespace replyguard::storage {

void BatchMemory::Add(SiteId site, Kind kind, const std::vector<KeyedHash>& hashes, Seen seen) {
  // All members are hashed under the same writing key.
  if (!hashes.empty()) seen_[Key{site, kind, hashes.front()}].push_back(seen);
}

void BatchMemory::Remember(const SubmissionDraft& draft, CommentStatus status,
                           const ThreadRecord& thread) {
  const HistoryQuery& q = draft.history;
  const Seen seen{status, draft.comment->author_verified()};
  Add(q.site_id, Kind::kAuthor, q.author_hashes, seen);
  Add(q.site_id, Kind::kIp, q.ip_hashes, seen);
  Add(q.site_id, Kind::kBody, q.body_hashes, seen);
  threads_.try_emplace({q.site_id, q.thread_key}, thread);
}

void BatchMemory::Count(const HistoryQuery& query, Kind kind, const std::vector<KeyedHash>& hashes,
                        bool recent_wanted, SeenBefore& out) const {
  if (hashes.empty()) return;
  const auto it = seen_.find(Key{query.site_id, kind, hashes.front()});
  if (it == seen_.end()) return;
  for (const Seen& seen : it->second) {
    CountAsNewest(seen.status, seen.verified, recent_wanted, query.recent_count_max, out);
  }
}

void BatchMemory::Apply(const SubmissionDraft& draft, HistoryContext& context) const {
  const HistoryQuery& q = draft.history;
  Count(q, Kind::kAuthor, q.author_hashes, q.author_recent_since.has_value(), context.author);
  Count(q, Kind::kIp, q.ip_hashes, q.ip_recent_since.has_value(), context.ip);
  Count(q, Kind::kBody, q.body_hashes, q.body_recent_since.has_value(), context.body);
  if (context.thread) return;
  if (const auto it = threads_.find({q.site_id, q.thread_key}); it != threads_.end()) {
    context.thread = it->second;
  }
}

}  // namespace replyguard::storage
