// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/server_options.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace replyguard::service::cli {
namespace {

using config::OptionKey;
using config::Settings;

std::size_t Count(const Settings& settings, OptionKey key) {
  return static_cast<std::size_t>(settings.Number(key));
}

// One of the choices of the option's row in the table.
LogLevel LogLevelOf(const std::string& text) {
  if (text == "debug") return LogLevel::kDebug;
  if (text == "warning") return LogLevel::kWarning;
  if (text == "error") return LogLevel::kError;
  return LogLevel::kInfo;
}

std::optional<storage::CallRate> KeyRateOf(const Settings& settings) {
  const auto per_second =
      static_cast<std::int32_t>(settings.Number(OptionKey::kServerKeyCallsPerSecond));
  const auto burst = static_cast<std::int32_t>(settings.Number(OptionKey::kServerKeyCallsBurst));
  if (per_second == 0) return std::nullopt;
  return storage::CallRate{per_second, burst == 0 ? per_second : burst};
}

absl::Status Missing(OptionKey key) {
  const config::Option& option = config::OptionOf(key);
  return absl::InvalidArgumentError(absl::StrCat("serve needs ", std::string(option.name), " (",
                                                 std::string(option.environment), ")"));
}

}  // namespace

std::vector<std::string> TrustedProxiesFrom(const Settings& settings) {
  return absl::StrSplit(settings.Text(OptionKey::kHttpTrustedProxies), absl::ByAnyChar(", "),
                        absl::SkipEmpty());
}

absl::StatusOr<ServerOptions> ServerOptionsFrom(const Settings& settings) {
  for (const OptionKey key : {OptionKey::kDatabaseUrl, OptionKey::kSecretsDir}) {
    if (settings.Text(key).empty()) return Missing(key);
  }
  ServerOptions options;
  options.grpc_address = settings.Text(OptionKey::kServerListen);
  options.grpc_address_file = settings.Text(OptionKey::kServerAddressFile);
  options.metrics_address = settings.Text(OptionKey::kMetricsListen);
  options.tls = {.certificate = settings.Text(OptionKey::kServerTlsCertificate),
                 .private_key = settings.Text(OptionKey::kServerTlsPrivateKey),
                 .client_ca = settings.Text(OptionKey::kServerTlsClientCa)};
  options.http.address = settings.Text(OptionKey::kHttpListen);
  options.http.address_file = settings.Text(OptionKey::kHttpAddressFile);
  options.http.tls = {.certificate = settings.Text(OptionKey::kHttpTlsCertificate),
                      .private_key = settings.Text(OptionKey::kHttpTlsPrivateKey),
                      .client_ca = {}};
  options.http.trusted_proxies = TrustedProxiesFrom(settings);
  options.outgoing = {.allow_private = settings.Boolean(OptionKey::kOutgoingAllowPrivate),
                      .ca_file = settings.Text(OptionKey::kOutgoingCaFile)};
  options.database_url = settings.Text(OptionKey::kDatabaseUrl);
  options.direct_database_url = settings.Text(OptionKey::kDatabaseDirectUrl);
  options.prepared_statements = settings.Boolean(OptionKey::kDatabasePreparedStatements);
  options.secrets_dir = settings.Text(OptionKey::kSecretsDir);
  options.starter = settings.Text(OptionKey::kClassifierStarter);
  options.limits = {
      .request_bytes_max = Count(settings, OptionKey::kServerRequestBytesMax),
      .metadata_bytes_max = Count(settings, OptionKey::kServerMetadataBytesMax),
      .calls_in_flight_max = Count(settings, OptionKey::kServerCallsMax),
      .calls_per_connection_max = Count(settings, OptionKey::kServerCallsPerConnectionMax),
      .streams_max = Count(settings, OptionKey::kServerStreamsMax),
      .streams_per_key_max = Count(settings, OptionKey::kServerStreamsPerKeyMax),
      .waiting_reads_max = Count(settings, OptionKey::kServerWaitingReadsMax),
      .waiting_submissions_max = Count(settings, OptionKey::kServerWaitingSubmissionsMax),
      .stream_stall_max = settings.Duration(OptionKey::kServerStreamStallMax),
      .wait_max = settings.Duration(OptionKey::kServerWaitMax),
      .key_rate = KeyRateOf(settings)};
  options.threads = {.writers = Count(settings, OptionKey::kDatabaseWriters),
                     .readers = Count(settings, OptionKey::kDatabaseReaders)};
  options.log = {.level = LogLevelOf(settings.Text(OptionKey::kLogLevel)),
                 .format = settings.Text(OptionKey::kLogFormat) == "json" ? LogFormat::kJson
                                                                          : LogFormat::kText,
                 .file = settings.Text(OptionKey::kLogFile)};
  options.drain_time_max = settings.Duration(OptionKey::kServerDrainTimeMax);
  options.drain_delay = settings.Duration(OptionKey::kServerDrainDelay);
  options.allow_root = settings.Boolean(OptionKey::kServerAllowRoot);
  return options;
}

}  // namespace replyguard::service::cli
