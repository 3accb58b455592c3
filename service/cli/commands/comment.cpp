// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "replyguard/v1/comment_service.grpc.pb.h"
#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/comment_parts.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"

namespace replyguard::service::cli {
namespace {

struct CommentName {
  std::string name;
  int features = 10;
};

// Calls `method` for the comment's full name, prints the answer by `print` or as JSON.
template <typename Service, typename Request, typename Response, typename Print>
ExitCode ForComment(Context& context, KeyUse use, const std::string& typed, Request request,
                    grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                    Print print) {
  const auto name = NameIn(context.settings, "comments", typed);
  if (!name.ok()) return Fail(context, ExitCode::kUsage, std::string(name.status().message()));
  request.set_name(*name);
  return WithConnection(context, use, [&](const Connection& connection) {
    const auto stub = Service::NewStub(connection.channel());
    Response response;
    const grpc::Status status = connection.Call(*stub, method, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { print(response); });
  });
}

ExitCode Get(Context& context, const CommentName& flags) {
  return ForComment<v1::CommentService>(
      context, KeyUse::kBackend, flags.name, v1::GetCommentRequest(),
      &v1::CommentService::Stub::GetComment, [&](const v1::GetCommentResponse& response) {
        PrintComment(context.out, response.comment(), context.style);
      });
}

ExitCode Explain(Context& context, const CommentName& flags) {
  v1::ExplainCommentRequest request;
  request.set_feature_count_max(flags.features);
  return ForComment<v1::ModelService>(
      context, KeyUse::kModerator, flags.name, request, &v1::ModelService::Stub::ExplainComment,
      [&](const v1::ExplainCommentResponse& response) {
        PrintAssessment(context.out, response.assessment(), context.style);
      });
}

ExitCode Delete(Context& context, const CommentName& flags) {
  return ForComment<v1::CommentService>(
      context, KeyUse::kBackend, flags.name, v1::DeleteCommentRequest(),
      &v1::CommentService::Stub::DeleteComment,
      [&](const v1::DeleteCommentResponse&) { context.out << "erased\n"; });
}

CLI::App* AddOne(CLI::App& group, Selection& selection, const char* name, const char* help,
                 ExitCode (*run)(Context&, const CommentName&),
                 std::shared_ptr<CommentName>& flags) {
  CLI::App* command = AddCommand(group, selection, config::Scope::kClient, name, help);
  flags = std::make_shared<CommentName>();
  command->add_option("comment", flags->name, "Its name, or the last part of it")->required();
  RunWith(command, selection, flags, run);
  return command;
}

}  // namespace

void AddComment(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "comment", "One comment.");
  std::shared_ptr<CommentName> flags;
  AddOne(*group, selection, "get", "Shows a comment and what the machine said of it.", &Get, flags);
  AddOne(*group, selection, "explain", "Shows what the present model says of a comment's text.",
         &Explain, flags)
      ->add_option("--features", flags->features, "At most so many each way, 1 to 50")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, 50));
  AddOne(*group, selection, "delete",
         "Erases a comment's text and its author's data, for good, and takes back what it taught.",
         &Delete, flags);
  AddCommentDesk(*group, selection);
}

}  // namespace replyguard::service::cli
