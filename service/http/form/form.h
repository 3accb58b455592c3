// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Query strings and application/x-www-form-urlencoded bodies (WHATWG URL, section 5.1). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace replyguard::service::http {

using Fields = std::vector<std::pair<std::string, std::string>>;

// In their order, at most `fields_max`: what is beyond is not read. What is not well escaped stays
// as it is.
Fields ParseForm(std::string_view text, std::size_t fields_max);

// "%2F" becomes "/"; '+' stays.
std::string PercentDecode(std::string_view text);

// The first of this name; nullptr for none.
const std::string* FindField(const Fields& fields, std::string_view name);

}  // namespace replyguard::service::http
