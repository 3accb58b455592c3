// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The parameters of an Akismet call, however its client writes them: urlencoded, JSON or multipart
// in the body, and the query.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/http/form/form.h"
#include "service/http/server/message.h"

namespace replyguard::service::http::akismet {

// Fields that are read of one call; what is beyond is ignored, as unknown ones are.
inline constexpr std::size_t kParametersMax = 2'000;
// Levels of a JSON body.
inline constexpr std::size_t kJsonDepthMax = 8;
// Values in it, at all levels: a form has some hundred, and each costs more to read than to send.
inline constexpr std::size_t kJsonValuesMax = 20'000;

// They hold plain addresses: wiped at their end, and not copied. Thread-compatible.
class Parameters {
 public:
  // The body's before the query's.
  explicit Parameters(Fields fields) : fields_(std::move(fields)) {}
  ~Parameters();
  Parameters(Parameters&&) noexcept = default;
  Parameters& operator=(Parameters&&) noexcept = default;
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  // The first of this name that holds anything; empty for none.
  std::string_view Get(std::string_view name) const;
  // Whether it says yes: "1" or "true", of any case.
  bool IsSet(std::string_view name) const;

 private:
  Fields fields_;
};

// By the content type; without one, or with one that clients send by mistake, as a form. Names and
// values are undecoded beyond that: bad UTF-8 stays, but for the author's texts where blog_charset
// names another charset, or, without it, the content type. INVALID_ARGUMENT for JSON or multipart
// that does not read, and for JSON of too many values.
absl::StatusOr<Parameters> ReadParameters(const Request& request);

}  // namespace replyguard::service::http::akismet
