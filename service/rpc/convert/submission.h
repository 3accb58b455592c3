// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Submissions as they come in. Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "replyguard/v1/comment.pb.h"
#include "service/usecases/errors.h"
#include "storage/submission.h"

namespace replyguard::service::rpc {

// A submission and what only its wire form can get wrong: names of resources and times. What a
// field holds is for service/validation to judge.
struct ReadSubmission {
  // Slug of the site in the thread's name; empty when that is no name.
  std::string site;
  storage::Submission submission;
  validation::Violations violations;
};

// Takes the texts out of `in`, so that no copy of an address stays behind in it. `path` begins
// field names. Without `needs_thread` the thread and the parent are not read.
ReadSubmission TakeSubmission(v1::Submission& in, std::string_view path, bool needs_thread);

}  // namespace replyguard::service::rpc
