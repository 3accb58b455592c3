// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// Every option of the program, each defined once: the file's keys, the environment's names, the
// flags, the help texts and the reference page are all derived from this table. Immutable; safe
// from any thread.
namespace replyguard::service::config {

// Handle of an option; the table is in this order.
enum class OptionKey : std::uint8_t {
  kConfigFile,
  kServerListen,
  kServerAddressFile,
  kServerTlsCertificate,
  kServerTlsPrivateKey,
  kServerTlsClientCa,
  kServerAllowRoot,
  kServerDrainTimeMax,
  kServerDrainDelay,
  kServerRequestBytesMax,
  kServerMetadataBytesMax,
  kServerCallsMax,
  kServerCallsPerConnectionMax,
  kServerStreamsMax,
  kServerStreamsPerKeyMax,
  kServerStreamStallMax,
  kServerWaitingReadsMax,
  kServerWaitingSubmissionsMax,
  kServerWaitMax,
  kServerKeyCallsPerSecond,
  kServerKeyCallsBurst,
  kHttpListen,
  kHttpAddressFile,
  kHttpTlsCertificate,
  kHttpTlsPrivateKey,
  kHttpTrustedProxies,
  kOutgoingAllowPrivate,
  kOutgoingCaFile,
  kDatabaseUrl,
  kDatabaseDirectUrl,
  kDatabaseOwnerUrl,
  kDatabaseWriters,
  kDatabaseReaders,
  kDatabasePreparedStatements,
  kSecretsDir,
  kClassifierStarter,
  kMetricsListen,
  kLogLevel,
  kLogFormat,
  kLogFile,
  kClientServer,
  kClientTlsCa,
  kClientHttp,
  kClientSite,
  kClientOperatorKey,
  kClientModeratorKey,
  kClientSiteKey,
  kClientTimeout,
  kHome,
  kBinary,
  kCount,
};

// What an option's text must be.
enum class OptionType : std::uint8_t {
  kText,      // anything without control characters
  kPath,      // the path of a file
  kAddress,   // host:port, [v6]:port or unix:/path
  kInteger,   // a decimal number within the bounds
  kDuration,  // a number with a unit: ms, s, m, h or d; bounds in milliseconds
  kBytes,     // a number, or one with KiB, MiB or GiB; bounds in bytes
  kBoolean,   // true or false
  kChoice,    // one of `choices`
  kDatabase,  // a PostgreSQL connection string
  kSlug,      // a site: 1 to 40 of [a-z0-9-]
  kKey,       // an API key: 48 lower-case hexadecimal digits
};

// Who reads an option: it appears as a flag of these commands. Bits.
enum class Scope : std::uint8_t {
  kEverywhere = 1,
  kServe = 2,
  kDatabase = 4,
  kClient = 8,
  kNone = 0
};

// One row of the table. An empty `flag` means that there is no flag, an empty `name` that the file
// has no such key.
struct Option {
  OptionKey key;
  std::string_view name;         // in replyguard.toml: "section.key"
  std::string_view environment;  // "REPLYGUARD_..."
  std::string_view flag;         // "--..."
  Scope scope;
  OptionType type;
  std::string_view default_text;
  std::int64_t minimum;  // of kInteger, kDuration (ms) and kBytes
  std::int64_t maximum;
  std::string_view choices;  // of kChoice, separated by "|"
  // Never a flag; may come from a file named by `name`_file or `environment`_FILE; never shown.
  bool secret;
  std::string_view help;  // one sentence or two, for --help and the reference page
};

// The table, in the order of OptionKey.
std::span<const Option> AllOptions();

// The row of a key. REQUIRES: key < kCount.
const Option& OptionOf(OptionKey key);

// What a name in the file or the environment stands for.
struct OptionMatch {
  const Option* option;
  bool
      from_file;  // the name ends in _file or _FILE: the value is a path, the content is the secret
};

// Finds by the file's "section.key"; nullopt when unknown.
std::optional<OptionMatch> FindByName(std::string_view name);
// Finds by the environment's name; nullopt when unknown.
std::optional<OptionMatch> FindByEnvironment(std::string_view name);

// The known name that looks most like `name`, for "did you mean".
std::string_view NearestName(std::string_view name);
std::string_view NearestEnvironment(std::string_view name);

}  // namespace replyguard::service::config
