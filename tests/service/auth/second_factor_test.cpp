// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/second_factor.h"

#include <gtest/gtest.h>

#include <set>

#include "service/auth/password.h"
#include "service/auth/totp.h"

namespace replyguard::service::auth {
namespace {

constexpr std::array<std::uint8_t, 32> kDeployment{1, 2, 3};
constexpr std::string_view kRfcSecret = "12345678901234567890";

storage::Timestamp At(std::int64_t seconds) {
  return storage::Timestamp(std::chrono::seconds(seconds));
}

// RFC 6238, appendix B, the rows of SHA-1.
TEST(TotpTest, TheVectorsOfTheRfc) {
  const std::pair<std::int64_t, std::string> vectors[] = {
      {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
      {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [seconds, code] : vectors) {
    EXPECT_EQ(TotpCode(kRfcSecret, TotpStepAt(At(seconds)), 8), code) << seconds;
  }
}

// RFC 4226, appendix D.
TEST(TotpTest, TheVectorsOfHotp) {
  const std::string codes[] = {"755224", "287082", "359152", "969429", "338314",
                               "254676", "287922", "162583", "399871", "520489"};
  for (std::int64_t counter = 0; counter < 10; ++counter) {
    EXPECT_EQ(TotpCode(kRfcSecret, counter), codes[counter]);
  }
}

TEST(TotpTest, ACodeIsGoodAroundItsTimeAndOnce) {
  const std::int64_t step = 1000;
  const auto now = At(step * kTotpStepSeconds + 7);
  for (std::int64_t off = -3; off <= 3; ++off) {
    const auto match = MatchTotp(kRfcSecret, TotpCode(kRfcSecret, step + off), now, 0);
    EXPECT_EQ(match.has_value(), off >= -1 && off <= 1) << off;
    EXPECT_EQ(match.value_or(step + off), step + off);
  }
  const std::string code = TotpCode(kRfcSecret, step);
  EXPECT_TRUE(MatchTotp(kRfcSecret, code, now, step - 1));
  EXPECT_FALSE(MatchTotp(kRfcSecret, code, now, step));
  EXPECT_FALSE(MatchTotp(kRfcSecret, code, now, step + 1));
  for (const std::string_view wrong : {"", "12345", "1234567", "abcdef"}) {
    EXPECT_FALSE(MatchTotp(kRfcSecret, wrong, now, 0)) << wrong;
  }
}

// RFC 4648, section 10, without the padding.
TEST(TotpTest, Base32) {
  EXPECT_EQ(Base32(""), "");
  EXPECT_EQ(Base32("f"), "MY");
  EXPECT_EQ(Base32("fo"), "MZXQ");
  EXPECT_EQ(Base32("foo"), "MZXW6");
  EXPECT_EQ(Base32("foob"), "MZXW6YQ");
  EXPECT_EQ(Base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(TotpUri("an.na", "foobar"),
            "otpauth://totp/replyguard:an.na?secret=MZXW6YTBOI&issuer=replyguard&algorithm=SHA1&"
            "digits=6&period=30");
}

TEST(SecondFactorKeysTest, ASealedSecretOpensForItsPersonUnderItsKeyOnly) {
  const SecondFactorKeys keys(kDeployment);
  const SecondFactorKeys others(std::array<std::uint8_t, 32>{9});
  const std::string sealed = keys.Seal("anna", kRfcSecret);
  EXPECT_EQ(sealed.find(kRfcSecret), std::string::npos);
  EXPECT_NE(sealed, keys.Seal("anna", kRfcSecret));
  EXPECT_EQ(keys.Open("anna", sealed), kRfcSecret);
  for (const std::string_view handle : {"ann", "annab", "bert", ""}) {
    EXPECT_FALSE(keys.Open(handle, sealed)) << handle;
  }
  EXPECT_FALSE(others.Open("anna", sealed));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string damaged = sealed;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(keys.Open("anna", damaged)) << i;
    EXPECT_FALSE(keys.Open("anna", sealed.substr(0, i))) << i;
  }
}

TEST(SecondFactorKeysTest, RecoveryCodesAreManyAndTheirHashesOfOnePerson) {
  std::set<std::string> plain;
  for (const std::string& code : NewRecoveryCodes()) {
    EXPECT_EQ(code.size(), 19U);
    EXPECT_EQ(code.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567-"), std::string::npos);
    plain.insert(PlainCode(code));
    EXPECT_EQ(PlainCode(code).size(), kRecoveryCodeChars);
  }
  EXPECT_EQ(plain.size(), kRecoveryCodes);
  EXPECT_EQ(PlainCode(" AbCd-23 4"), "abcd234");
  const SecondFactorKeys keys(kDeployment);
  const SecondFactorKeys others(std::array<std::uint8_t, 32>{9});
  const std::string hash = keys.RecoveryHash("anna", "abcd");
  EXPECT_EQ(hash.size(), 32U);
  EXPECT_EQ(hash, keys.RecoveryHash("anna", "abcd"));
  EXPECT_NE(hash, keys.RecoveryHash("bert", "abcd"));
  EXPECT_NE(hash, keys.RecoveryHash("anna", "abce"));
  EXPECT_NE(hash, others.RecoveryHash("anna", "abcd"));
}

TEST(PasswordHasherTest, ArgonIsWhatIsStoredAndOnlyItsPasswordFits) {
  PasswordHasher hasher;
  const auto hash = hasher.Hash("correct horse battery");
  ASSERT_TRUE(hash.ok()) << hash.status();
  // The costs that the comparison to no password repeats.
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << *hash;
  EXPECT_LE(hash->size(), 128U);
  EXPECT_TRUE(hasher.Fits(*hash, "correct horse battery").value());
  EXPECT_FALSE(hasher.Fits(*hash, "correct horse batterx").value());
  EXPECT_FALSE(hasher.Fits(*hash, "").value());
  EXPECT_FALSE(hasher.Fits("", "").value());
  EXPECT_FALSE(hasher.Fits("", "correct horse battery").value());
}

}  // namespace
}  // namespace replyguard::service::auth
