// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/client/connection.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <initializer_list>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/cli/frame/settings_source.h"

namespace replyguard::service::cli {
namespace {

using config::OptionKey;

// A page of comments with their reasons; the server's own bound is far below.
constexpr int kAnswerBytesMax = 64 * 1024 * 1024;
constexpr std::size_t kCertificateBytesMax = 4 * 1024 * 1024;

// The key for a use, the closest first; empty when none is configured.
std::string KeyFor(const config::Settings& settings, KeyUse use) {
  OptionKey closest = OptionKey::kClientOperatorKey;
  switch (use) {
    case KeyUse::kBackend:
      closest = OptionKey::kClientSiteKey;
      break;
    case KeyUse::kModerator:
      closest = OptionKey::kClientModeratorKey;
      break;
    case KeyUse::kOperator:
      break;
  }
  const std::string& key = settings.Text(closest);
  return key.empty() ? settings.Text(OptionKey::kClientOperatorKey) : key;
}

std::string_view VariablesFor(KeyUse use) {
  switch (use) {
    case KeyUse::kBackend:
      return "REPLYGUARD_SITE_KEY or REPLYGUARD_OPERATOR_KEY";
    case KeyUse::kModerator:
      return "REPLYGUARD_MODERATOR_KEY or REPLYGUARD_OPERATOR_KEY";
    case KeyUse::kOperator:
      return "REPLYGUARD_OPERATOR_KEY";
  }
  return {};
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(const config::Settings& settings) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kAnswerBytesMax);
  arguments.SetUserAgentPrefix("replyguard-cli");
  // The key goes to the server and to nobody on the way, whatever http_proxy and the like name.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // A server that restarts is found again within moments, not after gRPC's two minutes.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  const std::string& server = settings.Text(OptionKey::kClientServer);
  const std::string& authorities = settings.Text(OptionKey::kClientTlsCa);
  if (authorities.empty()) {
    return grpc::CreateCustomChannel(server, grpc::InsecureChannelCredentials(), arguments);
  }
  grpc::SslCredentialsOptions tls;
  if (authorities != "system") {
    auto certificates = ReadSmallFile(authorities, kCertificateBytesMax);
    if (!certificates.ok()) return absl::InvalidArgumentError(certificates.status().message());
    tls.pem_root_certs = *std::move(certificates);
  }
  return grpc::CreateCustomChannel(server, grpc::SslCredentials(tls), arguments);
}

absl::StatusOr<Connection> Connection::Open(const config::Settings& settings, KeyUse use) {
  std::string key = KeyFor(settings, use);
  if (key.empty()) {
    const std::string_view variables = VariablesFor(use);
    return absl::InvalidArgumentError(
        absl::StrCat("no API key: set ", absl::string_view(variables.data(), variables.size()),
                     ", or the same with _FILE at its end to name a file that holds it"));
  }
  auto channel = OpenChannel(settings);
  if (!channel.ok()) return channel.status();
  return Connection(*std::move(channel), std::move(key),
                    settings.Duration(OptionKey::kClientTimeout));
}

void Connection::Prepare(grpc::ClientContext& call) const {
  PrepareStream(call);
  call.set_deadline(std::chrono::system_clock::now() + timeout_);
}

void Connection::PrepareStream(grpc::ClientContext& call) const {
  call.AddMetadata("authorization", "Bearer " + key_);
}

}  // namespace replyguard::service::cli
