// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// comment-check of the Akismet protocol: a comment is stored and judged as any other; the protocol
// only knows no request_id, and says twice the same thing in ways of its own.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/submit/check_comment.h"
#include "service/usecases/submit/submit_comment.h"
#include "service/usecases/submit/update_comment.h"
#include "storage/akismet_store.h"
#include "storage/author_keyring.h"

namespace replyguard::service {

class SiteDirectory;

// The same fields again within so long are a client's second try, not another comment.
inline constexpr std::chrono::minutes kAkismetRetryWindow{10};
// How far back submit-* and checks that are repeated look for their comment.
inline constexpr std::chrono::hours kAkismetMatchWindow{30 * 24};

// Thread-safe. Holds references; they outlive it, and it outlives every call to a Done.
class AkismetCheck {
 public:
  struct Request {
    // Mended already (validation::Repair), for the principal's site; site_id is filled in here.
    storage::Submission submission;
    std::string mended;  // as SubmitComment::Request
    // What an earlier check answered.
    std::optional<storage::CommentId> guid;
    // The site's own people: ham, whatever the text says.
    bool by_administrator = false;
    // One of the values that the protocol defines as spam, for trying the way through.
    bool known_spam = false;
    // Nothing is stored, counted as evidence or learnt.
    bool is_test = false;
    // Judge the stored comment again; where there is none this is a first check.
    bool again = false;
    storage::Deadline deadline{};
  };
  struct Result {
    // Of the stored comment; of a test, one that names nothing.
    storage::CommentId guid{};
    storage::CommentStatus status = storage::CommentStatus::kPending;
    bool blatant = false;
    bool stored = false;
  };
  using Done = std::function<void(absl::StatusOr<Result>)>;

  AkismetCheck(const SiteDirectory& sites, const SubmitComment& submit, const CheckComment& check,
               const UpdateComment& update, storage::AkismetStore& store,
               const storage::AuthorKeyring& keyring, const Clock& clock, RandomSource& random);

  // BLOCKS on reads: run it on a bounded executor. `done` is called exactly once, perhaps on a
  // writer's thread: it must not block. Errors as of SubmitComment; the fields that a site requires
  // are not required here, the body neither.
  void Run(const Principal& principal, Request request, Done done) const;

 private:
  absl::StatusOr<Result> Test(const Principal& principal, Request request) const;
  // The comment judged again; nothing when there is none.
  absl::StatusOr<std::optional<Result>> Again(const Principal& principal,
                                              const Request& request) const;
  absl::StatusOr<std::string> RequestIdOf(const storage::Submission& submission,
                                          storage::Deadline deadline) const;

  const SiteDirectory& sites_;
  const SubmitComment& submit_;
  const CheckComment& check_;
  const UpdateComment& update_;
  storage::AkismetStore& store_;
  const storage::AuthorKeyring& keyring_;
  const Clock& clock_;
  RandomSource& random_;
};

}  // namespace replyguard::service
