// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/deliver/webhook_courier.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "service/auth/webhook_signature.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/deliver/outcome.h"
#include "service/usecases/deliver/webhooks.h"
#include "storage/secret_text.h"

namespace replyguard::service {
namespace {

using storage::SiteId;
using storage::WebhookAttempt;
using storage::WebhookRecord;

// The receiver says that it will not come back (RFC 9110, section 15.5.11).
constexpr int kGone = 410;

void Pause(WebhookRecord& webhook, std::string reason) {
  webhook.state = storage::WebhookState::kPaused;
  webhook.pause_reason = std::move(reason);
}

// What an attempt makes of the webhook.
void Count(WebhookRecord& webhook, const WebhookAttempt& attempt, storage::Timestamp now) {
  if (attempt.redelivery && !attempt.error.empty()) {
    webhook.again_in = kDeliveryLease;
    if (attempt.status == kGone) Pause(webhook, "the receiver answered 410: gone");
    return;
  }
  if (attempt.error.empty()) {
    webhook.failures = 0;
    webhook.failing_since.reset();
    webhook.last_error.clear();
    webhook.again_in = kDeliveryLease;
    if (!attempt.redelivery) webhook.sequence = attempt.sequence;
    return;
  }
  ++webhook.failures;
  if (!webhook.failing_since) webhook.failing_since = attempt.at;
  webhook.last_error = attempt.error;
  webhook.again_in = PauseAfter(static_cast<std::size_t>(webhook.failures), kWebhookPauses);
  if (attempt.status == kGone) {
    Pause(webhook, "the receiver answered 410: gone");
  } else if (now - *webhook.failing_since >= kWebhookFailingMax) {
    Pause(webhook, "it failed for three days: " + attempt.error);
  }
}

// What it makes of an event that is told again: it has failed `failures` times with this.
void PutOff(WebhookAttempt& attempt, std::int32_t failures) {
  attempt.again_in = PauseAfter(static_cast<std::size_t>(failures), kWebhookPauses);
  if (attempt.status == 0 || attempt.duration > kSlowCall) {
    attempt.rest = std::clamp(
        std::chrono::duration_cast<std::chrono::seconds>(kRedeliveryRestCalls * attempt.duration),
        kWebhookPauses.front(), storage::kRedeliveriesRestMax);
  }
  // What pauses the webhook waits for who resumes it.
  if (failures < kRedeliveryFailuresMax || attempt.status == kGone) return;
  attempt.settled = true;
  attempt.error += "; it is told again no more";
}

}  // namespace

WebhookCourier::WebhookCourier(const SiteDirectory& sites, storage::WebhookStore& store,
                               storage::EventLog& events, const auth::Sealer& sealer,
                               Poster& poster, const Clock& clock, EventEncoder encode,
                               CourierOptions options)
    : sites_(sites),
      store_(store),
      events_(events),
      sealer_(sealer),
      poster_(poster),
      clock_(clock),
      encode_(std::move(encode)),
      options_(std::move(options)),
      crew_(
          kWebhookWorkers, options_.interval, [this] { return RunOnce(); },
          [this](const absl::Status& why) {
            if (options_.warn) options_.warn("webhooks wait: " + std::string(why.message()));
          }) {}

absl::StatusOr<bool> WebhookCourier::RunOnce() {
  std::optional<WebhookRecord> webhook;
  DeliveryLease lease(options_);
  const auto next =
      turns_.Next([&](const SiteTurns::Sites& but) -> absl::StatusOr<std::optional<SiteId>> {
        if (crew_.stopping()) return std::nullopt;
        lease.Begin();
        auto taken = store_.Take(kDeliveryLease, but, Soon());
        if (!taken.ok()) return taken.status();
        webhook = *std::move(taken);
        return webhook ? std::optional(webhook->site_id) : std::nullopt;
      });
  if (!next.ok()) return next.status();
  if (!*next) return false;
  crew_.Wake();
  absl::Status status;
  // One that is not known was made by another server a moment ago: the lease ends by itself.
  if (const auto site = sites_.FindById(**next); site != nullptr) {
    Turn turn{*webhook, site->record.slug, lease, std::chrono::steady_clock::now()};
    status = TakeTurn(turn);
  }
  turns_.End(**next, !status.ok());
  if (!status.ok()) return status;
  return true;
}

absl::Status WebhookCourier::TakeTurn(Turn& turn) {
  auto go_on = TellAgain(turn);
  if (go_on.ok() && *go_on) go_on = TellNew(turn);
  if (!go_on.ok()) return go_on.status();
  if (!*go_on) return absl::OkStatus();
  turn.webhook.again_in = std::chrono::seconds(0);
  return store_.Settle(turn.webhook, std::nullopt, Soon()).status();
}

bool WebhookCourier::IsOver(const Turn& turn, double share, bool any) const {
  if (crew_.stopping()) return true;
  return any && std::chrono::steady_clock::now() - turn.begun > options_.turn_time * share;
}

absl::StatusOr<bool> WebhookCourier::TellAgain(Turn& turn) {
  WebhookRecord& webhook = turn.webhook;
  const auto waiting = store_.Redeliveries(webhook.site_id, webhook.webhook_id, Soon());
  if (!waiting.ok()) return waiting.status();
  constexpr double kHalf = 0.5;
  bool any = false;
  for (const storage::WebhookRedelivery& redelivery : *waiting) {
    const std::int64_t sequence = redelivery.sequence;
    if (IsOver(turn, kHalf, std::exchange(any, true))) return true;
    const auto events = events_.Read(webhook.site_id, sequence - 1, 1, Soon());
    if (!events.ok() && !absl::IsOutOfRange(events.status())) return events.status();
    if (!events.ok() || events->empty() || events->front().sequence != sequence) {
      WebhookAttempt attempt;
      attempt.sequence = sequence;
      attempt.at = clock_.Now();
      attempt.error = "the event is no longer kept";
      attempt.redelivery = attempt.settled = true;
      webhook.again_in = kDeliveryLease;
      const auto ours = Settle(turn, attempt);
      if (!ours.ok()) return ours.status();
      if (!*ours) return false;
      continue;
    }
    const auto told = Tell(turn, events->front(), &redelivery);
    if (!told.ok()) return told.status();
    // Where nobody is there to hear it, what is new finds that out, and waits for all.
    if (*told == Told::kPutOff) return true;
    if (*told != Told::kYes) return false;
  }
  return true;
}

absl::StatusOr<bool> WebhookCourier::TellNew(Turn& turn) {
  WebhookRecord& webhook = turn.webhook;
  const auto events =
      events_.Read(webhook.site_id, webhook.sequence, kWebhookTurnEventsMax, Soon());
  if (absl::IsOutOfRange(events.status())) {
    Pause(webhook, "events that it was not told are no longer kept: redeliver from a cursor");
    return true;
  }
  if (!events.ok()) return events.status();
  bool any = false;
  for (const storage::Event& event : *events) {
    if (IsOver(turn, 1, any)) return true;
    if ((webhook.types & storage::MaskOf(event.type)) == 0) {
      webhook.sequence = event.sequence;
      continue;
    }
    any = true;
    const auto told = Tell(turn, event, nullptr);
    if (!told.ok()) return told.status();
    if (*told != Told::kYes) return false;
  }
  return true;
}

absl::StatusOr<bool> WebhookCourier::Settle(Turn& turn, const WebhookAttempt& attempt) {
  turn.lease.Begin();
  return store_.Settle(turn.webhook, attempt, Soon());
}

absl::StatusOr<bool> WebhookCourier::KeepFresh(Turn& turn) {
  return turn.lease.KeepFresh([&](storage::Deadline deadline) {
    turn.webhook.again_in = kDeliveryLease;
    return store_.Settle(turn.webhook, std::nullopt, deadline);
  });
}

absl::StatusOr<WebhookCourier::Told> WebhookCourier::Tell(
    Turn& turn, const storage::Event& event, const storage::WebhookRedelivery* redelivery) {
  WebhookRecord& webhook = turn.webhook;
  WebhookAttempt attempt;
  attempt.sequence = event.sequence;
  attempt.at = clock_.Now();
  attempt.redelivery = redelivery != nullptr;
  const auto post = Compose(webhook, turn.site, event, attempt.at);
  absl::Status outcome = post.status();
  if (post.ok()) {
    const auto fresh = KeepFresh(turn);
    if (!fresh.ok()) return fresh.status();
    if (!*fresh) return Told::kLost;
    const auto begun = std::chrono::steady_clock::now();
    const auto answer = poster_.Post(*post);
    attempt.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begun);
    if (answer.ok()) attempt.status = answer->status;
    outcome = OutcomeOf(answer);
    if (!answer.ok() && crew_.stopping()) {
      // Cut short by us, which is no fault of the receiver's: the next server tells it at once.
      webhook.again_in = std::chrono::seconds(0);
      const auto released = store_.Settle(webhook, std::nullopt, Soon());
      if (!released.ok()) return released.status();
      return Told::kNo;
    }
  }
  attempt.settled = outcome.ok();
  if (!outcome.ok()) attempt.error = std::string(outcome.message());
  if (redelivery != nullptr && !outcome.ok()) PutOff(attempt, redelivery->failures + 1);
  Count(webhook, attempt, clock_.Now());
  if (webhook.state == storage::WebhookState::kPaused && options_.warn) {
    options_.warn("a webhook is paused: " + webhook.pause_reason);
  }
  const auto ours = Settle(turn, attempt);
  if (!ours.ok()) return ours.status();
  if (!*ours) return Told::kLost;
  if (outcome.ok()) return Told::kYes;
  const bool put_off = redelivery != nullptr && webhook.state == storage::WebhookState::kActive;
  return put_off ? Told::kPutOff : Told::kNo;
}

absl::StatusOr<OutgoingPost> WebhookCourier::Compose(const WebhookRecord& webhook,
                                                     const std::string& site,
                                                     const storage::Event& event,
                                                     storage::Timestamp at) const {
  OutgoingPost post;
  post.url = webhook.url;
  post.body = encode_(site, event);
  const std::string id = WebhookMessageId(webhook.webhook_id, event.sequence);
  const std::int64_t seconds =
      std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  std::vector<const storage::WebhookSecret*> secrets{&webhook.secret};
  if (webhook.old_secret) secrets.push_back(&*webhook.old_secret);
  std::string signatures;
  for (const storage::WebhookSecret* sealed : secrets) {
    std::optional<std::string> secret =
        sealer_.Open(WebhookSealOwner(webhook.webhook_id), sealed->sealed);
    // Not with the other one alone: the receiver may have this one only.
    if (!secret) {
      return absl::FailedPreconditionError("a secret was sealed under another deployment key");
    }
    if (!signatures.empty()) signatures += ' ';
    signatures += auth::SignWebhook(*secret, id, seconds, post.body);
    storage::WipeString(*secret);
  }
  post.headers = {{"Content-Type", "application/json"},
                  {"webhook-id", id},
                  {"webhook-timestamp", std::to_string(seconds)},
                  {"webhook-signature", signatures}};
  return post;
}

}  // namespace replyguard::service
