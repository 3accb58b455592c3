// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace replyguard::service::cli {

// What a moderator at this machine has in hand: the leases of the last "queue next" and the last
// decision, so that "queue approve" and "queue undo" need no names. Two small files of mode 0600
// under $XDG_STATE_HOME/replyguard
// (~/.local/state/replyguard). Losing them loses nothing but that comfort. One thread.
class WorkState {
 public:
  struct Held {
    std::string comment;  // "sites/{site}/comments/{comment}"
    std::string lease_token;
    std::string etag;
  };

  // `server`: leases of another server are not ours.
  WorkState(const std::function<std::string(const char*)>& environment, std::string server);

  // What is held; empty when nothing is, or nothing can be read.
  std::vector<Held> Leases() const;
  std::string LastDecision() const;

  // UNAVAILABLE when it cannot be written; there is no home, for one.
  absl::Status SaveLeases(const std::vector<Held>& held) const;
  absl::Status SaveDecision(const std::string& decision) const;

 private:
  std::vector<std::vector<std::string>> Read(const std::string& file) const;
  absl::Status Write(const std::string& file,
                     const std::vector<std::vector<std::string>>& rows) const;

  std::string folder_;  // empty: there is none
  std::string server_;
};

}  // namespace replyguard::service::cli
