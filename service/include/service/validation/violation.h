// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace replyguard::service::validation {

// One field that was refused.
struct Violation {
  // Path in the request: "submission.author_email", "examples[3].label".
  std::string field;
  // Stable, UPPER_SNAKE_CASE, for translation; one of reason:: below.
  std::string reason;
  // English, for the person who filled in the form. Never the submitted value.
  std::string description;

  bool operator==(const Violation&) const = default;
};

// Every reason there is. Never rename one: clients translate by them.
namespace reason {
inline constexpr std::string_view kRequired =
    "REQUIRED";  // absent, or nothing but invisible characters
inline constexpr std::string_view kTooLong = "TOO_LONG";
inline constexpr std::string_view kTooMany = "TOO_MANY";
inline constexpr std::string_view kUtf8Invalid = "UTF8_INVALID";
inline constexpr std::string_view kNulCharacter = "NUL_CHARACTER";
inline constexpr std::string_view kControlCharacter = "CONTROL_CHARACTER";
inline constexpr std::string_view kInvisibleCharacter =
    "INVISIBLE_CHARACTER";  // in a name that stands beside others
inline constexpr std::string_view kEmailInvalid = "EMAIL_INVALID";
inline constexpr std::string_view kUrlInvalid = "URL_INVALID";
inline constexpr std::string_view kUrlSchemeInvalid =
    "URL_SCHEME_INVALID";  // neither http nor https
inline constexpr std::string_view kUrlHasCredentials =
    "URL_HAS_CREDENTIALS";  // user@ before the host
inline constexpr std::string_view kIpInvalid = "IP_INVALID";
inline constexpr std::string_view kLanguageInvalid = "LANGUAGE_INVALID";
inline constexpr std::string_view kNameInvalid = "NAME_INVALID";  // of a resource, or its id
inline constexpr std::string_view kRequestIdInvalid = "REQUEST_ID_INVALID";
inline constexpr std::string_view kReasonCodeInvalid = "REASON_CODE_INVALID";
inline constexpr std::string_view kValueInvalid =
    "VALUE_INVALID";  // an enum's number, a pattern, ...
inline constexpr std::string_view kOutOfRange = "OUT_OF_RANGE";
inline constexpr std::string_view kTimeInFuture = "TIME_IN_FUTURE";
inline constexpr std::string_view kUnknownField = "UNKNOWN_FIELD";  // a key in a policy's JSON
inline constexpr std::string_view kDuplicate = "DUPLICATE";
inline constexpr std::string_view kMore =
    "MORE";  // the last of a full list: how many were left out
}  // namespace reason

// Collects violations within kViolationsMax and kViolationDetailsBytesMax. When not all fit, the
// last one has reason MORE, an empty field and says how many more there were. Value type; not
// thread-safe.
class Violations {
 public:
  // The same field and reason is reported once.
  void Add(std::string_view field, std::string_view reason, std::string_view description);
  void Add(const Violations& others);

  bool empty() const { return list_.empty() && left_out_ == 0; }
  bool Has(std::string_view field, std::string_view reason) const;
  // What to answer, in the order found.
  std::vector<Violation> List() const;

 private:
  std::vector<Violation> list_;
  std::size_t bytes_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace replyguard::service::validation
