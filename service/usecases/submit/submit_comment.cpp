// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/submit/submit_comment.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "service/usecases/errors.h"
#include "service/usecases/observer.h"
#include "service/usecases/storage_state.h"
#include "service/usecases/submit/site_shares.h"
#include "service/validation/submission.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::chrono::milliseconds kWayBackMax{300};

// Uniform in [0, 1). Before anything is decided, once for a submission however often the batch is
// tried, and nothing that a sender could predict. A replay is answered with what was stored first.
double DrawOf(RandomSource& random) {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
  random.Fill(bytes);
  std::uint64_t bits = 0;
  for (const std::uint8_t byte : bytes) bits = bits << 8 | byte;
  constexpr int kDoubleBits = 53;
  return std::ldexp(static_cast<double>(bits >> (64 - kDoubleBits)), -kDoubleBits);
}

// The share of the text's features that the model had never seen, 0 to 1; nothing without a model.
std::optional<double> NoveltyOf(const PreparedComment& prepared) {
  constexpr double kPermille = 1000;
  if (!prepared.partial) return std::nullopt;
  return prepared.partial->novelty / kPermille;
}

// What the sender's way in adds to the judgement.
struct WayIn {
  bool by_administrator = false;
  std::string mended;
};

void Apply(const WayIn& way, Judgement& judgement) {
  if (!way.mended.empty()) AddReason(judgement.details, kMendedCode, way.mended, false);
  if (!way.by_administrator) return;
  judgement.refusal.reset();
  judgement.status = storage::CommentStatus::kApproved;
  judgement.assessment.verdict = storage::Verdict::kApprove;
  judgement.assessment.blatant = false;
  for (AssessmentReason& reason : judgement.details.reasons) reason.decisive = false;
  AddReason(judgement.details, "ADMINISTRATOR", "written by an administrator of the website", true);
}

// What the comment teaches because a rule that teaches decided it.
std::optional<storage::RuleLabel> RuleLabelOf(const PreparedComment& prepared,
                                              const Judgement& judgement) {
  const storage::Verdict verdict = judgement.assessment.verdict;
  if (verdict == storage::Verdict::kHold) return std::nullopt;
  for (const AssessmentReason& reason : judgement.details.reasons) {
    if (!reason.decisive || !reason.rule_id) continue;
    const std::string id = reason.rule_id->ToHex();
    const bool teaches =
        std::any_of(prepared.rule_matches.begin(), prepared.rule_matches.end(),
                    [&](const auto& match) { return match.rule->teaches && match.rule->id == id; });
    if (!teaches) continue;
    return storage::RuleLabel{
        verdict == storage::Verdict::kSpam ? storage::LabelClass::kSpam : storage::LabelClass::kHam,
        *reason.rule_id};
  }
  return std::nullopt;
}

// Pure but for *details, and called with a transaction open: everything it needs is in the prepared
// comment. *details are those of the outcome, handed past storage to the answer.
absl::StatusOr<storage::SubmissionOutcome> Decide(const PreparedComment& prepared, const WayIn& way,
                                                  const storage::HistoryContext& context,
                                                  double draw, AssessmentDetails* details) {
  Judgement judgement = Judge::Finish(prepared, &context);
  Apply(way, judgement);
  if (judgement.refusal) return RefusalError(*judgement.refusal);
  storage::SubmissionOutcome outcome;
  outcome.status = judgement.status;
  outcome.rule_label = RuleLabelOf(prepared, judgement);
  outcome.assessment = std::move(judgement.assessment);
  outcome.assessment.details_json = DetailsToJson(judgement.details);
  outcome.novelty = NoveltyOf(prepared);
  *details = std::move(judgement.details);
  outcome.shadow = Judge::FinishShadow(prepared, context);
  if (outcome.status == storage::CommentStatus::kPending) {
    outcome.queue =
        storage::QueueEntry{storage::QueueCause::kHeld, std::nullopt, judgement.novelty_permille};
  } else if (const double rate = prepared.site->policy.blind_sample_rate; draw < rate) {
    outcome.queue = storage::QueueEntry{storage::QueueCause::kSampled, rate};
  } else if (outcome.shadow && outcome.shadow->verdict != outcome.assessment.verdict) {
    outcome.queue =
        storage::QueueEntry{storage::QueueCause::kShadow, std::nullopt, judgement.novelty_permille};
  }
  return outcome;
}

// INVALID_ARGUMENT. What only the site's own form wants, which may be stricter than it was, is
// `wanting`, where the request_id may have been answered before: then that answer counts.
absl::Status Check(const SiteView& site, SubmitComment::Request& request, storage::Timestamp now,
                   absl::Status& wanting) {
  validation::SiteForm form = request.form.value_or(site.policy.required_fields);
  std::vector<validation::RepairNote> cuts;
  validation::Violations violations =
      validation::Validate(request.submission, form, now, "submission.", &cuts);
  // Of what was mended before it came here, nothing is too long.
  if (!cuts.empty()) request.mended = validation::RepairText(cuts);
  const auto check_id = [&] {
    CheckId(request.request_id, "request_id", violations, request.submission.author_email.Reveal());
  };
  if (!request.request_id.empty()) check_id();
  absl::Status status = InvalidFields(violations);
  if (status.ok() || request.request_id.empty()) return status;
  form = {.author_name = false, .author_email = false, .author_url = false, .body = form.body};
  violations = validation::Validate(request.submission, form, now);
  check_id();
  if (!violations.empty()) return status;
  wanting = std::move(status);
  return absl::OkStatus();
}

// A database that hangs must not eat the whole of a caller's time: it is told while it still
// listens, with the time to come back. A tenth of what is left, within bounds, is for the way back.
storage::Deadline WriteDeadline(storage::Deadline deadline) {
  using std::chrono::steady_clock;
  const auto now = steady_clock::now();
  const auto left = deadline - now;
  const steady_clock::duration way_back = std::min<steady_clock::duration>(left / 10, kWayBackMax);
  return now + std::min<steady_clock::duration>(left - way_back, kWriteTimeMax);
}

// `given`: the time that the write had.
void Note(const absl::Status& stored, std::chrono::steady_clock::duration given,
          StorageState* state) {
  if (state == nullptr) return;
  if (stored.ok()) {
    state->NoteStored();
  } else if (absl::IsUnavailable(stored)) {
    state->NoteRefusal(std::chrono::steady_clock::now());
  } else if (absl::IsDeadlineExceeded(stored)) {
    state->NoteLate(std::chrono::steady_clock::now(), given);
  }
}

// `details` are looked at only when this submission was stored: the writer has then called Decide
// for the last time.
absl::StatusOr<SubmitComment::Result> ResultOf(absl::StatusOr<storage::SubmissionResult> stored,
                                               AssessmentDetails* details) {
  if (absl::IsDeadlineExceeded(stored.status())) {
    // The write's own time, not the call's.
    return FromStorage(absl::UnavailableError(stored.status().message()));
  }
  if (!stored.ok()) {
    return FromStorage(stored.status(), {.already_exists = reasons::kRequestIdReused});
  }
  SubmitComment::Result result;
  result.replayed = stored->replayed;
  result.assessment = stored->comment.first_assessment.value_or(stored->comment.assessment);
  result.comment = std::move(stored->comment);
  result.details = result.replayed ? DetailsOf(result.assessment) : std::move(*details);
  return result;
}

}  // namespace

SubmitComment::SubmitComment(const SiteDirectory& sites, const Judge& judge,
                             storage::SubmissionWriter& writer, const Clock& clock,
                             RandomSource& random, Observer* observer, StorageState* state,
                             SiteShares* shares)
    : sites_(sites),
      judge_(judge),
      writer_(writer),
      clock_(clock),
      random_(random),
      observer_(observer),
      state_(state),
      shares_(shares) {}

void SubmitComment::Run(const Principal& principal, Request request, Done done) const {
  const auto begin = std::chrono::steady_clock::now();
  auto site = sites_.Enter(principal, Permission::kComments, request.site);
  if (!site.ok()) return done(site.status());

  const storage::Timestamp now = clock_.Now();
  request.submission.site_id = (*site)->record.site_id;
  absl::Status wanting;
  if (absl::Status status = Check(**site, request, now, wanting); !status.ok()) return done(status);

  // At once: one that hangs would take each caller's time.
  if (state_ != nullptr && state_->LongAway()) {
    return done(FromStorage(absl::UnavailableError(
        "the database is away; nothing was stored; retry with the same request_id")));
  }
  const storage::SiteId site_id = (*site)->record.site_id;
  // Before the work of judging it.
  if (shares_ != nullptr && !shares_->Enter(site_id, static_cast<std::int64_t>(writer_.Room()))) {
    return done(FromStorage(absl::ResourceExhaustedError(
        "too many comments of this site are waiting; try again in a moment")));
  }
  // Also when something throws before the writer has it.
  absl::Cleanup leave = [this, site_id] {
    if (shares_ != nullptr) shares_->Leave(site_id);
  };
  auto prepared =
      judge_.Prepare(*std::move(site), std::move(request.submission), now, JudgeFor::kStore);
  storage::SubmissionDraft draft;
  draft.comment_id = NewId(clock_, random_);
  draft.comment = prepared->comment;
  draft.history = prepared->query;
  draft.context_json = prepared->text.context_json;
  draft.request_id = std::move(request.request_id);
  draft.submitted_at = prepared->comment->submit_time().value_or(now);
  draft.deadline = WriteDeadline(request.deadline);
  const auto given = draft.deadline - begin;
  const auto details = std::make_shared<AssessmentDetails>();
  std::move(leave).Cancel();  // from here on what ends it does so
  writer_.Submit(
      std::move(draft),
      [prepared, details, wanting = std::move(wanting), draw = DrawOf(random_),
       way = WayIn{request.by_administrator, std::move(request.mended)}](
          const storage::HistoryContext& context) -> absl::StatusOr<storage::SubmissionOutcome> {
        if (!wanting.ok()) return wanting;
        return Decide(*prepared, way, context, draw, details.get());
      },
      [details, begin, novelty = NoveltyOf(*prepared), observer = observer_, state = state_,
       shares = shares_, site_id, given,
       done = std::move(done)](absl::StatusOr<storage::SubmissionResult> stored) {
        if (shares != nullptr) shares->Leave(site_id);
        Note(stored.status(), given, state);
        auto result = ResultOf(std::move(stored), details.get());
        if (observer != nullptr && result.ok() && !result->replayed) {
          observer->OnSubmission({result->assessment.verdict, result->assessment.probability,
                                  novelty,
                                  std::chrono::duration_cast<std::chrono::microseconds>(
                                      std::chrono::steady_clock::now() - begin)});
        }
        done(std::move(result));
      });
}

}  // namespace replyguard::service
