// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

// Comma-separated values after RFC 4180, in constant memory. One thread.
namespace replyguard::service::importing {

// What separates the values of a file that begins so: a comma, a semicolon or a tab, whichever its
// first line has most of, outside of quotes.
char CsvSeparatorOf(std::string_view begin);

class CsvReader {
 public:
  // `in` outlives the reader. A byte order mark before the first record is passed over.
  CsvReader(std::streambuf& in, char separator) : in_(in), separator_(separator) {}

  // The next record that is not an empty line; false at the end. DATA_LOSS: it ends within quotes.
  // INVALID_ARGUMENT: longer than kRecordBytesMax (a quote may not be closed), more values than
  // kColumnsMax. Both name the record and its line.
  absl::StatusOr<bool> Next(std::vector<std::string>& values);

  std::int64_t record() const { return record_; }    // of the last one, from 1
  std::int64_t line() const { return begin_line_; }  // where it begins, from 1

 private:
  absl::Status Refusal(std::string_view what) const;
  absl::Status ReadRecord(std::vector<std::string>& values);
  absl::Status ReadValue(std::string& value, std::size_t& bytes, bool& ended);
  absl::Status ReadQuoted(std::string& value, std::size_t& bytes);
  int Take();

  std::streambuf& in_;
  const char separator_;
  std::int64_t line_ = 1;
  std::int64_t begin_line_ = 1;
  std::int64_t record_ = 0;
};

}  // namespace replyguard::service::importing
