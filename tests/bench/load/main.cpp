// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// load [--format json] [--seconds N] [--outstanding N] [--only echo|submit|check|plain]: how fast
// durable submissions are beside an empty gRPC echo and one plain INSERT a call, at 1, 16, 64 and
// 256 outstanding, in one run. The last two options are for a profiler. Client and server share
// this process, PostgreSQL is beside it:
//
//   REPLYGUARD_TEST_DURABLE=1 tests/with-postgres build/release/tests/bench/load/load
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/numbers.h"
#include "bench/load/closed_loop.h"
#include "bench/load/limits.h"
#include "support/server_fixture.h"

namespace replyguard::bench {
namespace {

constexpr std::size_t kLevels[] = {1, 16, 64, 256};
constexpr std::size_t kChannels = 4;
// What the tests' PostgreSQL allows, less what the server needs.
constexpr std::size_t kPlainClientsMax = 150;
constexpr int kExamplesEachClass = 100;

struct Level {
  std::size_t outstanding = 0;
  Measured echo, plain, submit, check;
};

std::string Text(std::uint64_t seed, bool spam) {
  static constexpr const char* kHam[] = {"garden", "bees",    "article",  "thanks", "agree",
                                         "winter", "honey",   "question", "people", "reading",
                                         "point",  "century", "flowers",  "village"};
  static constexpr const char* kSpam[] = {"casino", "loan",   "cheap", "pills", "winner", "bonus",
                                          "crypto", "profit", "click", "offer", "viagra", "credit"};
  std::string text;
  for (int i = 0; i < 30; ++i) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    const std::uint64_t at = seed >> 33U;
    text += spam ? kSpam[at % std::size(kSpam)] : kHam[at % std::size(kHam)];
    text += i % 9 == 8 ? ". " : " ";
  }
  return text + std::to_string(seed % 1'000'000);
}

std::shared_ptr<grpc::Channel> Connect(const std::string& address, std::size_t number) {
  grpc::ChannelArguments arguments;
  // Otherwise channels to one address share a connection.
  arguments.SetInt("replyguard.bench.channel", static_cast<int>(number));
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

std::vector<std::shared_ptr<grpc::Channel>> ConnectAll(const std::string& address) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (std::size_t i = 0; i < kChannels; ++i) channels.push_back(Connect(address, i));
  return channels;
}

// Teaches enough for the classifier to decide.
void Train(tests::ServerFixture& fixture) {
  v1::LearnCommentsRequest request;
  request.set_parent("sites/blog");
  for (int i = 0; i < 2 * kExamplesEachClass; ++i) {
    const bool spam = i % 2 == 1;
    auto* example = request.add_examples();
    example->mutable_submission()->set_body(Text(static_cast<std::uint64_t>(i) + 1, spam));
    example->set_label(spam ? v1::LABEL_SPAM : v1::LABEL_HAM);
    example->set_external_id("bench-" + std::to_string(i));
  }
  v1::LearnCommentsResponse learnt;
  const grpc::Status status =
      fixture.model().LearnComments(tests::Context(fixture.operator_key).get(), request, &learnt);
  if (!status.ok()) throw std::runtime_error("cannot train: " + status.error_message());
  v1::GetModelRequest get;
  get.set_name("sites/blog/model");
  v1::GetModelResponse model;
  do {
    if (!fixture.model().GetModel(tests::Context(fixture.operator_key).get(), get, &model).ok()) {
      throw std::runtime_error("cannot read the model");
    }
  } while (model.model().position() < 2 * kExamplesEachClass);
}

v1::Submission Submission(std::uint64_t n) {
  v1::Submission submission;
  submission.set_thread("sites/blog/threads/t" + std::to_string(n % 1000));
  submission.set_author_name("Reader " + std::to_string(n % 5000));
  submission.set_author_email("reader" + std::to_string(n % 5000) + "@example.org");
  submission.set_author_ip("198.51." + std::to_string(n / 256 % 256) + "." +
                           std::to_string(n % 256));
  submission.set_body(Text(n + 1'000'003, n % 3 == 0));
  submission.set_user_agent("Mozilla/5.0 (X11; Linux x86_64)");
  return submission;
}

void Charge(const CpuTime& before, const CpuTime& after, Measured& measured) {
  const auto calls = static_cast<double>(measured.calls);
  measured.cpu_us = (after.process_us - before.process_us) / calls;
  measured.database_cpu_us = (after.database_us - before.database_us) / calls;
}

struct Selection {
  int seconds = 3;
  std::size_t outstanding = 0;  // 0: every level
  std::string_view only;        // empty: everything

  bool Wants(std::string_view name) const { return only.empty() || only == name; }
};

std::vector<Level> Run(const Selection& selection) {
  tests::ServerFixture fixture;
  RequireDurable(fixture.database().owner_url());
  Train(fixture);
  const EchoServer echo;
  const auto echo_channels = ConnectAll(echo.address());
  const auto channels = ConnectAll(fixture.server().grpc_address());
  std::vector<Level> levels;
  std::uint64_t run = 0;
  for (const std::size_t outstanding : kLevels) {
    if (selection.outstanding != 0 && selection.outstanding != outstanding) continue;
    Level level;
    level.outstanding = outstanding;
    LoopOptions options;
    options.outstanding = outstanding;
    options.length = std::chrono::seconds(selection.seconds);
    if (selection.Wants("echo")) {
      const CpuTime before = CpuTimeSoFar(fixture.database().owner_url());
      level.echo = RunLoop(echo_channels, kEchoMethod, "", options,
                           [](std::uint64_t) { return std::string(); });
      Charge(before, CpuTimeSoFar(fixture.database().owner_url()), level.echo);
    }
    const std::string prefix = "load-" + std::to_string(++run) + "-";
    if (selection.Wants("submit")) {
      const CpuTime before = CpuTimeSoFar(fixture.database().owner_url());
      level.submit = RunLoop(channels, "/replyguard.v1.CommentService/SubmitComment",
                             fixture.backend_key, options, [&](std::uint64_t n) {
                               v1::SubmitCommentRequest request;
                               *request.mutable_submission() = Submission(run * 10'000'000 + n);
                               request.set_request_id(prefix + std::to_string(n));
                               return request.SerializeAsString();
                             });
      Charge(before, CpuTimeSoFar(fixture.database().owner_url()), level.submit);
    }
    if (selection.Wants("check")) {
      const CpuTime before = CpuTimeSoFar(fixture.database().owner_url());
      level.check = RunLoop(channels, "/replyguard.v1.CommentService/CheckComment",
                            fixture.backend_key, options, [&](std::uint64_t n) {
                              v1::CheckCommentRequest request;
                              *request.mutable_submission() = Submission(run * 10'000'000 + n);
                              return request.SerializeAsString();
                            });
      Charge(before, CpuTimeSoFar(fixture.database().owner_url()), level.check);
    }
    options.outstanding = std::min(outstanding, kPlainClientsMax);
    if (selection.Wants("plain")) {
      level.plain = RunPlainInserts(fixture.database().owner_url(), options);
    }
    levels.push_back(level);
  }
  return levels;
}

long long Failed(const Level& level) { return level.submit.failed + level.check.failed; }

void PrintTable(const std::vector<Level>& levels) {
  std::printf("%11s | %-26s | %-26s | %-26s | %-26s | %s\n", "outstanding", "echo /s  p50 p99 us",
              "submit /s  p50 p99 us", "check /s  p50 p99 us", "plain insert /s p50 p99",
              "submit/echo submit/plain check/echo failed");
  for (const Level& level : levels) {
    std::printf("%11zu |", level.outstanding);
    for (const Measured* m : {&level.echo, &level.submit, &level.check, &level.plain}) {
      std::printf(" %8.0f %8lld %8lld |", m->rate, static_cast<long long>(m->p50_us),
                  static_cast<long long>(m->p99_us));
    }
    std::printf(" %.2f %.2f %.2f %lld %s\n", level.submit.rate / level.echo.rate,
                level.submit.rate / level.plain.rate, level.check.rate / level.echo.rate,
                Failed(level), (level.submit.first_error + level.check.first_error).c_str());
  }
  std::printf("\n%11s | %s\n", "outstanding",
              "processor us a call: echo, check, submit (this process), submit (PostgreSQL)");
  for (const Level& level : levels) {
    std::printf("%11zu | %8.1f %8.1f %8.1f %8.1f\n", level.outstanding, level.echo.cpu_us,
                level.check.cpu_us, level.submit.cpu_us, level.submit.database_cpu_us);
  }
}

void PrintJson(const std::vector<Level>& levels) {
  std::printf("{\"levels\":[");
  const char* comma = "";
  for (const Level& level : levels) {
    std::printf("%s{\"outstanding\":%zu", comma, level.outstanding);
    comma = ",";
    for (const auto& [name, m] :
         {std::pair("echo", &level.echo), std::pair("submit", &level.submit),
          std::pair("check", &level.check), std::pair("plain_insert", &level.plain)}) {
      std::printf(",\"%s_rate\":%.1f,\"%s_p50_us\":%lld,\"%s_p99_us\":%lld,\"%s_cpu_us\":%.1f",
                  name, m->rate, name, static_cast<long long>(m->p50_us), name,
                  static_cast<long long>(m->p99_us), name, m->cpu_us);
    }
    std::printf(
        ",\"submit_database_cpu_us\":%.1f,\"submit_over_echo\":%.3f,\"submit_over_plain_insert\":%."
        "3f,"
        "\"check_over_echo\":%.3f,\"failed\":%lld}",
        level.submit.database_cpu_us, level.submit.rate / level.echo.rate,
        level.submit.rate / level.plain.rate, level.check.rate / level.echo.rate, Failed(level));
  }
  std::printf("]}\n");
}

}  // namespace
}  // namespace replyguard::bench

int main(int argc, char** argv) {
  bool json = false;
  bool readable = true;
  replyguard::bench::Selection selection;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string_view(argv[i]) == "--format") json = std::string_view(argv[i + 1]) == "json";
    if (std::string_view(argv[i]) == "--seconds")
      readable = readable && absl::SimpleAtoi(argv[i + 1], &selection.seconds);
    if (std::string_view(argv[i]) == "--only") selection.only = argv[i + 1];
    if (std::string_view(argv[i]) == "--outstanding") {
      readable = readable && absl::SimpleAtoi(argv[i + 1], &selection.outstanding);
    }
  }
  if (!readable || selection.seconds < 1 || selection.seconds > 60) {
    std::fprintf(stderr, "--seconds is 1 to 60, --outstanding a whole number\n");
    return 2;
  }
  try {
    const auto levels = replyguard::bench::Run(selection);
    json ? replyguard::bench::PrintJson(levels) : replyguard::bench::PrintTable(levels);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "load: %s\n", error.what());
    return 1;
  }
  return 0;
}
