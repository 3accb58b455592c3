// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/parts.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "service/app/executors.h"
#include "service/app/hmac_registration.h"
#include "service/outgoing/curl_poster.h"
#include "service/rpc/grpc/connection_watch.h"
#include "service/rpc/methods.h"

namespace replyguard::service {
namespace {

// Connections beside the readers': the watcher of changes, the learner, its checkpoints (of the
// running fold and the shadow's), the site directory, the hub, readiness, the housekeeper, the
// indexer, the queue's sampler and whoever waits for operations have threads of their own; an
// operation has three (one works, one reads ahead, one renews its lease); Akismet's counts and
// callbacks have one each.
constexpr std::size_t kOwnConnections = 16;

// How long noting the use of a session or a key may take.
constexpr std::chrono::seconds kTouchTimeMax{5};

// For how long a server that stops may write what its threads still hold: above all checkpoints.
// With the times before it, less than what service managers wait (ours: 45 s).
constexpr std::chrono::seconds kLastWritesTimeMax{15};

std::string Text(std::string_view text) { return std::string(text); }

storage::PostgresOptions PostgresOf(const ServerOptions& options, Log& log) {
  storage::PostgresOptions out;
  out.url = options.database_url;
  out.direct_url = options.direct_database_url;
  out.prepared_statements = options.prepared_statements;
  out.pool_connections_max = options.threads.readers + kStrangersThreads + kOwnConnections;
  out.writer_threads = options.threads.writers;
  out.writer_queue_max = options.limits.waiting_submissions_max;
  out.writer_wait_max = options.limits.wait_max;
  out.log_sink = [&log](std::string_view statement, std::string_view sqlstate,
                        std::string_view message) {
    log.Warning(
        "database",
        {{"statement", Text(statement)}, {"sqlstate", Text(sqlstate)}, {"message", Text(message)}});
  };
  return out;
}

std::function<void(std::string_view)> WarnTo(Log& log, const char* event) {
  return [&log, event](std::string_view text) { log.Warning(event, {{"text", Text(text)}}); };
}

SiteDirectoryOptions DirectoryOf(Log& log) {
  SiteDirectoryOptions out;
  out.warn = WarnTo(log, "site_directory");
  return out;
}

LearnerOptions LearnerOf(Log& log, Parts::StarterPointer starter,
                         storage::GenerationStore& generations, Observer& observer) {
  LearnerOptions out;
  out.generations = &generations;
  out.observer = &observer;
  out.starter = std::move(starter);
  out.warn = WarnTo(log, "learner");
  return out;
}

HousekeeperOptions HousekeeperOf(Log& log) {
  HousekeeperOptions out;
  out.warn = WarnTo(log, "housekeeper");
  return out;
}

// `busy`: whether callers wait for the processor.
IndexerOptions IndexerOf(Log& log, std::function<bool()> busy) {
  IndexerOptions out;
  out.busy = std::move(busy);
  out.warn = WarnTo(log, "indexer");
  return out;
}

// `ready`: a comparison asks the sites' policies; and callers are served first.
OperationRunnerOptions RunnerOf(Log& log, std::function<bool()> ready) {
  OperationRunnerOptions out;
  out.ready = std::move(ready);
  out.warn = WarnTo(log, "operations");
  return out;
}

HubOptions HubOf(const ServerLimits& limits) {
  HubOptions out;
  out.subscriptions_max = limits.streams_max;
  out.subscriptions_per_key_max = limits.streams_per_key_max;
  out.take_timeout = limits.stream_stall_max;
  return out;
}

std::unique_ptr<Poster> PosterOf(const OutgoingOptions& options) {
  return outgoing::MakeCurlPoster({options.allow_private, options.ca_file, {}});
}

// So many unary calls in progress keep the machine busy.
constexpr std::size_t kBusyCallsMin = 16;

}  // namespace

absl::StatusOr<std::unique_ptr<Parts>> Parts::Build(const ServerOptions& options, Log& log,
                                                    Secrets secrets, StarterPointer starter) {
  absl::StatusOr<std::unique_ptr<storage::Database>> database =
      storage::OpenPostgres(PostgresOf(options, log));
  if (!database.ok()) return database.status();
  auto upkeep = storage::OpenUpkeep(options.database_url);
  if (!upkeep.ok()) return upkeep.status();
  return std::unique_ptr<Parts>(new Parts(options, log, std::move(secrets), std::move(starter),
                                          *std::move(database), *std::move(upkeep)));
}

Parts::Parts(const ServerOptions& options, Log& log, Secrets secrets, StarterPointer starter,
             std::unique_ptr<storage::Database> database, std::unique_ptr<storage::Upkeep> upkeep)
    : calls_(log),
      metrics_(calls_),
      secrets_(std::move(secrets)),
      clock_(own_clock_, WarnTo(log, "clock")),
      db_(std::move(database)),
      directory_(db_->sites(), DirectoryOf(log)),
      learner_(db_->labels(), db_->checkpoints(), clock_,
               LearnerOf(log, std::move(starter), db_->generations(), metrics_)),
      judge_(learner_, secrets_.keyring),
      hub_(HubOf(options.limits), StillGood()),
      site_shares_(options.limits.calls_in_flight_max, options.limits.waiting_submissions_max),
      update_(directory_, judge_, db_->comments(), db_->history(), clock_),
      comments_(directory_, db_->comments(), db_->threads(), db_->decisions(), secrets_.keyring,
                clock_),
      threads_(directory_, db_->threads(), clock_),
      events_(directory_, db_->events(), hub_),
      model_(directory_, learner_, db_->labels(), db_->comments(), db_->queue(), clock_),
      drift_(directory_, db_->statistics(), clock_),
      generation_jobs_(directory_, learner_, db_->labels(), db_->generations(),
                       db_->model_uploads(), clock_),
      runner_(db_->operations(), clock_, random_, generation_jobs_.All(),
              RunnerOf(log, [this] { return directory_.loaded() && learner_.State().caught_up; })),
      operation_watch_(db_->operations()),
      operations_(db_->operations(), operation_watch_, clock_),
      generations_(db_->generations(), db_->operations(), db_->api_keys(), db_->people(), clock_,
                   [this] { runner_.Wake(); }),
      model_imports_(directory_, db_->model_uploads(), db_->operations(), db_->labels(), clock_,
                     [this] { runner_.Wake(); }),
      label_doctor_(directory_, learner_, db_->labels(), db_->generations()),
      shadows_(directory_, db_->shadows(), clock_),
      learn_(directory_, db_->labels(), secrets_.keyring, clock_),
      exports_(directory_, learner_, db_->exports(), db_->labels(), db_->checkpoints(),
               db_->generations()),
      sites_(directory_, db_->sites(), clock_, random_),
      review_(directory_, *db_, sites_, hub_, clock_, random_, &metrics_),
      indexer_(db_->search(), clock_,
               IndexerOf(log, [this] { return gate_.in_flight() >= kBusyCallsMin; })),
      test_policy_(directory_, db_->sites(), db_->comments(), judge_, clock_),
      backtest_(directory_, db_->sites(), db_->comments(), db_->labels(), db_->generations(),
                learner_.shared_starter(), clock_),
      keys_(directory_, db_->api_keys(), own_clock_, options.limits.key_rate,
            [this](const std::string& key_id) { authenticator_.Forget(key_id); }),
      sealer_(secrets_.deployment),
      poster_(PosterOf(options.outgoing)),
      akismet_({directory_, submit_, check_, update_, *db_, secrets_, sealer_, *poster_, clock_,
                random_, &metrics_, WarnTo(log, "akismet")}),
      webhooks_(directory_, *db_, sealer_, *poster_, own_clock_, random_, WarnTo(log, "webhooks")),
      accounts_(directory_, *db_, secrets_.deployment, own_clock_),
      bell_(db_->changes()),
      housekeeper_(db_->maintenance(), own_clock_, HousekeeperOf(log)),
      upkeep_(std::move(upkeep)),
      retention_(*upkeep_, own_clock_, WarnTo(log, "retention")),
      queue_sampler_(db_->statistics(), clock_),
      authenticator_(AuthParts()),
      tokens_(secrets_.deployment),
      key_rates_(options.limits.key_rate),
      executor_(ExecutorOf(options.threads.readers, options.limits)),
      strangers_(StrangersOf(options.limits)),
      scorers_(ScorersOf(options.limits)),
      gate_(authenticator_, key_rates_, {executor_, strangers_, scorers_, KnownNetworks()},
            metrics_, options.limits.calls_in_flight_max),
      shows_metrics_(!options.metrics_address.empty()) {
  AddMethods();
  AddReadings();
  FollowChanges();
}

std::function<bool(std::string_view)> Parts::KnownNetworks() {
  return [this](std::string_view peer) { return accounts_.throttle().KnowsNetworkOf(peer); };
}

Hub::KeyCheck Parts::StillGood() {
  return [this](const FollowerOwner& owner, storage::Deadline deadline) {
    const auto standing = authenticator_.StillGood(owner.key_id, deadline);
    if (!standing.good) return KeyGone();
    return owner.may && standing.principal ? owner.may(*standing.principal) : absl::OkStatus();
  };
}

void Parts::AddMethods() {
  rpc::AddAllMethods({directory_,
                      clock_,
                      submit_,
                      check_,
                      update_,
                      comments_,
                      threads_,
                      events_,
                      review_.queue,
                      review_.moderate,
                      review_.queue_watch,
                      model_,
                      drift_,
                      generations_,
                      label_doctor_,
                      shadows_,
                      backtest_,
                      learn_,
                      sites_,
                      test_policy_,
                      keys_,
                      tokens_,
                      operations_,
                      exports_,
                      accounts_.sign_in,
                      accounts_.own,
                      accounts_.people,
                      review_.search,
                      review_.bulks,
                      review_.desk,
                      review_.reason_codes,
                      review_.audit,
                      model_imports_,
                      webhooks_.webhooks,
                      author_data_},
                     methods_);
  metrics_.AddMethods(methods_);
}

// Wakes whoever keeps something of what has changed.
void Parts::FollowChanges() {
  bell_.OnLabels([this] { learner_.Wake(); });
  bell_.OnEvents([this] {
    hub_.Wake();
    akismet_.Wake();
    webhooks_.courier.Wake();
  });
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
  auto seen = [this](const std::string& session_id, storage::Timestamp at) {
    // Left out when too much waits: that is noted again five minutes later.
    executor_.TryRun(rpc::BoundedExecutor::kOwnLane, [this, session_id, at] {
      db_->sessions()
          .Touch(session_id, at, std::chrono::steady_clock::now() + kTouchTimeMax)
          .IgnoreError();
    });
  };
  auto key_used = [this](const std::string& key_id, storage::Timestamp at) {
    executor_.TryRun(rpc::BoundedExecutor::kOwnLane, [this, key_id, at] {
      db_->api_keys()
          .Touch(key_id, at, std::chrono::steady_clock::now() + kTouchTimeMax)
          .IgnoreError();
    });
  };
  return {db_->api_keys(),
          db_->changes(),
          std::move(slug_of),
          [this] { return own_clock_.Now(); },
          [] { return std::chrono::steady_clock::now(); },
          &db_->sessions(),
          std::move(seen),
          std::move(key_used),
          [this] { return storage_state_.away(); },
          [](std::string_view peer) {
            rpc::ConnectionWatch::OfProcess().begun_calls().NoteGood(peer);
          }};
}

void Parts::Start() {
  directory_.Start();
  learner_.Start();
  hub_.Start();
  bell_.Start();
  housekeeper_.Start();
  retention_.Start();
  indexer_.Start();
  operation_watch_.Start();
  runner_.Start();
  akismet_.Start();
  webhooks_.courier.Start();
  if (shows_metrics_) queue_sampler_.Start();
}

void Parts::Stop() {
  EndStorageBy(std::chrono::steady_clock::now() + kLastWritesTimeMax);
  StopStreams();
  // All are asked before any is waited for, so that it takes as long as the slowest of them. The
  // couriers before their calls are cut: what they did not end is nobody's fault.
  akismet_.AskToStop();
  webhooks_.courier.AskToStop();
  poster_->Stop();
  runner_.AskToStop();
  queue_sampler_.AskToStop();
  indexer_.AskToStop();
  retention_.AskToStop();
  housekeeper_.AskToStop();
  bell_.AskToStop();
  learner_.AskToStop();
  directory_.AskToStop();
  db_->submissions().Drain(std::chrono::steady_clock::now() + std::chrono::seconds(2));
  runner_.Stop();
  akismet_.Stop();
  webhooks_.courier.Stop();
  queue_sampler_.Stop();
  indexer_.Stop();
  retention_.Stop();
  housekeeper_.Stop();
  bell_.Stop();
  learner_.Stop();
  directory_.Stop();
}

absl::Status Parts::RegisterKeys(storage::Deadline deadline) {
  return RegisterHmacKeys(db_->hmac_keys(), secrets_.keyring, clock_.Now(), deadline);
}

}  // namespace replyguard::service
