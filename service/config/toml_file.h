// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "service/config/option.h"

// replyguard.toml as a flat list. Pure functions, safe from any thread.
namespace replyguard::service::config {

enum class TomlType : std::uint8_t { kString, kInteger, kBoolean, kOther };

// One "key = value" of the file.
struct TomlEntry {
  std::string name;  // "section.key"
  std::string
      text;  // of a string its content, of the others as written in decimal or as true or false
  TomlType type = TomlType::kOther;
  std::string where;  // "replyguard.toml:12"
};

// The entries in the order of the file, and what is wrong with it.
struct TomlEntries {
  std::vector<TomlEntry> entries;
  std::vector<std::string> problems;
};
TomlEntries ReadToml(const std::string& name, std::string_view text);

// Whether a value of the file may be given to an option of this type, and what is wanted otherwise.
bool TomlTypeFits(OptionType option, TomlType given);
std::string_view TomlTypeWanted(OptionType option);

}  // namespace replyguard::service::config
