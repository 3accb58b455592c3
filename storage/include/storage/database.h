// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The way into storage: one object that owns the connections and gives the interfaces.
//
// Errors, the same everywhere: UNAVAILABLE when PostgreSQL is away, starting, stopping, read-only,
// out of connections or full (try again); DEADLINE_EXCEEDED; RESOURCE_EXHAUSTED when no connection
// became free in time; ABORTED for a lost race that may be tried again; INVALID_ARGUMENT for values
// PostgreSQL cannot hold; INTERNAL for what should not happen. Messages are fit for clients:
// PostgreSQL's own text goes to the LogSink only.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/akismet_store.h"
#include "storage/api_key_store.h"
#include "storage/bulk_store.h"
#include "storage/callback_store.h"
#include "storage/checkpoint_store.h"
#include "storage/comment_search.h"
#include "storage/comment_store.h"
#include "storage/decision_store.h"
#include "storage/event_log.h"
#include "storage/export_store.h"
#include "storage/generation_store.h"
#include "storage/history.h"
#include "storage/hmac_key_store.h"
#include "storage/label_log.h"
#include "storage/maintenance.h"
#include "storage/model_upload_store.h"
#include "storage/operation_store.h"
#include "storage/people_store.h"
#include "storage/queue_store.h"
#include "storage/review_store.h"
#include "storage/session_store.h"
#include "storage/shadow_store.h"
#include "storage/site_store.h"
#include "storage/statistics_store.h"
#include "storage/submission_writer.h"
#include "storage/thread_store.h"
#include "storage/webhook_store.h"

namespace replyguard::storage {

// Where errors of the database go, for the operator's log: the statement's name, the SQLSTATE (may
// be empty) and the error's primary message. Never a statement's parameters, a row's values or a
// password. Called on any thread, must be quick and must not throw.
using LogSink = std::function<void(std::string_view statement, std::string_view sqlstate,
                                   std::string_view message)>;

struct PostgresOptions {
  // libpq connection string or URI for everything but LISTEN; may go through a pooler in
  // transaction mode.
  std::string url;
  // Direct connection to the same database for LISTEN; empty means url. Without it, or if it leads
  // elsewhere, which the log is told, changes are seen at the next look.
  std::string direct_url;
  // Connections for everything but submissions and LISTEN, the looks for changes too; 1 to 200.
  std::size_t pool_connections_max = 4;
  // Writer threads, a connection each; 1 to 16. Two keep one commit in flight while another batch
  // is made.
  std::size_t writer_threads = 2;
  // Submissions that may wait; beyond it RESOURCE_EXHAUSTED.
  std::size_t writer_queue_max = 4096;
  // The longest that a submission may be expected to wait for its turn; beyond it
  // RESOURCE_EXHAUSTED.
  std::chrono::milliseconds writer_wait_max{250};
  // Submissions in a batch; 1 to 1000.
  std::size_t writer_batch_max = 128;
  // Off for poolers that do not know prepared statements.
  bool prepared_statements = true;
  // How long connecting may take, rounded up to seconds; at least 2 s.
  std::chrono::milliseconds connect_timeout{5000};
  // How often the heads of the logs are asked for.
  std::chrono::milliseconds poll_interval{200};
  // May be empty: nothing is logged.
  LogSink log_sink;
};

// Thread-safe. Everything it gives is owned by it and lives as long. Destroying it drains for at
// most two seconds and then answers every waiting submission UNAVAILABLE. REQUIRES: no other call
// is running then.
class Database {
 public:
  virtual ~Database() = default;

  // Nothing asked of PostgreSQL lasts beyond `until`: what runs then fails UNAVAILABLE, as if it
  // had gone away, and what comes later at once. For a server that stops while PostgreSQL hangs.
  // Again moves the end, also to later. Only a connection that was being made before the first call
  // takes the time of its own.
  virtual void EndBy(Deadline until) = 0;

  virtual SubmissionWriter& submissions() = 0;
  virtual HistoryReader& history() = 0;
  virtual CommentStore& comments() = 0;
  virtual ThreadStore& threads() = 0;
  virtual QueueStore& queue() = 0;
  virtual DecisionStore& decisions() = 0;
  virtual LabelLog& labels() = 0;
  virtual EventLog& events() = 0;
  virtual ChangeWatcher& changes() = 0;
  virtual CheckpointStore& checkpoints() = 0;
  virtual GenerationStore& generations() = 0;
  virtual ModelUploadStore& model_uploads() = 0;
  virtual OperationStore& operations() = 0;
  virtual ShadowStore& shadows() = 0;
  virtual SiteStore& sites() = 0;
  virtual ApiKeyStore& api_keys() = 0;
  virtual PeopleStore& people() = 0;
  virtual SessionStore& sessions() = 0;
  virtual HmacKeyStore& hmac_keys() = 0;
  virtual Maintenance& maintenance() = 0;
  virtual ExportStore& exports() = 0;
  virtual StatisticsStore& statistics() = 0;
  virtual AkismetStore& akismet() = 0;
  virtual CallbackStore& callbacks() = 0;
  virtual CommentSearch& search() = 0;
  virtual ReviewStore& review() = 0;
  virtual BulkStore& bulks() = 0;
  virtual WebhookStore& webhooks() = 0;
};

// Starts threads but waits for no connection: PostgreSQL may come up later. INVALID_ARGUMENT for
// options out of bounds or a connection string that libpq cannot parse (the message does not repeat
// it).
absl::StatusOr<std::unique_ptr<Database>> OpenPostgres(const PostgresOptions& options);

}  // namespace replyguard::storage
