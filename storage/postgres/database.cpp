// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "storage/database.h"

#include <utility>

#include "postgres/pool.h"
#include "stores/akismet_store.h"
#include "stores/bulk_store.h"
#include "stores/callback_store.h"
#include "stores/checkpoint_store.h"
#include "stores/comment_search.h"
#include "stores/comment_store.h"
#include "stores/decision_store.h"
#include "stores/event_log.h"
#include "stores/export_store.h"
#include "stores/generation_store.h"
#include "stores/key_stores.h"
#include "stores/label_log.h"
#include "stores/maintenance.h"
#include "stores/model_upload_store.h"
#include "stores/operation_store.h"
#include "stores/people_store.h"
#include "stores/queue_store.h"
#include "stores/review_store.h"
#include "stores/session_store.h"
#include "stores/shadow_store.h"
#include "stores/site_store.h"
#include "stores/statistics_store.h"
#include "stores/thread_store.h"
#include "stores/webhook_store.h"
#include "watch/change_watcher.h"
#include "writer/batched_writer.h"

namespace replyguard::storage {
namespace {

constexpr std::chrono::seconds kDrainTime{2};

struct Parts {
  PoolOptions pool;
  BatchedWriterOptions writer;
  WatcherOptions watcher;
};

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(Parts parts)
      : pool_(std::move(parts.pool), watchdog_),
        comments_(pool_),
        threads_(pool_),
        queue_(pool_),
        decisions_(pool_),
        labels_(pool_),
        events_(pool_),
        checkpoints_(pool_),
        generations_(pool_),
        model_uploads_(pool_),
        operations_(pool_),
        shadows_(pool_),
        sites_(pool_),
        api_keys_(pool_),
        people_(pool_),
        sessions_(pool_),
        hmac_keys_(pool_),
        maintenance_(pool_),
        exports_(pool_),
        statistics_(pool_),
        akismet_(pool_),
        callbacks_(pool_),
        search_(pool_),
        review_(pool_),
        bulks_(pool_),
        webhooks_(pool_),
        watcher_(std::move(parts.watcher), pool_, watchdog_),
        writer_(std::move(parts.writer), pool_, watchdog_) {}

  ~PostgresDatabase() override {
    watcher_.Stop();
    writer_.Drain(std::chrono::steady_clock::now() + kDrainTime);
  }

  void EndBy(Deadline until) override { watchdog_.EndBy(until); }

  SubmissionWriter& submissions() override { return writer_; }
  HistoryReader& history() override { return comments_; }
  CommentStore& comments() override { return comments_; }
  ThreadStore& threads() override { return threads_; }
  QueueStore& queue() override { return queue_; }
  DecisionStore& decisions() override { return decisions_; }
  LabelLog& labels() override { return labels_; }
  EventLog& events() override { return events_; }
  ChangeWatcher& changes() override { return watcher_; }
  CheckpointStore& checkpoints() override { return checkpoints_; }
  GenerationStore& generations() override { return generations_; }
  ModelUploadStore& model_uploads() override { return model_uploads_; }
  OperationStore& operations() override { return operations_; }
  ShadowStore& shadows() override { return shadows_; }
  SiteStore& sites() override { return sites_; }
  ApiKeyStore& api_keys() override { return api_keys_; }
  PeopleStore& people() override { return people_; }
  SessionStore& sessions() override { return sessions_; }
  HmacKeyStore& hmac_keys() override { return hmac_keys_; }
  Maintenance& maintenance() override { return maintenance_; }
  ExportStore& exports() override { return exports_; }
  StatisticsStore& statistics() override { return statistics_; }
  AkismetStore& akismet() override { return akismet_; }
  CallbackStore& callbacks() override { return callbacks_; }
  CommentSearch& search() override { return search_; }
  ReviewStore& review() override { return review_; }
  BulkStore& bulks() override { return bulks_; }
  WebhookStore& webhooks() override { return webhooks_; }

 private:
  Watchdog watchdog_;
  Pool pool_;
  PostgresCommentStore comments_;
  PostgresThreadStore threads_;
  PostgresQueueStore queue_;
  PostgresDecisionStore decisions_;
  PostgresLabelLog labels_;
  PostgresEventLog events_;
  PostgresCheckpointStore checkpoints_;
  PostgresGenerationStore generations_;
  PostgresModelUploadStore model_uploads_;
  PostgresOperationStore operations_;
  PostgresShadowStore shadows_;
  PostgresSiteStore sites_;
  PostgresApiKeyStore api_keys_;
  PostgresPeopleStore people_;
  PostgresSessionStore sessions_;
  PostgresHmacKeyStore hmac_keys_;
  PostgresMaintenance maintenance_;
  PostgresExportStore exports_;
  PostgresStatisticsStore statistics_;
  PostgresAkismetStore akismet_;
  PostgresCallbackStore callbacks_;
  PostgresCommentSearch search_;
  PostgresReviewStore review_;
  PostgresBulkStore bulks_;
  PostgresWebhookStore webhooks_;
  PostgresChangeWatcher watcher_;
  BatchedWriter writer_;
};

absl::Status Check(const PostgresOptions& o) {
  const auto within = [](auto value, auto low, auto high) { return value >= low && value <= high; };
  if (!within(o.pool_connections_max, 1U, 200U))
    return absl::InvalidArgumentError("pool_connections_max is 1 to 200");
  if (!within(o.writer_threads, 1U, 16U))
    return absl::InvalidArgumentError("writer_threads is 1 to 16");
  if (!within(o.writer_batch_max, 1U, 1000U))
    return absl::InvalidArgumentError("writer_batch_max is 1 to 1000");
  if (!within(o.writer_queue_max, 1U, 1'000'000U)) {
    return absl::InvalidArgumentError("writer_queue_max is 1 to 1000000");
  }
  if (!within(o.poll_interval.count(), 10, 60'000)) {
    return absl::InvalidArgumentError("poll_interval is 10 ms to 60 s");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenPostgres(const PostgresOptions& options) {
  if (const absl::Status status = Check(options); !status.ok()) return status;
  const std::int64_t timeout_s = (options.connect_timeout.count() + 999) / 1000;
  const auto pooled = MakeConnectionString(options.url, timeout_s);
  if (!pooled.ok()) return pooled.status();
  const auto direct = MakeConnectionString(
      options.direct_url.empty() ? options.url : options.direct_url, timeout_s);
  if (!direct.ok()) return direct.status();
  Parts parts;
  parts.pool = PoolOptions{*pooled, options.pool_connections_max, options.prepared_statements,
                           options.log_sink};
  parts.writer = BatchedWriterOptions{parts.pool, options.writer_threads, options.writer_queue_max,
                                      options.writer_wait_max, options.writer_batch_max};
  parts.watcher = WatcherOptions{*direct, options.poll_interval, options.log_sink};
  return std::make_unique<PostgresDatabase>(std::move(parts));
}

}  // namespace replyguard::storage
