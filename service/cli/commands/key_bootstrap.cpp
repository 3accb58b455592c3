// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/key_bootstrap.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "service/auth/api_key.h"
#include "storage/api_key_store.h"
#include "storage/database.h"
#include "storage/inspection.h"

namespace replyguard::service::cli {
namespace {

using config::OptionKey;

constexpr std::chrono::seconds kDatabaseWait{15};

// OK when there is no operator key that works.
absl::Status NoOperatorYet(storage::ApiKeyStore& keys, storage::Timestamp now,
                           storage::Deadline deadline) {
  const auto found = keys.OperatorKey(now, deadline);
  if (!found.ok()) return found.status();
  if (!*found) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "there is an operator key already (" + **found +
      "): make further ones with it, or give --force when every copy of it is lost");
}

}  // namespace

absl::StatusOr<std::string> OwnerUrl(const config::Settings& settings) {
  for (const OptionKey key :
       {OptionKey::kDatabaseOwnerUrl, OptionKey::kDatabaseDirectUrl, OptionKey::kDatabaseUrl}) {
    if (!settings.Text(key).empty()) return settings.Text(key);
  }
  return absl::InvalidArgumentError(
      "which database? Set REPLYGUARD_OWNER_DATABASE_URL or REPLYGUARD_DATABASE_URL");
}

absl::StatusOr<v1::CreateApiKeyResponse> BootstrapOperatorKey(const config::Settings& settings,
                                                              const std::string& display_name,
                                                              bool force) {
  auto url = OwnerUrl(settings);
  if (!url.ok()) return url.status();
  storage::PostgresOptions options;
  options.url = *std::move(url);
  options.pool_connections_max = 1;
  options.writer_threads = 1;
  // Whoever asks first hears why there is no database.
  const auto inspected =
      storage::Inspect(options.url, std::chrono::steady_clock::now() + kDatabaseWait);
  if (absl::IsUnavailable(inspected.status())) return inspected.status();
  auto database = storage::OpenPostgres(options);
  if (!database.ok()) return database.status();

  const auto now =
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto deadline = std::chrono::steady_clock::now() + kDatabaseWait;
  storage::ApiKeyStore& keys = (*database)->api_keys();
  if (!force) {
    const absl::Status none = NoOperatorYet(keys, now, deadline);
    if (!none.ok()) return none;
  }
  auth::NewApiKey made = auth::GenerateApiKey();
  storage::ApiKeyRecord record;
  record.key_id = made.id;
  record.secret_hash.assign(made.hash.begin(), made.hash.end());
  record.display_name = display_name.empty() ? "first operator" : display_name;
  record.role = storage::KeyRole::kOperator;
  record.created_at = now;
  const absl::Status created = keys.Create(record, deadline);
  if (!created.ok()) return created;

  v1::CreateApiKeyResponse response;
  v1::ApiKey& key = *response.mutable_api_key();
  key.set_name("apiKeys/" + made.id);
  key.set_display_name(record.display_name);
  key.set_role(v1::ApiKey::ROLE_OPERATOR);
  key.mutable_create_time()->set_seconds(
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  response.set_secret(std::move(made.text));
  return response;
}

}  // namespace replyguard::service::cli
