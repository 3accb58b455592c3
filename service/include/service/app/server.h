// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The composition root of `replyguard serve`: reads ServerOptions, builds every part, runs until
// told to stop.
//
// Thread-safety: StartServer may be called from any thread, once or several times in one process
// (tests do). Every method of Server may be called from any thread, but not from a signal handler.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/call_rate.h"

namespace replyguard::service {

// Files of a TLS listener, PEM. All empty: plain text. `certificate` and `private_key` go together;
// `client_ca` makes a client certificate signed by one of its authorities mandatory (mTLS).
struct TlsFiles {
  std::string certificate;
  std::string private_key;
  std::string client_ca;
};

// The HTTP listener.
struct HttpOptions {
  // "host:port", port 0 takes a free one; empty: no HTTP.
  std::string address;
  // As grpc_address_file.
  std::string address_file;
  // No client_ca.
  TlsFiles tls;
  // Networks whose X-Forwarded-For and X-Forwarded-Proto are believed: "10.0.0.0/8", "::1".
  std::vector<std::string> trusted_proxies;
};

// Calls to websites: callbacks of the Akismet protocol.
struct OutgoingOptions {
  // Also plain http, and addresses of private networks.
  bool allow_private = false;
  // PEM file of authorities to trust instead of the system's; empty: the system's.
  std::string ca_file;
};

// Bounds on what the server accepts; beyond them calls get RESOURCE_EXHAUSTED. Zero is refused for
// each.
struct ServerLimits {
  // One request message, encoded.
  std::size_t request_bytes_max = 4U << 20U;
  // All metadata of one call.
  std::size_t metadata_bytes_max = 8U << 10U;
  // Unary calls in progress, all clients together.
  std::size_t calls_in_flight_max = 2048;
  // Calls and streams in progress on one connection.
  std::size_t calls_per_connection_max = 256;
  // Streams open (WatchEvents, WatchQueue), all clients together, and those of one API key.
  std::size_t streams_max = 1024;
  std::size_t streams_per_key_max = 64;
  // Reads that wait for a thread.
  std::size_t waiting_reads_max = 1024;
  // Submissions that wait for a writer.
  std::size_t waiting_submissions_max = 4096;
  // How long a stream's reader may leave unread what it is sent, before it is cut.
  std::chrono::milliseconds stream_stall_max{60'000};
  // The longest that a call may be expected to wait for a thread or a writer.
  std::chrono::milliseconds wait_max{250};
  // Calls a second of each key without a rate of its own, and of each session; nothing: any number.
  std::optional<storage::CallRate> key_rate{};
};

// Threads and database connections. Each writer and each reader owns one thread and one connection;
// two more connections serve the label log and LISTEN.
struct ServerThreads {
  std::size_t writers = 2;
  std::size_t readers = 4;
};

enum class LogFormat { kText, kJson };
enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Neither comment text nor author data is ever logged, at any level.
struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
  // Empty means standard error. A file is appended to, in a folder that is there, and begun anew
  // within a second once it was moved away.
  std::string file;
};

struct ServerOptions {
  // "host:port" or "unix:/path". Port 0 takes a free one (see Server::grpc_address).
  std::string grpc_address = "127.0.0.1:7420";
  // When set: the bound address is written here, with a newline, by rename, once calls are
  // accepted; removed by Wait.
  std::string grpc_address_file;
  // Where metrics are shown: "host:port", the host a number; port 0 takes a free one. Empty: not.
  std::string metrics_address;
  TlsFiles tls;
  HttpOptions http;
  OutgoingOptions outgoing;
  // libpq URL or keyword string of the application's role. Never logged.
  std::string database_url;
  // The same past a pooler such as pgbouncer, for LISTEN; empty means database_url.
  std::string direct_database_url;
  // False behind a pooler that does not know prepared statements.
  bool prepared_statements = true;
  // Folder with the secrets; see service/app/secrets.h.
  std::string secrets_dir;
  // What every site's model begins with: see service/app/starter.h.
  std::string starter = "shipped";
  ServerLimits limits;
  ServerThreads threads;
  LogOptions log;
  // How long calls in progress may take to end after Shutdown.
  std::chrono::milliseconds drain_time_max{10'000};
  // How long NOT_SERVING is shown before connections are told to go away, so that load balancers
  // notice first.
  std::chrono::milliseconds drain_delay{0};
  // Start although the effective user is root.
  bool allow_root = false;
};

// A running server. Destroying it shuts down first.
class Server {
 public:
  virtual ~Server() = default;

  // "host:port" as bound, with the real port; or "unix:/path".
  [[nodiscard]] virtual std::string grpc_address() const = 0;
  // "host:port"; empty without HTTP.
  [[nodiscard]] virtual std::string http_address() const = 0;

  // Whether the health service answers SERVING: schema version right, a model loaded, PostgreSQL
  // answers.
  [[nodiscard]] virtual bool serving() const = 0;

  // Begins to stop, and returns at once: NOT_SERVING, then calls in progress end within
  // drain_time_max while new ones are turned away, streams end UNAVAILABLE, a checkpoint is stored.
  // A PostgreSQL that hangs does not keep it: once its health check has ended (some seconds), calls
  // that wait for it end UNAVAILABLE within drain_time_max, and what is written last gets 15 s
  // after that. Calling again does nothing.
  virtual void Shutdown() = 0;

  // Blocks until a Shutdown has ended.
  virtual void Wait() = 0;
};

// Starts a server. It listens on return; it is SERVING as soon as PostgreSQL answers, which may be
// later: a database that is away is not an error here, the server waits for it as NOT_SERVING.
//
// Errors: INVALID_ARGUMENT for options that contradict themselves, secrets or a starter model that
// cannot be read;
// FAILED_PRECONDITION for root without allow_root; UNAVAILABLE when the address cannot be bound.
// The text is for the operator and holds no secret.
absl::StatusOr<std::unique_ptr<Server>> StartServer(const ServerOptions& options);

}  // namespace replyguard::service
