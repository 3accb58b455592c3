// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/import_list.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "replyguard/v1/admin_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/names.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

grpc::Status Ask(const Connection& connection, const std::string& site,
                 v1::ListImportsResponse& response) {
  const auto stub = v1::AdminService::NewStub(connection.channel());
  v1::ListImportsRequest request;
  request.set_parent(site);
  return connection.Call(*stub, &v1::AdminService::Stub::ListImports, request, response);
}

ExitCode List(Context& context) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    v1::ListImportsResponse response;
    const grpc::Status status = Ask(connection, *site, response);
    if (!status.ok()) return Fail(context, status);
    if (context.json()) {
      context.out << JsonOf(response) << "\n";
      return ExitCode::kOk;
    }
    Table table({"import", "labels", "spam in force", "good in force", "from", "to", "by"});
    for (const v1::LabelImport& one : response.imports()) {
      table.Add({std::string(LastPart(one.name())), absl::StrCat(one.label_count()),
                 absl::StrCat(one.spam_count()), absl::StrCat(one.ham_count()),
                 TimeText(one.first_label_time()), TimeText(one.last_label_time()),
                 ActorText(one.created_by())});
    }
    table.Print(context.out, context.style);
    return ExitCode::kOk;
  });
}

}  // namespace

bool HasImport(const Connection& connection, const std::string& site, const std::string& name) {
  v1::ListImportsResponse response;
  if (!Ask(connection, site, response).ok()) return false;
  return std::any_of(response.imports().begin(), response.imports().end(),
                     [&](const v1::LabelImport& one) { return LastPart(one.name()) == name; });
}

void AddImportList(CLI::App& import, Selection& selection) {
  CLI::App* list = AddCommand(import, selection, config::Scope::kClient, "list",
                              "Lists the imports of the site, and what of each is in force.");
  SetCommand(list, selection, List);
}

}  // namespace replyguard::service::cli
