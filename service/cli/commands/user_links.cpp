// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/user_links.h"

#include <CLI/CLI.hpp>
#include <ostream>

#include "absl/strings/ascii.h"
#include "replyguard/v1/account_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/password_input.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

using AccountStub = v1::AccountService::Stub;

struct InviteFlags {
  std::string handle;
  std::string display_name;
  RoleFlags role{.role = "moderator"};
  std::string console_url;
  std::string password_file;
};

struct ResetFlags {
  std::string handle;
  bool clear_totp = false;
  std::string console_url;
};

// The link goes to `out` by itself, so that it can be taken by a script; what is said about it goes
// to `err`. The token stands after "#": browsers send that to nobody.
template <typename Response>
ExitCode PrintLink(Context& context, const Response& response, const std::string& console_url,
                   const std::string& page) {
  if (context.json()) {
    context.out << JsonOf(response) << "\n";
    return ExitCode::kOk;
  }
  context.err << SafeLine(response.person().name(), 60) << " (" << RolesText(response.person())
              << "). "
              << (console_url.empty()
                      ? "This is the token of a one-time link, /console/" + page + "#{token};"
                      : std::string("This one-time link"))
              << " is good until " << TimeText(response.expire_time())
              << " and never shown again:\n"
              << std::flush;
  if (!console_url.empty()) {
    context.out << console_url << (console_url.back() == '/' ? "" : "/") << "console/" << page
                << "#";
  }
  context.out << response.token();
  // The page shows whom it is for.
  if (!console_url.empty()) context.out << "/" << LastPart(response.person().name());
  context.out << "\n";
  return ExitCode::kOk;
}

absl::StatusOr<v1::InvitePersonRequest> InvitationOf(const Context& context,
                                                     const InviteFlags& flags) {
  const auto membership = MembershipOf(context, flags.role);
  if (!membership.ok()) return membership.status();
  v1::InvitePersonRequest request;
  request.mutable_person()->set_name(PersonName(flags.handle));
  request.mutable_person()->set_display_name(flags.display_name);
  *request.mutable_person()->add_memberships() = *membership;
  return request;
}

ExitCode Invite(Context& context, const InviteFlags& flags) {
  const auto request = InvitationOf(context, flags);
  if (!request.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(request.status().message()));
  }
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AccountService::NewStub(connection.channel());
    v1::InvitePersonResponse response;
    const grpc::Status status =
        connection.Call(*stub, &AccountStub::InvitePerson, *request, response);
    if (!status.ok()) return Fail(context, status);
    return PrintLink(context, response, flags.console_url, "invite");
  });
}

// An invitation that is accepted at once, by whoever types the password.
ExitCode Add(Context& context, const InviteFlags& flags) {
  const auto request = InvitationOf(context, flags);
  if (!request.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(request.status().message()));
  }
  const auto password = ReadPassword(flags.password_file, context.in, context.err);
  if (!password.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(password.status().message()));
  }
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AccountService::NewStub(connection.channel());
    v1::InvitePersonResponse invited;
    grpc::Status status = connection.Call(*stub, &AccountStub::InvitePerson, *request, invited);
    if (!status.ok()) return Fail(context, status);
    v1::AcceptInvitationRequest acceptance;
    acceptance.set_token(invited.token());
    acceptance.set_password(*password);
    v1::AcceptInvitationResponse response;
    status = connection.Call(*stub, &AccountStub::AcceptInvitation, acceptance, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] {
      context.out << SafeLine(response.person().name(), 60) << "  " << RolesText(response.person())
                  << "  may sign in\n";
    });
  });
}

ExitCode Reset(Context& context, const ResetFlags& flags) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AccountService::NewStub(connection.channel());
    v1::CreatePasswordResetRequest request;
    request.set_name(PersonName(flags.handle));
    request.set_clear_totp(flags.clear_totp);
    v1::CreatePasswordResetResponse response;
    const grpc::Status status =
        connection.Call(*stub, &AccountStub::CreatePasswordReset, request, response);
    if (!status.ok()) return Fail(context, status);
    return PrintLink(context, response, flags.console_url, "reset");
  });
}

void AddInviteFlags(CLI::App* command, InviteFlags& flags) {
  command->add_option("handle", flags.handle, "2 to 32 of a-z, 0-9, \".\", \"_\", \"-\"; for good")
      ->required();
  command->add_option("--display-name", flags.display_name, "For people")->type_name("");
  command->add_option("--role", flags.role.role, "moderator or operator")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::IsMember({"moderator", "operator"}));
  AddEverySite(*command, flags.role);
}

}  // namespace

void AddEverySite(CLI::App& command, RoleFlags& flags) {
  command.add_flag("--every-site", flags.every_site, "Not on one site, but on all");
}

absl::StatusOr<v1::Membership> MembershipOf(const Context& context, const RoleFlags& flags) {
  v1::Membership membership;
  membership.set_site("sites/-");
  if (!flags.every_site) {
    const auto site = SiteName(context.settings);
    if (!site.ok()) {
      return absl::InvalidArgumentError("on which site? Give --site, or --every-site");
    }
    membership.set_site(*site);
  }
  v1::Membership::Role role = v1::Membership::ROLE_UNSPECIFIED;
  v1::Membership::Role_Parse("ROLE_" + absl::AsciiStrToUpper(flags.role), &role);
  membership.set_role(role);
  return membership;
}

std::string PersonName(const std::string& typed) {
  return typed.starts_with("people/") ? typed : "people/" + typed;
}

std::string RolesText(const v1::Person& person) {
  std::string out;
  for (const v1::Membership& membership : person.memberships()) {
    if (!out.empty()) out += ", ";
    out += membership.role() == v1::Membership::ROLE_OPERATOR ? "operator" : "moderator";
    out += membership.site() == "sites/-" ? " (every site)"
                                          : " (" + SafeLine(LastPart(membership.site()), 60) + ")";
  }
  return out.empty() ? "no role" : out;
}

void AddUserLinks(CLI::App& group, Selection& selection) {
  constexpr const char* kConsoleHelp =
      "The server's address in the browser, such as https://comments.example.org: prints the link";
  CLI::App* add = AddCommand(group, selection, config::Scope::kClient, "add",
                             "Adds somebody with a password that is typed here.");
  const auto added = std::make_shared<InviteFlags>();
  AddInviteFlags(add, *added);
  add->add_option("--password-file", added->password_file,
                  "Its first line is the password; - is standard input. Without it it is asked for")
      ->type_name("");
  RunWith(add, selection, added, &Add);

  CLI::App* invite = AddCommand(group, selection, config::Scope::kClient, "invite",
                                "Adds somebody who sets his password by a one-time link.");
  const auto invited = std::make_shared<InviteFlags>();
  AddInviteFlags(invite, *invited);
  invite->add_option("--console-url", invited->console_url, kConsoleHelp)->type_name("");
  RunWith(invite, selection, invited, &Invite);

  CLI::App* reset = AddCommand(group, selection, config::Scope::kClient, "reset",
                               "Makes a one-time link by which somebody sets a new password.");
  const auto flags = std::make_shared<ResetFlags>();
  reset->add_option("handle", flags->handle, "Whose")->required();
  reset->add_flag("--clear-totp", flags->clear_totp,
                  "The link takes the second factor away too: the phone is lost");
  reset->add_option("--console-url", flags->console_url, kConsoleHelp)->type_name("");
  RunWith(reset, selection, flags, &Reset);
}

}  // namespace replyguard::service::cli
