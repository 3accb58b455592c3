// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "replyguard/v1/account_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/user_links.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

using AccountStub = v1::AccountService::Stub;

struct HandleFlags {
  std::string handle;
};

struct ListFlags {
  std::string site;
};

struct RoleCommandFlags {
  std::string handle;
  RoleFlags role;
};

struct SessionFlags {
  std::string handle;
  bool end = false;
};

// A name of an enum as a word: "ROLE_CHANGED" becomes "role changed".
std::string Words(std::string_view name, std::string_view prefix) {
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return absl::StrReplaceAll(absl::AsciiStrToLower(absl::string_view(name.data(), name.size())),
                             {{"_", " "}});
}

std::string StateText(const v1::Person& person) {
  const std::string text = Words(v1::Person::State_Name(person.state()), "STATE_");
  return person.has_totp() ? text + ", TOTP" : text;
}

ExitCode List(Context& context, const ListFlags& flags) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AccountService::NewStub(connection.channel());
    Table table({"PERSON", "NAME", "STATE", "ROLES", "SIGNED IN"});
    v1::ListPeopleRequest request;
    if (!flags.site.empty()) {
      request.set_site(flags.site.starts_with("sites/") ? flags.site : "sites/" + flags.site);
    }
    do {
      v1::ListPeopleResponse response;
      const grpc::Status status =
          connection.Call(*stub, &AccountStub::ListPeople, request, response);
      if (!status.ok()) return Fail(context, status);
      for (const v1::Person& person : response.people()) {
        if (context.json()) context.out << JsonOf(person) << "\n";
        table.Add({person.name(), person.display_name(), StateText(person), RolesText(person),
                   person.has_sign_in_time() ? TimeText(person.sign_in_time()) : "never"});
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    if (!context.json()) table.Print(context.out, context.style);
    return ExitCode::kOk;
  });
}

// One call that answers a person.
template <typename Request, typename Response>
ExitCode Change(Context& context, const Request& request, const std::string& what,
                grpc::Status (AccountStub::*method)(grpc::ClientContext*, const Request&,
                                                    Response*)) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AccountService::NewStub(connection.channel());
    Response response;
    const grpc::Status status = connection.Call(*stub, method, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] {
      context.out << SafeLine(response.person().name(), 60) << "  " << what << "  "
                  << RolesText(response.person()) << "\n";
    });
  });
}

ExitCode Deactivate(Context& context, const HandleFlags& flags) {
  v1::DeactivatePersonRequest request;
  request.set_name(PersonName(flags.handle));
  return Change<v1::DeactivatePersonRequest, v1::DeactivatePersonResponse>(
      context, request, "deactivated", &AccountStub::DeactivatePerson);
}

ExitCode Reactivate(Context& context, const HandleFlags& flags) {
  v1::ReactivatePersonRequest request;
  request.set_name(PersonName(flags.handle));
  return Change<v1::ReactivatePersonRequest, v1::ReactivatePersonResponse>(
      context, request, "active", &AccountStub::ReactivatePerson);
}

ExitCode SetRole(Context& context, const RoleCommandFlags& flags) {
  const auto membership = MembershipOf(context, flags.role);
  if (!membership.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(membership.status().message()));
  }
  v1::UpdateMembershipRequest request;
  request.set_name(PersonName(flags.handle));
  *request.mutable_membership() = *membership;
  return Change<v1::UpdateMembershipRequest, v1::UpdateMembershipResponse>(
      context, request, "has now", &AccountStub::UpdateMembership);
}

ExitCode Sessions(Context& context, const SessionFlags& flags) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AccountService::NewStub(connection.channel());
    if (flags.end) {
      v1::SignOutEverywhereRequest request;
      request.set_name(PersonName(flags.handle));
      v1::SignOutEverywhereResponse response;
      const grpc::Status status =
          connection.Call(*stub, &AccountStub::SignOutEverywhere, request, response);
      if (!status.ok()) return Fail(context, status);
      return ShowAnswer(context, response,
                        [&] { context.out << response.session_count() << " sessions ended\n"; });
    }
    v1::ListSessionsRequest request;
    request.set_parent(PersonName(flags.handle));
    v1::ListSessionsResponse response;
    const grpc::Status status =
        connection.Call(*stub, &AccountStub::ListSessions, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] {
      Table table({"SESSION", "BROWSER", "SIGNED IN", "SEEN", "ENDS"});
      for (const v1::Session& session : response.sessions()) {
        table.Add({std::string(LastPart(session.name())), session.client(),
                   TimeText(session.create_time()), TimeText(session.seen_time()),
                   TimeText(session.expire_time())});
      }
      table.Print(context.out, context.style);
    });
  });
}

std::string DetailText(const v1::AccountEvent& event) {
  if (!event.has_membership()) return {};
  v1::Person person;
  *person.add_memberships() = event.membership();
  if (event.membership().role() != v1::Membership::ROLE_UNSPECIFIED) return RolesText(person);
  return "none (" + std::string(LastPart(event.membership().site())) + ")";
}

ExitCode Audit(Context& context, const HandleFlags& flags) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AccountService::NewStub(connection.channel());
    Table table({"WHEN", "PERSON", "WHAT", "ROLE", "BY"});
    v1::ListAccountAuditRequest request;
    if (!flags.handle.empty()) request.set_person(PersonName(flags.handle));
    do {
      v1::ListAccountAuditResponse response;
      const grpc::Status status =
          connection.Call(*stub, &AccountStub::ListAccountAudit, request, response);
      if (!status.ok()) return Fail(context, status);
      for (const v1::AccountEvent& event : response.events()) {
        if (context.json()) context.out << JsonOf(event) << "\n";
        table.Add({TimeText(event.create_time()), event.person().empty() ? "-" : event.person(),
                   Words(v1::AccountEvent::Action_Name(event.action()), "ACTION_"),
                   DetailText(event), event.actor().empty() ? "-" : event.actor()});
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    if (!context.json()) table.Print(context.out, context.style);
    return ExitCode::kOk;
  });
}

void AddOfHandle(CLI::App& group, Selection& selection, const std::string& name,
                 const std::string& help, bool required,
                 ExitCode (*run)(Context&, const HandleFlags&)) {
  CLI::App* command = AddCommand(group, selection, config::Scope::kClient, name, help);
  const auto flags = std::make_shared<HandleFlags>();
  command->add_option("handle", flags->handle, "Whose")->required(required);
  RunWith(command, selection, flags, run);
}

}  // namespace

void AddUser(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "user", "The people who use the console.");
  AddUserLinks(*group, selection);
  CLI::App* list =
      AddCommand(*group, selection, config::Scope::kClient, "list", "Lists the people, by handle.");
  const auto listed = std::make_shared<ListFlags>();
  list->add_option("--of-site", listed->site, "Only those with a role of their own there")
      ->type_name("");
  RunWith(list, selection, listed, &List);
  AddOfHandle(*group, selection, "deactivate",
              "Keeps somebody out: his sessions end within a second.", true, &Deactivate);
  AddOfHandle(*group, selection, "reactivate", "Lets somebody in again.", true, &Reactivate);
  CLI::App* role =
      AddCommand(*group, selection, config::Scope::kClient, "role",
                 "Gives somebody a role, or takes it away, at once; one for every site ends his "
                 "sessions.");
  const auto given = std::make_shared<RoleCommandFlags>();
  role->add_option("handle", given->handle, "Whose")->required();
  role->add_option("--role", given->role.role, "moderator, operator or none")
      ->type_name("")
      ->required()
      ->check(CLI::IsMember({"moderator", "operator", "none"}));
  AddEverySite(*role, given->role);
  RunWith(role, selection, given, &SetRole);
  CLI::App* sessions = AddCommand(*group, selection, config::Scope::kClient, "sessions",
                                  "Lists where somebody is signed in, or ends it.");
  const auto shown = std::make_shared<SessionFlags>();
  sessions->add_option("handle", shown->handle, "Whose")->required();
  sessions->add_flag("--end", shown->end, "Signs him out everywhere");
  RunWith(sessions, selection, shown, &Sessions);
  AddOfHandle(*group, selection, "audit",
              "What was done to accounts, newest first; of one person, or all.", false, &Audit);
}

}  // namespace replyguard::service::cli
