// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/akismet/courier.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "service/usecases/akismet/guid.h"
#include "service/usecases/deliver/outcome.h"
#include "storage/secret_text.h"

namespace replyguard::service {
namespace {

using storage::CommentStatus;
using storage::DueCallback;

constexpr std::int32_t kEventsAtOnceMax = 1'000;
constexpr std::chrono::hours kPruneInterval{1};
constexpr std::int32_t kPrunedAtOnceMax = 10'000;

bool IsTold(CommentStatus status) {
  return status == CommentStatus::kSpam || status == CommentStatus::kApproved;
}

std::string BodyOf(const std::string& key, const std::vector<DueCallback>& group) {
  nlohmann::ordered_json body;
  body["key"] = key;
  body["endpoint"] = "comment-check";
  body["comments"] = nlohmann::ordered_json::array();
  for (const DueCallback& due : group) {
    if (!IsTold(due.status)) continue;
    nlohmann::ordered_json comment;
    comment["guid"] = ToGuid(due.comment_id);
    comment["result"] = due.status == CommentStatus::kSpam ? "true" : "false";
    body["comments"].push_back(std::move(comment));
  }
  return body.dump();
}

}  // namespace

CallbackCourier::CallbackCourier(storage::CallbackStore& store, const auth::Sealer& sealer,
                                 Poster& poster, const Clock& clock, CourierOptions options)
    : store_(store),
      sealer_(sealer),
      poster_(poster),
      clock_(clock),
      options_(std::move(options)),
      crew_(
          kCallbackWorkers, options_.interval, [this] { return RunOnce(); },
          [this](const absl::Status& why) {
            if (options_.warn) options_.warn("callbacks wait: " + std::string(why.message()));
          }) {}

void CallbackCourier::Prune() {
  const storage::Timestamp now = clock_.Now();
  {
    MutexLock lock(mutex_);
    if (now - pruned_at_ < kPruneInterval) return;
    pruned_at_ = now;
  }
  const auto pruned = store_.Prune(now - kCallbacksKept, kPrunedAtOnceMax, Soon());
  if (pruned.ok() && *pruned < kPrunedAtOnceMax) return;
  // More are left: next time round.
  MutexLock lock(mutex_);
  pruned_at_ = {};
}

absl::StatusOr<bool> CallbackCourier::RunOnce() {
  for (bool more = true; more && !crew_.stopping();) {
    const auto collected = store_.Collect(kEventsAtOnceMax, Soon());
    if (!collected.ok()) return collected.status();
    more = *collected;
  }
  Prune();
  const auto group = store_.Take(kCallbackGroupMax, kCallbackLease, turns_.Away(), Soon());
  if (!group.ok()) return group.status();
  if (group->empty()) return false;
  crew_.Wake();
  const storage::SiteId site = group->front().site_id;
  if (!turns_.Begin(site)) {
    if (absl::Status status = Release(*group); !status.ok()) return status;
    return true;
  }
  const auto begun = std::chrono::steady_clock::now();
  const absl::Status told = Tell(*group);
  const bool hung = !told.ok() && std::chrono::steady_clock::now() - begun > kSlowCall;
  // Cut short by us, which is no fault of the website's: the next server tells it at once.
  const bool cut = !told.ok() && crew_.stopping();
  absl::Status settled = cut ? Release(*group) : Settle(*group, told);
  // Otherwise all that waits for it would be tried before what the site has for others.
  if (settled.ok() && hung && !cut) settled = store_.PutOff(group->front(), Soon());
  turns_.End(site, hung);
  if (!settled.ok()) return settled;
  return true;
}

absl::Status CallbackCourier::Release(const std::vector<DueCallback>& group) {
  for (const DueCallback& due : group) {
    if (absl::Status status = store_.Release(due, Soon()); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status CallbackCourier::Tell(const std::vector<DueCallback>& group) {
  const bool any = std::any_of(group.begin(), group.end(),
                               [](const DueCallback& due) { return IsTold(due.status); });
  if (!any) return absl::OkStatus();
  const DueCallback& first = group.front();
  std::optional<std::string> key = sealer_.Open(first.key_id, first.sealed_key);
  if (!key) return absl::FailedPreconditionError("the key was sealed under another deployment key");
  OutgoingPost post;
  post.url = first.url;
  post.headers = {{"Content-Type", "application/json"}};
  post.body = BodyOf(*key, group);
  storage::WipeString(*key);
  const auto answer = poster_.Post(post);
  storage::WipeString(post.body);
  return OutcomeOf(answer);
}

absl::Status CallbackCourier::Settle(const std::vector<DueCallback>& group,
                                     const absl::Status& told) {
  for (const DueCallback& due : group) {
    absl::Status status;
    if (told.ok()) {
      status = store_.Told(due, Soon());
    } else {
      const auto failures = static_cast<std::size_t>(due.attempts) + 1;
      std::optional<std::chrono::seconds> pause;
      if (failures <= kCallbackPauses.size()) {
        pause = PauseAfter(failures, kCallbackPauses);
      } else if (options_.warn) {
        options_.warn("a callback is given up: " + std::string(told.message()));
      }
      status = store_.Failed(due, pause, std::string(told.message()), Soon());
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace replyguard::service
