// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What is kept of how a form was filled in: the column comments.context.
//
// Thread-safety: pure functions and plain values.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace replyguard::service {

struct FormContext {
  bool honeypot_filled = false;
  std::optional<std::chrono::milliseconds> fill_time;
  friend bool operator==(const FormContext&, const FormContext&) = default;
};

std::string FormContextToJson(const FormContext& context);
// What cannot be read is absent.
FormContext FormContextFromJson(std::string_view text);

}  // namespace replyguard::service
