// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/teach.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/windowed_calls.h"

namespace replyguard::service::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kExamplesPerCallMax = 500;
// Well below what a server reads in one request.
constexpr std::size_t kCallBytesMax = 1024 * 1024;
// The server applies labels one after the other: more at a time gains little.
constexpr std::size_t kCallsInFlight = 2;

// The lines that one call carries, in its order.
struct Lines : std::vector<std::int64_t> {
  std::int64_t first = 0;  // which example of the feed comes first, from 0
};

// What of the beginning is done, although calls end in any order. One that failed in part is not
// done: whoever goes on later tries it again.
class Beginning {
 public:
  // Answers how many examples are done without a gap; nothing when that is as it was.
  std::optional<std::int64_t> Done(const Lines& lines) {
    const std::int64_t before = done_;
    ended_[lines.first] = static_cast<std::int64_t>(lines.size());
    for (auto next = ended_.find(done_); next != ended_.end(); next = ended_.find(done_)) {
      done_ += next->second;
      ended_.erase(next);
    }
    if (done_ == before) return std::nullopt;
    return done_;
  }

 private:
  std::map<std::int64_t, std::int64_t> ended_;  // from which on, how many
  std::int64_t done_ = 0;
};

Pull Fill(const std::string& site, const TeachFlags& flags, ExampleFeed& feed,
          v1::LearnCommentsRequest& request, Lines& lines) {
  request.set_parent(site);
  request.set_import_id(flags.import_id);
  request.set_weight(static_cast<v1::LabelWeight>(flags.weight));
  std::size_t bytes = 0;
  v1::LabelledExample example;
  while (request.examples_size() < flags.batch && bytes < kCallBytesMax && feed.Next(example)) {
    lines.push_back(feed.line());
    bytes += example.ByteSizeLong();
    *request.add_examples() = std::exchange(example, {});
  }
  return lines.empty() ? Pull::kEnd : Pull::kRequest;
}

// Whether all of them are done for good.
bool Count(const Lines& lines, const grpc::Status& status,
           const v1::LearnCommentsResponse& response, int retries, TeachLog& log) {
  log.tally().CountRetries(retries);
  const CallError error = status.ok() ? CallError{} : DecodeError(status);
  const std::int64_t failed = log.tally().failed();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    log.tally().CountItem();
    const int index = static_cast<int>(i);
    if (!status.ok()) {
      log.Failed(error.code, lines[i], ErrorText(error));
    } else if (index >= response.results_size()) {
      log.Failed("INTERNAL", lines[i], "the server did not answer it");
    } else if (const v1::LearnResult& result = response.results(index); result.error_code() != 0) {
      const std::string code = CodeName(result.error_code());
      log.Failed(code, lines[i],
                 code + ": " + result.error_message() + " [" + result.error_reason() + "]");
    } else {
      log.tally().Count(result.learnt() ? kLearnt : kKnownAlready);
    }
  }
  return log.tally().failed() == failed;
}

}  // namespace

void AddTeachFlags(CLI::App& command, TeachFlags& flags) {
  command.add_option("--batch", flags.batch, "Examples a call, 1 to 500")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, kExamplesPerCallMax));
  command.add_option("--retries", flags.retries, "How often a call is tried again, 0 to 100")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(0, 100));
  AddWaitFlag(command, flags.wait);
  command
      .add_option("--weight", flags.weight,
                  "Each label counts as so many comments, 1 to 3; decisions count once")
      ->type_name("N")
      ->check(CLI::Range(1, 3));
}

TeachLog::TeachLog(Context& context, std::optional<std::int64_t> bytes)
    : context_(context),
      progress_(context.err, context.err_is_terminal, bytes, &SteadyClock::now) {}

void TeachLog::Failed(const std::string& code, std::int64_t line, std::string_view message) {
  progress_.Clear();
  tally_.CountFailure(context_, code, line, message);
}

double TeachLog::seconds() const {
  return std::chrono::duration<double>(SteadyClock::now() - begin_).count();
}

absl::StatusOr<bool> Teach(const Connection& connection, const std::string& site,
                           const TeachFlags& flags, ExampleFeed& feed, TeachLog& log) {
  const auto away_max = WaitOf(flags.wait);
  if (!away_max.ok()) return away_max.status();
  const auto stub = v1::ModelService::NewStub(connection.channel());
  WindowedCalls<v1::LearnCommentsRequest, v1::LearnCommentsResponse, Lines> calls(
      connection, kCallsInFlight, RetryPolicy(flags.retries), *away_max,
      [&](grpc::ClientContext* call, const v1::LearnCommentsRequest& request,
          grpc::CompletionQueue* queue) {
        return stub->PrepareAsyncLearnComments(call, request, queue);
      });
  std::int64_t sent = 0;
  Beginning beginning;
  const bool complete = calls.Run(
      [&](v1::LearnCommentsRequest& request, Lines& lines) {
        lines.first = sent;
        const Pull pulled = Fill(site, flags, feed, request, lines);
        sent += static_cast<std::int64_t>(lines.size());
        return pulled;
      },
      [&](Lines& lines, const grpc::Status& status, const v1::LearnCommentsResponse& response,
          int retries) {
        if (!Count(lines, status, response, retries, log)) return;
        if (const auto done = beginning.Done(lines)) feed.Taught(*done);
      },
      [&] { log.progress().Update(feed.bytes_read(), [&] { return feed.ProgressLine(); }); },
      [&](const grpc::Status& status) {
        log.progress().Clear();
        TellAway(log.context(), status);
      });
  log.progress().Clear();
  if (!complete) TellGivenUp(log.context(), feed.line());
  return complete;
}

}  // namespace replyguard::service::cli
