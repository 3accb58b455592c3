// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "support/comments.h"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <utility>

#include "support/test_database.h"

namespace replyguard::tests {
namespace {

const storage::AuthorKeyring& Keyring() {
  static const storage::AuthorKeyring keyring = [] {
    auto parsed = storage::AuthorKeyring::Parse(storage::AuthorKeyring::NewFileText(1));
    if (!parsed.ok()) throw std::runtime_error(parsed.status().ToString());
    return *std::move(parsed);
  }();
  return keyring;
}

storage::SubmissionOutcome Outcome(storage::CommentStatus status, storage::Verdict verdict,
                                   double probability) {
  storage::SubmissionOutcome outcome;
  outcome.status = status;
  outcome.assessment.verdict = verdict;
  outcome.assessment.probability = probability;
  outcome.assessment.score = 1234;
  outcome.assessment.model_id = "x1.e0.p0";
  outcome.assessment.policy_revision = 1;
  outcome.assessment.assessed_at = At(1);
  outcome.assessment.details_json = R"({"reasons": [{"code": "TEST"}]})";
  return outcome;
}

}  // namespace

storage::Timestamp At(std::int64_t seconds) {
  return storage::Timestamp(std::chrono::seconds(1'790'000'000 + seconds));
}

storage::Uuid NextId() {
  static std::atomic<std::uint32_t> count = 0;
  const std::uint32_t n = ++count;
  std::array<std::uint8_t, 10> bytes{};
  // After the version's four bits, so that ids of the same millisecond sort by n.
  for (std::size_t i = 0; i < 4; ++i) bytes[3 + i] = static_cast<std::uint8_t>(n >> (24 - 8 * i));
  return storage::MakeUuidV7(At(0), bytes);
}

storage::MaskedComment MaskSpec(const CommentSpec& spec) {
  storage::Submission s;
  s.site_id = spec.site_id;
  s.thread_key = spec.thread;
  s.author_name = spec.name;
  s.author_email = storage::SecretText(spec.email);
  s.author_ip = storage::SecretText(spec.ip);
  s.body = spec.body;
  s.author_verified = spec.verified;
  s.user_agent = "Mozilla/5.0";
  s.language = "en";
  return storage::Mask(std::move(s), Keyring());
}

storage::MaskedEdit MaskBody(storage::SiteId site_id, const std::string& body) {
  storage::SubmissionEdit edit;
  edit.site_id = site_id;
  edit.body = body;
  return storage::Mask(std::move(edit), Keyring());
}

storage::SubmissionDraft MakeDraft(const CommentSpec& spec) {
  storage::SubmissionDraft draft;
  draft.comment_id = NextId();
  if (spec.received != At(0)) {
    std::array<std::uint8_t, 10> tail{};
    for (std::size_t i = 0; i < 10; ++i) tail[i] = draft.comment_id.bytes[6 + i];
    draft.comment_id = storage::MakeUuidV7(spec.received, tail);
  }
  auto masked = std::make_shared<const storage::MaskedComment>(MaskSpec(spec));
  draft.history.site_id = spec.site_id;
  draft.history.thread_key = spec.thread;
  draft.history.parent_id = spec.parent;
  draft.history.author_hashes = masked->author_hashes();
  draft.history.ip_hashes = masked->ip_hashes();
  draft.history.body_hashes = masked->body_hashes();
  draft.comment = std::move(masked);
  draft.request_id = spec.request_id;
  draft.submitted_at = spec.received;
  draft.deadline = Soon();
  return draft;
}

storage::SubmissionOutcome Approved() {
  return Outcome(storage::CommentStatus::kApproved, storage::Verdict::kApprove, 0.01);
}

storage::SubmissionOutcome Spam() {
  return Outcome(storage::CommentStatus::kSpam, storage::Verdict::kSpam, 0.99);
}

storage::SubmissionOutcome Held(double probability) {
  auto outcome = Outcome(storage::CommentStatus::kPending, storage::Verdict::kHold, probability);
  outcome.queue = storage::QueueEntry{};
  return outcome;
}

storage::DecideFunction Always(storage::SubmissionOutcome outcome) {
  return [outcome = std::move(outcome)](const storage::HistoryContext&) { return outcome; };
}

std::future<absl::StatusOr<storage::SubmissionResult>> SubmitAsync(storage::Database& database,
                                                                   storage::SubmissionDraft draft,
                                                                   storage::DecideFunction decide) {
  auto promise = std::make_shared<std::promise<absl::StatusOr<storage::SubmissionResult>>>();
  auto future = promise->get_future();
  database.submissions().Submit(std::move(draft), std::move(decide),
                                [promise](auto result) { promise->set_value(std::move(result)); });
  return future;
}

absl::StatusOr<storage::SubmissionResult> Submit(storage::Database& database,
                                                 storage::SubmissionDraft draft,
                                                 storage::DecideFunction decide) {
  return SubmitAsync(database, std::move(draft), std::move(decide)).get();
}

storage::SiteRecord MakeSite(storage::Database& database, const std::string& slug) {
  storage::SiteRecord site;
  site.slug = slug;
  site.display_name = "A blog";
  site.languages = {"en", "pt-BR"};
  site.policy_json = R"({"blind_sample_rate":0})";
  site.created_at = At(0);
  auto made = database.sites().Create(site, Soon());
  if (!made.ok()) throw std::runtime_error(made.status().ToString());
  return *std::move(made);
}

storage::LogHeads HeadsOnceSiteIsSeen(storage::ChangeWatcher& watcher) {
  auto heads = watcher.Present();
  while (heads.config_revision < 2) {
    const auto next = watcher.WaitForChange(heads, Soon());
    if (next == heads) throw std::runtime_error("the watcher does not see the site");
    heads = next;
  }
  return heads;
}

}  // namespace replyguard::tests
