// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "replyguard/v1/admin_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/policy_flags.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

using AdminStub = v1::AdminService::Stub;

struct SiteFlags {
  std::string site;
  std::string display_name;
  std::vector<std::string> languages;
  std::optional<bool> shared_learning;
  std::optional<std::int32_t> labels_by_key_max;
  std::optional<std::int32_t> labels_of_author_max;
  std::optional<std::int32_t> labels_of_network_max;
  PolicyFlags policy;
};

ExitCode PrintSite(Context& context, const v1::Site& site) {
  if (context.json()) {
    context.out << JsonOf(site) << "\n";
    return ExitCode::kOk;
  }
  context.out << context.style.Bold(SafeLine(site.name(), 60)) << "  "
              << SafeLine(site.display_name(), 200) << "\n  created "
              << TimeText(site.create_time()) << ", changed " << TimeText(site.update_time())
              << "\n  shared learning " << (site.shared_learning() ? "on" : "off")
              << "\n  teaching limits " << JsonOf(site.teaching_limits()) << "\n  policy (revision "
              << site.policy().revision() << "): " << JsonOf(site.policy()) << "\n";
  return ExitCode::kOk;
}

// Sets what the flags give. INVALID_ARGUMENT.
absl::Status ApplySite(const SiteFlags& flags, v1::Site& site) {
  if (!flags.display_name.empty()) site.set_display_name(flags.display_name);
  if (!flags.languages.empty()) {
    site.clear_languages();
    for (const std::string& language : flags.languages) site.add_languages(language);
  }
  if (flags.shared_learning) site.set_shared_learning(*flags.shared_learning);
  v1::TeachingLimits& limits = *site.mutable_teaching_limits();
  if (flags.labels_by_key_max) limits.set_labels_by_key_max(*flags.labels_by_key_max);
  if (flags.labels_of_author_max) limits.set_labels_of_author_max(*flags.labels_of_author_max);
  if (flags.labels_of_network_max) limits.set_labels_of_network_max(*flags.labels_of_network_max);
  return AnyGiven(flags.policy) ? ApplyPolicy(flags.policy, *site.mutable_policy())
                                : absl::OkStatus();
}

ExitCode Create(Context& context, const SiteFlags& flags) {
  v1::CreateSiteRequest request;
  request.set_site_id(flags.site);
  const absl::Status applied = ApplySite(flags, *request.mutable_site());
  if (!applied.ok()) return Fail(context, ExitCode::kUsage, std::string(applied.message()));
  if (flags.display_name.empty()) request.mutable_site()->set_display_name(flags.site);
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AdminService::NewStub(connection.channel());
    v1::CreateSiteResponse response;
    const grpc::Status status = connection.Call(*stub, &AdminStub::CreateSite, request, response);
    return status.ok() ? PrintSite(context, response.site()) : Fail(context, status);
  });
}

ExitCode Show(Context& context, const SiteFlags& flags) {
  const auto name = SiteName(context.settings, flags.site);
  if (!name.ok()) return Fail(context, ExitCode::kUsage, std::string(name.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AdminService::NewStub(connection.channel());
    v1::GetSiteRequest request;
    request.set_name(*name);
    v1::GetSiteResponse response;
    const grpc::Status status = connection.Call(*stub, &AdminStub::GetSite, request, response);
    return status.ok() ? PrintSite(context, response.site()) : Fail(context, status);
  });
}

// Reads the site, changes what was given, and writes it back unless somebody was faster.
ExitCode Update(Context& context, const SiteFlags& flags) {
  const auto name = SiteName(context.settings, flags.site);
  if (!name.ok()) return Fail(context, ExitCode::kUsage, std::string(name.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AdminService::NewStub(connection.channel());
    v1::GetSiteRequest get;
    get.set_name(*name);
    v1::GetSiteResponse present;
    grpc::Status status = connection.Call(*stub, &AdminStub::GetSite, get, present);
    if (!status.ok()) return Fail(context, status);
    v1::UpdateSiteRequest request;
    *request.mutable_site() = present.site();
    const absl::Status applied = ApplySite(flags, *request.mutable_site());
    if (!applied.ok()) return Fail(context, ExitCode::kUsage, std::string(applied.message()));
    v1::UpdateSiteResponse response;
    status = connection.Call(*stub, &AdminStub::UpdateSite, request, response);
    return status.ok() ? PrintSite(context, response.site()) : Fail(context, status);
  });
}

ExitCode List(Context& context) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AdminService::NewStub(connection.channel());
    Table table({"SITE", "NAME", "CREATED", "POLICY REVISION"});
    v1::ListSitesRequest request;
    do {
      v1::ListSitesResponse response;
      const grpc::Status status = connection.Call(*stub, &AdminStub::ListSites, request, response);
      if (!status.ok()) return Fail(context, status);
      for (const v1::Site& site : response.sites()) {
        if (context.json()) context.out << JsonOf(site) << "\n";
        table.Add({std::string(LastPart(site.name())), site.display_name(),
                   TimeText(site.create_time()), std::to_string(site.policy().revision())});
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    if (!context.json()) table.Print(context.out, context.style);
    return ExitCode::kOk;
  });
}

void AddTeachingFlags(CLI::App& command, SiteFlags& flags) {
  command
      .add_option("--labels-by-key-max", flags.labels_by_key_max,
                  "Decisions of one key that teach within 24 hours; 0: no limit (default 10000)")
      ->type_name("N");
  command
      .add_option("--labels-of-author-max", flags.labels_of_author_max,
                  "Decisions on comments of one author that teach within 24 hours, for spam and "
                  "good comments each; 0: no limit (default 1000)")
      ->type_name("N");
  command
      .add_option("--labels-of-network-max", flags.labels_of_network_max,
                  "The same of one network (default 5000)")
      ->type_name("N");
}

CLI::App* AddSiteCommand(CLI::App& group, Selection& selection, const char* name, const char* help,
                         ExitCode (*run)(Context&, const SiteFlags&), bool changes) {
  // The site is the argument itself.
  CLI::App* command = AddCommand(group, selection, config::Scope::kClient, name, help);
  const auto flags = std::make_shared<SiteFlags>();
  command->add_option("site", flags->site, "Its id, 1 to 40 of [a-z0-9-]")
      ->required(run == &Create);
  if (changes) {
    command->add_option("--display-name", flags->display_name, "For people")->type_name("");
    command
        ->add_option("--language", flags->languages,
                     "Languages it is written in, separated by commas")
        ->type_name("")
        ->delimiter(',');
    command->add_option("--shared-learning", flags->shared_learning,
                        "false: the site neither gives to nor takes from what all sites together "
                        "know of spam");
    AddTeachingFlags(*command, *flags);
    AddPolicyFlags(*command, flags->policy);
  }
  RunWith(command, selection, flags, run);
  return command;
}

}  // namespace

void AddSite(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "site", "The websites and their policies.");
  AddSiteCommand(*group, selection, "create", "Creates a site.", &Create, true);
  AddSiteCommand(*group, selection, "show", "Shows a site and its policy.", &Show, false);
  AddSiteCommand(*group, selection, "update", "Changes a site or its policy.", &Update, true);
  SetCommand(AddCommand(*group, selection, config::Scope::kClient, "list", "Lists the sites."),
             selection, List);
}

}  // namespace replyguard::service::cli
