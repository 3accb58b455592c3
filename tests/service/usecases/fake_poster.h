// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "service/usecases/deliver/poster.h"

namespace replyguard::service {

// A receiver that answers as the test says.
class FakePoster final : public Poster {
 public:
  absl::StatusOr<Destination> Read(const std::string& url) const override {
    if (!url.starts_with("https://")) return absl::InvalidArgumentError("only https is called");
    return Destination{"blog.example", 443, url.starts_with("https://10.")};
  }
  absl::StatusOr<OutgoingAnswer> Post(const OutgoingPost& post) override {
    posts.push_back(post);
    const int status = statuses.empty() ? standard : statuses.front();
    if (!statuses.empty()) statuses.pop_front();
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    if (status == 0) return absl::UnavailableError("nobody answers");
    return OutgoingAnswer{status, ""};
  }
  void Stop() override {}

  std::vector<OutgoingPost> posts;
  std::deque<int> statuses;
  int standard = 204;
  std::function<void()> meanwhile;  // once, while it is being told
};

}  // namespace replyguard::service
