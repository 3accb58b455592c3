// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/review/search.h"

#include <algorithm>
#include <bit>
#include <set>

#include "service/usecases/errors.h"
#include "service/usecases/search/terms.h"
#include "usecases/fields.h"
#include "usecases/review/covered.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::size_t kNamesMax = 10;

absl::Status NotFound() {
  return MakeError(absl::StatusCode::kNotFound, reasons::kCommentNotFound,
                   "there is no such comment");
}

// The one comment, erased ones excepted.
absl::StatusOr<storage::CommentRecord> ReadOne(storage::CommentSearch& search, storage::SiteId site,
                                               const storage::CommentId& id,
                                               storage::Deadline deadline) {
  auto found = search.Read(site, {id}, deadline);
  if (!found.ok()) return FromStorage(found.status());
  if (found->empty() || found->front().status == storage::CommentStatus::kDeleted) {
    return NotFound();
  }
  return std::move(found->front());
}

storage::Timestamp ReceivedAt(const storage::FoundComment& comment) {
  return storage::TimeOfUuidV7(comment.comment_id);
}

// Comments whose texts are alike, gathered around the oldest of each group.
struct Gathered {
  storage::CommentId oldest;
  std::uint64_t sketch = 0;
  storage::CommentId newest;
  std::int32_t count = 0;
};

// `sketches` are newest first.
std::vector<Gathered> Gather(
    const std::vector<std::pair<storage::CommentId, std::int64_t>>& sketches) {
  std::vector<Gathered> groups;
  for (auto it = sketches.rbegin(); it != sketches.rend(); ++it) {
    const auto bits = static_cast<std::uint64_t>(it->second);
    const auto group = std::find_if(groups.begin(), groups.end(), [bits](const Gathered& g) {
      return std::popcount(g.sketch ^ bits) <= storage::kAlikeBitsMax;
    });
    if (group == groups.end()) {
      groups.push_back({it->first, bits, it->first, 1});
    } else {
      group->newest = it->first;
      ++group->count;
    }
  }
  return groups;
}

}  // namespace

CommentGroup GroupOf(const std::vector<storage::FoundComment>& comments) {
  CommentGroup group;
  std::set<std::string> authors;
  std::set<std::string> networks;
  for (const storage::FoundComment& comment : comments) {
    ++group.counts[comment.status];
    authors.insert(comment.author_hash);
    networks.insert(comment.ip_masked);
  }
  group.author_count = static_cast<std::int32_t>(authors.size());
  group.network_count = static_cast<std::int32_t>(networks.size());
  return group;
}

absl::StatusOr<Search::Page> Search::Run(const Principal& principal, const Request& request,
                                         storage::Deadline deadline) const {
  const auto sites = CoveredSites(sites_, principal, request.site, request.sites);
  if (!sites.ok()) return sites.status();
  validation::Violations violations;
  if (sites->size() > kSearchSitesMax) {
    violations.Add("sites", validation::reason::kOutOfRange,
                   "A search reads at most 100 sites: name those that are meant.");
  }
  filters_.Check(request.filter, *sites, violations);
  CheckRange(request.limit, 1, storage::kSearchPageMax, "page_size", violations, "comments");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  Page page;
  // Above it all sites are told of.
  std::optional<storage::CommentId> floor;
  bool full = false;
  for (const auto& site : *sites) {
    auto condition = filters_.For(*site, request.filter, deadline);
    if (!condition.ok()) return condition.status();
    if (!*condition) continue;
    auto found = search_.Search({site->record.site_id, request.statuses, **std::move(condition),
                                 request.before, request.limit},
                                deadline);
    if (!found.ok()) return FromStorage(found.status());
    full = full || found->comments.size() == static_cast<std::size_t>(request.limit);
    if (found->looked_until && (!floor || *floor < *found->looked_until)) {
      floor = found->looked_until;
    }
    for (auto& comment : found->comments) {
      page.comments.push_back({site->record.slug, std::move(comment)});
    }
  }
  const auto id = [](const SiteComment& one) { return one.comment.comment_id; };
  std::sort(page.comments.begin(), page.comments.end(),
            [&](const SiteComment& a, const SiteComment& b) { return id(b) < id(a); });
  if (floor) std::erase_if(page.comments, [&](const SiteComment& one) { return id(one) < *floor; });
  if (page.comments.size() > static_cast<std::size_t>(request.limit)) {
    page.comments.resize(static_cast<std::size_t>(request.limit));
    full = true;
  }
  if (page.comments.size() == static_cast<std::size_t>(request.limit) && full) {
    page.next = id(page.comments.back());
  } else {
    page.next = floor;
  }
  return page;
}

absl::StatusOr<AuthorHistory> Search::History(const Principal& principal, const std::string& site,
                                              const storage::CommentId& comment_id,
                                              std::int32_t comment_count,
                                              storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckRange(comment_count, 1, kHistoryCommentsMax, "comment_count", violations, "comments");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  const storage::SiteId site_id = (*view)->record.site_id;
  auto comment = ReadOne(search_, site_id, comment_id, deadline);
  if (!comment.ok()) return comment.status();
  auto found = comment->author_hash.empty()
                   ? search_.Look(site_id, {comment_id}, deadline)
                   : search_.OfAuthor(site_id, comment->author_hash, deadline);
  if (!found.ok()) return FromStorage(found.status());
  if (found->comments.empty()) return NotFound();

  AuthorHistory history;
  history.more = found->more;
  history.counts = GroupOf(found->comments).counts;
  history.last_at = ReceivedAt(found->comments.front());
  history.first_at = ReceivedAt(found->comments.back());
  std::vector<storage::CommentId> newest;
  for (const storage::FoundComment& one : found->comments) {
    if (one.status_source == storage::StatusSource::kModerator) ++history.decided_by_people_count;
    if (newest.size() < static_cast<std::size_t>(comment_count)) newest.push_back(one.comment_id);
    const bool known = std::find(history.names.begin(), history.names.end(), one.author_name) !=
                       history.names.end();
    if (!known && history.names.size() < kNamesMax) history.names.push_back(one.author_name);
  }
  auto comments = search_.Read(site_id, newest, deadline);
  if (!comments.ok()) return FromStorage(comments.status());
  history.comments = *std::move(comments);
  history.newest = history.comments.empty() ? *comment : history.comments.front();
  history.network = comment->ip_masked;
  if (history.network.empty()) return history;
  const auto others =
      search_.WithTermOfOthers(site_id, NetworkTerm(site_id, history.network), comment->author_hash,
                               clock_.Now() - kNetworkReach, deadline);
  if (!others.ok()) return FromStorage(others.status());
  history.network_others = GroupOf(others->comments);
  return history;
}

absl::StatusOr<Campaign> Search::GetCampaign(const Principal& principal, const std::string& site,
                                             const storage::CommentId& comment_id,
                                             storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, site);
  if (!view.ok()) return view.status();
  const storage::SiteId site_id = (*view)->record.site_id;
  auto comment = ReadOne(search_, site_id, comment_id, deadline);
  if (!comment.ok()) return comment.status();
  const auto likeness = search_.LikenessOf(site_id, comment_id, deadline);
  if (!likeness.ok()) return FromStorage(likeness.status());
  auto found = *likeness
                   ? search_.Alike(site_id, **likeness, clock_.Now() - kCampaignReach, deadline)
                   : search_.Look(site_id, {comment_id}, deadline);
  if (!found.ok()) return FromStorage(found.status());
  // One that is older than what is looked through, or was erased this moment.
  if (found->comments.empty()) found = search_.Look(site_id, {comment_id}, deadline);
  if (!found.ok()) return FromStorage(found.status());
  if (found->comments.empty()) return NotFound();
  Campaign campaign;
  campaign.comment_id = comment_id;
  campaign.group = GroupOf(found->comments);
  campaign.comment_count = static_cast<std::int32_t>(found->comments.size());
  campaign.last_at = ReceivedAt(found->comments.front());
  campaign.first_at = ReceivedAt(found->comments.back());
  auto newest = ReadOne(search_, site_id, found->comments.front().comment_id, deadline);
  campaign.newest = newest.ok() ? *std::move(newest) : *std::move(comment);
  return campaign;
}

absl::StatusOr<std::vector<WaitingCampaign>> Search::ListCampaigns(
    const Principal& principal, const std::string& site, std::int32_t limit,
    std::int32_t waiting_count_min, storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckRange(limit, 1, kCampaignPageMax, "page_size", violations, "campaigns");
  CheckRange(waiting_count_min, 2, storage::kCampaignCountMax, "waiting_count_min", violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  const storage::SiteId site_id = (*view)->record.site_id;
  const auto sketches = search_.WaitingSketches(site_id, deadline);
  if (!sketches.ok()) return FromStorage(sketches.status());
  std::vector<Gathered> groups = Gather(*sketches);
  std::erase_if(groups, [&](const Gathered& g) { return g.count < waiting_count_min; });
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Gathered& a, const Gathered& b) { return a.count > b.count; });
  if (groups.size() > static_cast<std::size_t>(limit)) {
    groups.resize(static_cast<std::size_t>(limit));
  }
  std::vector<WaitingCampaign> campaigns;
  for (const Gathered& group : groups) {
    auto newest = ReadOne(search_, site_id, group.newest, deadline);
    if (absl::IsNotFound(newest.status())) continue;
    if (!newest.ok()) return newest.status();
    campaigns.push_back({group.oldest, group.count, *std::move(newest)});
  }
  return campaigns;
}

}  // namespace replyguard::service
