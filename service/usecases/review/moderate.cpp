// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/review/moderate.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "service/usecases/etag.h"
#include "service/validation/formats.h"
#include "service/validation/limits.h"
#include "storage/masking.h"
#include "usecases/fields.h"
#include "usecases/review/covered.h"
#include "usecases/review/reason_codes.h"
#include "usecases/review/refusals.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::size_t kLeaseTokenBytesMax = 64;

absl::Status CheckActions(const std::vector<ModerationAction>& actions) {
  validation::Violations violations;
  CheckRange(static_cast<std::int64_t>(actions.size()), 1, storage::kDecisionBatchMax, "actions",
             violations, "actions");
  std::set<std::pair<std::string, storage::CommentId>> seen;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (seen.emplace(actions[i].site, actions[i].comment_id).second) continue;
    violations.Add("actions[" + std::to_string(i) + "].comment", validation::reason::kDuplicate,
                   "A comment is decided once a call.");
  }
  return InvalidFields(violations);
}

// `own`: the list of the site, empty when it has none.
absl::Status CheckAction(const std::vector<storage::ReasonCode>& own, ModerationAction& action) {
  validation::Violations violations;
  if (action.action == storage::DecisionAction::kUndo) {
    violations.Add("action", validation::reason::kValueInvalid, "Use UndoDecision to undo.");
  }
  if (action.lease_token.size() > kLeaseTokenBytesMax) {
    violations.Add("lease_token", validation::reason::kTooLong, "A token has at most 64 bytes.");
  }
  CheckEtag(action.etag, "etag", violations);
  CheckListedReason(own, action.reason_code, action.action, "reason_code", violations);
  CheckNote(action.note, validation::kDecisionNoteBytesMax, "note", violations);
  return InvalidFields(violations);
}

storage::DecisionRequest RequestOf(const ModerationAction& action) {
  storage::DecisionRequest request;
  request.comment_id = action.comment_id;
  request.action = action.action;
  request.expected_revision = ExpectedRevision(action.etag);
  request.lease_token = action.lease_token;
  request.teaches = Teaches(action.action, action.teach);
  request.reason_code = action.reason_code;
  request.note = storage::MaskText(action.note).text();
  return request;
}

ModerationItemResult Convert(storage::DecisionResult from) {
  ModerationItemResult result;
  if (from.status.ok()) {
    result.decision = std::move(from.decision);
    result.comment = std::move(from.comment);
    result.cap = from.cap;
  } else {
    result.status = RefusalOf(from, reasons::kCommentNotFound);
    result.other_decision = std::move(from.other_decision);
  }
  return result;
}

}  // namespace

Moderate::Moderate(const SiteDirectory& sites, storage::DecisionStore& decisions,
                   storage::ReviewStore& review, const Clock& clock, Observer* observer)
    : sites_(sites), decisions_(decisions), review_(review), clock_(clock), observer_(observer) {}

absl::StatusOr<std::vector<ModerationItemResult>> Moderate::Run(
    const Principal& principal, std::vector<ModerationAction> actions,
    storage::Deadline deadline) const {
  if (absl::Status status = AuthorizeCovered(principal, Permission::kReview); !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckActions(actions); !status.ok()) return status;

  std::vector<ModerationItemResult> results(actions.size());
  struct Batch {
    std::vector<std::size_t> indexes;
    std::vector<storage::DecisionRequest> requests;
  };
  std::map<storage::SiteId, Batch> batches;
  std::map<storage::SiteId, absl::StatusOr<std::vector<storage::ReasonCode>>> lists;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const auto site = sites_.Enter(principal, Permission::kReview, actions[i].site);
    results[i].status = site.status();
    if (!site.ok()) continue;
    const storage::SiteId site_id = (*site)->record.site_id;
    // Asked for where a code is given: most decisions have none.
    static const absl::StatusOr<std::vector<storage::ReasonCode>> kNone{
        std::vector<storage::ReasonCode>()};
    auto list = actions[i].reason_code.empty() ? lists.end() : lists.find(site_id);
    if (!actions[i].reason_code.empty() && list == lists.end()) {
      list = lists.emplace(site_id, review_.ReasonCodes(site_id, deadline)).first;
    }
    const auto& own = list == lists.end() ? kNone : list->second;
    results[i].status = own.ok() ? CheckAction(*own, actions[i]) : FromStorage(own.status());
    if (!results[i].status.ok()) continue;
    Batch& batch = batches[site_id];
    batch.indexes.push_back(i);
    batch.requests.push_back(RequestOf(actions[i]));
  }

  absl::Status failure;
  std::size_t done = 0;
  for (const auto& [site_id, batch] : batches) {
    auto decided =
        decisions_.Decide(site_id, ActorOf(principal), batch.requests, clock_.Now(), deadline);
    if (!decided.ok()) failure = FromStorage(decided.status());
    if (decided.ok()) ++done;
    for (std::size_t k = 0; k < batch.indexes.size(); ++k) {
      ModerationItemResult& result = results[batch.indexes[k]];
      if (decided.ok()) {
        result = Convert(std::move((*decided)[k]));
        if (result.comment) TellDecision(observer_, *result.decision, *result.comment);
      } else {
        result.status = failure;
      }
    }
  }
  // Nothing was done at all: the call as a whole can be tried again.
  if (done == 0 && !failure.ok()) return failure;
  return results;
}

absl::StatusOr<Moderate::UndoResult> Moderate::Undo(const Principal& principal,
                                                    const std::string& site,
                                                    const storage::DecisionId& id,
                                                    storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, site);
  if (!view.ok()) return view.status();
  auto result =
      decisions_.Undo((*view)->record.site_id, ActorOf(principal), id, clock_.Now(), deadline);
  if (!result.ok()) {
    return FromStorage(result.status(), {.not_found = reasons::kDecisionNotFound});
  }
  if (!result->status.ok()) return RefusalOf(*result, reasons::kDecisionNotFound);
  TellDecision(observer_, *result->decision, *result->comment);
  return UndoResult{*std::move(result->decision), *std::move(result->comment)};
}

absl::StatusOr<std::vector<Moderate::SiteDecision>> Moderate::List(
    const Principal& principal, const ListRequest& request, storage::Deadline deadline) const {
  const auto sites = CoveredSites(sites_, principal, request.site);
  if (!sites.ok()) return sites.status();
  validation::Violations violations;
  CheckRange(request.limit, 1, storage::kDecisionPageMax, "page_size", violations, "decisions");
  CheckActorName(request.actor, "actor", violations);
  CheckActorKeyId(request.actor_key_id, "actor_key_id", violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  storage::DecisionQuery query;
  query.comment_id = request.comment_id;
  query.actor_key_id = request.actor_key_id;
  query.actor = request.actor;
  query.bulk_id = request.bulk_id;
  query.decided_from = request.decided_from;
  query.decided_until = request.decided_until;
  query.action = request.action;
  query.before = request.before;
  query.limit = request.limit;
  std::vector<SiteDecision> all;
  for (const auto& site : *sites) {
    query.site_id = site->record.site_id;
    auto page = decisions_.List(query, deadline);
    if (!page.ok()) return FromStorage(page.status());
    for (storage::Decision& decision : *page) {
      all.push_back({site->record.slug, std::move(decision)});
    }
  }
  std::sort(all.begin(), all.end(), [](const SiteDecision& a, const SiteDecision& b) {
    return b.decision.decision_id < a.decision.decision_id;
  });
  if (all.size() > static_cast<std::size_t>(request.limit)) {
    all.resize(static_cast<std::size_t>(request.limit));
  }
  return all;
}

}  // namespace replyguard::service
