// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "import/json_cursor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "service/import/mended_json.h"
#include "service/import/source.h"

namespace replyguard::service::importing {
namespace {

constexpr int kEnd = std::streambuf::traits_type::eof();

bool IsBlank(int c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsOpening(int c) { return c == '[' || c == '{'; }
bool IsClosing(int c) { return c == ']' || c == '}'; }

}  // namespace

int JsonCursor::Take() {
  const int c = in_.sbumpc();
  if (c == '\n') ++line_;
  return c;
}

int JsonCursor::SkipBlanks() {
  while (IsBlank(in_.sgetc())) Take();
  return in_.sgetc();
}

absl::Status JsonCursor::Refusal(std::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat("line ", line_, ": ", std::string(what)));
}

absl::Status JsonCursor::Unexpected(int c) const {
  if (c != kEnd) return Refusal("no JSON of this format");
  return absl::DataLossError(
      absl::StrCat("line ", line_, ": it is cut off: the JSON is not complete"));
}

absl::StatusOr<char> JsonCursor::Next() {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (line_ == 1 && first_.empty()) {
    for (const char c : kByteOrderMark) {
      if (in_.sgetc() != static_cast<unsigned char>(c)) break;
      Take();
    }
  }
  const int c = SkipBlanks();
  if (c == kEnd) return Unexpected(c);
  return static_cast<char>(c);
}

absl::Status JsonCursor::Enter() {
  if (first_.size() == kDepthMax) return Refusal("brackets are nested too deep");
  Take();
  first_.push_back(true);
  return absl::OkStatus();
}

absl::StatusOr<bool> JsonCursor::NextIn(char end) {
  int c = SkipBlanks();
  if (c == end) {
    Take();
    first_.pop_back();
    return false;
  }
  if (!first_.back()) {
    if (c != ',') return Unexpected(c);
    Take();
    c = SkipBlanks();
    if (c == end) return Unexpected(c);
  }
  first_.back() = false;
  if (c == kEnd) return Unexpected(c);
  return true;
}

absl::StatusOr<bool> JsonCursor::NextElement() { return NextIn(']'); }

absl::StatusOr<std::optional<std::string>> JsonCursor::NextMember() {
  const auto more = NextIn('}');
  if (!more.ok()) return more.status();
  if (!*more) return std::optional<std::string>();
  const auto name = Value();
  if (!name.ok()) return name.status();
  if (!name->is_string()) return Refusal("no JSON: a member has no name");
  const int c = SkipBlanks();
  if (c != ':') return Unexpected(c);
  Take();
  return std::optional<std::string>(name->get<std::string>());
}

// The text of one value: up to its closing bracket or quote, or before what ends a number or word.
absl::Status JsonCursor::ReadRaw(std::string& text) {
  std::size_t depth = 0;
  bool quoted = false;
  while (true) {
    const int c = in_.sgetc();
    const bool plain_ended = depth == 0 && !quoted && !text.empty() &&
                             (IsBlank(c) || IsClosing(c) || c == ',' || c == ':');
    if (plain_ended) return absl::OkStatus();
    if (c == kEnd) return Unexpected(c);
    if (text.size() == kRecordBytesMax) return Refusal("a value is longer than 1,048,576 bytes");
    text.push_back(static_cast<char>(Take()));
    if (quoted) {
      if (c == '\\' && in_.sgetc() != kEnd) text.push_back(static_cast<char>(Take()));
      quoted = c != '"';
      if (!quoted && depth == 0) return absl::OkStatus();
    } else if (c == '"') {
      quoted = true;
    } else if (IsOpening(c)) {
      if (++depth > kDepthMax) return Refusal("brackets are nested too deep");
    } else if (IsClosing(c) && (depth == 0 || --depth == 0)) {
      return absl::OkStatus();
    }
  }
}

absl::StatusOr<Json> JsonCursor::Value() {
  if (const int c = SkipBlanks(); c == kEnd) return Unexpected(c);
  std::string text;
  const std::int64_t begin = line_;
  if (absl::Status status = ReadRaw(text); !status.ok()) return status;
  Json value = ParseMended(text);
  if (value.is_discarded()) {
    return absl::InvalidArgumentError(absl::StrCat("line ", begin, ": no JSON"));
  }
  return value;
}

absl::Status JsonCursor::Finish() {
  return SkipBlanks() == kEnd ? absl::OkStatus() : Refusal("something follows the JSON");
}

std::string TextOf(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() || value.is_boolean() ? value.dump() : std::string();
}

std::string TextOf(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? std::string() : TextOf(*found);
}

}  // namespace replyguard::service::importing
