// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// A JSON document walked through without holding it: large arrays are entered, values of at most
// kRecordBytesMax are read. One thread.
namespace replyguard::service::importing {

using Json = nlohmann::json;

class JsonCursor {
 public:
  explicit JsonCursor(std::streambuf& in) : in_(in) {}  // outlives the cursor

  // Errors of all: DATA_LOSS (cut off) and INVALID_ARGUMENT, naming the line. Nothing works after
  // one.

  // Whether an array ('[') or an object ('{') or something else comes next.
  absl::StatusOr<char> Next();
  // Enters the array or object that comes next. REQUIRES: Next() said so.
  absl::Status Enter();
  // In an array: whether another element comes; false: it has ended and is left.
  absl::StatusOr<bool> NextElement();
  // In an object: the next member's name; nothing: it has ended and is left.
  absl::StatusOr<std::optional<std::string>> NextMember();
  // Reads the value that comes next; bad UTF-8 in it is mended.
  absl::StatusOr<Json> Value();
  // That nothing but blanks follows the document.
  absl::Status Finish();

  std::int64_t line() const { return line_; }

 private:
  int Take();
  int SkipBlanks();  // what comes next, not taken
  absl::Status Refusal(std::string_view what) const;
  absl::Status Unexpected(int c) const;
  absl::StatusOr<bool> NextIn(char end);
  absl::Status ReadRaw(std::string& text);

  std::streambuf& in_;
  std::int64_t line_ = 1;
  std::vector<bool> first_;  // of each that is entered: nothing was read of it yet
};

// The object's member as text: a string, or a number or truth value as JSON writes it; empty for
// anything else.
std::string TextOf(const Json& object, const char* name);
// The same of a value.
std::string TextOf(const Json& value);

}  // namespace replyguard::service::importing
