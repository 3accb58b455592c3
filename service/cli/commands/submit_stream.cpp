// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/submit_stream.h"

#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

#include "replyguard/v1/comment_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/windowed_calls.h"
#include "service/cli/commands/tally.h"
#include "service/cli/input/input_file.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/progress.h"
#include "service/import/line_reader.h"

namespace replyguard::service::cli {
namespace {

using importing::kLineTooLong;
using importing::LineReader;

using SteadyClock = std::chrono::steady_clock;

// What an answer is matched with.
struct Line {
  std::int64_t number = 0;
  std::string id;
};

// The line that was the first with its id.
struct Sent {
  std::int64_t line = 0;
  std::string comment;  // its name; empty until it is accepted
};

// One run over a file.
class Stream {
 public:
  Stream(Context& context, RecordDefaults defaults, InputFile input, bool each)
      : context_(context),
        defaults_(std::move(defaults)),
        input_(std::move(input)),
        reader_(input_.stream()),
        each_(each),
        progress_(context.err, context.err_is_terminal, input_.bytes(), &SteadyClock::now) {}

  Pull Next(v1::SubmitCommentRequest& request, Line& line) {
    while (held_ || Read()) {
      if (!waited_ && IsDuplicate()) continue;
      if (Record& record = *held_; !record.parent_id.empty()) {
        const std::string parent = CommentOf(record.parent_id);
        if (parent.empty() && !waited_) {
          waited_ = true;
          waiting_for_ = answers_ + in_flight_;
        }
        // Its parent may be among those in flight when it was read; later ones cannot come before
        // it.
        if (parent.empty() && answers_ < waiting_for_) return Pull::kWait;
        waited_ = false;
        if (parent.empty()) {
          FailLine("PARENT_UNKNOWN", "parent_id: no line before it with this id was accepted");
          held_.reset();
          continue;
        }
        record.submission.set_parent_comment(parent);
      }
      *request.mutable_submission() = std::move(held_->submission);
      request.set_request_id(held_->id);
      line = {reader_.line_number(), std::move(held_->id)};
      held_.reset();
      ++in_flight_;
      return Pull::kRequest;
    }
    return Pull::kEnd;
  }

  void Done(const Line& line, const grpc::Status& status, const v1::SubmitCommentResponse& response,
            int retries) {
    --in_flight_;
    ++answers_;
    tally_.CountItem();
    tally_.CountRetries(retries);
    if (!status.ok()) {
      progress_.Clear();
      const CallError error = DecodeError(status);
      tally_.CountFailure(context_, error.code, line.number, ErrorText(error));
      return;
    }
    tally_.Count(Short(response.comment().status()));
    if (response.replayed()) tally_.Count("answered before");
    if (const auto sent = sent_.find(line.id); sent != sent_.end()) {
      sent->second.comment = response.comment().name();
    }
    if (each_) PrintEach(line, response);
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
    tally_.Print(context_, "comments", seconds.count());
    return tally_.Code();
  }

 private:
  // Reads the next good line into held_; false at the end.
  bool Read() {
    std::string text;
    while (true) {
      const LineReader::Got got = reader_.Next(text);
      if (got == LineReader::Got::kEnd) return false;
      if (got == LineReader::Got::kTooLong) {
        FailLine("INVALID_LINE", kLineTooLong);
        continue;
      }
      auto record = ParseRecord(text, reader_.line_number(), defaults_);
      if (record.ok()) {
        held_ = *std::move(record);
        return true;
      }
      FailLine("INVALID_LINE", std::string(record.status().message()));
    }
  }

  // Whether an earlier line had the id of the one in hand, which is dropped then: the two would
  // race to the server, and the later one might win.
  bool IsDuplicate() {
    if (!held_->own_id) return false;
    const auto [sent, first] = sent_.try_emplace(held_->id, Sent{reader_.line_number(), {}});
    if (first) return false;
    tally_.CountItem();
    tally_.Count("duplicate in the file");
    if (each_) PrintDuplicate(sent->second.line);
    held_.reset();
    return true;
  }

  // The comment that a line of this id became; empty when none did, or it is not answered yet.
  std::string CommentOf(const std::string& id) const {
    const auto sent = sent_.find(id);
    return sent == sent_.end() ? std::string() : sent->second.comment;
  }

  void FailLine(const std::string& code, const std::string& message) {
    progress_.Clear();
    tally_.CountItem();
    tally_.CountFailure(context_, code, reader_.line_number(), message);
  }

  void PrintDuplicate(std::int64_t first_line) {
    progress_.Clear();
    if (context_.json()) {
      context_.out << JsonObject({{"line", reader_.line_number()},
                                  {"id", held_->id},
                                  {"duplicateOfLine", first_line}})
                   << "\n";
      return;
    }
    context_.out << held_->id << "  duplicate of line " << first_line << "; not submitted\n";
  }

  void PrintEach(const Line& line, const v1::SubmitCommentResponse& response) {
    progress_.Clear();
    if (context_.json()) {
      context_.out << JsonObject({{"line", line.number},
                                  {"id", line.id},
                                  {"response", JsonText{JsonOf(response)}}})
                   << "\n";
      return;
    }
    context_.out << line.id << "  " << Short(response.comment().status()) << "  "
                 << ProbabilityText(response.assessment()) << "  " << response.comment().name()
                 << "\n";
  }

  Context& context_;
  const RecordDefaults defaults_;
  InputFile input_;
  LineReader reader_;
  const bool each_;
  Progress progress_;
  Tally tally_;
  const SteadyClock::time_point begin_ = SteadyClock::now();

  std::optional<Record> held_;  // read, and not yet on its way
  bool waited_ = false;
  std::int64_t in_flight_ = 0;
  std::int64_t answers_ = 0;
  std::int64_t waiting_for_ = 0;
  std::unordered_map<std::string, Sent> sent_;  // by the file's own ids
};

}  // namespace

ExitCode SubmitStream(Context& context, const Connection& connection, const CommentFlags& comment,
                      const StreamFlags& flags) {
  auto defaults = DefaultsFrom(comment, context.settings);
  if (!defaults.ok())
    return Fail(context, ExitCode::kUsage, std::string(defaults.status().message()));
  const auto away_max = WaitOf(flags.wait);
  if (!away_max.ok())
    return Fail(context, ExitCode::kUsage, std::string(away_max.status().message()));
  auto input = InputFile::Open(comment.from, context.in);
  if (!input.ok()) return Fail(context, ExitCode::kUsage, std::string(input.status().message()));

  const auto stub = v1::CommentService::NewStub(connection.channel());
  Stream stream(context, *std::move(defaults), *std::move(input), flags.each);
  WindowedCalls<v1::SubmitCommentRequest, v1::SubmitCommentResponse, Line> calls(
      connection, static_cast<std::size_t>(flags.in_flight), RetryPolicy(flags.retries), *away_max,
      [&](grpc::ClientContext* call, const v1::SubmitCommentRequest& request,
          grpc::CompletionQueue* queue) {
        return stub->PrepareAsyncSubmitComment(call, request, queue);
      });
  const bool complete = calls.Run(
      [&](v1::SubmitCommentRequest& request, Line& line) { return stream.Next(request, line); },
      [&](Line& line, const grpc::Status& status, const v1::SubmitCommentResponse& response,
          int retries) { stream.Done(line, status, response, retries); },
      [&] { stream.Tick(); }, [&](const grpc::Status& status) { stream.Away(status); });
  return stream.Finish(complete);
}

grpc::Status SubmitWithRetries(const Connection& connection,
                               const v1::SubmitCommentRequest& request, int retries_max,
                               v1::SubmitCommentResponse& response) {
  const auto stub = v1::CommentService::NewStub(connection.channel());
  RetryPolicy policy(retries_max);
  for (int retry = 1;; ++retry) {
    response.Clear();
    grpc::Status status =
        connection.Call(*stub, &v1::CommentService::Stub::SubmitComment, request, response);
    const auto wait = policy.WaitBefore(status, retry);
    if (status.ok() || !wait) return status;
    std::this_thread::sleep_for(*wait);
  }
}

}  // namespace replyguard::service::cli
