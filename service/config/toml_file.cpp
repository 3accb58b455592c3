// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/config/toml_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace replyguard::service::config {
namespace {

// Each step of a dotted name is a table within a table, which the parser follows by calling itself.
constexpr std::ptrdiff_t kDotsPerLineMax = 2'000;

// The number of the first line with more, or 0.
std::size_t TooDeepLine(std::string_view text) {
  std::size_t number = 1;
  for (const absl::string_view line :
       absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    if (std::count(line.begin(), line.end(), '.') > kDotsPerLineMax) return number;
    ++number;
  }
  return 0;
}

std::string Where(const std::string& name, const toml::source_region& region) {
  return absl::StrCat(name, ":", region.begin.line);
}

void Flatten(const std::string& file, const toml::table& table, const std::string& prefix,
             TomlEntries& out) {
  for (const auto& [key, node] : table) {
    TomlEntry entry;
    entry.name = absl::StrCat(prefix, absl::string_view(key.str().data(), key.str().size()));
    entry.where = Where(file, node.source());
    if (const auto* inner = node.as_table()) {
      Flatten(file, *inner, entry.name + ".", out);
      continue;
    }
    if (const auto* text = node.as_string()) {
      entry.text = text->get();
      entry.type = TomlType::kString;
    } else if (const auto* number = node.as_integer()) {
      entry.text = absl::StrCat(number->get());
      entry.type = TomlType::kInteger;
    } else if (const auto* boolean = node.as_boolean()) {
      entry.text = boolean->get() ? "true" : "false";
      entry.type = TomlType::kBoolean;
    }
    out.entries.push_back(std::move(entry));
  }
}

std::size_t LineOf(const TomlEntry& entry) {
  return std::stoul(entry.where.substr(entry.where.rfind(':') + 1));
}

}  // namespace

TomlEntries ReadToml(const std::string& name, std::string_view text) {
  TomlEntries out;
  if (const std::size_t line = TooDeepLine(text); line > 0) {
    out.problems.push_back(
        absl::StrCat(name, ":", line, ": more than ", kDotsPerLineMax, " dots in a line"));
    return out;
  }
  try {
    Flatten(name, toml::parse(text, name), "", out);
  } catch (const toml::parse_error& error) {
    // The description may quote a token, which may be part of a secret: only its place is told.
    out.problems.push_back(absl::StrCat(Where(name, error.source()), ": not TOML, at column ",
                                        error.source().begin.column));
    return out;
  }
  std::stable_sort(out.entries.begin(), out.entries.end(),
                   [](const TomlEntry& a, const TomlEntry& b) { return LineOf(a) < LineOf(b); });
  return out;
}

bool TomlTypeFits(OptionType option, TomlType given) {
  switch (option) {
    case OptionType::kInteger:
      return given == TomlType::kInteger;
    case OptionType::kBytes:
      return given == TomlType::kInteger || given == TomlType::kString;
    case OptionType::kBoolean:
      return given == TomlType::kBoolean;
    case OptionType::kText:
    case OptionType::kPath:
    case OptionType::kAddress:
    case OptionType::kDuration:
    case OptionType::kChoice:
    case OptionType::kDatabase:
    case OptionType::kSlug:
    case OptionType::kKey:
      return given == TomlType::kString;
  }
  return false;
}

std::string_view TomlTypeWanted(OptionType option) {
  switch (option) {
    case OptionType::kInteger:
      return "a whole number without quotes";
    case OptionType::kBytes:
      return "a whole number, or a string such as \"4MiB\"";
    case OptionType::kBoolean:
      return "true or false without quotes";
    case OptionType::kDuration:
      return "a string such as \"10s\"";
    case OptionType::kText:
    case OptionType::kPath:
    case OptionType::kAddress:
    case OptionType::kChoice:
    case OptionType::kDatabase:
    case OptionType::kSlug:
    case OptionType::kKey:
      return "a string in quotes";
  }
  return {};
}

}  // namespace replyguard::service::config
