// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/usecases/evaluate/evaluate.h"

// Files of labelled comments for measuring and training. One thread.
namespace replyguard::service::cli {

// Reads a file of JSON lines ("-": `standard_input`) whole. Fields: id (a string or a number);
// text, content or body; author or author_name; author_email; author_url or website; user_agent;
// language; site_languages (an array of strings); thread_age_seconds and form_time_ms (whole
// numbers); honeypot_filled (true or false); label: "spam" or "ham" in any case of letters; none,
// null or "" is unlabelled; labelled_by (who
// labelled: a string or a number). A value of another kind is as if it were not there, but for the
// label's. A line without an id gets its number. Other fields are not read: data sets carry many.
// Bad UTF-8 and halves of surrogate pairs become U+FFFD, a number beyond a double's range is as if
// it were not there. INVALID_ARGUMENT names the file and the line of what is no JSON object, too
// long or of another label, and what is wrong, never its contents; NOT_FOUND and PERMISSION_DENIED
// name the file.
absl::StatusOr<std::vector<Example>> ReadLabelledStream(const std::string& path,
                                                        std::istream& standard_input);

}  // namespace replyguard::service::cli
