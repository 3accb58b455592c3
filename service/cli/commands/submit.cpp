// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "replyguard/v1/comment_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/commands/away.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/submit_stream.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/comment_flags.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"

namespace replyguard::service::cli {
namespace {

struct SubmitFlags {
  CommentFlags comment;
  std::string request_id;
  StreamFlags stream;
};

ExitCode SubmitOne(Context& context, const Connection& connection, const SubmitFlags& flags) {
  v1::SubmitCommentRequest request;
  auto submission = SubmissionFrom(flags.comment, context.settings, context.in);
  if (!submission.ok())
    return Fail(context, ExitCode::kUsage, std::string(submission.status().message()));
  *request.mutable_submission() = *std::move(submission);
  request.set_request_id(flags.request_id.empty() ? RandomRequestId() : flags.request_id);

  v1::SubmitCommentResponse response;
  const grpc::Status status =
      SubmitWithRetries(connection, request, flags.stream.retries, response);
  if (!status.ok()) return Fail(context, status);
  if (context.json()) {
    context.out << JsonOf(response) << "\n";
    return ExitCode::kOk;
  }
  PrintComment(context.out, response.comment(), context.style);
  if (response.replayed())
    context.out << "  (answered before under this request id; nothing new was stored)\n";
  return ExitCode::kOk;
}

ExitCode Submit(Context& context, const SubmitFlags& flags) {
  if (flags.comment.from.empty() && flags.comment.body.empty()) {
    return Fail(context, ExitCode::kUsage, "give --body, or --from with a file of JSON lines");
  }
  return WithConnection(context, KeyUse::kBackend, [&](const Connection& connection) {
    return flags.comment.from.empty()
               ? SubmitOne(context, connection, flags)
               : SubmitStream(context, connection, flags.comment, flags.stream);
  });
}

}  // namespace

void AddSubmit(CLI::App& app, Selection& selection) {
  CLI::App* command = AddCommand(app, selection, config::Scope::kClient, "submit",
                                 "Submits one comment, or many from JSON lines. Running it again "
                                 "with the same file stores nothing twice.");
  auto flags = std::make_shared<SubmitFlags>();
  AddCommentFlags(*command, flags->comment);
  command
      ->add_option("--request-id", flags->request_id,
                   "Makes it safe to submit again: the same id answers the first verdict")
      ->type_name("");
  command
      ->add_option("--in-flight", flags->stream.in_flight,
                   "With --from: how many at a time, 1 to 1024")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  command
      ->add_option("--retries", flags->stream.retries,
                   "How often a comment is tried again, 0 to 100")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(0, 100));
  AddWaitFlag(*command, flags->stream.wait, "With --from: ");
  command->add_flag("--each", flags->stream.each,
                    "With --from: also print a line for each comment (JSON with --format json)");
  RunWith(command, selection, flags, &Submit);
}

}  // namespace replyguard::service::cli
