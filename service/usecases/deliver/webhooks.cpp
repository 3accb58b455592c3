// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/deliver/webhooks.h"

#include <utility>

#include "service/auth/webhook_signature.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "storage/masking.h"
#include "storage/secret_text.h"
#include "usecases/audit.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

// NOT_FOUND of Create means the site; it is there, as it was entered.
constexpr ErrorMeaning kMeaning{.not_found = reasons::kWebhookNotFound,
                                .failed_precondition = reasons::kSecretCount,
                                .limit_reached = reasons::kWebhookLimit};

template <typename T>
absl::StatusOr<T> Answer(absl::StatusOr<T> result) {
  if (result.ok()) return result;
  if (absl::IsOutOfRange(result.status())) {
    return MakeError(absl::StatusCode::kOutOfRange, reasons::kEventNotKept,
                     "the event log of the site does not hold that");
  }
  return FromStorage(result.status(), kMeaning);
}

}  // namespace

std::string WebhookSealOwner(const storage::WebhookId& id) { return "webhooks/" + id.ToHex(); }

std::string WebhookMessageId(const storage::WebhookId& id, std::int64_t sequence) {
  return "msg_" + id.ToHex() + "_" + std::to_string(sequence);
}

Webhooks::Webhooks(const SiteDirectory& sites, storage::WebhookStore& store,
                   const auth::Sealer& sealer, const Poster& poster, const Clock& clock,
                   RandomSource& random)
    : sites_(sites),
      store_(store),
      sealer_(sealer),
      poster_(poster),
      clock_(clock),
      random_(random) {}

absl::StatusOr<storage::SiteId> Webhooks::Enter(const Principal& principal,
                                                const std::string& site) const {
  const auto view = sites_.Enter(principal, Permission::kAdminister, site);
  if (!view.ok()) return view.status();
  return (*view)->record.site_id;
}

absl::Status Webhooks::CheckUrl(const std::string& url) const {
  constexpr std::string_view kField = "webhook.url";
  if (url.empty()) return InvalidField(kField, validation::reason::kRequired, "A URL is needed.");
  if (url.size() > storage::kWebhookUrlBytesMax) {
    return InvalidField(kField, validation::reason::kTooLong, "Must have at most 500 bytes.");
  }
  // It is stored, and cannot be masked and still be called.
  if (storage::MaskText(url).changed()) {
    return InvalidField(kField, "EMAIL_INSIDE", "Must not hold an email address.");
  }
  const auto to = poster_.Read(url);
  if (to.ok() && to->forbidden) {
    return InvalidField(
        kField, validation::reason::kUrlInvalid,
        "Its address is of this machine, a private network or a range for special purposes, and is "
        "not called unless outgoing.allow_private is on.");
  }
  if (!to.ok()) {
    return InvalidField(
        kField, validation::reason::kUrlInvalid,
        "Must be a URL such as https://hooks.example.org/path: by https (http, too, "
        "where outgoing.allow_private is on), with two slashes and a host behind "
        "it, a port from 1 to 65535 if any, and without user and password.");
  }
  return absl::OkStatus();
}

storage::AuditEvent Webhooks::Audit(const Principal& principal, storage::SiteId site_id,
                                    const std::string& site, const storage::WebhookId& id,
                                    std::string_view act) const {
  return AuditBy(principal, clock_, site_id, storage::AuditKind::kSite, act,
                 "sites/" + site + "/webhooks/" + id.ToHex(), "a webhook");
}

absl::StatusOr<Webhooks::Made> Webhooks::Create(const Principal& principal, const std::string& site,
                                                const std::string& url,
                                                storage::EventTypeMask types,
                                                storage::Deadline deadline) const {
  const auto site_id = Enter(principal, site);
  if (!site_id.ok()) return site_id.status();
  if (absl::Status status = CheckUrl(url); !status.ok()) return status;
  std::string secret = auth::NewWebhookSecret();
  storage::WebhookRecord record;
  record.site_id = *site_id;
  record.webhook_id = NewId(clock_, random_);
  record.url = url;
  record.types = types == 0 ? storage::kEveryEventType : types;
  record.created_at = clock_.Now();
  record.secret = {sealer_.Seal(WebhookSealOwner(record.webhook_id), secret), record.created_at};
  auto made = Answer(store_.Create(
      record, Audit(principal, *site_id, site, record.webhook_id, "CREATED"), deadline));
  if (!made.ok()) {
    storage::WipeString(secret);
    return made.status();
  }
  return Made{*std::move(made), std::move(secret)};
}

absl::StatusOr<std::vector<storage::WebhookRecord>> Webhooks::List(
    const Principal& principal, const std::string& site, storage::Deadline deadline) const {
  const auto site_id = Enter(principal, site);
  if (!site_id.ok()) return site_id.status();
  return Answer(store_.List(*site_id, deadline));
}

absl::StatusOr<storage::WebhookRecord> Webhooks::Update(const Principal& principal,
                                                        const std::string& site,
                                                        const storage::WebhookId& id,
                                                        const storage::WebhookChange& change,
                                                        storage::Deadline deadline) const {
  const auto site_id = Enter(principal, site);
  if (!site_id.ok()) return site_id.status();
  if (change.url) {
    if (absl::Status status = CheckUrl(*change.url); !status.ok()) return status;
  }
  return Answer(store_.Update(*site_id, id, change, Audit(principal, *site_id, site, id, "CHANGED"),
                              deadline));
}

absl::StatusOr<Webhooks::Made> Webhooks::Rotate(const Principal& principal, const std::string& site,
                                                const storage::WebhookId& id,
                                                storage::Deadline deadline) const {
  const auto site_id = Enter(principal, site);
  if (!site_id.ok()) return site_id.status();
  std::string secret = auth::NewWebhookSecret();
  const storage::WebhookSecret sealed{sealer_.Seal(WebhookSealOwner(id), secret), clock_.Now()};
  auto rotated = Answer(store_.AddSecret(
      *site_id, id, sealed, Audit(principal, *site_id, site, id, "SECRET_ROTATED"), deadline));
  if (!rotated.ok()) {
    storage::WipeString(secret);
    return rotated.status();
  }
  return Made{*std::move(rotated), std::move(secret)};
}

absl::StatusOr<storage::WebhookRecord> Webhooks::DropOldSecret(const Principal& principal,
                                                               const std::string& site,
                                                               const storage::WebhookId& id,
                                                               storage::Deadline deadline) const {
  const auto site_id = Enter(principal, site);
  if (!site_id.ok()) return site_id.status();
  return Answer(store_.DropOldSecret(
      *site_id, id, Audit(principal, *site_id, site, id, "SECRET_DROPPED"), deadline));
}

absl::Status Webhooks::Delete(const Principal& principal, const std::string& site,
                              const storage::WebhookId& id, storage::Deadline deadline) const {
  const auto site_id = Enter(principal, site);
  if (!site_id.ok()) return site_id.status();
  return FromStorage(
      store_.Delete(*site_id, id, Audit(principal, *site_id, site, id, "DELETED"), deadline),
      kMeaning);
}

absl::StatusOr<std::vector<storage::WebhookAttempt>> Webhooks::Attempts(
    const Principal& principal, const std::string& site, const storage::WebhookId& id,
    std::int32_t limit, storage::Deadline deadline) const {
  const auto site_id = Enter(principal, site);
  if (!site_id.ok()) return site_id.status();
  validation::Violations violations;
  CheckRange(limit, 1, storage::kWebhookAttemptsKeptMax, "page_size", violations, "deliveries");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  const auto webhook = Answer(store_.Get(*site_id, id, deadline));
  if (!webhook.ok()) return webhook.status();
  return Answer(store_.Attempts(*site_id, id, limit, deadline));
}

absl::StatusOr<storage::WebhookRecord> Webhooks::Redeliver(const Principal& principal,
                                                           const std::string& site,
                                                           const storage::WebhookId& id,
                                                           std::int64_t sequence,
                                                           storage::Deadline deadline) const {
  const auto site_id = Enter(principal, site);
  if (!site_id.ok()) return site_id.status();
  if (sequence < 1) {
    return InvalidField("sequence", validation::reason::kOutOfRange, "Must be 1 or more.");
  }
  return Answer(store_.Redeliver(*site_id, id, sequence, deadline));
}

absl::StatusOr<storage::WebhookRecord> Webhooks::RedeliverFrom(const Principal& principal,
                                                               const std::string& site,
                                                               const storage::WebhookId& id,
                                                               std::int64_t cursor,
                                                               storage::Deadline deadline) const {
  const auto site_id = Enter(principal, site);
  if (!site_id.ok()) return site_id.status();
  if (cursor < 0) {
    return InvalidField("cursor", validation::reason::kOutOfRange, "Must be 0 or more.");
  }
  return Answer(store_.MoveTo(*site_id, id, cursor, deadline));
}

}  // namespace replyguard::service
