// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/review/queue_watch.h"

#include <chrono>
#include <set>
#include <unordered_map>
#include <utility>

#include "service/usecases/errors.h"
#include "usecases/review/covered.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

// Events read at once. What is beyond is read next.
constexpr std::int32_t kEventsMax = storage::kEventPageMax;

class QueueFollower final : public QueueSubscription {
 public:
  QueueFollower(FollowerOwner owner, std::function<void()> on_ready, SiteViews sites,
                storage::QueueStore& queue, storage::EventLog& events, QueueCounts& counts)
      : QueueSubscription(std::move(owner), std::move(on_ready)),
        sites_(std::move(sites)),
        queue_(queue),
        events_(events),
        counts_(counts) {}

 private:
  bool Counts() const override { return true; }

  absl::StatusOr<bool> Read(storage::Deadline deadline) override {
    QueueBatch batch;
    std::unordered_map<storage::SiteId, std::int64_t> cursors = cursors_;
    bool news = !started_;
    // One statement for all of them; then those alone where something happened.
    const auto heads = events_.Heads(IdsOf(sites_), deadline);
    if (!heads.ok()) return FromStorage(heads.status());
    for (const auto& site : sites_) {
      const auto head = heads->find(site->record.site_id);
      if (head == heads->end()) continue;
      std::int64_t& cursor = cursors[site->record.site_id];
      if (!started_) {
        cursor = head->second.newest;
        continue;
      }
      if (cursor == head->second.newest) continue;
      auto changed = ReadSite(*site, &cursor, &batch, deadline);
      if (!changed.ok()) return FromStorage(changed.status());
      news = news || *changed;
    }
    if (!news && !counts_due_) return false;
    const auto told_at = news ? std::chrono::steady_clock::now() : told_at_;
    const auto counted = counts_.Count(sites_, deadline);
    // What happened is told though more waits than can be counted in time.
    if (!counted.ok() && !news) return counted.status();
    // Counted before what was told: the counts follow once they are counted anew.
    const bool due = !counted.ok() || counted->at < told_at;
    if (!news && due) return false;
    // Only now, so that a failure half-way tells everything again.
    told_at_ = told_at;
    counts_due_ = due;
    cursors_ = std::move(cursors);
    started_ = true;
    if (counted.ok()) stats_ = counted->stats;
    batch.stats = stats_;
    Put(std::move(batch));
    return true;
  }

  void PutHeartbeat() override { Put({{}, {}, stats_}); }

  // Whether anything happened there since the cursor, which moves on.
  absl::StatusOr<bool> ReadSite(const SiteView& site, std::int64_t* cursor, QueueBatch* batch,
                                storage::Deadline deadline) {
    const storage::SiteId site_id = site.record.site_id;
    auto page = events_.Read(site_id, *cursor, kEventsMax, deadline);
    if (absl::IsOutOfRange(page.status())) {
      // Very far behind: begin anew with the counts.
      const auto head = events_.Head(site_id, deadline);
      if (!head.ok()) return head.status();
      *cursor = head->newest;
      return true;
    }
    if (!page.ok()) return page.status();
    if (page->empty()) return false;
    *cursor = page->back().sequence;
    std::set<storage::CommentId> named;
    for (const storage::Event& event : *page) {
      if (event.comment_id) named.insert(*event.comment_id);
    }
    if (absl::Status status = Sort(site, std::move(named), batch, deadline); !status.ok()) {
      return status;
    }
    return true;
  }

  // Tells the comments that wait from those that do not. What waits for the shadow's sake alone is
  // told as neither: it is in a queue of its own.
  absl::Status Sort(const SiteView& site, std::set<storage::CommentId> named, QueueBatch* batch,
                    storage::Deadline deadline) {
    auto items = queue_.GetEach(site.record.site_id, {named.begin(), named.end()}, deadline);
    if (!items.ok()) return items.status();
    for (storage::QueueItem& item : *items) {
      named.erase(item.comment.comment_id);
      if (item.cause == storage::QueueCause::kShadow) continue;
      batch->entered.push_back({site.record.slug, std::move(item)});
    }
    for (const storage::CommentId& id : named) batch->left.push_back({site.record.slug, id});
    return absl::OkStatus();
  }

  const SiteViews sites_;
  storage::QueueStore& queue_;
  storage::EventLog& events_;
  QueueCounts& counts_;
  // The hub's thread only.
  bool started_ = false;
  // When the last change had been read, and whether the counts told beside it were older.
  std::chrono::steady_clock::time_point told_at_{};
  bool counts_due_ = false;
  std::unordered_map<storage::SiteId, std::int64_t> cursors_;
  std::optional<storage::QueueStats> stats_;
};

// Of all sites that somebody reviews it is another stream once they are others.
absl::Status MayGoOn(const Principal& then, const Principal& now,
                     const std::optional<std::string>& site) {
  if (site) return Authorize(now, Permission::kReview, *site);
  if (!then.person || !now.person) return absl::OkStatus();
  if (then.person->every_site_role == now.person->every_site_role &&
      then.person->site_roles == now.person->site_roles) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kAborted, reasons::kRightsChanged,
                   "what you may review has changed; open the stream anew");
}

}  // namespace

QueueWatch::QueueWatch(const SiteDirectory& sites, storage::QueueStore& queue,
                       storage::EventLog& events, Hub& hub, const Clock& clock)
    : sites_(sites), queue_(queue), events_(events), hub_(hub), counts_(queue, clock) {}

absl::StatusOr<std::shared_ptr<QueueSubscription>> QueueWatch::Watch(
    const Principal& principal, const std::optional<std::string>& site,
    std::function<void()> on_ready) const {
  auto sites = CoveredSites(sites_, principal, site);
  if (!sites.ok()) return sites.status();
  // Who has more than one site by single roles counts for the first: an operator of one may make
  // people there, never somebody who reviews every site.
  const bool every_site = AuthorizeEverySite(principal, Permission::kReview).ok();
  const bool of_one = site || !every_site;
  FollowerOwner owner{
      CredentialOf(principal), of_one && !sites->empty() ? sites->front()->record.site_id : 0,
      [principal, site](const Principal& now) { return MayGoOn(principal, now, site); }};
  auto follower = std::make_shared<QueueFollower>(std::move(owner), std::move(on_ready),
                                                  *std::move(sites), queue_, events_, counts_);
  if (absl::Status status = hub_.Add(follower); !status.ok()) return status;
  return follower;
}

}  // namespace replyguard::service
