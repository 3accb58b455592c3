// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/config/option.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace replyguard::service::config {
namespace {

constexpr std::int64_t kSecond = 1000;  // of milliseconds
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kMiB = 1024 * 1024;  // of bytes

constexpr std::size_t kOptionCount = static_cast<std::size_t>(OptionKey::kCount);

constexpr bool kSecret = true;
constexpr bool kOpen = false;

// An option a paragraph: key, name, variable, flag; scope, type, default, bounds, choices; help.
constexpr std::array<Option, kOptionCount> kOptions = {{
    {OptionKey::kConfigFile, "", "REPLYGUARD_CONFIG", "--config", Scope::kEverywhere,
     OptionType::kPath, "", 0, 0, "", kOpen,
     "The configuration file. Without it /etc/replyguard/replyguard.toml is read where it exists."},
    {OptionKey::kServerListen, "server.listen", "REPLYGUARD_LISTEN", "--listen", Scope::kServe,
     OptionType::kAddress, "127.0.0.1:7420", 0, 0, "", kOpen,
     "Where gRPC listens: host:port, [v6]:port or unix:/path. Port 0 takes a free one."},
    {OptionKey::kServerAddressFile, "server.address_file", "REPLYGUARD_ADDRESS_FILE",
     "--address-file", Scope::kServe, OptionType::kPath, "", 0, 0, "", kOpen,
     "Once the server listens, the real address is written here, whole or not at all; removed at "
     "the end."},
    {OptionKey::kServerTlsCertificate, "server.tls_certificate", "REPLYGUARD_TLS_CERTIFICATE",
     "--tls-certificate", Scope::kServe, OptionType::kPath, "", 0, 0, "", kOpen,
     "PEM file of the certificate chain. Without it gRPC is plain text: keep it on the machine."},
    {OptionKey::kServerTlsPrivateKey, "server.tls_private_key", "REPLYGUARD_TLS_PRIVATE_KEY",
     "--tls-private-key", Scope::kServe, OptionType::kPath, "", 0, 0, "", kOpen,
     "PEM file of the certificate's key."},
    {OptionKey::kServerTlsClientCa, "server.tls_client_ca", "REPLYGUARD_TLS_CLIENT_CA",
     "--tls-client-ca", Scope::kServe, OptionType::kPath, "", 0, 0, "", kOpen,
     "PEM file of authorities; every client must then show a certificate by one of them."},
    {OptionKey::kServerAllowRoot, "server.allow_root", "REPLYGUARD_ALLOW_ROOT", "--allow-root",
     Scope::kServe, OptionType::kBoolean, "false", 0, 0, "", kOpen,
     "Serve even as root, whose rights nobody needs to moderate comments."},
    {OptionKey::kServerDrainTimeMax, "server.drain_time_max", "REPLYGUARD_DRAIN_TIME_MAX",
     "--drain-time-max", Scope::kServe, OptionType::kDuration, "10s", 0, 5 * kMinute, "", kOpen,
     "After SIGTERM, how long calls in progress may take to end."},
    {OptionKey::kServerDrainDelay, "server.drain_delay", "REPLYGUARD_DRAIN_DELAY", "--drain-delay",
     Scope::kServe, OptionType::kDuration, "0s", 0, 5 * kMinute, "", kOpen,
     "After SIGTERM, how long the health service says NOT_SERVING before clients are sent away, so "
     "that "
     "load balancers notice first."},
    {OptionKey::kServerRequestBytesMax, "server.request_bytes_max", "REPLYGUARD_REQUEST_BYTES_MAX",
     "", Scope::kServe, OptionType::kBytes, "4MiB", kMiB / 4, 64 * kMiB, "", kOpen,
     "The largest request that is read."},
    {OptionKey::kServerMetadataBytesMax, "server.metadata_bytes_max",
     "REPLYGUARD_METADATA_BYTES_MAX", "", Scope::kServe, OptionType::kBytes, "8KiB", 1024, kMiB, "",
     kOpen, "The most metadata of one call."},
    {OptionKey::kServerCallsMax, "server.calls_in_flight_max", "REPLYGUARD_CALLS_IN_FLIGHT_MAX", "",
     Scope::kServe, OptionType::kInteger, "2048", 1, 1'000'000, "", kOpen,
     "Calls in progress, all clients together; more are answered RESOURCE_EXHAUSTED."},
    {OptionKey::kServerCallsPerConnectionMax, "server.calls_per_connection_max",
     "REPLYGUARD_CALLS_PER_CONNECTION_MAX", "", Scope::kServe, OptionType::kInteger, "256", 1,
     1'000'000, "", kOpen,
     "Calls and streams in progress on one connection; more wait with the client until one ends."},
    {OptionKey::kServerStreamsMax, "server.streams_max", "REPLYGUARD_STREAMS_MAX", "",
     Scope::kServe, OptionType::kInteger, "1024", 1, 1'000'000, "", kOpen,
     "Streams open, all clients together; a site may have as many as are still free."},
    {OptionKey::kServerStreamsPerKeyMax, "server.streams_per_key_max",
     "REPLYGUARD_STREAMS_PER_KEY_MAX", "", Scope::kServe, OptionType::kInteger, "64", 1, 1'000'000,
     "", kOpen, "Streams open with one API key."},
    {OptionKey::kServerStreamStallMax, "server.stream_stall_max", "REPLYGUARD_STREAM_STALL_MAX", "",
     Scope::kServe, OptionType::kDuration, "60s", 100, 10 * kMinute, "", kOpen,
     "How long a stream's reader may leave unread what it is sent; then it is cut, and resumes. On "
     "HTTP 30s at most."},
    {OptionKey::kServerWaitingReadsMax, "server.waiting_reads_max", "REPLYGUARD_WAITING_READS_MAX",
     "", Scope::kServe, OptionType::kInteger, "1024", 1, 1'000'000, "", kOpen,
     "Reads that wait for a thread."},
    {OptionKey::kServerWaitingSubmissionsMax, "server.waiting_submissions_max",
     "REPLYGUARD_WAITING_SUBMISSIONS_MAX", "", Scope::kServe, OptionType::kInteger, "4096", 1,
     1'000'000, "", kOpen, "Submissions that wait for a writer."},
    {OptionKey::kServerWaitMax, "server.wait_max", "REPLYGUARD_WAIT_MAX", "", Scope::kServe,
     OptionType::kDuration, "250ms", 1, kMinute, "", kOpen,
     "How long a call may be expected to wait for a writer or a thread, going by how long the last "
     "ones took; beyond it RESOURCE_EXHAUSTED at once."},
    {OptionKey::kServerKeyCallsPerSecond, "server.key_calls_per_second",
     "REPLYGUARD_KEY_CALLS_PER_SECOND", "", Scope::kServe, OptionType::kInteger, "0", 0, 1'000'000,
     "", kOpen,
     "Calls a second of each API key that has no rate of its own, and of each session; more are "
     "answered RESOURCE_EXHAUSTED (HTTP 429). 0: any number. Each server counts by itself."},
    {OptionKey::kServerKeyCallsBurst, "server.key_calls_burst", "REPLYGUARD_KEY_CALLS_BURST", "",
     Scope::kServe, OptionType::kInteger, "0", 0, 1'000'000, "", kOpen,
     "Of those, how many at once after a rest. 0: as many as a second's."},
    {OptionKey::kHttpListen, "http.listen", "REPLYGUARD_HTTP_LISTEN", "--http-listen",
     Scope::kServe, OptionType::kText, "", 0, 0, "", kOpen,
     "Where HTTP listens, for Connect, JSON and Akismet clients: host:port. Port 0 takes a free "
     "one. "
     "Without it there is no HTTP."},
    {OptionKey::kHttpAddressFile, "http.address_file", "REPLYGUARD_HTTP_ADDRESS_FILE",
     "--http-address-file", Scope::kServe, OptionType::kPath, "", 0, 0, "", kOpen,
     "Once HTTP listens, its real address is written here; removed at the end."},
    {OptionKey::kHttpTlsCertificate, "http.tls_certificate", "REPLYGUARD_HTTP_TLS_CERTIFICATE",
     "--http-tls-certificate", Scope::kServe, OptionType::kPath, "", 0, 0, "", kOpen,
     "PEM file of the certificate chain for HTTP. Without it HTTP is plain text: keep it on the "
     "machine, or behind a proxy."},
    {OptionKey::kHttpTlsPrivateKey, "http.tls_private_key", "REPLYGUARD_HTTP_TLS_PRIVATE_KEY",
     "--http-tls-private-key", Scope::kServe, OptionType::kPath, "", 0, 0, "", kOpen,
     "PEM file of that certificate's key."},
    {OptionKey::kHttpTrustedProxies, "http.trusted_proxies", "REPLYGUARD_HTTP_TRUSTED_PROXIES", "",
     Scope::kServe, OptionType::kText, "", 0, 0, "", kOpen,
     "Networks, separated by commas, whose word is taken for a client's address (X-Forwarded-For) "
     "and scheme (X-Forwarded-Proto). By gRPC, connections from them have no bound but that of "
     "all: "
     "list a balancer that brings more than 1,024."},
    {OptionKey::kOutgoingAllowPrivate, "outgoing.allow_private",
     "REPLYGUARD_OUTGOING_ALLOW_PRIVATE", "", Scope::kServe, OptionType::kBoolean, "false", 0, 0,
     "", kOpen,
     "Call websites also at addresses of private networks and by plain http, for sites beside the "
     "server and for tests. Whoever holds a key can then reach into that network."},
    {OptionKey::kOutgoingCaFile, "outgoing.ca_file", "REPLYGUARD_OUTGOING_CA_FILE", "",
     Scope::kServe, OptionType::kPath, "", 0, 0, "", kOpen,
     "PEM file of the authorities that websites' certificates must be signed by, instead of the "
     "system's."},
    {OptionKey::kDatabaseUrl, "database.url", "REPLYGUARD_DATABASE_URL", "", Scope::kDatabase,
     OptionType::kDatabase, "", 0, 0, "", kSecret,
     "PostgreSQL, as the application's role: postgresql://user:password@host:port/name. May lead "
     "through "
     "pgbouncer."},
    {OptionKey::kDatabaseDirectUrl, "database.direct_url", "REPLYGUARD_DIRECT_DATABASE_URL", "",
     Scope::kDatabase, OptionType::kDatabase, "", 0, 0, "", kSecret,
     "The same without a pooler between, for LISTEN. Empty means database.url."},
    {OptionKey::kDatabaseOwnerUrl, "database.owner_url", "REPLYGUARD_OWNER_DATABASE_URL", "",
     Scope::kDatabase, OptionType::kDatabase, "", 0, 0, "", kSecret,
     "PostgreSQL, directly, as the role that owns the tables: for migrate. The server never reads "
     "it. "
     "Empty means database.direct_url, then database.url."},
    {OptionKey::kDatabaseWriters, "database.writers", "REPLYGUARD_DATABASE_WRITERS", "",
     Scope::kServe, OptionType::kInteger, "2", 1, 64, "", kOpen,
     "Threads that write submissions, each with a connection and a batch at a time."},
    {OptionKey::kDatabaseReaders, "database.readers", "REPLYGUARD_DATABASE_READERS", "",
     Scope::kServe, OptionType::kInteger, "4", 1, 256, "", kOpen,
     "Threads for everything else, each with a connection."},
    {OptionKey::kDatabasePreparedStatements, "database.prepared_statements",
     "REPLYGUARD_DATABASE_PREPARED_STATEMENTS", "", Scope::kServe, OptionType::kBoolean, "true", 0,
     0, "", kOpen,
     "Prepare statements once a connection. Off behind a pooler that lends connections by the "
     "transaction and does not keep them (pgbouncer before 1.21)."},
    {OptionKey::kSecretsDir, "secrets.dir", "REPLYGUARD_SECRETS_DIR", "", Scope::kServe,
     OptionType::kPath, "", 0, 0, "", kOpen,
     "Folder with the secrets that replyguard secrets init makes. Losing it loses every author's "
     "history."},
    {OptionKey::kClassifierStarter, "classifier.starter", "REPLYGUARD_CLASSIFIER_STARTER",
     "--starter", Scope::kServe, OptionType::kText, "shipped", 0, 0, "", kOpen,
     "The starter model that every site begins with, until its own labels outweigh it: shipped "
     "(that "
     "of this program), none (everything is held until there are labels), or a file made by "
     "replyguard train --chapter. All servers of one database want the same."},
    {OptionKey::kMetricsListen, "metrics.listen", "REPLYGUARD_METRICS_LISTEN", "--metrics-listen",
     Scope::kServe, OptionType::kAddress, "", 0, 0, "", kOpen,
     "Where metrics are shown for Prometheus, at /metrics: host:port, such as 127.0.0.1:9464. No "
     "key "
     "is asked for: keep it on the machine or a network of your own. Empty means nowhere."},
    {OptionKey::kLogLevel, "log.level", "REPLYGUARD_LOG_LEVEL", "--log-level", Scope::kServe,
     OptionType::kChoice, "info", 0, 0, "debug|info|warning|error", kOpen,
     "The least important messages that are logged. No level logs comments, addresses or keys."},
    {OptionKey::kLogFormat, "log.format", "REPLYGUARD_LOG_FORMAT", "--log-format", Scope::kServe,
     OptionType::kChoice, "text", 0, 0, "text|json", kOpen,
     "One line of text or one JSON object a message."},
    {OptionKey::kLogFile, "log.file", "REPLYGUARD_LOG_FILE", "--log-file", Scope::kServe,
     OptionType::kPath, "", 0, 0, "", kOpen,
     "Where the log is appended, in a folder that is there; empty means standard error. Moved "
     "away, "
     "it is begun anew (mode 0640) with the next line, a second later at most; no signal is "
     "needed, and SIGHUP ends the server."},
    {OptionKey::kClientServer, "client.server", "REPLYGUARD_GRPC", "--server", Scope::kClient,
     OptionType::kAddress, "127.0.0.1:7420", 0, 0, "", kOpen, "The server to call, by gRPC."},
    {OptionKey::kClientTlsCa, "client.tls_ca", "REPLYGUARD_TLS_CA", "--tls-ca", Scope::kClient,
     OptionType::kPath, "", 0, 0, "", kOpen,
     "PEM file of the authorities that may have signed the server's certificate. Turns TLS on; "
     "\"system\" "
     "means those of the machine."},
    {OptionKey::kClientHttp, "client.http", "REPLYGUARD_HTTP", "", Scope::kNone, OptionType::kText,
     "", 0, 0, "", kOpen,
     "Where the same server answers HTTP: host:port. For scripts; no command reads it yet."},
    {OptionKey::kClientSite, "client.site", "REPLYGUARD_SITE", "--site", Scope::kClient,
     OptionType::kSlug, "", 0, 0, "", kOpen, "The site that commands are about."},
    {OptionKey::kClientOperatorKey, "client.operator_key", "REPLYGUARD_OPERATOR_KEY", "",
     Scope::kClient, OptionType::kKey, "", 0, 0, "", kSecret,
     "API key with role operator. Used where no closer key is given: it may do everything."},
    {OptionKey::kClientModeratorKey, "client.moderator_key", "REPLYGUARD_MODERATOR_KEY", "",
     Scope::kClient, OptionType::kKey, "", 0, 0, "", kSecret,
     "API key with role moderator, for the queue and decisions."},
    {OptionKey::kClientSiteKey, "client.site_key", "REPLYGUARD_SITE_KEY", "", Scope::kClient,
     OptionType::kKey, "", 0, 0, "", kSecret,
     "API key with role backend, for submitting and reading the site's comments."},
    {OptionKey::kClientTimeout, "client.timeout", "REPLYGUARD_TIMEOUT", "--timeout", Scope::kClient,
     OptionType::kDuration, "10s", 10, 10 * kMinute, "", kOpen, "How long one call may take."},
    {OptionKey::kHome, "", "REPLYGUARD_HOME", "", Scope::kNone, OptionType::kPath, "", 0, 0, "",
     kOpen, "Where deploy/quickstart keeps its data. For scripts; no command reads it."},
    {OptionKey::kBinary, "", "REPLYGUARD_BIN", "", Scope::kNone, OptionType::kPath, "", 0, 0, "",
     kOpen, "This program. For scripts; no command reads it."},
}};

constexpr bool InOrder() {
  for (std::size_t i = 0; i < kOptionCount; ++i) {
    if (static_cast<std::size_t>(kOptions[i].key) != i) return false;
  }
  return true;
}
static_assert(InOrder(), "the table is in the order of OptionKey");

constexpr std::string_view kNameFileSuffix = "_file";
constexpr std::string_view kEnvironmentFileSuffix = "_FILE";

std::optional<OptionMatch> Find(std::string_view name, std::string_view Option::*member,
                                std::string_view suffix) {
  if (name.empty()) return std::nullopt;
  for (const Option& option : kOptions) {
    if (option.*member == name) return OptionMatch{&option, false};
  }
  if (!name.ends_with(suffix)) return std::nullopt;
  const std::string_view stem = name.substr(0, name.size() - suffix.size());
  for (const Option& option : kOptions) {
    if (option.secret && option.*member == stem) return OptionMatch{&option, true};
  }
  return std::nullopt;
}

// Levenshtein's distance.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

std::string_view Nearest(std::string_view name, std::string_view Option::*member) {
  // What is asked for may be long; nothing beyond a line of it can be a slip of the pen.
  constexpr std::size_t kComparedCharsMax = 100;
  std::string_view best;
  std::size_t best_distance = SIZE_MAX;
  for (const Option& option : kOptions) {
    if ((option.*member).empty()) continue;
    const std::size_t distance = Distance(name.substr(0, kComparedCharsMax), option.*member);
    if (distance < best_distance) {
      best = option.*member;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace

std::span<const Option> AllOptions() { return kOptions; }

const Option& OptionOf(OptionKey key) { return kOptions.at(static_cast<std::size_t>(key)); }

std::optional<OptionMatch> FindByName(std::string_view name) {
  return Find(name, &Option::name, kNameFileSuffix);
}

std::optional<OptionMatch> FindByEnvironment(std::string_view name) {
  return Find(name, &Option::environment, kEnvironmentFileSuffix);
}

std::string_view NearestName(std::string_view name) { return Nearest(name, &Option::name); }

std::string_view NearestEnvironment(std::string_view name) {
  return Nearest(name, &Option::environment);
}

}  // namespace replyguard::service::config
