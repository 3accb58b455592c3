// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "replyguard/v1/comment_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/tally.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/comment_flags.h"
#include "service/cli/input/input_file.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/import/line_reader.h"

namespace replyguard::service::cli {
namespace {

using importing::kLineTooLong;
using importing::LineReader;

struct CheckFlags {
  CommentFlags comment;
  bool with_history = false;
};

void Print(Context& context, const std::string& id, const v1::CheckCommentResponse& response) {
  if (context.json()) {
    context.out << (id.empty() ? JsonOf(response)
                               : JsonObject({{"id", id}, {"response", JsonText{JsonOf(response)}}}))
                << "\n";
    return;
  }
  if (!id.empty()) context.out << context.style.Bold(id) << "\n";
  context.out << "  would be " << Short(response.status())
              << (response.body_masked() ? ", with addresses in it masked" : "") << "\n";
  PrintAssessment(context.out, response.assessment(), context.style);
}

// One after the other: for trying things out, not for load.
ExitCode CheckLines(Context& context, const Connection& connection, const CheckFlags& flags) {
  const auto defaults = DefaultsFrom(flags.comment, context.settings);
  if (!defaults.ok())
    return Fail(context, ExitCode::kUsage, std::string(defaults.status().message()));
  auto input = InputFile::Open(flags.comment.from, context.in);
  if (!input.ok()) return Fail(context, ExitCode::kUsage, std::string(input.status().message()));
  const auto stub = v1::CommentService::NewStub(connection.channel());
  LineReader reader(input->stream());
  Tally tally;
  std::string text;
  for (auto got = reader.Next(text); got != LineReader::Got::kEnd; got = reader.Next(text)) {
    tally.CountItem();
    auto record = got == LineReader::Got::kTooLong
                      ? absl::InvalidArgumentError(kLineTooLong)
                      : ParseRecord(text, reader.line_number(), *defaults);
    if (!record.ok()) {
      tally.CountFailure(context, "INVALID_LINE", reader.line_number(),
                         std::string(record.status().message()));
      continue;
    }
    v1::CheckCommentRequest request;
    *request.mutable_submission() = std::move(record->submission);
    request.set_with_history(flags.with_history);
    v1::CheckCommentResponse response;
    const grpc::Status status =
        connection.Call(*stub, &v1::CommentService::Stub::CheckComment, request, response);
    if (status.ok()) {
      Print(context, record->id, response);
      continue;
    }
    const CallError error = DecodeError(status);
    tally.CountFailure(context, error.code, reader.line_number(), ErrorText(error));
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE) return ExitCode::kUnreachable;
  }
  return tally.Code();
}

ExitCode CheckOne(Context& context, const Connection& connection, const CheckFlags& flags) {
  auto submission = SubmissionFrom(flags.comment, context.settings, context.in);
  if (!submission.ok())
    return Fail(context, ExitCode::kUsage, std::string(submission.status().message()));
  v1::CheckCommentRequest request;
  *request.mutable_submission() = *std::move(submission);
  request.set_with_history(flags.with_history);
  v1::CheckCommentResponse response;
  const auto stub = v1::CommentService::NewStub(connection.channel());
  const grpc::Status status =
      connection.Call(*stub, &v1::CommentService::Stub::CheckComment, request, response);
  if (!status.ok()) return Fail(context, status);
  Print(context, "", response);
  return ExitCode::kOk;
}

ExitCode Check(Context& context, const CheckFlags& flags) {
  if (flags.comment.from.empty() && flags.comment.body.empty()) {
    return Fail(context, ExitCode::kUsage, "give --body, or --from with a file of JSON lines");
  }
  return WithConnection(context, KeyUse::kBackend, [&](const Connection& connection) {
    return flags.comment.from.empty() ? CheckOne(context, connection, flags)
                                      : CheckLines(context, connection, flags);
  });
}

}  // namespace

void AddCheck(CLI::App& app, Selection& selection) {
  CLI::App* command = AddCommand(app, selection, config::Scope::kClient, "check",
                                 "Judges comments as submit would, and stores nothing.");
  auto flags = std::make_shared<CheckFlags>();
  AddCommentFlags(*command, flags->comment);
  command->add_flag("--with-history", flags->with_history,
                    "Also look up the author's history, duplicates and flood counts");
  RunWith(command, selection, flags, &Check);
}

}  // namespace replyguard::service::cli
