// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// multipart/form-data bodies (RFC 7578). Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/http/form/form.h"

namespace replyguard::service::http::akismet {

// The value of a parameter of a header's value: `; name="a; b"`; nothing for one that is not there,
// or does not read. Quotes of names are escaped by browsers as %22, so that the next one ends it.
std::optional<std::string> ParameterOf(std::string_view value, std::string_view name);

// The fields of `body`, at most `fields_max` (what is beyond is ignored), files left out.
// `content_type` names the boundary. INVALID_ARGUMENT when the two do not fit.
absl::StatusOr<Fields> ReadMultipart(std::string_view content_type, std::string_view body,
                                     std::size_t fields_max);

}  // namespace replyguard::service::http::akismet
