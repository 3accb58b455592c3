// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/akismet/courier.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "service/usecases/akismet/guid.h"
#include "service/usecases/deliver/outcome.h"
#include "storage/secret_text.h"

namespace replyguard::service {
namespace {

using storage::CommentStatus;
using storage::DueCallback;

constexpr std::int32_t kEventsAtOnceMax = 1'000;
constexpr std::int32_t kTakenAtOnceMax = 200;
constexpr std::chrono::hours kPruneInterval{1};
constexpr std::int32_t kPrunedAtOnceMax = 10'000;

bool IsTold(CommentStatus status) {
  return status == CommentStatus::kSpam || status == CommentStatus::kApproved;
}

// Where and with what: one call.
auto GroupOf(const DueCallback& due) { return std::tie(due.site_id, due.key_id, due.url); }

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
      options_(std::move(options)) {}

CallbackCourier::~CallbackCourier() { Stop(); }

void CallbackCourier::Start() {
  thread_ = std::thread([this] { Run(); });
}

void CallbackCourier::Stop() {
  pacer_.Stop();
  if (thread_.joinable()) thread_.join();
}

void CallbackCourier::Run() {
  bool warned = false;
  while (pacer_.Pause(options_.interval)) {
    const auto done = RunOnce();
    if (!done.ok() && !warned && options_.warn) {
      options_.warn("callbacks wait: " + std::string(done.status().message()));
    }
    warned = !done.ok();
    Prune();
  }
}

void CallbackCourier::Prune() {
  const storage::Timestamp now = clock_.Now();
  if (now - pruned_at_ < kPruneInterval) return;
  const auto pruned = store_.Prune(now - kCallbacksKept, kPrunedAtOnceMax, Soon());
  // More are left: next time round.
  if (pruned.ok() && *pruned < kPrunedAtOnceMax) pruned_at_ = now;
}

absl::StatusOr<std::int64_t> CallbackCourier::RunOnce() {
  for (bool more = true; more && !pacer_.stopping();) {
    const auto collected = store_.Collect(kEventsAtOnceMax, clock_.Now(), Soon());
    if (!collected.ok()) return collected.status();
    more = *collected;
  }
  auto taken = store_.Take(kTakenAtOnceMax, kCallbackLease, clock_.Now(), Soon());
  if (!taken.ok()) return taken.status();
  std::map<std::tuple<storage::SiteId, std::string, std::string>, std::vector<DueCallback>> groups;
  for (DueCallback& due : *taken) groups[GroupOf(due)].push_back(std::move(due));
  std::int64_t settled = 0;
  const auto until = std::chrono::steady_clock::now() + kCallbackLease / 2;
  for (auto& [unused, all] : groups) {
    absl::Status told;
    while (!all.empty() && !pacer_.stopping()) {
      // What slow websites left no time for is due again when the lease ends.
      if (std::chrono::steady_clock::now() > until) return settled;
      const auto size = static_cast<std::ptrdiff_t>(
          std::min<std::size_t>(all.size(), static_cast<std::size_t>(kCallbackGroupMax)));
      const std::vector<DueCallback> group(all.end() - size, all.end());
      all.erase(all.end() - size, all.end());
      // A website that failed is not asked again in this round: others wait.
      if (told.ok()) told = Tell(group);
      if (absl::Status status = Settle(group, told); !status.ok()) return status;
      settled += size;
    }
  }
  return settled;
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
  const storage::Timestamp now = clock_.Now();
  for (const DueCallback& due : group) {
    absl::Status status;
    if (told.ok()) {
      status = store_.Told(due, now, Soon());
    } else {
      const auto failures = static_cast<std::size_t>(std::max(due.attempts, 1));
      std::optional<storage::Timestamp> next;
      if (failures <= kCallbackPauses.size()) {
        next = now + PauseAfter(failures, kCallbackPauses);
      } else if (options_.warn) {
        options_.warn("a callback is given up: " + std::string(told.message()));
      }
      status = store_.Failed(due, next, std::string(told.message()), Soon());
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace replyguard::service
