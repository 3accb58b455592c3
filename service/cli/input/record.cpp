// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/input/record.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace replyguard::service::cli {
namespace {

constexpr std::size_t kIdBytesMax = 128;
constexpr std::size_t kHashBytes = 16;

std::string Hex(const unsigned char* bytes, std::size_t count) {
  std::string text(2 * count + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes, count);
  text.pop_back();
  return text;
}

std::string HashHex(std::string_view text) {
  std::array<unsigned char, kHashBytes> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), nullptr, 0);
  return Hex(hash.data(), hash.size());
}

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= kIdBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

absl::Status SetLabel(Record& record, const std::string& text) {
  static const std::map<std::string, v1::Label> kLabels = {{"ham", v1::LABEL_HAM},
                                                           {"spam", v1::LABEL_SPAM},
                                                           {"none", v1::LABEL_NONE},
                                                           {"", v1::LABEL_UNSPECIFIED}};
  const auto found = kLabels.find(text);
  if (found == kLabels.end()) return absl::InvalidArgumentError("label: must be ham, spam or none");
  record.label = found->second;
  return absl::OkStatus();
}

absl::Status SetSubmitTime(Record& record, const std::string& text) {
  if (text.empty()) return absl::OkStatus();
  if (!google::protobuf::util::TimeUtil::FromString(text,
                                                    record.submission.mutable_submit_time())) {
    return absl::InvalidArgumentError("submitted_at: must be like 2026-01-31T12:00:00Z");
  }
  return absl::OkStatus();
}

// What is being put together from one line.
struct Draft {
  Record record;
  std::string site;
  std::string thread;
};

using Setter = std::function<absl::Status(Draft&, const std::string&)>;

// A setter that stores the text in one field of the submission.
template <typename Method>
Setter Into(Method method) {
  return [method](Draft& draft, const std::string& text) {
    *(draft.record.submission.*method)() = text;
    return absl::OkStatus();
  };
}

absl::Status Ignore(Draft&, const std::string&) { return absl::OkStatus(); }

absl::Status SetId(Draft& draft, const std::string& text) {
  if (text.empty()) return absl::OkStatus();
  // Ids of other systems may be long or hold spaces; their hash stands for them.
  draft.record.id = IsId(text) ? text : "h:" + HashHex(text);
  draft.record.own_id = true;
  return absl::OkStatus();
}

absl::Status SetThreadUrl(Draft& draft, const std::string& text) {
  if (text.empty()) return absl::OkStatus();
  draft.record.submission.set_thread_uri(text);
  draft.thread = ThreadKeyOf(text);
  return absl::OkStatus();
}

absl::Status SetVerified(Draft& draft, const std::string& text) {
  if (text != "true" && text != "false") {
    return absl::InvalidArgumentError("author_verified: must be true or false");
  }
  draft.record.submission.set_author_verified(text == "true");
  return absl::OkStatus();
}

// Every field a line may have.
const std::map<std::string, Setter>& Setters() {
  using S = v1::Submission;
  static const std::map<std::string, Setter> kSetters = {
      {"id", SetId},
      {"external_id", SetId},
      {"author", Into(&S::mutable_author_name)},
      {"author_name", Into(&S::mutable_author_name)},
      {"author_email", Into(&S::mutable_author_email)},
      {"author_url", Into(&S::mutable_author_url)},
      {"text", Into(&S::mutable_body)},
      {"content", Into(&S::mutable_body)},
      {"body", Into(&S::mutable_body)},
      {"author_ip", Into(&S::mutable_author_ip)},
      {"user_agent", Into(&S::mutable_user_agent)},
      {"referrer", Into(&S::mutable_referrer)},
      {"language", Into(&S::mutable_language)},
      {"thread_title", Into(&S::mutable_thread_title)},
      {"parent_comment", Into(&S::mutable_parent_comment)},
      {"thread_url", SetThreadUrl},
      {"author_verified", SetVerified},
      {"thread",
       [](Draft& draft, const std::string& text) {
         draft.thread = text;
         return absl::OkStatus();
       }},
      {"parent_id",
       [](Draft& draft, const std::string& text) {
         draft.record.parent_id = IsId(text) || text.empty() ? text : "h:" + HashHex(text);
         return absl::OkStatus();
       }},
      {"label", [](Draft& draft, const std::string& text) { return SetLabel(draft.record, text); }},
      {"submitted_at",
       [](Draft& draft, const std::string& text) { return SetSubmitTime(draft.record, text); }},
      {"site", Ignore},
      {"status", Ignore},
      {"label_source", Ignore},
      {"labelled_by", Ignore},
      {"labelled_at", Ignore},
      {"verdict", Ignore},
      {"probability", Ignore},
      {"model_version", Ignore},
  };
  return kSetters;
}

// The text of a JSON value; a whole number counts as its digits, as ids often are numbers.
absl::StatusOr<std::string> TextOf(const std::string& name, const google::protobuf::Value& value) {
  constexpr double kExactMax = 9007199254740992.0;  // 2^53
  switch (value.kind_case()) {
    case google::protobuf::Value::kStringValue:
      return value.string_value();
    case google::protobuf::Value::kBoolValue:
      return std::string(value.bool_value() ? "true" : "false");
    case google::protobuf::Value::kNullValue:
    case google::protobuf::Value::KIND_NOT_SET:
      return std::string();
    case google::protobuf::Value::kNumberValue: {
      const double number = value.number_value();
      if (std::abs(number) <= kExactMax && number == std::floor(number)) {
        return absl::StrCat(static_cast<std::int64_t>(number));
      }
      return absl::StrCat(number);
    }
    case google::protobuf::Value::kStructValue:
    case google::protobuf::Value::kListValue:
      break;
  }
  return absl::InvalidArgumentError(name + ": must be a string");
}

}  // namespace

std::string ThreadKeyOf(std::string_view url) { return HashHex(url); }

std::string RandomRequestId() {
  std::array<unsigned char, kHashBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return Hex(bytes.data(), bytes.size());
}

absl::StatusOr<Record> ParseRecord(std::string_view line, std::int64_t line_number,
                                   const RecordDefaults& defaults) {
  google::protobuf::Struct object;
  if (!google::protobuf::util::JsonStringToMessage(
           google::protobuf::StringPiece(line.data(), line.size()), &object)
           .ok()) {
    return absl::InvalidArgumentError("is not a JSON object");
  }
  Draft draft{.record = {}, .site = defaults.site, .thread = defaults.thread};
  draft.record.submission.set_author_name(defaults.author_name);
  draft.record.submission.set_author_email(defaults.author_email);
  for (const auto& [name, value] : object.fields()) {
    const auto setter = Setters().find(name);
    if (setter == Setters().end()) {
      return absl::InvalidArgumentError(absl::StrCat("unknown field ", name));
    }
    auto text = TextOf(name, value);
    if (!text.ok()) return text.status();
    // What is empty takes the default, as if it were not there.
    if (text->empty()) continue;
    const absl::Status set = setter->second(draft, *text);
    if (!set.ok()) return set;
  }
  if (draft.record.id.empty())
    draft.record.id =
        HashHex(absl::StrCat(line_number, ":", absl::string_view(line.data(), line.size())));
  if (!draft.thread.empty()) {
    draft.record.submission.set_thread("sites/" + draft.site + "/threads/" + draft.thread);
  }
  return std::move(draft.record);
}

}  // namespace replyguard::service::cli
