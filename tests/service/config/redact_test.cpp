// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/config/redact.h"

#include <gtest/gtest.h>

#include <string>

namespace replyguard::service::config {
namespace {

TEST(Redact, HidesThePasswordOfAUri) {
  EXPECT_EQ(RedactConnectionString("postgresql://app:s3cret@db:5432/comments?sslmode=require"),
            "postgresql://app:***@db:5432/comments?sslmode=require");
  EXPECT_EQ(RedactConnectionString("postgres:///c?host=/run&password=s3cret&user=app"),
            "postgres:///c?host=/run&password=***&user=app");
  EXPECT_EQ(RedactConnectionString("postgres:///c?PassWord=s3cret"), "postgres:///c?PassWord=***");
  EXPECT_EQ(RedactConnectionString("postgresql://app@db/comments"), "postgresql://app@db/comments");
  EXPECT_EQ(RedactConnectionString("postgresql://db:5432/comments"),
            "postgresql://db:5432/comments");
}

TEST(Redact, HidesThePasswordOfPairs) {
  EXPECT_EQ(RedactConnectionString("host=db password=s3cret user=app"),
            "host=db password=*** user=app");
  EXPECT_EQ(RedactConnectionString("host=db password = 's3 cr\\'et' user=app"),
            "host=db password = *** user=app");
  EXPECT_EQ(RedactConnectionString("PASSWORD=s3cret"), "PASSWORD=***");
  EXPECT_EQ(RedactConnectionString("sslpassword='s3cret"), "sslpassword=***");
}

// Wrongly escaped passwords are the ones that get printed in error messages.
TEST(Redact, NeverShowsAPasswordHoweverItIsWritten) {
  for (const char* text :
       {"postgresql://app:s3cret@x@db/c", "postgresql://app:a/s3cret@db/c",
        "postgresql://app:a?s3cret@db/c", "postgresql://app:a:s3cret@db/c",
        "postgresql://app:a?b@db/c?password=s3cret", "postgresql:///c?user=a&password=s3cret@b",
        "password=a\\ s3cret host=db", "password='a\\\\\\'s3cret' host=db"}) {
    EXPECT_EQ(RedactConnectionString(text).find("s3cret"), std::string::npos) << text;
  }
}

TEST(Shown, OfAKeyOnlyThatItIsSet) {
  const std::string key(48, 'a');
  EXPECT_EQ(Shown(OptionOf(OptionKey::kClientOperatorKey), key), "(set, 48 characters)");
  EXPECT_EQ(Shown(OptionOf(OptionKey::kClientOperatorKey), ""), "");
  EXPECT_EQ(Shown(OptionOf(OptionKey::kServerListen), "a:1"), "a:1");
}

}  // namespace
}  // namespace replyguard::service::config
