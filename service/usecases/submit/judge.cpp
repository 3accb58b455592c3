// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/submit/judge.h"

#include <algorithm>
#include <utility>

#include "classifier/extractor.h"
#include "service/usecases/comment_context.h"
#include "service/usecases/errors.h"
#include "storage/mutex.h"
#include "usecases/classify.h"
#include "usecases/fields.h"
#include "usecases/submit/evidence.h"
#include "usecases/submit/extractor_pool.h"

namespace replyguard::service {
namespace {

// Strongest features listed each way in a stored assessment.
constexpr std::size_t kFeaturesEachWay = 8;
// The policy's reasons that are listed; the rest of kReasonsMax is the classifier's.
constexpr std::size_t kPolicyReasonsMax = kReasonsMax - 2 * kFeaturesEachWay - 3;

std::vector<storage::KeyedHash> Newest(std::vector<storage::KeyedHash> hashes) {
  if (hashes.size() > storage::kHashesPerLookupMax) hashes.resize(storage::kHashesPerLookupMax);
  return hashes;
}

// What the site's policy needs to know of the past, and no more.
void AskForWindows(const policy::SitePolicy& policy, storage::Timestamp now,
                   const std::vector<storage::KeyedHash>& body_hashes,
                   storage::HistoryQuery* query) {
  query->asked_at = now;
  if (policy.flood_count_max > 0) {
    query->author_recent_since = now - policy.flood_window;
    query->ip_recent_since = now - policy.flood_window;
    query->recent_count_max =
        std::clamp(policy.flood_count_max + 1, storage::kHistoryRowsMax, storage::kRecentCountMax);
  }
  if (policy.duplicate_window.count() > 0) {
    query->body_hashes = Newest(body_hashes);
    query->body_recent_since = now - policy.duplicate_window;
  }
}

// Good history speaks for an author only as far as the policy trusts that it is the same author;
// bad history always counts. A streak, as it starts anew after each setback. Only what people
// judged: a machine that learnt from its own verdicts would talk itself into them.
classifier::History HistoryOf(const PreparedComment& prepared,
                              const storage::HistoryContext* context) {
  classifier::History history;
  if (context == nullptr) return history;
  const auto count = [](std::int32_t n) {
    return static_cast<std::uint32_t>(std::clamp(n, 0, storage::kHistoryRowsMax));
  };
  if (prepared.site->policy.trust_typed_identity) {
    history.author_ham = count(context->author.by_people.approved_streak);
  } else if (prepared.author_verified) {
    history.author_ham = count(context->author.by_people.verified_approved_streak);
  }
  history.author_spam = count(context->author.by_people.spam_count);
  history.network_ham = count(context->ip.by_people.approved_count);
  history.network_spam = count(context->ip.by_people.spam_count);
  return history;
}

AssessmentReason FromPolicy(const policy::Reason& from) {
  AssessmentReason reason;
  reason.kind = ReasonKind::kPolicy;
  reason.code = from.code;
  reason.text = CutText(from.text, kReasonTextBytesMax);
  for (const policy::Span& span : from.spans) {
    if (reason.spans.size() < kReasonSpansMax) reason.spans.push_back({span.begin, span.end});
  }
  reason.rule_id = storage::Uuid::FromHex(from.rule_id);
  reason.decisive = from.decisive;
  return reason;
}

AssessmentDetails DetailsOf(const PreparedComment& prepared, const policy::Decision& decision,
                            std::optional<classifier::RawScore> history_score) {
  AssessmentDetails details;
  details.reasons.reserve(decision.reasons.size() + prepared.text_reasons.size() + 1);
  for (const policy::Reason& reason : decision.reasons) {
    if (details.reasons.size() == kPolicyReasonsMax) break;
    details.reasons.push_back(FromPolicy(reason));
  }
  details.reasons.insert(details.reasons.end(), prepared.text_reasons.begin(),
                         prepared.text_reasons.end());
  if (history_score && *history_score != 0) {
    AssessmentReason reason;
    reason.kind = ReasonKind::kClassifier;
    reason.code = kHistoryCode;
    reason.text = "earlier comments of the author and the network";
    reason.score = *history_score;
    details.reasons.push_back(std::move(reason));
  }
  details.not_consulted = decision.not_consulted;
  details.degraded = decision.degraded;
  return details;
}

// What the model says; nothing without one.
std::optional<classifier::Result> SaidOf(const PreparedComment& prepared,
                                         const storage::HistoryContext* context) {
  if (!prepared.partial) return std::nullopt;
  return classifier::Model::Finish(*prepared.partial, HistoryOf(prepared, context));
}

// What the site's rules say of a stored comment.
void MatchStored(PreparedComment* prepared) {
  const policy::RuleSet& rules = *prepared->site->rules;
  const auto network = rules.MatchMaskedNetwork(prepared->stored_ip_masked);
  prepared->rule_matches = rules.Match(TextOf(*prepared), network, prepared->now);
  prepared->network_rules_unknown = rules.MayMatch(network, prepared->now);
}

}  // namespace

absl::Status RefusalError(policy::Refusal refusal) {
  constexpr auto kCode = absl::StatusCode::kFailedPrecondition;
  switch (refusal) {
    case policy::Refusal::kThreadClosed:
      return MakeError(kCode, reasons::kThreadClosed, "comments are closed here");
    case policy::Refusal::kThreadTooOld:
      return MakeError(kCode, reasons::kThreadClosed, "comments are closed here by now");
    case policy::Refusal::kParentNotInThread:
      return MakeError(kCode, reasons::kParentNotInThread,
                       "the comment replied to is not in this thread");
  }
  return absl::InternalError("unknown refusal");
}

Judge::Judge(const ModelSource& models, const storage::AuthorKeyring& keyring)
    : models_(models), keyring_(keyring), extractors_(std::make_unique<ExtractorPool>()) {}

Judge::~Judge() = default;

void Judge::Classify(const classifier::Model* active, const classifier::Model* shadow,
                     PreparedComment* prepared) const {
  if (active == nullptr) return;
  const auto site = static_cast<classifier::SiteId>(prepared->site->record.site_id);
  classifier::ExplainOptions options;
  options.reasons_each_way_max = kFeaturesEachWay;
  classifier::Features features;
  if (shadow != nullptr) options.features = &features;
  const SampleDocument document(prepared->text);
  const ExtractorPool::Loan extractor(*extractors_);
  const classifier::Explanation explanation =
      active->Explain(site, document.get(), options, extractor.get());
  prepared->partial = explanation.text;
  prepared->text_score = explanation.result.score;
  prepared->text_reasons = ReasonsOf(explanation);
  // Of one program, so of one version of the extractor.
  if (shadow != nullptr) prepared->shadow = shadow->Score(site, features);
}

std::shared_ptr<const PreparedComment> Judge::Prepare(std::shared_ptr<const SiteView> site,
                                                      storage::Submission submission,
                                                      storage::Timestamp now,
                                                      JudgeFor purpose) const {
  auto prepared = std::make_shared<PreparedComment>();
  const bool stored = purpose == JudgeFor::kStore;
  // While the plain address is still there.
  const policy::NetworkEvidence network = site->rules->MatchNetwork(submission.author_ip.Reveal());
  prepared->comment = std::make_shared<const storage::MaskedComment>(
      storage::Mask(std::move(submission), keyring_,
                    stored ? storage::ToBe::kStored : storage::ToBe::kForgotten));
  const storage::MaskedComment& comment = *prepared->comment;
  prepared->text = SampleOf(comment, ContextOf(comment, site->record.languages, now));
  for (const auto& hash : comment.author_hashes()) prepared->author_ids.push_back(hash.PublicId());
  prepared->author_verified = comment.author_verified();
  prepared->honeypot_filled = comment.honeypot_filled();
  prepared->form_fill_time = comment.form_fill_time();
  prepared->now = now;

  storage::HistoryQuery& query = prepared->query;
  query.site_id = site->record.site_id;
  query.thread_key = comment.thread_key();
  query.parent_id = storage::Uuid::FromHex(comment.parent_comment());
  query.author_hashes = Newest(comment.author_hashes());
  query.ip_hashes = Newest(comment.ip_hashes());
  AskForWindows(site->policy, now, comment.body_hashes(), &query);

  prepared->site = std::move(site);
  prepared->rule_matches = prepared->site->rules->Match(TextOf(*prepared), network, now);
  // One moment's: the two stand at the same labels.
  const ModelPair models = models_.Both();
  Classify(models.active.get(), stored ? models.shadow.get() : nullptr, prepared.get());
  return prepared;
}

std::shared_ptr<const PreparedComment> Judge::PrepareStored(
    std::shared_ptr<const SiteView> site, const storage::CommentRecord& record,
    storage::LabelSample text, const std::vector<storage::KeyedHash>& body_hashes,
    storage::Timestamp now, const classifier::Model* model) const {
  auto prepared = PrepareUnscored(std::move(site), record, std::move(text), body_hashes, now);
  Classify(model != nullptr ? model : PresentModel().get(), nullptr, prepared.get());
  return prepared;
}

std::shared_ptr<PreparedComment> Judge::PrepareUnscored(
    std::shared_ptr<const SiteView> site, const storage::CommentRecord& record,
    storage::LabelSample text, const std::vector<storage::KeyedHash>& body_hashes,
    storage::Timestamp now) {
  auto prepared = std::make_shared<PreparedComment>();
  prepared->text = std::move(text);
  prepared->author_verified = record.author_verified;
  const CommentContext context = ContextFromJson(record.context_json);
  prepared->honeypot_filled = context.honeypot_filled;
  prepared->form_fill_time = context.fill_time;
  prepared->is_new = false;
  prepared->now = now;

  const auto keyed = [&record](const std::string& raw) {
    std::vector<storage::KeyedHash> hashes;
    storage::KeyedHash hash;
    if (raw.size() != hash.mac.size()) return hashes;
    hash.key_id = record.hmac_key_id;
    std::copy(raw.begin(), raw.end(), hash.mac.begin());
    hashes.push_back(hash);
    return hashes;
  };
  storage::HistoryQuery& query = prepared->query;
  query.site_id = record.site_id;
  query.thread_key = record.thread_key;
  query.author_hashes = keyed(record.author_hash);
  query.ip_hashes = keyed(record.ip_hash);
  query.except = record.comment_id;
  AskForWindows(site->policy, now, body_hashes, &query);
  for (const auto& hash : query.author_hashes) prepared->author_ids.push_back(hash.PublicId());

  prepared->site = std::move(site);
  prepared->stored_ip_masked = record.ip_masked;
  MatchStored(prepared.get());
  return prepared;
}

storage::MaskedEdit Judge::MaskEdit(storage::SubmissionEdit edit) const {
  return storage::Mask(std::move(edit), keyring_);
}

std::shared_ptr<const PreparedComment> Judge::Rejudged(const PreparedComment& prepared,
                                                       std::shared_ptr<const SiteView> site) {
  auto other = std::make_shared<PreparedComment>(prepared);
  other->site = std::move(site);
  MatchStored(other.get());
  return other;
}

Judgement Judge::Finish(const PreparedComment& prepared, const storage::HistoryContext* context) {
  return FinishWith(prepared, context, SaidOf(prepared, context));
}

Judgement Judge::FinishDegraded(const PreparedComment& prepared) {
  const std::optional<classifier::Result> said = SaidOf(prepared, nullptr);
  policy::Evidence evidence = EvidenceOf(prepared, nullptr, said);
  const auto fail = []<typename T>(policy::Lookup<T>& lookup) {
    if (lookup.not_consulted()) lookup = policy::Lookup<T>::Failed();
  };
  fail(evidence.thread);
  fail(evidence.parent);
  fail(evidence.author);
  fail(evidence.network);
  fail(evidence.same_text);
  return FinishBy(prepared, evidence, said);
}

std::optional<storage::ShadowAssessment> Judge::FinishShadow(
    const PreparedComment& prepared, const storage::HistoryContext& context) {
  if (!prepared.shadow) return std::nullopt;
  const classifier::Result said =
      classifier::Model::Finish(*prepared.shadow, HistoryOf(prepared, &context));
  storage::ShadowAssessment shadow;
  shadow.generation = said.model.generation;
  shadow.verdict =
      policy::Decide(EvidenceOf(prepared, &context, said), prepared.site->policy).verdict;
  shadow.probability = said.probability;
  shadow.score = said.score;
  shadow.model_id = said.model.ToString();
  return shadow;
}

Judgement Judge::FinishWith(const PreparedComment& prepared, const storage::HistoryContext* context,
                            const std::optional<classifier::Result>& said) {
  return FinishBy(prepared, EvidenceOf(prepared, context, said), said);
}

Judgement Judge::FinishBy(const PreparedComment& prepared, const policy::Evidence& evidence,
                          const std::optional<classifier::Result>& said) {
  const policy::Decision decision = policy::Decide(evidence, prepared.site->policy);

  Judgement judgement;
  judgement.refusal = decision.refusal;
  judgement.status = decision.status;
  storage::Assessment& assessment = judgement.assessment;
  assessment.verdict = decision.verdict;
  assessment.blatant = decision.blatant;
  std::optional<classifier::RawScore> history_score;
  if (said) {
    assessment.probability = said->probability;
    assessment.score = said->score;
    assessment.model_id = said->model.ToString();
    history_score = said->score - prepared.text_score;
    judgement.novelty_permille = static_cast<std::int32_t>(said->novelty);
  }
  assessment.policy_revision = prepared.site->record.policy_revision;
  assessment.assessed_at = prepared.now;
  judgement.details = DetailsOf(prepared, decision, history_score);
  return judgement;
}

storage::Assessment ToStore(Judgement judgement) {
  judgement.assessment.details_json = DetailsToJson(judgement.details);
  return std::move(judgement.assessment);
}

}  // namespace replyguard::service
