// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "import/csv_reader.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/import/source.h"

namespace replyguard::service::importing {
namespace {

constexpr int kEnd = std::streambuf::traits_type::eof();

}  // namespace

char CsvSeparatorOf(std::string_view begin) {
  constexpr std::array<char, 3> kSeparators = {',', ';', '\t'};
  std::array<std::size_t, kSeparators.size()> counts{};
  bool quoted = false;
  for (const char c : begin) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    for (std::size_t i = 0; i < kSeparators.size(); ++i) counts[i] += c == kSeparators[i] ? 1U : 0U;
  }
  return kSeparators[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) -
                                              counts.begin())];
}

int CsvReader::Take() {
  const int c = in_.sbumpc();
  if (c == '\n') ++line_;
  return c;
}

absl::Status CsvReader::Refusal(std::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat("row ", record_, ", which begins at line ",
                                                 begin_line_, ", ", std::string(what)));
}

absl::Status CsvReader::ReadQuoted(std::string& value, std::size_t& bytes) {
  while (true) {
    const int c = Take();
    if (c == kEnd) {
      const absl::Status refusal = Refusal("is cut off: a quote in it is not closed");
      return absl::DataLossError(refusal.message());
    }
    if (++bytes > kRecordBytesMax) {
      return Refusal("is longer than 1,048,576 bytes: a quote in it may not be closed");
    }
    if (c == '"') {
      if (in_.sgetc() != '"') return absl::OkStatus();
      Take();
    }
    value.push_back(static_cast<char>(c));
  }
}

// Reads up to the separator or the end of the record.
absl::Status CsvReader::ReadValue(std::string& value, std::size_t& bytes, bool& ended) {
  if (in_.sgetc() == '"') {
    Take();
    if (absl::Status status = ReadQuoted(value, bytes); !status.ok()) return status;
  }
  while (true) {
    const int c = Take();
    ended = c == kEnd || c == '\n';
    if (ended || c == static_cast<unsigned char>(separator_)) return absl::OkStatus();
    // Before the line's end it may follow a closing quote; alone it is one, as old systems wrote.
    if (c == '\r') {
      if (in_.sgetc() == '\n' || in_.sgetc() == kEnd) continue;
      ++line_;
      ended = true;
      return absl::OkStatus();
    }
    if (++bytes > kRecordBytesMax) return Refusal("is longer than 1,048,576 bytes");
    value.push_back(static_cast<char>(c));
  }
}

absl::Status CsvReader::ReadRecord(std::vector<std::string>& values) {
  std::size_t bytes = 0;
  values.clear();
  ++record_;
  begin_line_ = line_;
  for (bool ended = false; !ended;) {
    if (values.size() == kColumnsMax) {
      return Refusal(absl::StrCat("has more than ", kColumnsMax, " columns"));
    }
    values.emplace_back();
    if (absl::Status status = ReadValue(values.back(), bytes, ended); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::Next(std::vector<std::string>& values) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (record_ == 0) {
    for (const char c : kByteOrderMark) {
      if (in_.sgetc() != static_cast<unsigned char>(c)) break;
      in_.sbumpc();
    }
  }
  while (in_.sgetc() != kEnd) {
    if (in_.sgetc() == '\n' || in_.sgetc() == '\r') {
      Take();
      continue;
    }
    if (absl::Status status = ReadRecord(values); !status.ok()) return status;
    return true;
  }
  return false;
}

}  // namespace replyguard::service::importing
