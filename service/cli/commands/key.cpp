// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/util/time_util.h>

#include <CLI/CLI.hpp>
#include <ctime>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
#include "replyguard/v1/admin_service.grpc.pb.h"
#include "service/auth/api_key.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/key_bootstrap.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/duration_flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"
#include "storage/call_rate.h"

namespace replyguard::service::cli {
namespace {

using AdminStub = v1::AdminService::Stub;

struct KeyFlags {
  std::string display_name;
  std::string role = "backend";
  std::string expires_in;
  std::int32_t calls_per_second = 0;
  std::int32_t calls_burst = 0;
  bool every_site = false;
  bool bootstrap = false;
  bool force = false;
};

struct RevokeFlags {
  std::string key;
  bool force = false;
};

std::string RoleText(v1::ApiKey::Role role) {
  constexpr std::size_t kPrefix = sizeof("ROLE_") - 1;
  const std::string& name = v1::ApiKey::Role_Name(role);
  return name.size() < kPrefix ? "unknown" : absl::AsciiStrToLower(name.substr(kPrefix));
}

// The secret goes to `out` by itself, so that it can be taken by a script; what is said about it
// goes to `err`.
ExitCode PrintNewKey(Context& context, const v1::CreateApiKeyResponse& response) {
  if (context.json()) {
    context.out << JsonOf(response) << "\n";
    return ExitCode::kOk;
  }
  const v1::ApiKey& key = response.api_key();
  context.err << "Made " << SafeLine(key.name(), 60) << " (" << RoleText(key.role()) << ", "
              << (key.site().empty() ? "every site" : SafeLine(key.site(), 60))
              << "). This is its secret; it is never shown again:\n"
              << std::flush;
  context.out << response.secret() << "\n";
  return ExitCode::kOk;
}

// The key that the flags describe. INVALID_ARGUMENT.
absl::StatusOr<v1::ApiKey> KeyFrom(const Context& context, const KeyFlags& flags) {
  v1::ApiKey key;
  v1::ApiKey::Role role = v1::ApiKey::ROLE_UNSPECIFIED;
  v1::ApiKey::Role_Parse("ROLE_" + absl::AsciiStrToUpper(flags.role), &role);
  key.set_role(role);
  key.set_display_name(flags.display_name.empty() ? flags.role : flags.display_name);
  if (!flags.every_site) {
    const auto site = SiteName(context.settings);
    if (!site.ok()) {
      return absl::InvalidArgumentError("for which site? Give --site, or --every-site");
    }
    key.set_site(*site);
  } else if (role == v1::ApiKey::ROLE_BACKEND) {
    return absl::InvalidArgumentError("a backend's key is for one site: give --site");
  }
  if (!flags.expires_in.empty()) {
    absl::Status status = ApplyExpiresIn(flags.expires_in, *key.mutable_expire_time());
    if (!status.ok()) return status;
  }
  if (flags.calls_per_second > 0) {
    key.mutable_call_rate()->set_per_second(flags.calls_per_second);
    key.mutable_call_rate()->set_burst(flags.calls_burst);
  }
  return key;
}

std::string RateText(const v1::ApiKey& key) {
  if (!key.has_call_rate()) return "-";
  return std::to_string(key.call_rate().per_second()) + ", " +
         std::to_string(key.call_rate().burst()) + " at once";
}

ExitCode Create(Context& context, const KeyFlags& flags) {
  if (flags.bootstrap) {
    const auto made = BootstrapOperatorKey(context.settings, flags.display_name, flags.force);
    return made.ok() ? PrintNewKey(context, *made) : Fail(context, made.status());
  }
  const auto key = KeyFrom(context, flags);
  if (!key.ok()) return Fail(context, ExitCode::kUsage, std::string(key.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AdminService::NewStub(connection.channel());
    v1::CreateApiKeyRequest request;
    *request.mutable_api_key() = *key;
    v1::CreateApiKeyResponse response;
    const grpc::Status status = connection.Call(*stub, &AdminStub::CreateApiKey, request, response);
    return status.ok() ? PrintNewKey(context, response) : Fail(context, status);
  });
}

std::string StateText(const v1::ApiKey& key) {
  if (key.has_revoke_time()) return "revoked " + TimeText(key.revoke_time());
  if (!key.has_expire_time()) return "good";
  const bool expired = key.expire_time().seconds() <= std::time(nullptr);
  return (expired ? "expired " : "good until ") + TimeText(key.expire_time());
}

ExitCode List(Context& context) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AdminService::NewStub(connection.channel());
    Table table({"KEY", "ROLE", "SITE", "NAME", "MADE", "LAST USED", "CALLS/S", "STATE"});
    v1::ListApiKeysRequest request;
    do {
      v1::ListApiKeysResponse response;
      const grpc::Status status =
          connection.Call(*stub, &AdminStub::ListApiKeys, request, response);
      if (!status.ok()) return Fail(context, status);
      for (const v1::ApiKey& key : response.api_keys()) {
        if (context.json()) context.out << JsonOf(key) << "\n";
        table.Add({key.name(), RoleText(key.role()), key.site().empty() ? "every" : key.site(),
                   key.display_name(), TimeText(key.create_time()),
                   key.has_last_use_time() ? TimeText(key.last_use_time()) : "never", RateText(key),
                   StateText(key)});
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    if (!context.json()) table.Print(context.out, context.style);
    return ExitCode::kOk;
  });
}

// Whether it is the key that these commands call with: its secret begins with its id.
bool IsOwn(const Context& context, const v1::RevokeApiKeyRequest& request) {
  const auto own = auth::ParseApiKey(context.settings.Text(config::OptionKey::kClientOperatorKey));
  return own && request.name() == "apiKeys/" + own->id;
}

ExitCode Revoke(Context& context, const RevokeFlags& flags) {
  v1::RevokeApiKeyRequest request;
  request.set_name(flags.key.starts_with("apiKeys/") ? flags.key : "apiKeys/" + flags.key);
  request.set_force(flags.force);
  if (!flags.force && IsOwn(context, request)) {
    return Fail(context, ExitCode::kUsage,
                "this is the key that you call with (client.operator_key): every further command "
                "would be refused. Make another one first and use that, or give --force; without "
                "any, the way back is key create --bootstrap --force, where the server runs");
  }
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AdminService::NewStub(connection.channel());
    v1::RevokeApiKeyResponse response;
    const grpc::Status status = connection.Call(*stub, &AdminStub::RevokeApiKey, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] {
      context.out << SafeLine(response.api_key().name(), 60) << "  revoked "
                  << TimeText(response.api_key().revoke_time()) << "\n";
    });
  });
}

}  // namespace

void AddKey(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "key", "The API keys.");
  CLI::App* create = AddCommand(*group, selection, config::Scope::kClient, "create",
                                "Makes a key and prints its secret, once, on standard output.");
  const auto flags = std::make_shared<KeyFlags>();
  create->add_option("--display-name", flags->display_name, "For people, and for the audit trail")
      ->type_name("");
  CLI::Option* role = create->add_option("--role", flags->role, "backend, moderator or operator")
                          ->type_name("")
                          ->capture_default_str()
                          ->check(CLI::IsMember({"backend", "moderator", "operator"}));
  create->add_flag("--every-site", flags->every_site, "Not for one site, but for all");
  create->add_option("--expires-in", flags->expires_in, "From then on it is refused, such as 90d")
      ->type_name("");
  CLI::Option* rate =
      create
          ->add_option("--calls-per-second", flags->calls_per_second,
                       "How often it may call, instead of what the server allows every key")
          ->type_name("")
          ->check(CLI::Range(1, storage::kCallRateMax));
  create
      ->add_option("--calls-burst", flags->calls_burst,
                   "How often at once after a rest; without it as often as in a second")
      ->type_name("")
      ->check(CLI::Range(1, storage::kCallRateMax))
      ->needs(rate);
  CLI::Option* bootstrap = create->add_flag("--bootstrap", flags->bootstrap,
                                            "The first operator key, made in the database itself "
                                            "(database.owner_url); refused when there is one");
  bootstrap->excludes(role);
  create
      ->add_flag("--force", flags->force,
                 "With --bootstrap: although there is one, as all copies are lost")
      ->needs(bootstrap);
  RunWith(create, selection, flags, &Create);

  SetCommand(AddCommand(*group, selection, config::Scope::kClient, "list",
                        "Lists the keys, newest first."),
             selection, List);
  CLI::App* revoke = AddCommand(*group, selection, config::Scope::kClient, "revoke",
                                "Revokes a key: refused everywhere within a second.");
  const auto revoked = std::make_shared<RevokeFlags>();
  revoke->add_option("key", revoked->key, "Its public id: the first 16 digits of the secret")
      ->required();
  revoke->add_flag("--force", revoked->force,
                   "Even the last operator key of every site, or the one that you call with");
  RunWith(revoke, selection, revoked, &Revoke);
}

}  // namespace replyguard::service::cli
