// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <ostream>
#include <string>

#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

void PrintModel(Context& context, const v1::Model& model) {
  context.out << context.style.Bold(SafeLine(model.model_id(), 60)) << "  "
              << (model.trained() ? "trained" : "not trained yet: everything is held") << "\n  "
              << model.spam_count() << " spam and " << model.ham_count()
              << " good labels count for this site; " << model.label_count_min()
              << " of each are needed\n  " << model.feature_count() << " features, extractor "
              << model.extractor_version() << ", epoch " << model.epoch() << "\n  position "
              << model.position() << " of " << model.head_position();
  if (model.position() < model.head_position()) context.out << ", catching up";
  context.out << "; last label applied " << TimeText(model.update_time()) << "\n";
}

ExitCode Show(Context& context) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModelService::NewStub(connection.channel());
    v1::GetModelRequest request;
    request.set_name(*site + "/model");
    v1::GetModelResponse response;
    const grpc::Status status =
        connection.Call(*stub, &v1::ModelService::Stub::GetModel, request, response);
    if (!status.ok()) return Fail(context, status);
    if (context.json()) {
      context.out << JsonOf(response) << "\n";
    } else {
      PrintModel(context, response.model());
    }
    return ExitCode::kOk;
  });
}

}  // namespace

void AddModel(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "model", "What the classifier knows.");
  CLI::App* show = AddCommand(*group, selection, config::Scope::kClient, "show",
                              "Shows the model that answers now and how many labels it has.");
  SetCommand(show, selection, Show);
}

}  // namespace replyguard::service::cli
