// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Tells webhooks (Webhooks) what happens, from the event log: each event in order, at least once,
// with growing pauses after failures, by whichever server and worker takes the webhook first. What
// an operator wants told again has pauses of its own: what is new does not wait for it. Where
// nobody answers, or hangs, all that is to be told again rests for a while.
//
// What is posted is the event's JSON; the message is signed with every live secret, at the time of
// the attempt. A receiver refuses what is older than kWebhookMessageAgeMax, and what it has had.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/auth/sealer.h"
#include "service/usecases/clock.h"
#include "service/usecases/deliver/crew.h"
#include "service/usecases/deliver/delivery.h"
#include "service/usecases/deliver/poster.h"
#include "service/usecases/deliver/site_turns.h"
#include "storage/event_log.h"
#include "storage/webhook_store.h"

namespace replyguard::service {

class SiteDirectory;

// After the first, second, ... failure in a row, and then the last one again and again.
inline constexpr std::array<std::chrono::seconds, 6> kWebhookPauses = {
    std::chrono::seconds(5),  std::chrono::seconds(30), std::chrono::minutes(2),
    std::chrono::minutes(10), std::chrono::hours(1),    std::chrono::hours(6)};
// It is paused when it has been failing for so long.
inline constexpr std::chrono::hours kWebhookFailingMax{72};
// What is told again is given up after so many failures, which take as long.
inline constexpr std::int32_t kRedeliveryFailuresMax = 18;
// How long a webhook's redeliveries rest after one that nobody answered, in calls of that length;
// at least the first pause, at most storage::kRedeliveriesRestMax.
inline constexpr int kRedeliveryRestCalls = 5;
// What receivers are told to refuse: see the documentation of webhooks.
inline constexpr std::chrono::minutes kWebhookMessageAgeMax{5};
// Events read at once, in one turn.
inline constexpr std::int32_t kWebhookTurnEventsMax = 50;
// Webhooks that are told at the same time, by one server; of a site one.
inline constexpr std::size_t kWebhookWorkers = 4;

// The JSON of an event of a site, by its slug.
using EventEncoder = std::function<std::string(std::string_view site, const storage::Event& event)>;

// Thread-safe. Holds references; they outlive it.
class WebhookCourier {
 public:
  WebhookCourier(const SiteDirectory& sites, storage::WebhookStore& store,
                 storage::EventLog& events, const auth::Sealer& sealer, Poster& poster,
                 const Clock& clock, EventEncoder encode, CourierOptions options = {});
  ~WebhookCourier() { Stop(); }

  void Start() { crew_.Start(); }
  void AskToStop() { crew_.AskToStop(); }
  // Waits for calls in progress.
  void Stop() { crew_.Stop(); }
  // An event may have happened.
  void Wake() { crew_.Wake(); }

  // BLOCKS. Takes one webhook and tells it what is due; false when there was none.
  absl::StatusOr<bool> RunOnce();

 private:
  // kPutOff: an event told again, which is tried again by itself or given up. kLost: the webhook is
  // somebody else's now.
  enum class Told { kYes, kPutOff, kNo, kLost };
  // One webhook's, by one thread.
  struct Turn {
    storage::WebhookRecord& webhook;
    const std::string& site;
    DeliveryLease& lease;  // begins anew with each event that is told
    std::chrono::steady_clock::time_point begun;
  };

  absl::Status TakeTurn(Turn& turn);
  // Whether no event is begun any more, where `any` was, `share` of the turn's time long.
  bool IsOver(const Turn& turn, double share, bool any) const;
  // Whether the turn goes on. Each tells one event at least, so that neither waits for the other:
  // what is to be told again half the turn, and what is new the rest.
  absl::StatusOr<bool> TellAgain(Turn& turn);
  absl::StatusOr<bool> TellNew(Turn& turn);
  // `redelivery`: how the event is told again; null where it is new.
  absl::StatusOr<Told> Tell(Turn& turn, const storage::Event& event,
                            const storage::WebhookRedelivery* redelivery);
  // Stores an attempt; the lease begins anew where webhook.again_in says so. Whether it was ours.
  absl::StatusOr<bool> Settle(Turn& turn, const storage::WebhookAttempt& attempt);
  // So that a call ends before the lease does. Whether it is still ours.
  absl::StatusOr<bool> KeepFresh(Turn& turn);
  absl::StatusOr<OutgoingPost> Compose(const storage::WebhookRecord& webhook,
                                       const std::string& site, const storage::Event& event,
                                       storage::Timestamp at) const;
  storage::Deadline Soon() const {
    return std::chrono::steady_clock::now() + options_.storage_timeout;
  }

  const SiteDirectory& sites_;
  storage::WebhookStore& store_;
  storage::EventLog& events_;
  const auth::Sealer& sealer_;
  Poster& poster_;
  const Clock& clock_;
  const EventEncoder encode_;
  const CourierOptions options_;
  SiteTurns turns_;
  Crew crew_;
};

}  // namespace replyguard::service
