// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// UpdateComment: an edit, judged again, so that posting clean and editing links in later does not
// work.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/submit/judge.h"
#include "storage/comment_store.h"
#include "storage/history.h"

namespace replyguard::service {

class SiteDirectory;

// Thread-safe. Holds references; they outlive it.
class UpdateComment {
 public:
  struct Request {
    std::string site;  // slug
    storage::CommentId comment_id;
    // New values as typed; what is absent stays.
    std::optional<std::string> body;
    std::optional<std::string> author_name;
    std::optional<std::string> author_url;
    // As last seen; empty: whatever it is.
    std::string etag;
    // Judge again also where no text changes, unless a person has decided: by the present policy,
    // rules and model. Stored when that leads to another status.
    bool judge_again = false;
    storage::Deadline deadline{};
  };

  UpdateComment(const SiteDirectory& sites, const Judge& judge, storage::CommentStore& comments,
                storage::HistoryReader& history, const Clock& clock);

  // BLOCKS: run it on a bounded executor. Reads, judges, and stores only if nothing changed in
  // between, reports included; it then tries again, a few times, unless the etag is not the present
  // one any more, so that what happens at the same moment is seen and never overwritten.
  //
  // What a person rejected stays rejected whatever the new text: an edit never makes it visible.
  // What the machine called spam goes to the queue at best. A comment that readers reported stays
  // in the queue.
  //
  // PERMISSION_DENIED; SITE_NOT_FOUND; COMMENT_NOT_FOUND (deleted ones too); INVALID_ARGUMENT;
  // ABORTED (STALE_ETAG).
  absl::StatusOr<storage::CommentRecord> Run(const Principal& principal, Request request) const;

 private:
  const SiteDirectory& sites_;
  const Judge& judge_;
  storage::CommentStore& comments_;
  storage::HistoryReader& history_;
  const Clock& clock_;
};

}  // namespace replyguard::service
