// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// load: how fast durable submissions and checks are beside a gRPC echo, empty and with a
// submission's bytes, and beside one plain INSERT a call, in one run. Everything is on this
// machine: client and server share this process, PostgreSQL is beside it.
//
//   REPLYGUARD_TEST_DURABLE=1 tests/with-postgres build/release/tests/bench/load/load --help
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/load/calls.h"
#include "bench/load/limits.h"
#include "bench/load/report.h"
#include "bench/load/workload.h"
#include "support/server_fixture.h"

namespace replyguard::bench {
namespace {

constexpr std::size_t kConnections = 4;
// What the tests' PostgreSQL allows, less what the server needs.
constexpr std::size_t kPlainClientsMax = 150;

struct Options {
  std::vector<std::size_t> outstanding{1, 16, 64, 256};
  std::vector<std::string> only;
  int seconds = 3;
  std::int64_t features = 1'000'000;
  int partitions = 0;
  int rules = 100;
  double rate = 0;
  double overload = 0;
  std::string format = "text";
  std::string plot;

  bool Wants(std::string_view name) const {
    return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
  }
  RunLength Length() const { return {.length = std::chrono::seconds(seconds)}; }
};

// Makes submissions and checks; no two runs the same ones.
class Load {
 public:
  Load(tests::ServerFixture& fixture, const Options& options)
      : fixture_(fixture),
        options_(options),
        echo_channels_(ConnectAll(echo_.address(), kConnections)),
        channels_(ConnectAll(fixture.server().grpc_address(), kConnections)) {}

  Level MeasureLevel(std::size_t outstanding) {
    Level level;
    level.outstanding = outstanding;
    if (options_.Wants("echo")) {
      level.echo = Closed(echo_channels_, {kEchoMethod, "", [](auto) { return std::string(); }},
                          outstanding);
      CallKind loaded = Check();
      loaded.method = kEchoMethod;
      level.loaded_echo = Closed(echo_channels_, loaded, outstanding);
    }
    if (options_.Wants("submit")) level.submit = Closed(channels_, Submit(), outstanding);
    if (options_.Wants("check")) level.check = Closed(channels_, Check(), outstanding);
    if (options_.Wants("plain")) {
      level.plain = RunPlainInserts(fixture_.database().owner_url(),
                                    std::min(outstanding, kPlainClientsMax), options_.Length());
    }
    return level;
  }

  OpenRun MeasureOpen(double rate) {
    return {rate, RunOpen(channels_, Submit(), rate, options_.Length())};
  }

  Overload MeasureOverload(double times) {
    Overload overload;
    overload.capacity =
        RunClosed(channels_, Submit(), Report::kMainOutstanding, options_.Length()).rate;
    overload.offered = times * overload.capacity;
    overload.submit = RunOpen(channels_, Submit(), overload.offered, options_.Length());
    const auto ended = std::chrono::steady_clock::now();
    const RunLength instant{std::chrono::milliseconds(0), std::chrono::milliseconds(1)};
    for (int i = 0; i < 1000 && overload.recovered_ms < 0; ++i) {
      const Measured lone = RunClosed(channels_, Submit(), 1, instant);
      if (lone.refused + lone.failed > 0) continue;
      overload.recovered_ms =
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - ended)
              .count();
    }
    return overload;
  }

 private:
  Measured Closed(const Channels& channels, const CallKind& kind, std::size_t outstanding) {
    const CpuTime before = CpuTimeSoFar(fixture_.database().owner_url());
    Measured measured = RunClosed(channels, kind, outstanding, options_.Length());
    const CpuTime after = CpuTimeSoFar(fixture_.database().owner_url());
    const auto calls = static_cast<double>(measured.calls);
    measured.cpu_us = (after.process_us - before.process_us) / calls;
    measured.database_cpu_us = (after.database_us - before.database_us) / calls;
    return measured;
  }
  CallKind Submit() {
    const std::uint64_t first = NextFirst();
    return {"/replyguard.v1.CommentService/SubmitComment", fixture_.backend_key,
            [first](std::uint64_t n) {
              v1::SubmitCommentRequest request;
              *request.mutable_submission() = Submission(first + n);
              request.set_request_id("load-" + std::to_string(first + n));
              return request.SerializeAsString();
            }};
  }
  CallKind Check() {
    const std::uint64_t first = NextFirst();
    return {"/replyguard.v1.CommentService/CheckComment", fixture_.backend_key,
            [first](std::uint64_t n) {
              v1::CheckCommentRequest request;
              *request.mutable_submission() = Submission(first + n);
              return request.SerializeAsString();
            }};
  }
  std::uint64_t NextFirst() { return ++runs_ * 100'000'000; }

  tests::ServerFixture& fixture_;
  const Options& options_;
  const EchoServer echo_;
  const Channels echo_channels_;
  const Channels channels_;
  std::uint64_t runs_ = 0;
};

Report Run(const Options& options) {
  tests::ServerFixture fixture;
  RequireDurable(fixture.database().owner_url());
  fixture.database().Sql("SELECT replyguard.partition_sites(" + std::to_string(options.partitions) +
                         ")");
  Train(fixture, options.features);
  AddRules(fixture, options.rules);
  Load load(fixture, options);
  Report report;
  for (const std::size_t outstanding : options.outstanding) {
    report.levels.push_back(load.MeasureLevel(outstanding));
  }
  if (options.rate > 0) report.open = load.MeasureOpen(options.rate);
  if (options.overload > 0) report.overload = load.MeasureOverload(options.overload);
  return report;
}

}  // namespace
}  // namespace replyguard::bench

int main(int argc, char** argv) {
  replyguard::bench::Options options;
  CLI::App app("Measures submissions and checks beside an echo and plain inserts.");
  app.add_option("--outstanding", options.outstanding, "calls in flight, a run each")
      ->delimiter(',')
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--only", options.only, "no more than these: echo, submit, check, plain")
      ->delimiter(',')
      ->check(CLI::IsMember({"echo", "submit", "check", "plain"}));
  app.add_option("--seconds", options.seconds, "of a run")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  app.add_option("--features", options.features, "that the model has at least")
      ->check(CLI::Range(0, 10'000'000))
      ->capture_default_str();
  app.add_option("--partitions", options.partitions, "of the large tables by site; 0 is none")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  app.add_option("--rules", options.rules, "of the site")
      ->check(CLI::Range(0, 500))
      ->capture_default_str();
  app.add_option("--rate", options.rate, "also an open loop with so many submissions/s")
      ->check(CLI::Range(0.0, 1e6));
  app.add_option("--overload", options.overload, "also an open loop at so many times the capacity")
      ->check(CLI::Range(0.0, 100.0));
  app.add_option("--format", options.format)->check(CLI::IsMember({"text", "json"}));
  app.add_option("--plot", options.plot, "an SVG of the closed loops");
  CLI11_PARSE(app, argc, argv);
  try {
    const replyguard::bench::Report report = replyguard::bench::Run(options);
    options.format == "json" ? PrintJson(report) : PrintTable(report);
    if (!options.plot.empty()) WritePlot(report, options.plot);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "load: %s\n", error.what());
    return 1;
  }
  return 0;
}
