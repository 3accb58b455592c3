// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// An Authenticator over keys, changes and clocks that the test sets.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/auth/authenticator.h"
#include "support/no_keys.h"
#include "support/still_changes.h"

namespace replyguard::service::auth {

class FakeKeys final : public tests::NoKeys {
 public:
  absl::StatusOr<storage::ApiKeyRecord> Get(const std::string& id, storage::Deadline) override {
    ++reads;
    if (away) return absl::UnavailableError("away");
    if (late) return absl::DeadlineExceededError("late");
    const auto found = rows.find(id);
    if (found == rows.end()) return absl::NotFoundError("none");
    const storage::ApiKeyRecord row = found->second;
    if (meanwhile) meanwhile();
    return row;
  }

  absl::StatusOr<std::vector<storage::ApiKeyRecord>> InUse(storage::Timestamp, std::int32_t limit,
                                                           storage::Deadline) override {
    if (away) return absl::UnavailableError("away");
    std::vector<storage::ApiKeyRecord> out;
    for (const auto& [id, row] : rows) out.push_back(row);
    if (out.size() > static_cast<std::size_t>(limit)) out.resize(static_cast<std::size_t>(limit));
    return out;
  }

  std::map<std::string, storage::ApiKeyRecord> rows;
  std::function<void()> meanwhile;  // between the read and its end
  int reads = 0;
  bool away = false;
  bool late = false;
};

class AuthenticatorTest : public testing::Test {
 protected:
  AuthenticatorTest()
      : authenticator_(
            {keys_,
             changes_,
             [](storage::SiteId id) -> std::optional<std::string> {
               if (id != 1) return std::nullopt;
               return "blog";
             },
             [this] { return now_; },
             [this] { return steady_; },
             nullptr,
             {},
             [this](const std::string& key, storage::Timestamp at) { used_.emplace_back(key, at); },
             [this] { return away_; },
             [this](std::string_view peer) { good_.emplace_back(peer); }}) {}

  std::string Store(storage::KeyRole role, std::optional<storage::SiteId> site) {
    const NewApiKey key = GenerateApiKey();
    storage::ApiKeyRecord record;
    record.key_id = key.id;
    record.secret_hash.assign(key.hash.begin(), key.hash.end());
    record.display_name = "test";
    record.role = role;
    record.site_id = site;
    keys_.rows[key.id] = record;
    return key.text;
  }

  // As a transport does it.
  Answer Ask(const std::string& header, const std::string& peer = "ipv4:192.0.2.1") {
    Answer answer = authenticator_.Check(header, peer);
    if (answer.verdict == Verdict::kUnknown) answer = authenticator_.Look(header, peer, {});
    return answer;
  }

  FakeKeys keys_;
  tests::StillChanges changes_;
  bool away_ = false;
  std::vector<std::pair<std::string, storage::Timestamp>> used_;
  std::vector<std::string> good_;  // from where
  storage::Timestamp now_{std::chrono::hours(24 * 365 * 50)};
  std::chrono::steady_clock::time_point steady_{std::chrono::hours(1)};
  Authenticator authenticator_;
};

}  // namespace replyguard::service::auth
