// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Teaching a server many labelled examples: what learn and import have in common.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "replyguard/v1/model_service.pb.h"
#include "service/cli/client/connection.h"
#include "service/cli/commands/away.h"
#include "service/cli/commands/tally.h"
#include "service/cli/frame/context.h"
#include "service/cli/output/progress.h"

namespace replyguard::service::cli {

inline constexpr const char* kLearnt = "learnt";
inline constexpr const char* kKnownAlready = "known already";

struct TeachFlags {
  int batch = 200;
  int retries = 8;
  std::string wait = kWaitDefault;  // how long the server may be away
  std::string import_id{};          // the name of the import that it is; empty for none
  int weight = 1;                   // as how many comments each label counts
};
// --batch, --retries, --wait and --weight.
void AddTeachFlags(CLI::App& command, TeachFlags& flags);

// What became of the examples, and the progress line. One thread.
class TeachLog {
 public:
  // `bytes`: of the whole input, where known.
  TeachLog(Context& context, std::optional<std::int64_t> bytes);

  Context& context() { return context_; }
  Progress& progress() { return progress_; }
  Tally& tally() { return tally_; }
  const Tally& tally() const { return tally_; }
  // Counts it and prints it, clear of the progress line.
  void Failed(const std::string& code, std::int64_t line, std::string_view message);
  double seconds() const;

 private:
  Context& context_;
  Progress progress_;
  Tally tally_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// Where the examples come from. One thread.
class ExampleFeed {
 public:
  virtual ~ExampleFeed() = default;
  // The next example; false at the end.
  virtual bool Next(v1::LabelledExample& example) = 0;
  virtual std::int64_t line() const = 0;  // of the last one
  virtual std::int64_t bytes_read() const = 0;
  virtual std::string ProgressLine() const = 0;
  // The first `count` examples that Next gave are learnt, or were known.
  virtual void Taught(std::int64_t /*count*/) {}
};

// Sends all of the feed to `site` ("sites/{site}") in batches, some in flight, and counts each
// answer in the log as kLearnt, kKnownAlready or a failure. False when the server stayed away, so
// that not all were sent; the user was told. INVALID_ARGUMENT: the flags are wrong.
absl::StatusOr<bool> Teach(const Connection& connection, const std::string& site,
                           const TeachFlags& flags, ExampleFeed& feed, TeachLog& log);

}  // namespace replyguard::service::cli
