// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/names.h"
#include "service/cli/client/windowed_calls.h"
#include "service/cli/commands/away.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/tally.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/input_file.h"
#include "service/cli/input/line_reader.h"
#include "service/cli/input/record.h"
#include "service/cli/output/progress.h"

namespace replyguard::service::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kExamplesPerCallMax = 500;
// Well below what a server reads in one request.
constexpr std::size_t kCallBytesMax = 1024 * 1024;
// The server applies labels one after the other: more at a time gains little.
constexpr std::size_t kCallsInFlight = 2;

struct LearnFlags {
  std::string from;
  int batch = 200;
  int retries = 8;
  std::string wait = kWaitDefault;
};

// The lines that one call carries, in its order.
using Lines = std::vector<std::int64_t>;

class LearnRun {
 public:
  LearnRun(Context& context, std::string site, InputFile input, int batch)
      : context_(context),
        site_(std::move(site)),
        input_(std::move(input)),
        reader_(input_.stream()),
        batch_(batch),
        progress_(context.err, context.err_is_terminal, input_.bytes(), &SteadyClock::now) {}

  Pull Next(v1::LearnCommentsRequest& request, Lines& lines) {
    request.set_parent(site_);
    std::size_t bytes = 0;
    while (request.examples_size() < batch_ && bytes < kCallBytesMax && Read()) {
      v1::LabelledExample& example = *request.add_examples();
      *example.mutable_submission() = std::move(held_->submission);
      example.mutable_submission()->clear_thread();
      example.set_label(held_->label);
      example.set_external_id(held_->id);
      lines.push_back(reader_.line_number());
      bytes += example.ByteSizeLong();
      held_.reset();
    }
    return lines.empty() ? Pull::kEnd : Pull::kRequest;
  }

  void Done(const Lines& lines, const grpc::Status& status,
            const v1::LearnCommentsResponse& response, int retries) {
    tally_.CountRetries(retries);
    const CallError error = status.ok() ? CallError{} : DecodeError(status);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      tally_.CountItem();
      const int index = static_cast<int>(i);
      if (!status.ok()) {
        Failed(error.code, lines[i], ErrorText(error));
      } else if (index >= response.results_size()) {
        Failed("INTERNAL", lines[i], "the server did not answer it");
      } else if (const v1::LearnResult& result = response.results(index);
                 result.error_code() != 0) {
        const std::string code = CodeName(result.error_code());
        Failed(code, lines[i],
               code + ": " + result.error_message() + " [" + result.error_reason() + "]");
      } else {
        tally_.Count(result.learnt() ? "learnt" : "known already");
      }
    }
  }

  void Tick() {
    progress_.Update(reader_.bytes_read(), [this] { return tally_.Line(); });
  }

  void Away(const grpc::Status& status) {
    progress_.Clear();
    TellAway(context_, status);
  }

  ExitCode Finish(bool complete) {
    progress_.Clear();
    if (!complete) TellGivenUp(context_, reader_.line_number());
    const std::chrono::duration<double> seconds = SteadyClock::now() - begin_;
    tally_.Print(context_, "examples", seconds.count());
    return tally_.Code();
  }

 private:
  void Failed(const std::string& code, std::int64_t line, const std::string& message) {
    progress_.Clear();
    tally_.CountFailure(context_, code, line, message);
  }

  // Reads the next line that has a label into held_; false at the end.
  bool Read() {
    std::string text;
    while (true) {
      const LineReader::Got got = reader_.Next(text);
      if (got == LineReader::Got::kEnd) return false;
      auto record = got == LineReader::Got::kTooLong ? absl::InvalidArgumentError(kLineTooLong)
                                                     : ParseRecord(text, reader_.line_number(), {});
      if (record.ok() && record->label == v1::LABEL_UNSPECIFIED) {
        record = absl::InvalidArgumentError("has no label: ham, spam or none");
      }
      if (record.ok()) {
        // Of two lines with one id the first counts: the two would race to the server.
        if (record->own_id && !seen_.insert(record->id).second) {
          tally_.CountItem();
          tally_.Count("duplicate in the file");
          continue;
        }
        held_ = *std::move(record);
        return true;
      }
      tally_.CountItem();
      Failed("INVALID_LINE", reader_.line_number(), std::string(record.status().message()));
    }
  }

  Context& context_;
  const std::string site_;
  InputFile input_;
  LineReader reader_;
  const int batch_;
  Progress progress_;
  Tally tally_;
  const SteadyClock::time_point begin_ = SteadyClock::now();
  std::optional<Record> held_;
  std::unordered_set<std::string> seen_;  // the file's own ids
};

ExitCode LearnFrom(Context& context, const Connection& connection, const LearnFlags& flags) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  const auto away_max = WaitOf(flags.wait);
  if (!away_max.ok())
    return Fail(context, ExitCode::kUsage, std::string(away_max.status().message()));
  auto input = InputFile::Open(flags.from, context.in);
  if (!input.ok()) return Fail(context, ExitCode::kUsage, std::string(input.status().message()));

  const auto stub = v1::ModelService::NewStub(connection.channel());
  LearnRun run(context, *site, *std::move(input), flags.batch);
  WindowedCalls<v1::LearnCommentsRequest, v1::LearnCommentsResponse, Lines> calls(
      connection, kCallsInFlight, RetryPolicy(flags.retries), *away_max,
      [&](grpc::ClientContext* call, const v1::LearnCommentsRequest& request,
          grpc::CompletionQueue* queue) {
        return stub->PrepareAsyncLearnComments(call, request, queue);
      });
  const bool complete = calls.Run(
      [&](v1::LearnCommentsRequest& request, Lines& lines) { return run.Next(request, lines); },
      [&](Lines& lines, const grpc::Status& status, const v1::LearnCommentsResponse& response,
          int retries) { run.Done(lines, status, response, retries); },
      [&] { run.Tick(); }, [&](const grpc::Status& status) { run.Away(status); });
  return run.Finish(complete);
}

ExitCode Learn(Context& context, const LearnFlags& flags) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    return LearnFrom(context, connection, flags);
  });
}

}  // namespace

void AddLearn(CLI::App& app, Selection& selection) {
  CLI::App* command =
      AddCommand(app, selection, config::Scope::kClient, "learn",
                 "Teaches the classifier from labelled JSON lines: id, author, text and label. "
                 "Running it again with the same file changes nothing.");
  auto flags = std::make_shared<LearnFlags>();
  command->add_option("--from", flags->from, "A file of JSON lines, or - for standard input")
      ->required()
      ->type_name("");
  command->add_option("--batch", flags->batch, "Examples a call, 1 to 500")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, kExamplesPerCallMax));
  command->add_option("--retries", flags->retries, "How often a call is tried again, 0 to 100")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(0, 100));
  AddWaitFlag(*command, flags->wait);
  RunWith(command, selection, flags, &Learn);
}

}  // namespace replyguard::service::cli
