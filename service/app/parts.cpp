// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/parts.h"

#include <functional>
#include <string>
#include <utility>

#include "service/rpc/methods.h"

namespace replyguard::service {
namespace {

// Connections beside the readers': the learner, the site directory, the hub, readiness, the
// housekeeper and whoever waits for operations have threads of their own; an operation has three
// (one works, one reads ahead, one renews its lease).
constexpr std::size_t kOwnConnections = 9;

std::string Text(std::string_view text) { return std::string(text); }

storage::PostgresOptions PostgresOf(const ServerOptions& options, Log& log) {
  storage::PostgresOptions out;
  out.url = options.database_url;
  out.direct_url = options.direct_database_url;
  out.pool_connections_max = options.threads.readers + kOwnConnections;
  out.writer_threads = options.threads.writers;
  out.writer_queue_max = options.limits.waiting_submissions_max;
  out.log_sink = [&log](std::string_view statement, std::string_view sqlstate,
                        std::string_view message) {
    log.Warning(
        "database",
        {{"statement", Text(statement)}, {"sqlstate", Text(sqlstate)}, {"message", Text(message)}});
  };
  return out;
}

SiteDirectoryOptions DirectoryOf(Log& log) {
  SiteDirectoryOptions out;
  out.warn = [&log](std::string_view text) {
    log.Warning("site_directory", {{"text", Text(text)}});
  };
  return out;
}

LearnerOptions LearnerOf(Log& log, Parts::StarterPointer starter,
                         storage::GenerationStore& generations) {
  LearnerOptions out;
  out.generations = &generations;
  out.starter = std::move(starter);
  out.warn = [&log](std::string_view text) { log.Warning("learner", {{"text", Text(text)}}); };
  return out;
}

HousekeeperOptions HousekeeperOf(Log& log) {
  HousekeeperOptions out;
  out.warn = [&log](std::string_view text) { log.Warning("housekeeper", {{"text", Text(text)}}); };
  return out;
}

OperationRunnerOptions RunnerOf(Log& log, std::function<bool()> ready) {
  OperationRunnerOptions out;
  out.ready = std::move(ready);
  out.warn = [&log](std::string_view text) { log.Warning("operations", {{"text", Text(text)}}); };
  return out;
}

HubOptions HubOf(const ServerLimits& limits) {
  HubOptions out;
  out.subscriptions_max = limits.streams_max;
  out.subscriptions_per_key_max = limits.streams_per_key_max;
  return out;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Parts>> Parts::Build(const ServerOptions& options, Log& log,
                                                    Secrets secrets, StarterPointer starter) {
  absl::StatusOr<std::unique_ptr<storage::Database>> database =
      storage::OpenPostgres(PostgresOf(options, log));
  if (!database.ok()) return database.status();
  return std::unique_ptr<Parts>(
      new Parts(options, log, std::move(secrets), std::move(starter), *std::move(database)));
}

Parts::Parts(const ServerOptions& options, Log& log, Secrets secrets, StarterPointer starter,
             std::unique_ptr<storage::Database> database)
    : calls_(log),
      secrets_(std::move(secrets)),
      db_(std::move(database)),
      directory_(db_->sites(), DirectoryOf(log)),
      learner_(db_->labels(), db_->checkpoints(), clock_,
               LearnerOf(log, std::move(starter), db_->generations())),
      judge_(learner_, secrets_.keyring),
      hub_(HubOf(options.limits),
           [this](const std::string& key_id, storage::Deadline deadline) {
             return authenticator_.StillGood(key_id, deadline);
           }),
      submit_(directory_, judge_, db_->submissions(), clock_, random_),
      check_(directory_, judge_, db_->history(), clock_),
      update_(directory_, judge_, db_->comments(), db_->history(), clock_),
      comments_(directory_, db_->comments(), db_->threads(), db_->decisions(), secrets_.keyring,
                clock_),
      threads_(directory_, db_->threads(), clock_),
      events_(directory_, db_->events(), hub_),
      queue_(directory_, db_->queue(), db_->threads(), clock_, random_),
      moderate_(directory_, db_->decisions(), clock_),
      queue_watch_(directory_, db_->queue(), db_->events(), hub_, clock_),
      model_(directory_, learner_, db_->labels(), db_->comments(), clock_),
      generation_jobs_(directory_, learner_, db_->labels(), db_->generations(), clock_),
      runner_(db_->operations(), clock_, random_, generation_jobs_.All(),
              // A comparison asks the sites' policies; and callers are served first.
              RunnerOf(log, [this] { return directory_.loaded() && learner_.State().caught_up; })),
      operation_watch_(db_->operations()),
      operations_(db_->operations(), operation_watch_, clock_),
      generations_(db_->generations(), db_->operations(), db_->api_keys(), clock_,
                   [this] { runner_.Wake(); }),
      label_doctor_(directory_, learner_, db_->labels(), db_->generations()),
      learn_(directory_, db_->labels(), secrets_.keyring, clock_),
      exports_(directory_, learner_, db_->exports(), db_->labels(), db_->checkpoints(),
               db_->generations()),
      sites_(directory_, db_->sites(), clock_, random_),
      test_policy_(directory_, db_->sites(), db_->comments(), judge_, clock_),
      keys_(directory_, db_->api_keys(), clock_),
      bell_(db_->changes()),
      housekeeper_(db_->maintenance(), clock_, HousekeeperOf(log)),
      authenticator_(AuthParts()),
      tokens_(secrets_.deployment),
      executor_(options.threads.readers, options.limits.waiting_reads_max),
      gate_(authenticator_, executor_, calls_, options.limits.calls_in_flight_max) {
  rpc::AddAllMethods(
      {directory_, clock_, submit_,      check_,       update_, comments_,    threads_,
       events_,    queue_, moderate_,    queue_watch_, model_,  generations_, label_doctor_,
       learn_,     sites_, test_policy_, keys_,        tokens_, operations_,  exports_},
      methods_);
  bell_.OnLabels([this] { learner_.Wake(); });
  bell_.OnEvents([this] { hub_.Wake(); });
  bell_.OnConfig([this] {
    directory_.Wake();
    learner_.Wake();  // another generation may be active
    runner_.Wake();   // an operation may have been started
    operation_watch_.Wake();
    hub_.Wake();  // a key may have been revoked
  });
}

auth::AuthenticatorParts Parts::AuthParts() {
  auto slug_of = [this](storage::SiteId id) -> std::optional<std::string> {
    auto site = directory_.FindById(id);
    // Made by another server a moment ago.
    if (site == nullptr && directory_.Refresh().ok()) site = directory_.FindById(id);
    if (site == nullptr) return std::nullopt;
    return site->record.slug;
  };
  return {db_->api_keys(), db_->changes(), std::move(slug_of), [this] { return clock_.Now(); },
          [] { return std::chrono::steady_clock::now(); }};
}

void Parts::Start() {
  directory_.Start();
  learner_.Start();
  hub_.Start();
  bell_.Start();
  housekeeper_.Start();
  operation_watch_.Start();
  runner_.Start();
}

void Parts::Stop() {
  hub_.Stop();
  operation_watch_.Stop();
  runner_.Stop();
  db_->submissions().Drain(std::chrono::steady_clock::now() + std::chrono::seconds(2));
  housekeeper_.Stop();
  bell_.Stop();
  learner_.Stop();
  directory_.Stop();
}

absl::Status Parts::RegisterKeys(storage::Deadline deadline) {
  for (const auto& key : secrets_.keyring.Fingerprints()) {
    storage::HmacKeyInfo info;
    info.key_id = key.key_id;
    info.fingerprint = key.hex;
    info.created_at = clock_.Now();
    absl::Status status = db_->hmac_keys().Register(info, deadline);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Parts::CheckReady(storage::Deadline deadline) {
  absl::Status status = db_->maintenance().CheckReady(deadline);
  if (!status.ok()) return status;
  if (!keys_registered_) {
    status = RegisterKeys(deadline);
    if (!status.ok()) return status;
    keys_registered_ = true;
  }
  if (!directory_.loaded()) return absl::UnavailableError("the sites are not loaded yet");
  // Not merely loaded: a checkpoint without its tail would score other than before the restart.
  if (!learner_.State().caught_up) return absl::UnavailableError("the model is not loaded yet");
  return absl::OkStatus();
}

}  // namespace replyguard::service
