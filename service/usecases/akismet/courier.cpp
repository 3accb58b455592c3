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

using storage::CallbackGroup;
using storage::CommentStatus;
using storage::DueCallback;
using storage::SiteId;

constexpr std::int32_t kEventsAtOnceMax = 1'000;
constexpr std::chrono::hours kPruneInterval{1};
constexpr std::int32_t kPrunedAtOnceMax = 10'000;

bool IsTold(CommentStatus status) {
  return status == CommentStatus::kSpam || status == CommentStatus::kApproved;
}

std::string BodyOf(const std::string& key, const CallbackGroup& group) {
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
  CallbackGroup group;
  DeliveryLease lease(options_);
  const auto next =
      turns_.Next([&](const SiteTurns::Sites& but) -> absl::StatusOr<std::optional<SiteId>> {
        if (crew_.stopping()) return std::nullopt;
        lease.Begin();
        auto taken = store_.Take(kCallbackGroupMax, kDeliveryLease, but, Soon());
        if (!taken.ok()) return taken.status();
        group = *std::move(taken);
        return group.empty() ? std::nullopt : std::optional(group.front().site_id);
      });
  if (!next.ok()) return next.status();
  if (!*next) return false;
  crew_.Wake();
  bool hung = false;
  const absl::Status status = TakeTurn(std::move(group), lease, hung);
  turns_.End(**next, hung);
  if (!status.ok()) return status;
  return true;
}

absl::Status CallbackCourier::TakeTurn(CallbackGroup group, DeliveryLease& lease, bool& hung) {
  // What has news, or is somebody else's by now, is told by whoever takes it next.
  const auto fresh = lease.KeepFresh([&](storage::Deadline deadline) -> absl::StatusOr<bool> {
    auto ours = store_.Renew(group, kDeliveryLease, deadline);
    if (!ours.ok()) return ours.status();
    group = *std::move(ours);
    return !group.empty();
  });
  if (!fresh.ok()) return fresh.status();
  if (!*fresh) return absl::OkStatus();
  const auto begun = std::chrono::steady_clock::now();
  const absl::Status told = Tell(group);
  hung = !told.ok() && std::chrono::steady_clock::now() - begun > kSlowCall;
  // Cut short by us, which is no fault of the website's: the next server tells it at once.
  if (!told.ok() && crew_.stopping()) return store_.Release(group, Soon());
  const absl::Status settled = Settle(group, told);
  if (!hung) return settled;
  // Otherwise all that waits for it would be tried before what the site has for others; also where
  // the failure could not be stored.
  const absl::Status put_off = store_.PutOff(group.front(), Soon());
  return settled.ok() ? put_off : settled;
}

absl::Status CallbackCourier::Tell(const CallbackGroup& group) {
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

absl::Status CallbackCourier::Settle(const CallbackGroup& group, const absl::Status& told) {
  if (told.ok()) return store_.Told(group, Soon());
  const std::string why(told.message());
  for (const DueCallback& due : group) {
    const bool is_last = static_cast<std::size_t>(due.attempts) >= kCallbackPauses.size();
    if (is_last && options_.warn) options_.warn("a callback is given up: " + why);
  }
  return store_.Failed(group, kCallbackPauses, why, Soon());
}

}  // namespace replyguard::service
