// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/akismet/check.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "usecases/akismet/find_same.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using storage::CommentStatus;

// Akismet's clients send what they have.
constexpr validation::SiteForm kAkismetForm{
    .author_name = false, .author_email = false, .author_url = false, .body = false};

// Windows of kAkismetRetryWindow, numbered since 1970.
std::string IdInWindow(const std::string& fields_hex, std::int64_t window) {
  return "akismet-" + std::to_string(window) + "-" + fields_hex;
}

AkismetCheck::Result ResultOf(const storage::CommentRecord& comment) {
  return {comment.comment_id, comment.status, comment.assessment.blatant, true};
}

}  // namespace

AkismetCheck::AkismetCheck(const SiteDirectory& sites, const SubmitComment& submit,
                           const CheckComment& check, const UpdateComment& update,
                           storage::AkismetStore& store, const storage::AuthorKeyring& keyring,
                           const Clock& clock, RandomSource& random)
    : sites_(sites),
      submit_(submit),
      check_(check),
      update_(update),
      store_(store),
      keyring_(keyring),
      clock_(clock),
      random_(random) {}

void AkismetCheck::Run(const Principal& principal, Request request, Done done) const {
  const auto site = sites_.Enter(principal, Permission::kComments, principal.site.value_or(""));
  if (!site.ok()) return done(site.status());
  request.submission.site_id = (*site)->record.site_id;
  if (request.is_test || (request.known_spam && !request.by_administrator)) {
    return done(Test(principal, std::move(request)));
  }
  if (request.again) {
    auto again = Again(principal, request);
    if (!again.ok()) return done(again.status());
    if (*again) return done(**again);
  }
  auto request_id = RequestIdOf(request.submission, request.deadline);
  if (!request_id.ok()) return done(FromStorage(request_id.status()));

  SubmitComment::Request submit;
  submit.site = (*site)->record.slug;
  submit.submission = std::move(request.submission);
  submit.request_id = *std::move(request_id);
  submit.form = kAkismetForm;
  submit.by_administrator = request.by_administrator;
  submit.mended = std::move(request.mended);
  submit.deadline = request.deadline;
  submit_.Run(principal, std::move(submit),
              [done = std::move(done)](absl::StatusOr<SubmitComment::Result> stored) {
                if (!stored.ok()) return done(stored.status());
                done(ResultOf(stored->comment));
              });
}

absl::StatusOr<AkismetCheck::Result> AkismetCheck::Test(const Principal& principal,
                                                        Request request) const {
  Result result;
  result.guid = NewId(clock_, random_);
  if (request.by_administrator) {
    result.status = CommentStatus::kApproved;
    return result;
  }
  if (request.known_spam) {
    result.status = CommentStatus::kSpam;
    return result;
  }
  CheckComment::Request check;
  check.site = principal.site.value_or("");
  check.submission = std::move(request.submission);
  check.with_history = true;
  check.form = kAkismetForm;
  check.deadline = request.deadline;
  const auto said = check_.Run(principal, std::move(check));
  if (!said.ok()) return said.status();
  result.status = said->status;
  result.blatant = said->assessment.blatant;
  return result;
}

absl::StatusOr<std::optional<AkismetCheck::Result>> AkismetCheck::Again(
    const Principal& principal, const Request& request) const {
  const storage::Submission& submission = request.submission;
  std::optional<storage::CommentId> id = request.guid;
  if (!id) {
    auto found = FindSame(store_, storage::HashesOf(submission, keyring_), submission, clock_.Now(),
                          request.deadline);
    if (!found.ok()) return FromStorage(found.status());
    id = *found;
  }
  if (!id) return std::optional<Result>();
  UpdateComment::Request update;
  update.site = principal.site.value_or("");
  update.comment_id = *id;
  // What a client does not send, it does not take away.
  if (!submission.body.empty()) update.body = submission.body;
  if (!submission.author_name.empty()) update.author_name = submission.author_name;
  if (!submission.author_url.empty()) update.author_url = submission.author_url;
  update.judge_again = true;
  update.deadline = request.deadline;
  const auto comment = update_.Run(principal, std::move(update));
  if (absl::IsNotFound(comment.status())) return std::optional<Result>();
  if (!comment.ok()) return comment.status();
  return std::optional<Result>(ResultOf(*comment));
}

// A retry may fall into the next window: then the one before knows the comment. Or it comes to a
// server that writes with another HMAC key: then one of the kept keys does.
absl::StatusOr<std::string> AkismetCheck::RequestIdOf(const storage::Submission& submission,
                                                      storage::Deadline deadline) const {
  const storage::Timestamp now = clock_.Now();
  const std::int64_t window = now.time_since_epoch() / kAkismetRetryWindow;
  std::vector<std::string> earlier;
  for (const storage::KeyedHash& hash : storage::RequestHashesOf(submission, keyring_)) {
    earlier.push_back(IdInWindow(hash.PublicId(), window));
    earlier.push_back(IdInWindow(hash.PublicId(), window - 1));
  }
  std::string id = earlier.front();  // of the key that writes, where the store itself knows it
  earlier.erase(earlier.begin());
  auto known =
      store_.FindRequested(submission.site_id, earlier, now - kAkismetRetryWindow, deadline);
  if (!known.ok()) return known.status();
  return known->has_value() ? **std::move(known) : std::move(id);
}

}  // namespace replyguard::service
