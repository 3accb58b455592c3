// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/review/queue.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "service/usecases/account/account_parts.h"
#include "service/usecases/errors.h"
#include "service/usecases/review/search.h"
#include "storage/lease_owner.h"
#include "usecases/fields.h"
#include "usecases/review/covered.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

// With the longest handle within the bound of a token.
constexpr std::size_t kLeaseTokenBytes = 15;
constexpr std::int32_t kBlindShare = 10;

// One that no lease can have is told as one that none has; the database is not asked for it, which
// may log what it is asked.
bool MayBeToken(std::string_view token) {
  constexpr std::size_t kRandomDigits = 2 * kLeaseTokenBytes;
  if (token.size() < kRandomDigits || !IsHexText(token.substr(0, kRandomDigits))) return false;
  if (token.size() == kRandomDigits) return true;
  return token[kRandomDigits] == '.' && IsHandle(token.substr(kRandomDigits + 1));
}

bool Before(storage::QueueOrder order, const storage::QueueItem& a, const storage::QueueItem& b) {
  const auto key = [](const storage::QueueItem& item) {
    return std::tie(item.entered_at, item.comment.comment_id);
  };
  switch (order) {
    case storage::QueueOrder::kOldest:
      return key(a) < key(b);
    case storage::QueueOrder::kNewest:
      return key(b) < key(a);
    case storage::QueueOrder::kUncertain:
      return a.uncertainty != b.uncertainty ? a.uncertainty < b.uncertainty : key(a) < key(b);
    case storage::QueueOrder::kUseful:
      // Items drawn blind, of equal usefulness, are read oldest first.
      if (a.cause == storage::QueueCause::kSampled && a.cause == b.cause) return key(a) < key(b);
      return a.usefulness != b.usefulness ? a.usefulness > b.usefulness : key(b) < key(a);
  }
  return false;
}

void Sort(storage::QueueOrder order, std::vector<ReviewItem>* items) {
  std::sort(items->begin(), items->end(), [order](const ReviewItem& a, const ReviewItem& b) {
    return Before(order, a.item, b.item);
  });
}

bool AsksForReason(const ReviewFilter& filter) {
  return !filter.match.reason.empty() || filter.match.rule_id.has_value();
}

void CheckFilter(const FilterReader& filters, const ReviewFilter& filter, const SiteViews& sites,
                 validation::Violations& violations) {
  filters.Check(filter.match, sites, violations);
  if (filter.cause == storage::QueueCause::kSampled && AsksForReason(filter)) {
    violations.Add("filter.reason", validation::reason::kValueInvalid,
                   "Comments drawn to be judged blind cannot be asked for by reason.");
  }
}

// The filter as storage takes it; nothing when no item of this site can pass.
absl::StatusOr<std::optional<storage::QueueFilter>> FilterFor(const SiteView& site,
                                                              const ReviewFilter& filter,
                                                              const FilterReader& filters,
                                                              storage::Deadline deadline) {
  auto condition = filters.For(site, filter.match, deadline);
  if (!condition.ok()) return condition.status();
  if (!*condition) return std::nullopt;
  storage::SearchCondition& found = **condition;
  storage::QueueFilter result;
  result.cause = filter.cause;
  result.probability_min = found.probability_min;
  result.probability_max = found.probability_max;
  result.author_id = std::move(found.author_id);
  result.thread_id = found.thread_id;
  result.shadow = filter.shadow;
  result.terms = std::move(found.terms);
  result.alike = std::move(found.alike);
  result.escalated = filter.escalated;
  return result;
}

void Append(const SiteView& site, std::vector<storage::QueueItem> items,
            std::vector<ReviewItem>* all) {
  for (storage::QueueItem& item : items) all->push_back({site.record.slug, std::move(item)});
}

// How many of `count` items are drawn blind ones: one in kBlindShare, on the whole.
std::int32_t BlindCount(std::int32_t count, RandomSource& random) {
  std::array<std::uint8_t, 2> bytes{};
  random.Fill(bytes);
  const int number = bytes[0] << 8 | bytes[1];
  return count / kBlindShare + (number % kBlindShare < count % kBlindShare ? 1 : 0);
}

// What to lease of one site.
struct Share {
  std::shared_ptr<const SiteView> site;
  storage::QueueFilter filter;
  std::int32_t count = 0;
  // Whether there may be any beyond `count`.
  bool has_more = true;
};

// How many of the next items each site has: a look without locks. Who is wrong about it because
// somebody was faster gets fewer from that site, and the rest from wherever there is more.
absl::StatusOr<std::vector<Share>> SharesOf(storage::QueueStore& queue, const FilterReader& filters,
                                            const SiteViews& sites,
                                            const ReviewQueue::LeaseRequest& request,
                                            storage::Deadline deadline) {
  if (request.count == 0) return std::vector<Share>();
  std::vector<Share> shares;
  std::vector<std::size_t> found;  // of each share, free ones
  std::vector<ReviewItem> next;
  for (const auto& site : sites) {
    auto filter = FilterFor(*site, request.filter, filters, deadline);
    if (!filter.ok()) return filter.status();
    if (!*filter) continue;
    shares.push_back({site, **filter});
    if (sites.size() == 1) return shares;
    auto page = queue.List(
        {site->record.site_id, **filter, request.order, std::nullopt, storage::kQueuePageMax},
        deadline);
    if (!page.ok()) return FromStorage(page.status());
    // Behind a full page there may be others, whoever has those on it.
    shares.back().has_more = page->size() == static_cast<std::size_t>(storage::kQueuePageMax);
    std::erase_if(*page, [](const auto& item) { return item.lease_until.has_value(); });
    found.push_back(page->size());
    Append(*site, *std::move(page), &next);
  }
  Sort(request.order, &next);
  if (next.size() > static_cast<std::size_t>(request.count)) {
    next.resize(static_cast<std::size_t>(request.count));
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    Share& share = shares[i];
    const auto count = std::count_if(next.begin(), next.end(), [&share](const ReviewItem& item) {
      return item.site == share.site->record.slug;
    });
    share.count = static_cast<std::int32_t>(count);
    share.has_more = share.has_more || found[i] > static_cast<std::size_t>(count);
  }
  return shares;
}

}  // namespace

ReviewQueue::ReviewQueue(const SiteDirectory& sites, storage::QueueStore& queue,
                         storage::ThreadStore& threads, storage::CommentSearch& search,
                         const Clock& clock, RandomSource& random)
    : sites_(sites),
      queue_(queue),
      search_(search),
      filters_(search, threads),
      clock_(clock),
      random_(random) {}

void ReviewQueue::CountAlike(const SiteViews& sites, std::vector<ReviewItem>* items,
                             storage::Deadline deadline) const {
  const storage::Timestamp since = clock_.Now() - kCampaignReach;
  for (const auto& site : sites) {
    std::map<storage::CommentId, ReviewItem*> mine;
    std::vector<storage::CommentId> ids;
    for (ReviewItem& item : *items) {
      const bool blind = item.item.cause == storage::QueueCause::kSampled;
      if (blind || item.site != site->record.slug) continue;
      item.alike_count = 1;
      ids.push_back(item.item.comment.comment_id);
      mine[ids.back()] = &item;
    }
    if (ids.empty()) continue;
    const auto counts = search_.CountAlike(site->record.site_id, ids, since, deadline);
    if (!counts.ok()) return;
    for (const storage::AlikeCount& one : *counts) {
      ReviewItem& item = *mine[one.comment_id];
      item.alike_count = one.count;
      item.alike_oldest = one.oldest;
    }
  }
}

absl::StatusOr<std::vector<ReviewItem>> ReviewQueue::List(const Principal& principal,
                                                          const ListRequest& request,
                                                          storage::Deadline deadline) const {
  const auto sites = CoveredSites(sites_, principal, request.site, request.filter.sites);
  if (!sites.ok()) return sites.status();
  validation::Violations violations;
  CheckFilter(filters_, request.filter, *sites, violations);
  CheckRange(request.limit, 1, storage::kQueuePageMax, "page_size", violations, "comments");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  const auto waiting = SitesWaiting(queue_, *sites, deadline);
  if (!waiting.ok()) return waiting.status();
  std::vector<ReviewItem> items;
  for (const auto& site : *waiting) {
    auto filter = FilterFor(*site, request.filter, filters_, deadline);
    if (!filter.ok()) return filter.status();
    if (!*filter) continue;
    const storage::QueueQuery query{site->record.site_id, **filter, request.order, request.after,
                                    request.limit};
    auto page = queue_.List(query, deadline);
    if (!page.ok()) return FromStorage(page.status());
    Append(*site, *std::move(page), &items);
  }
  Sort(request.order, &items);
  if (items.size() > static_cast<std::size_t>(request.limit)) {
    items.resize(static_cast<std::size_t>(request.limit));
  }
  CountAlike(*waiting, &items, deadline);
  return items;
}

absl::StatusOr<std::vector<ReviewItem>> ReviewQueue::LeaseNext(const Principal& principal,
                                                               const LeaseRequest& request,
                                                               storage::Deadline deadline) const {
  const auto sites = CoveredSites(sites_, principal, request.site, request.filter.sites);
  if (!sites.ok()) return sites.status();
  validation::Violations violations;
  CheckFilter(filters_, request.filter, *sites, violations);
  CheckRange(request.count, 1, storage::kLeaseCountMax, "count", violations, "comments");
  CheckDuration(request.duration, kLeaseDurationMin, kLeaseDurationMax, "lease_duration",
                violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  const auto waiting = SitesWaiting(queue_, *sites, deadline);
  if (!waiting.ok()) return waiting.status();

  LeaseRequest rest = request;
  if (!rest.filter.escalated) rest.filter.escalated = false;
  std::vector<ReviewItem> leased;
  const std::string token =
      storage::LeaseTokenOf(NewToken(random_, kLeaseTokenBytes), principal.key_id);
  const bool mixes = !request.filter.cause && !request.filter.shadow &&
                     !request.filter.match.probability_min &&
                     !request.filter.match.probability_max && !AsksForReason(request.filter);
  LeaseRequest blind = rest;
  blind.filter.cause = storage::QueueCause::kSampled;
  if (mixes) {
    blind.count = BlindCount(request.count, random_);
    if (const auto status = LeaseOf(principal, *waiting, blind, token, deadline, &leased);
        !status.ok()) {
      return status;
    }
    rest.count -= static_cast<std::int32_t>(leased.size());
  }
  // An error after some items are leased answers those: they are this moderator's now.
  absl::Status status = LeaseOf(principal, *waiting, rest, token, deadline, &leased);
  if (!status.ok() && leased.empty()) return status;
  Sort(request.order, &leased);
  blind.count = request.count - static_cast<std::int32_t>(leased.size());
  if (mixes && status.ok() && blind.count > 0) {
    status = LeaseOf(principal, *waiting, blind, token, deadline, &leased);
    if (!status.ok() && leased.empty()) return status;
  }
  CountAlike(*waiting, &leased, deadline);
  return leased;
}

absl::Status ReviewQueue::LeaseOf(const Principal& principal,
                                  const std::vector<std::shared_ptr<const SiteView>>& sites,
                                  const LeaseRequest& request, const std::string& token,
                                  storage::Deadline deadline,
                                  std::vector<ReviewItem>* leased) const {
  auto shares = SharesOf(queue_, filters_, sites, request, deadline);
  if (!shares.ok()) return shares.status();
  const auto wanted = leased->size() + static_cast<std::size_t>(request.count);
  for (const bool rest : {false, true}) {
    for (const Share& share : *shares) {
      const auto missing = static_cast<std::int32_t>(wanted - leased->size());
      const std::int32_t count = rest ? missing : std::min(share.count, missing);
      if (count <= 0 || (rest && !share.has_more)) continue;
      auto items = queue_.LeaseNext({share.site->record.site_id, share.filter, request.order, count,
                                     request.duration, ActorName(principal), token},
                                    deadline);
      if (!items.ok()) return FromStorage(items.status());
      Append(*share.site, *std::move(items), leased);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<bool>> ReviewQueue::ChangeLeases(const Principal& principal,
                                                            const std::vector<LeaseChange>& changes,
                                                            storage::Deadline deadline) const {
  validation::Violations violations;
  CheckRange(static_cast<std::int64_t>(changes.size()), 1, storage::kLeaseCountMax, "changes",
             violations, "changes");
  std::map<storage::SiteId, std::vector<std::size_t>> by_site;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto site = sites_.Enter(principal, Permission::kReview, changes[i].site);
    if (!site.ok()) return site.status();
    by_site[(*site)->record.site_id].push_back(i);
    if (changes[i].extension && changes[i].extension->count() != 0) {
      CheckDuration(*changes[i].extension, kLeaseDurationMin, kLeaseDurationMax,
                    "changes[" + std::to_string(i) + "].extension", violations);
    }
  }
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  std::vector<bool> held(changes.size(), false);
  for (auto& [site_id, indexes] : by_site) {
    std::vector<storage::LeaseChange> mine;
    std::erase_if(indexes, [&](std::size_t i) { return !MayBeToken(changes[i].token); });
    if (indexes.empty()) continue;
    for (const std::size_t i : indexes) {
      const bool extends = changes[i].extension && changes[i].extension->count() != 0;
      mine.push_back(
          {changes[i].comment_id, changes[i].token, extends ? changes[i].extension : std::nullopt});
    }
    const auto result = queue_.ChangeLeases(site_id, mine, deadline);
    if (!result.ok()) return FromStorage(result.status());
    for (std::size_t k = 0; k < indexes.size(); ++k) held[indexes[k]] = (*result)[k];
  }
  return held;
}

absl::StatusOr<storage::QueueStats> ReviewQueue::Stats(const Principal& principal,
                                                       const std::optional<std::string>& site,
                                                       storage::Deadline deadline) const {
  const auto sites = CoveredSites(sites_, principal, site);
  if (!sites.ok()) return sites.status();
  return StatsOf(queue_, *sites, clock_.Now(), deadline);
}

}  // namespace replyguard::service
