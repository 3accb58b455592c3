// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/webhook_signature.h"

#include <gtest/gtest.h>
#include <sodium.h>

namespace replyguard::service::auth {
namespace {

// The example of the Standard Webhooks libraries' own tests.
TEST(WebhookSignatureTest, IsThatOfTheSpecification) {
  ASSERT_GE(sodium_init(), 0);
  const std::string secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const std::string expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  const auto sign = [](const std::string& key, std::int64_t time, const std::string& body) {
    return SignWebhook(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", time, body);
  };
  EXPECT_EQ(sign(secret, 1614265330, R"({"test": 2432232314})"), expected);
  EXPECT_EQ(sign("whsec_" + secret, 1614265330, R"({"test": 2432232314})"), expected);
  EXPECT_NE(sign(secret, 1614265331, R"({"test": 2432232314})"), expected);
  EXPECT_NE(sign(secret, 1614265330, R"({"test": 2432232315})"), expected);
  EXPECT_EQ(sign("not base64!", 1, ""), "");
}

TEST(WebhookSignatureTest, SecretsAreNewAndFit) {
  ASSERT_GE(sodium_init(), 0);
  const std::string one = NewWebhookSecret();
  EXPECT_NE(one, NewWebhookSecret());
  EXPECT_EQ(one.size(), 6 + 44U);
  EXPECT_EQ(one.rfind("whsec_", 0), 0U);
  EXPECT_NE(SignWebhook(one, "id", 1, "body"), "");
}

}  // namespace
}  // namespace replyguard::service::auth
