// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// submit-spam and submit-ham of the Akismet protocol: what the website's own people decided, which
// counts as a moderator's decision here.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "storage/akismet_store.h"
#include "storage/author_keyring.h"
#include "storage/decision_store.h"
#include "storage/label_log.h"
#include "storage/submission.h"

namespace replyguard::service {

class Observer;
class SiteDirectory;

// Thread-safe. Holds references; they outlive it.
class AkismetFeedback {
 public:
  struct Request {
    // As AkismetCheck::Request.
    storage::Submission submission;
    std::optional<storage::CommentId> guid;
    bool spam = false;  // otherwise ham
    storage::Deadline deadline{};
  };
  enum class Outcome {
    kAgreed,     // the comment was called that already
    kCorrected,  // it was not
    kExample,    // no comment of ours: learnt as an example
    kNothing,    // nor is there a text to learn from
  };

  AkismetFeedback(const SiteDirectory& sites, storage::AkismetStore& store,
                  storage::DecisionStore& decisions, storage::LabelLog& labels,
                  const storage::AuthorKeyring& keyring, const Clock& clock,
                  Observer* observer = nullptr);

  // BLOCKS. The comment is found by its guid, else by author, text and thread
  // (kAkismetMatchWindow). A lease does not stand in the way of a website that decides about its
  // own comment; the caps on teaching hold as for a moderator's key. PERMISSION_DENIED;
  // SITE_NOT_FOUND; UNAVAILABLE and the like.
  absl::StatusOr<Outcome> Run(const Principal& principal, Request request) const;

 private:
  // Nothing when there is no such comment.
  absl::StatusOr<std::optional<Outcome>> Decide(const Principal& principal, storage::SiteId site_id,
                                                const storage::CommentId& id,
                                                const Request& request) const;

  const SiteDirectory& sites_;
  storage::AkismetStore& store_;
  storage::DecisionStore& decisions_;
  storage::LabelLog& labels_;
  const storage::AuthorKeyring& keyring_;
  const Clock& clock_;
  Observer* const observer_;  // null: nobody
};

}  // namespace replyguard::service
