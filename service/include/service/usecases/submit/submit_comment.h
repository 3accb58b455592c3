// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// SubmitComment: validate, mask, judge, store, answer.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/submit/judge.h"
#include "service/validation/submission.h"
#include "storage/submission.h"
#include "storage/submission_writer.h"

namespace replyguard::service {

// The most a comment waits for the database.
inline constexpr std::chrono::seconds kWriteTimeMax{5};

class Observer;
class SiteDirectory;
class SiteShares;
class StorageState;

// Thread-safe. Holds references; they outlive it, and it outlives every call to a Done.
class SubmitComment {
 public:
  struct Request {
    std::string site;  // slug
    // As received; site_id is filled in here.
    storage::Submission submission;
    // 1 to 128 bytes of visible ASCII, or empty.
    std::string request_id;
    storage::Deadline deadline{};
    // Instead of what the site's policy requires.
    std::optional<validation::SiteForm> form = std::nullopt;
    // Written by whoever runs the website: approved, whatever the policy says of the text.
    bool by_administrator = false;
    // What was mended in it before, for people ("body: CUT"); kept with the assessment's reasons,
    // as what Validate() cuts is.
    std::string mended{};
  };
  struct Result {
    // As stored; its status is the present one.
    storage::CommentRecord comment;
    // What was said when it was first submitted.
    storage::Assessment assessment;
    // Those of `assessment`.
    AssessmentDetails details;
    // This request_id had been answered before; nothing was stored now.
    bool replayed = false;
  };
  using Done = std::function<void(absl::StatusOr<Result>)>;

  SubmitComment(const SiteDirectory& sites, const Judge& judge, storage::SubmissionWriter& writer,
                const Clock& clock, RandomSource& random, Observer* observer = nullptr,
                StorageState* state = nullptr, SiteShares* shares = nullptr);

  // Never blocks: validation, masking and scoring happen on the caller's thread (tens of
  // microseconds), the rest on a writer's. `done` is called exactly once, on either thread, perhaps
  // before Run returns; it must not block or throw.
  //
  // PERMISSION_DENIED; NOT_FOUND (SITE_NOT_FOUND); INVALID_ARGUMENT with every violation (with a
  // request_id, what only the site's form requires is said once the database has been asked);
  // FAILED_PRECONDITION (THREAD_CLOSED, PARENT_NOT_IN_THREAD); ALREADY_EXISTS (REQUEST_ID_REUSED);
  // RESOURCE_EXHAUSTED (OVERLOADED; also for a site that has too much waiting) and UNAVAILABLE
  // (STORAGE_AWAY, NOT_READY) with a retry delay. UNAVAILABLE also shortly before the deadline, or
  // after kWriteTimeMax, when the database has not answered: the comment may have been stored, and
  // the same request_id settles it.
  void Run(const Principal& principal, Request request, Done done) const;

 private:
  const SiteDirectory& sites_;
  const Judge& judge_;
  storage::SubmissionWriter& writer_;
  const Clock& clock_;
  RandomSource& random_;
  Observer* const observer_;   // null: nobody
  StorageState* const state_;  // null: nobody wants to know
  SiteShares* const shares_;   // null: no site is limited
};

}  // namespace replyguard::service
