// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Every part of the service over one database, built in order and taken down in the opposite one.
#pragma once

#include <chrono>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "classifier/starter.h"
#include "service/app/accounts.h"
#include "service/app/akismet_parts.h"
#include "service/app/call_log.h"
#include "service/app/log.h"
#include "service/app/queue_sampler.h"
#include "service/app/review_parts.h"
#include "service/app/secrets.h"
#include "service/app/server.h"
#include "service/app/service_metrics.h"
#include "service/app/webhook_parts.h"
#include "service/auth/authenticator.h"
#include "service/auth/sealer.h"
#include "service/rpc/dispatch/bounded_executor.h"
#include "service/rpc/dispatch/gate.h"
#include "service/rpc/dispatch/method_table.h"
#include "service/rpc/tokens/page_tokens.h"
#include "service/usecases/administer/api_keys.h"
#include "service/usecases/administer/author_data.h"
#include "service/usecases/administer/backtest.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/administer/sites.h"
#include "service/usecases/administer/test_policy.h"
#include "service/usecases/change_bell.h"
#include "service/usecases/clock.h"
#include "service/usecases/events/event_stream.h"
#include "service/usecases/events/hub.h"
#include "service/usecases/export/exports.h"
#include "service/usecases/learn/drift.h"
#include "service/usecases/learn/generation_jobs.h"
#include "service/usecases/learn/generations.h"
#include "service/usecases/learn/label_doctor.h"
#include "service/usecases/learn/learn_examples.h"
#include "service/usecases/learn/learner.h"
#include "service/usecases/learn/model_imports.h"
#include "service/usecases/learn/model_info.h"
#include "service/usecases/learn/shadows.h"
#include "service/usecases/maintain/housekeeper.h"
#include "service/usecases/maintain/retention.h"
#include "service/usecases/operate/operation_runner.h"
#include "service/usecases/operate/operation_watch.h"
#include "service/usecases/operate/operations.h"
#include "service/usecases/search/indexer.h"
#include "service/usecases/storage_state.h"
#include "service/usecases/submit/check_comment.h"
#include "service/usecases/submit/comments.h"
#include "service/usecases/submit/judge.h"
#include "service/usecases/submit/site_shares.h"
#include "service/usecases/submit/submit_comment.h"
#include "service/usecases/submit/threads.h"
#include "service/usecases/submit/update_comment.h"
#include "storage/database.h"

namespace replyguard::service {

// Of the listeners' certificates, as ExpiryOf has it.
struct CertificateExpiry {
  std::atomic<std::int64_t> grpc{0};
  std::atomic<std::int64_t> http{0};
};

// Members are in order of need; destruction goes backwards.
class Parts {
 public:
  using StarterPointer = std::shared_ptr<const classifier::Starter>;  // null: none

  static absl::StatusOr<std::unique_ptr<Parts>> Build(const ServerOptions& options, Log& log,
                                                      Secrets secrets, StarterPointer starter);

  // Starts the threads that follow the database.
  void Start();
  // Ends streams and calls that wait for operations, UNAVAILABLE.
  void StopStreams() {
    hub_.Stop();
    operation_watch_.Stop();
  }
  // As storage::Database::EndBy, for everything there.
  void EndStorageBy(storage::Deadline until) {
    db_->EndBy(until);
    upkeep_->EndBy(until);
  }
  // Ends the threads, after a checkpoint, for which PostgreSQL gets a time that ends. No call is in
  // progress any more.
  void Stop();

  // Whether calls can be served. BLOCKS.
  absl::Status CheckReady(storage::Deadline deadline);

  rpc::Gate& gate() { return gate_; }
  const rpc::MethodTable& methods() const { return methods_; }
  http::akismet::AkismetUseCases akismet() { return akismet_.use_cases(); }
  CallLog& calls() { return calls_; }
  const StorageState& storage_state() const { return storage_state_; }
  const metrics::Registry& metrics() const { return metrics_.registry(); }
  void CountHttpRefused(int status) { metrics_.OnHttpRefused(status); }
  CertificateExpiry& certificate_expiry() { return certificate_expiry_; }

 private:
  Parts(const ServerOptions& options, Log& log, Secrets secrets, StarterPointer starter,
        std::unique_ptr<storage::Database> database, std::unique_ptr<storage::Upkeep> upkeep);
  auth::AuthenticatorParts AuthParts();
  Hub::KeyCheck StillGood();
  std::function<bool(std::string_view peer)> KnownNetworks();
  absl::Status RegisterKeys(storage::Deadline deadline);
  absl::Status CheckRoom(storage::Deadline deadline);
  void AddMethods();
  void AddReadings();
  void AddModelReadings();
  void FollowChanges();

  CallLog calls_;
  CertificateExpiry certificate_expiry_;
  ServiceMetrics metrics_;
  const Secrets secrets_;
  // For what must not depend on another machine's clock (sessions, keys, codes of second factors,
  // webhooks' signatures), and for what deletes.
  SystemClock own_clock_;
  DatingClock clock_;
  SystemRandom random_;
  std::unique_ptr<storage::Database> db_;
  SiteDirectory directory_;
  Learner learner_;
  Judge judge_;
  Hub hub_;
  StorageState storage_state_;
  SiteShares site_shares_;
  SubmitComment submit_{directory_, judge_,    db_->submissions(), clock_,
                        random_,    &metrics_, &storage_state_,    &site_shares_};
  CheckComment check_{directory_, judge_, db_->history(), clock_, &storage_state_};
  UpdateComment update_;
  Comments comments_;
  Threads threads_;
  EventStream events_;
  ModelInfo model_;
  ModelDrift drift_;
  GenerationJobs generation_jobs_;
  OperationRunner runner_;
  OperationWatch operation_watch_;
  Operations operations_;
  Generations generations_;
  ModelImports model_imports_;
  LabelDoctor label_doctor_;
  Shadows shadows_;
  LearnExamples learn_;
  Exports exports_;
  Sites sites_;
  ReviewParts review_;
  AuthorData author_data_{directory_,       db_->exports(), db_->comments(),  db_->labels(),
                          db_->hmac_keys(), db_->review(),  secrets_.keyring, clock_};
  Indexer indexer_;
  TestPolicy test_policy_;
  Backtest backtest_;
  ApiKeys keys_;
  const auth::Sealer sealer_;
  const std::unique_ptr<Poster> poster_;
  AkismetParts akismet_;
  WebhookParts webhooks_;
  Accounts accounts_;
  ChangeBell bell_;
  Housekeeper housekeeper_;
  std::unique_ptr<storage::Upkeep> upkeep_;
  RetentionKeeper retention_;
  QueueSampler queue_sampler_;
  auth::Authenticator authenticator_;
  rpc::PageTokens tokens_;
  rpc::MethodTable methods_;
  auth::KeyRates key_rates_;
  rpc::BoundedExecutor executor_;
  rpc::BoundedExecutor strangers_;
  rpc::BoundedExecutor scorers_;
  rpc::Gate gate_;
  const bool shows_metrics_;
  // CheckReady's own: one thread's.
  bool keys_registered_ = false;
  bool keys_warm_ = false;
  absl::Status room_;  // what the last look at the database's disk found, and when
  std::chrono::steady_clock::time_point room_looked_;
};

}  // namespace replyguard::service
