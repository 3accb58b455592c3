// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the metrics show of the parts' states.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "service/app/parts.h"
#include "service/rpc/grpc/connection_watch.h"

namespace replyguard::service {

// States, read when somebody asks.
void Parts::AddModelReadings() {
  metrics::Registry& registry = metrics_.registry();
  const auto of_learner = [&](const char* name, const char* help, auto read, bool monotonic) {
    registry.AddReading(
        std::string("replyguard_") + name, help,
        [this, read] { return static_cast<double>(read(learner_.State())); }, monotonic);
  };
  using S = const LearnerState&;
  of_learner(
      "model_position", "Position in the label log that the model has learnt.",
      [](S s) { return s.position; }, false);
  of_learner(
      "model_lag_labels", "Labels of the log, as last seen, that the model has not learnt.",
      [](S s) { return std::max<std::int64_t>(s.head_position - s.position, 0); }, false);
  of_learner(
      "model_generation", "Whose fold answers.", [](S s) { return s.generation; }, false);
  of_learner(
      "labels_skipped_total", "Labels of the log that could not be applied.",
      [](S s) { return s.skipped_count; }, true);
  of_learner(
      "checkpoints_stored_total", "Checkpoints of the model that were stored.",
      [](S s) { return s.checkpoint_count; }, true);
  of_learner(
      "checkpoints_torn_total", "Checkpoints that were damaged and skipped.",
      [](S s) { return s.torn_checkpoint_count; }, true);
  of_learner(
      "model_astray_total", "Times that the label log was not the one that the model had learnt.",
      [](S s) { return s.astray_count; }, true);
  const auto of_model = [&](const char* name, const char* help, auto read) {
    registry.AddReading(std::string("replyguard_") + name, help, [this, read] {
      const auto model = learner_.Snapshot();
      return model == nullptr ? 0.0 : static_cast<double>(read(*model));
    });
  };
  using M = const classifier::Model&;
  of_model("model_epoch", "How often the weights have been fitted.",
           [](M m) { return m.id().epoch; });
  of_model("model_features", "Distinct features held, of all sites.",
           [](M m) { return m.feature_count(); });
  of_model("model_memory_bytes", "What the tables of the model take.",
           [](M m) { return m.memory_bytes(); });
}

void Parts::AddReadings() {
  for (const http::akismet::EndpointRow& row : http::akismet::kEndpoints) {
    metrics_.AddPath(row.call_path,
                     std::string(row.call_path.substr(row.call_path.rfind('.') + 1)));
  }
  AddModelReadings();
  metrics::Registry& registry = metrics_.registry();
  registry.AddReading(
      "replyguard_connections_cut_total",
      "Connections of gRPC that were ended because their clients flooded, did not take their "
      "answers, or were strangers whose places others needed.",
      [] { return static_cast<double>(rpc::ConnectionWatch::OfProcess().cut_count()); }, true);
  registry.AddReading(
      "replyguard_connections_refused_total",
      "Connections of gRPC for which there was no place, or whose network had flooded.",
      [] { return static_cast<double>(rpc::ConnectionWatch::OfProcess().refused_count()); }, true);
  registry.AddReading("replyguard_grpc_certificate_expiry_seconds",
                      "When the certificate that gRPC shows expires, since 1970; 0 without TLS.",
                      [this] { return static_cast<double>(certificate_expiry_.grpc); });
  registry.AddReading("replyguard_http_certificate_expiry_seconds",
                      "When the certificate that HTTP shows expires, since 1970; 0 without TLS.",
                      [this] { return static_cast<double>(certificate_expiry_.http); });
  registry.AddReading("replyguard_held_answer_bytes",
                      "Answers that were given and that their clients have not taken yet.",
                      [this] { return static_cast<double>(gate_.answers().bytes()); });
  registry.AddReading(
      "replyguard_overdue_answers_ended_total",
      "Calls of gRPC that were ended because their clients did not take the answers.",
      [this] { return static_cast<double>(gate_.answers().ended_count()); }, true);
  registry.AddReading("replyguard_queue_pending",
                      "Comments that wait for a moderator, of all sites; a few seconds old.",
                      [this] { return static_cast<double>(queue_sampler_.pending_count()); });
  registry.AddReading("replyguard_queue_oldest_seconds",
                      "How long the oldest of them has waited; a few seconds old.", [this] {
                        return std::chrono::duration<double>(queue_sampler_.oldest_age()).count();
                      });
  registry.AddReading("replyguard_search_lag_seconds",
                      "How old the newest comment is that this server made findable while others "
                      "wait; 0 when none does.",
                      [this] { return std::chrono::duration<double>(indexer_.lag()).count(); });
  registry.AddReading("replyguard_clock_ahead_seconds",
                      "How far this clock is ahead of the database's; negative: behind it.",
                      [this] { return std::chrono::duration<double>(clock_.Ahead()).count(); });
  registry.AddReading(
      "replyguard_housekeeping_failed_total",
      "Parts of rounds of housekeeping that failed; the next round tries again.",
      [this] { return static_cast<double>(housekeeper_.failed_count()); }, true);
  registry.AddReading("replyguard_calls_in_flight", "Unary calls in progress.",
                      [this] { return static_cast<double>(gate_.in_flight()); });
  registry.AddReading("replyguard_streams_open", "Streams of events and of the queue.",
                      [this] { return static_cast<double>(hub_.size()); });
}

}  // namespace replyguard::service
