// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/hmac_registration.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace replyguard::service {
namespace {

class FakeStore final : public storage::HmacKeyStore {
 public:
  absl::Status Register(const storage::HmacKeyInfo& key, storage::Deadline) override {
    const auto [known, added] = keys.emplace(key.key_id, key);
    return added || known->second.fingerprint == key.fingerprint
               ? absl::OkStatus()
               : absl::FailedPreconditionError("another key");
  }
  absl::StatusOr<std::vector<storage::HmacKeyInfo>> List(storage::Deadline) override {
    std::vector<storage::HmacKeyInfo> out;
    for (const auto& [id, key] : keys) {
      if (id != retired) out.push_back(key);
    }
    return out;
  }

  std::map<std::int32_t, storage::HmacKeyInfo> keys;
  std::int32_t retired = 0;
};

TEST(HmacRegistrationTest, ARetiredKeyMayBeKeptAndNotWritten) {
  storage::AuthorKeyring::KeyBytes one{};
  storage::AuthorKeyring::KeyBytes two{};
  for (std::size_t i = 0; i < one.size(); ++i) {
    one[i] = static_cast<std::uint8_t>(7 * i + 1);
    two[i] = static_cast<std::uint8_t>(11 * i + 5);
  }
  const auto old = storage::AuthorKeyring::Create(1, {{1, one}, {2, two}});
  const auto rotated = storage::AuthorKeyring::Create(2, {{1, one}, {2, two}});
  ASSERT_TRUE(old.ok() && rotated.ok());
  FakeStore store;
  const storage::Deadline deadline = storage::Deadline::max();
  EXPECT_TRUE(RegisterHmacKeys(store, *old, {}, deadline).ok());
  EXPECT_EQ(store.keys.size(), 2U);
  store.retired = 1;
  EXPECT_TRUE(RegisterHmacKeys(store, *rotated, {}, deadline).ok());
  EXPECT_EQ(RegisterHmacKeys(store, *old, {}, deadline).code(),
            absl::StatusCode::kFailedPrecondition);
  store.retired = 0;
  store.keys[1].fingerprint = "another";
  EXPECT_FALSE(RegisterHmacKeys(store, *rotated, {}, deadline).ok());
}

}  // namespace
}  // namespace replyguard::service
