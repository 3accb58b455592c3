// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/shadows.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/authorize.h"
#include "service/usecases/errors.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using storage::Verdict;
using Views = std::vector<std::shared_ptr<const SiteView>>;
using Pairs = std::map<std::pair<Verdict, Verdict>, Shadows::Pair>;

absl::StatusOr<Views> SitesOf(const SiteDirectory& sites, const Principal& principal,
                              const std::optional<std::string>& site) {
  if (!site) return sites.EnterCovered(principal, Permission::kTrain);
  auto view = sites.Enter(principal, Permission::kTrain, *site);
  if (!view.ok()) return view.status();
  return Views{*std::move(view)};
}

// Verdicts are numbered from mild to severe: spam asks for the severer of two, a good comment for
// the milder.
static_assert(Verdict::kApprove < Verdict::kHold && Verdict::kHold < Verdict::kSpam);
bool ShadowNearer(Verdict verdict, Verdict shadow_verdict, bool is_spam) {
  return is_spam == (shadow_verdict > verdict);
}

Shadows::Pair& PairOf(Pairs& pairs, Verdict verdict, Verdict shadow_verdict) {
  Shadows::Pair& pair = pairs[{verdict, shadow_verdict}];
  pair.verdict = verdict;
  pair.shadow_verdict = shadow_verdict;
  return pair;
}

}  // namespace

std::optional<bool> Shadows::ShadowRight(const storage::ShadowDisagreement& disagreement) {
  const storage::CommentRecord& comment = disagreement.comment;
  const bool good = comment.status == storage::CommentStatus::kApproved;
  const bool spam = comment.status == storage::CommentStatus::kSpam;
  if (comment.status_source != storage::StatusSource::kModerator || (!good && !spam)) {
    return std::nullopt;
  }
  return ShadowNearer(disagreement.active.verdict, disagreement.shadow.verdict, spam);
}

Shadows::Shadows(const SiteDirectory& sites, storage::ShadowStore& store, const Clock& clock)
    : sites_(sites), store_(store), clock_(clock) {}

absl::StatusOr<storage::ShadowChange> Shadows::Set(const Principal& principal,
                                                   std::optional<std::int64_t> generation,
                                                   storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  auto change = store_.Set(generation, principal.key_id, clock_.Now(), deadline);
  if (!change.ok()) {
    return FromStorage(change.status(), {.not_found = reasons::kGenerationNotFound,
                                         .failed_precondition = reasons::kShadowIsActive});
  }
  return change;
}

absl::StatusOr<Shadows::Report> Shadows::GetReport(const Principal& principal,
                                                   const std::optional<std::string>& site,
                                                   std::int32_t days,
                                                   std::optional<std::int64_t> generation,
                                                   storage::Deadline deadline) const {
  const auto sites = SitesOf(sites_, principal, site);
  if (!sites.ok()) return sites.status();
  validation::Violations violations;
  CheckRange(days, 1, kShadowDaysMax, "days", violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  Report report;
  auto in_force = store_.InForce(deadline);
  if (!in_force.ok()) return FromStorage(in_force.status());
  report.in_force = *std::move(in_force);
  report.generation = generation;
  if (!generation) {
    const auto latest = store_.Latest(deadline);
    if (!latest.ok()) return FromStorage(latest.status());
    report.generation = *latest;
  }
  if (!report.generation) return report;

  const storage::Timestamp now = clock_.Now();
  Pairs pairs;
  std::map<std::string, Day> by_day;
  for (const auto& view : *sites) {
    const storage::SiteId site_id = view->record.site_id;
    const auto counts = store_.Counts(site_id, *report.generation, now, days, deadline);
    if (!counts.ok()) return FromStorage(counts.status());
    for (const storage::ShadowDayCount& count : *counts) {
      const bool differ = count.verdict != count.shadow_verdict;
      PairOf(pairs, count.verdict, count.shadow_verdict).count += count.count;
      Day& day = by_day[count.day];
      day.date = count.day;
      day.compared_count += count.count;
      report.compared_count += count.count;
      if (!differ) continue;
      day.disagreed_count += count.count;
      report.disagreed_count += count.count;
    }
    const auto settled = store_.Settled(site_id, *report.generation, now, days, deadline);
    if (!settled.ok()) return FromStorage(settled.status());
    for (const storage::ShadowSettledCount& count : *settled) {
      Pair& pair = PairOf(pairs, count.verdict, count.shadow_verdict);
      const bool severer = ShadowNearer(count.verdict, count.shadow_verdict, true);
      pair.shadow_right_count += severer ? count.spam_count : count.good_count;
      pair.active_right_count += severer ? count.good_count : count.spam_count;
    }
  }
  for (const auto& [verdicts, pair] : pairs) {
    report.shadow_right_count += pair.shadow_right_count;
    report.active_right_count += pair.active_right_count;
    report.pairs.push_back(pair);
  }
  for (auto& [date, day] : by_day) report.days.push_back(std::move(day));
  return report;
}

absl::StatusOr<std::vector<Shadows::Row>> Shadows::List(const Principal& principal,
                                                        const std::optional<std::string>& site,
                                                        storage::ShadowQuery query,
                                                        storage::Deadline deadline) const {
  const auto sites = SitesOf(sites_, principal, site);
  if (!sites.ok()) return sites.status();
  validation::Violations violations;
  CheckRange(query.limit, 1, storage::kShadowPageMax, "page_size", violations, "disagreements");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  std::vector<Row> rows;
  for (const auto& view : *sites) {
    query.site_id = view->record.site_id;
    auto page = store_.List(query, deadline);
    if (!page.ok()) return FromStorage(page.status());
    for (auto& one : *page) {
      std::string excerpt = CutText(one.comment.body, kShadowExcerptBytesMax);
      rows.push_back({view->record.slug, std::move(one), std::move(excerpt)});
    }
  }
  // Ids begin with the time of receipt, whatever the site.
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return b.disagreement.comment.comment_id < a.disagreement.comment.comment_id;
  });
  if (rows.size() > static_cast<std::size_t>(query.limit)) {
    rows.erase(rows.begin() + query.limit, rows.end());
  }
  return rows;
}

}  // namespace replyguard::service
