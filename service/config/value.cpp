// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/config/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace replyguard::service::config {
namespace {

struct Unit {
  std::string_view suffix;
  std::int64_t size;
};

// Largest first, for writing.
constexpr std::array<Unit, 5> kDurationUnits = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
constexpr std::array<Unit, 4> kByteUnits = {
    {{"GiB", std::int64_t{1} << 30}, {"MiB", std::int64_t{1} << 20}, {"KiB", 1024}, {"", 1}}};

constexpr std::size_t kTextBytesMax = 4096;
constexpr std::size_t kSlugBytesMax = 40;
constexpr std::size_t kKeyHexDigits = 48;

std::optional<std::int64_t> ParseInteger(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

// "12ms" by the units; nullopt when the unit is unknown, or the number is not one or too large.
template <std::size_t N>
std::optional<std::int64_t> ParseWithUnit(std::string_view text, const std::array<Unit, N>& units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = ParseInteger(text.substr(0, digits));
  if (!number) return std::nullopt;
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& candidate) {
    return candidate.suffix == text.substr(digits);
  });
  std::int64_t product = 0;
  if (unit == units.end() || __builtin_mul_overflow(*number, unit->size, &product)) {
    return std::nullopt;
  }
  return product;
}

template <std::size_t N>
std::string FormatWithUnit(std::int64_t number, const std::array<Unit, N>& units) {
  if (number == 0) return absl::StrCat("0", N == kByteUnits.size() ? "" : "s");
  for (const Unit& unit : units) {
    if (number % unit.size == 0) {
      return absl::StrCat(number / unit.size,
                          absl::string_view(unit.suffix.data(), unit.suffix.size()));
    }
  }
  return absl::StrCat(number);
}

std::string FormatBound(const Option& option, std::int64_t bound) {
  switch (option.type) {
    case OptionType::kDuration:
      return FormatDurationMs(bound);
    case OptionType::kBytes:
      return FormatBytes(bound);
    case OptionType::kText:
    case OptionType::kPath:
    case OptionType::kAddress:
    case OptionType::kInteger:
    case OptionType::kBoolean:
    case OptionType::kChoice:
    case OptionType::kDatabase:
    case OptionType::kSlug:
    case OptionType::kKey:
      return absl::StrCat(bound);
  }
  return {};
}

absl::StatusOr<Value> Bounded(const Option& option, std::string_view text, std::int64_t number) {
  if (number < option.minimum || number > option.maximum) {
    return absl::InvalidArgumentError(absl::StrCat("must be from ",
                                                   FormatBound(option, option.minimum), " to ",
                                                   FormatBound(option, option.maximum)));
  }
  return Value{std::string(text), number};
}

bool IsPort(std::string_view text) {
  const auto port = ParseInteger(text);
  return port && *port >= 0 && *port <= 65535;
}

// host:port, [v6]:port, unix:/path. That the host exists is not checked.
bool IsAddress(std::string_view text) {
  if (text.starts_with("unix:")) return text.size() > std::string_view("unix:").size();
  if (text.find('/') != std::string_view::npos || text.find(' ') != std::string_view::npos) {
    return false;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view host = text.substr(0, colon);
  const bool bracketed = host.front() == '[' && host.back() == ']' && host.size() > 2;
  if (!bracketed && host.find(':') != std::string_view::npos) return false;
  return IsPort(text.substr(colon + 1));
}

bool IsSlug(std::string_view text) {
  if (text.size() > kSlugBytesMax || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool IsKey(std::string_view text) {
  return text.size() == kKeyHexDigits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool IsChoice(std::string_view choices, std::string_view text) {
  while (true) {
    const std::size_t bar = choices.find('|');
    if (choices.substr(0, bar) == text) return true;
    if (bar == std::string_view::npos) return false;
    choices.remove_prefix(bar + 1);
  }
}

bool IsDatabase(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://") ||
         text.find('=') != std::string_view::npos;
}

absl::StatusOr<Value> Checked(std::string_view text, bool good, std::string_view form) {
  if (!good) {
    return absl::InvalidArgumentError(
        absl::StrCat("must be ", absl::string_view(form.data(), form.size())));
  }
  return Value{std::string(text), 0};
}

absl::StatusOr<Value> ParseByType(const Option& option, std::string_view text) {
  switch (option.type) {
    case OptionType::kText:
    case OptionType::kPath:
      return Value{std::string(text), 0};
    case OptionType::kAddress:
      return Checked(text, IsAddress(text), "host:port, [v6]:port or unix:/path");
    case OptionType::kInteger: {
      const auto number = ParseInteger(text);
      if (!number) return absl::InvalidArgumentError("must be a whole number");
      return Bounded(option, text, *number);
    }
    case OptionType::kDuration: {
      const auto number = ParseDurationMs(text);
      if (!number.ok()) return number.status();
      return Bounded(option, text, *number);
    }
    case OptionType::kBytes: {
      const auto number = ParseBytes(text);
      if (!number.ok()) return number.status();
      return Bounded(option, text, *number);
    }
    case OptionType::kBoolean:
      if (text == "true" || text == "1") return Value{"true", 1};
      if (text == "false" || text == "0") return Value{"false", 0};
      return absl::InvalidArgumentError("must be true or false");
    case OptionType::kChoice:
      return Checked(text, IsChoice(option.choices, text), "one of " + std::string(option.choices));
    case OptionType::kDatabase:
      return Checked(text, IsDatabase(text), "postgresql://... or key=value pairs");
    case OptionType::kSlug:
      return Checked(text, IsSlug(text),
                     "1 to 40 of a-z, 0-9 and -, not beginning or ending with -");
    case OptionType::kKey:
      return Checked(text, IsKey(text), "48 lower-case hexadecimal digits");
  }
  return absl::InternalError("unknown type of option");
}

}  // namespace

absl::StatusOr<std::int64_t> ParseDurationMs(std::string_view text) {
  const auto number = ParseWithUnit(text, kDurationUnits);
  if (!number) {
    return absl::InvalidArgumentError("must be a whole number with a unit: ms, s, m, h or d");
  }
  return *number;
}

absl::StatusOr<std::int64_t> ParseBytes(std::string_view text) {
  const auto number = ParseWithUnit(text, kByteUnits);
  if (!number) {
    return absl::InvalidArgumentError("must be a number of bytes, or one with KiB, MiB or GiB");
  }
  return *number;
}

std::string FormatDurationMs(std::int64_t milliseconds) {
  return FormatWithUnit(milliseconds, kDurationUnits);
}

std::string FormatBytes(std::int64_t bytes) { return FormatWithUnit(bytes, kByteUnits); }

absl::StatusOr<Value> ParseValue(const Option& option, std::string_view text) {
  if (text.empty()) {
    if (option.default_text.empty()) return Value{};
    return absl::InvalidArgumentError("must not be empty");
  }
  if (text.size() > kTextBytesMax) return absl::InvalidArgumentError("is longer than 4096 bytes");
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_iscntrl(static_cast<unsigned char>(c));
  });
  if (control) return absl::InvalidArgumentError("must not hold control characters");
  return ParseByType(option, text);
}

}  // namespace replyguard::service::config
