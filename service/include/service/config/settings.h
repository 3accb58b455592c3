// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/config/option.h"
#include "service/config/value.h"

// The configuration in force: defaults, overridden by the file, overridden by the environment,
// overridden by flags.
namespace replyguard::service::config {

// Where a value came from; a later one wins.
enum class Origin : std::uint8_t { kDefault, kFile, kEnvironment, kFlag };

// One option in force.
struct Setting {
  Value value;
  Origin origin = Origin::kDefault;
  std::string
      where;  // for people: "default", "replyguard.toml:12", "REPLYGUARD_LISTEN", "--listen"
  // The file that a secret was read from; empty when it was given itself.
  std::string secret_file;
};

// Immutable once loaded: then safe from any thread. Copyable.
class Settings {
 public:
  // The defaults.
  Settings();

  // The value as text; empty when the option has none.
  const std::string& Text(OptionKey key) const { return Of(key).value.text; }
  // REQUIRES: the option's type is kInteger or kBytes.
  std::int64_t Number(OptionKey key) const { return Of(key).value.number; }
  // REQUIRES: the option's type is kBoolean.
  bool Boolean(OptionKey key) const { return Of(key).value.number != 0; }
  // REQUIRES: the option's type is kDuration.
  std::chrono::milliseconds Duration(OptionKey key) const {
    return std::chrono::milliseconds(Of(key).value.number);
  }
  const Setting& Of(OptionKey key) const { return settings_.at(static_cast<std::size_t>(key)); }

  void Set(OptionKey key, Setting setting) {
    settings_.at(static_cast<std::size_t>(key)) = std::move(setting);
  }

 private:
  std::array<Setting, static_cast<std::size_t>(OptionKey::kCount)> settings_;
};

// Where settings are read from. Everything is passed in, so that a test needs neither files nor an
// environment.
struct Sources {
  // The configuration file's name and text; absent when there is none.
  std::optional<std::pair<std::string, std::string>> file;
  // All of the environment; only names that begin with REPLYGUARD_ are looked at. REPLYGUARD_TEST_*
  // is left to tests.
  std::vector<std::pair<std::string, std::string>> environment;
  // Flags as given.
  std::vector<std::pair<OptionKey, std::string>> flags;
  // Reads a secret's file.
  std::function<absl::StatusOr<std::string>(const std::string& path)> read_file;
};

// What came out: the settings, as far as they are good, and everything that is wrong, each as one
// line for people that names its place ("REPLYGUARD_LISEN: unknown; did you mean
// REPLYGUARD_LISTEN?"). Secrets are never repeated.
struct LoadResult {
  Settings settings;
  std::vector<std::string> problems;
};
LoadResult LoadSettings(const Sources& sources);

}  // namespace replyguard::service::config
