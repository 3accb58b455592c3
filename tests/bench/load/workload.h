// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the load is made of: comments that read like a site's, a model that learnt from them, and a
// policy with rules. All of it from fixed seeds.
#pragma once

#include <cstdint>
#include <string>

#include "replyguard/v1/comment.pb.h"
#include "support/server_fixture.h"

namespace replyguard::bench {

// The nth comment of the site "blog": 30 words, two thirds of them common ones, an author of 5,000,
// a thread of 1,000.
v1::Submission Submission(std::uint64_t n);

// Teaches the server until its model holds so many features at least, and waits until it has
// applied the labels. Throws.
void Train(tests::ServerFixture& fixture, std::int64_t features);

// Gives "blog" so many rules, none of which matches a comment from above. Throws.
void AddRules(tests::ServerFixture& fixture, int rules);

}  // namespace replyguard::bench
