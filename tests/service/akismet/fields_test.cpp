// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/fields.h"

#include <gtest/gtest.h>

#include "service/usecases/akismet/guid.h"

namespace replyguard::service::http::akismet {
namespace {

const storage::Timestamp kNow{std::chrono::seconds(1'790'000'000)};

CommentFields Read(Fields fields) { return ReadFields(Parameters(std::move(fields)), kNow); }

TEST(Fields, GoWhereTheyBelong) {
  const CommentFields read = Read({{"blog", "https://Blog.example:8080/x"},
                                   {"user_ip", "203.0.114.5"},
                                   {"comment_author", " Ada "},
                                   {"comment_author_email", "ada@example.org"},
                                   {"comment_author_url", "ada.example"},
                                   {"comment_content", "one\r\ntwo"},
                                   {"content_type", "forum-post"},
                                   {"permalink", "https://blog.example/a?p=1#comment-7"},
                                   {"comment_date_gmt", "2026-09-01T10:00:00+02:00"},
                                   {"blog_lang", "en"},
                                   {"user_role", "editor, subscriber"},
                                   {"recheck_reason", "edit"},
                                   {"HTTP_COOKIE", "secret"}});
  const storage::Submission& s = read.submission;
  EXPECT_EQ(s.author_name, "Ada");
  EXPECT_EQ(s.author_email.Reveal(), "ada@example.org");
  EXPECT_EQ(s.author_url, "http://ada.example");
  EXPECT_EQ(s.body, "one\ntwo");
  EXPECT_EQ(s.author_ip.Reveal(), "203.0.114.5");
  EXPECT_EQ(s.comment_type, "forum-post");
  EXPECT_EQ(s.language, "");
  EXPECT_TRUE(s.author_verified);
  EXPECT_TRUE(s.submit_time.has_value());
  EXPECT_EQ(read.blog_host, "blog.example");
  EXPECT_EQ(read.mended, "author_url: COMPLETED");
  EXPECT_TRUE(read.again);
  EXPECT_FALSE(read.by_administrator || read.known_spam || read.is_test || read.guid);
}

TEST(Fields, OfOneArticleHaveOneThread) {
  const auto thread = [](const char* permalink) {
    return Read({{"permalink", permalink}, {"blog", "https://blog.example"}}).submission.thread_key;
  };
  const std::string key = thread("https://blog.example/a");
  EXPECT_EQ(key.size(), std::string("akismet-").size() + 32);
  EXPECT_EQ(thread("http://blog.example/a#comments"), key);
  EXPECT_NE(thread("https://blog.example/b"), key);
  EXPECT_NE(thread(""), key);
  EXPECT_EQ(thread(""), thread("https://blog.example"));
}

TEST(Fields, SayWhoIsBelievedAndWhatIsATrial) {
  EXPECT_TRUE(Read({{"user_role", "subscriber,administrator"}}).by_administrator);
  EXPECT_FALSE(Read({{"user_role", "Xadministrator"}}).by_administrator);
  EXPECT_TRUE(Read({{"comment_author", "viagra-test-123"}}).known_spam);
  EXPECT_TRUE(Read({{"comment_author_email", "akismet-guaranteed-spam@example.com"}}).known_spam);
  for (const char* yes : {"1", "true", "TRUE"})
    EXPECT_TRUE(Read({{"is_test", yes}}).is_test) << yes;
  for (const char* no : {"", "0", "false"}) EXPECT_FALSE(Read({{"is_test", no}}).is_test) << no;
}

TEST(Fields, FindTheHoneypotUnderEitherName) {
  EXPECT_EQ(Read({{"honeypot_field_name", "hp"}, {"hp", "x"}}).submission.honeypot, "x");
  EXPECT_EQ(Read({{"honeypot_field_name", "hp"}, {"POST_hp", "y"}}).submission.honeypot, "y");
  EXPECT_EQ(Read({{"akismet_api_honeypot_field", "z"}}).submission.honeypot, "z");
  EXPECT_EQ(Read({{"honeypot_field_name", "hp"}, {"hp", ""}}).submission.honeypot, "");
}

TEST(HostOf, IsAHostsNameOrNothing) {
  const std::pair<const char*, const char*> cases[] = {
      {"https://Blog.example/x", "blog.example"},
      {"blog.example", "blog.example"},
      {"http://user:word@blog.example:81?x", "blog.example"},
      {"jane@example.org", "example.org"},
      {"https://[2001:DB8::1]:80/", "[2001:db8::1]"},
      {"https://b\u00fccher.example", ""},
      {"", ""},
  };
  for (const auto& [url, host] : cases) EXPECT_EQ(HostOf(url), host) << url;
  EXPECT_EQ(HostOf(std::string(300, 'a')), "");
}

TEST(Required, IsWhatHoldsSomething) {
  const Parameters parameters({{"blog", "x"}, {"user_ip", "  "}});
  EXPECT_TRUE(CheckRequired(parameters, {"blog"}).ok());
  const absl::Status status = CheckRequired(parameters, {"blog", "user_ip"});
  EXPECT_EQ(status.message(), "Missing required field: user_ip");
}

TEST(Guid, IsAUuidThere) {
  const auto id = storage::Uuid::FromHex("0123456789abcdef0123456789abcdef");
  ASSERT_TRUE(id.has_value());
  EXPECT_EQ(ToGuid(*id), "01234567-89ab-cdef-0123-456789abcdef");
  EXPECT_EQ(FromGuid("01234567-89AB-CDEF-0123-456789abcdef"), id);
  EXPECT_EQ(FromGuid("0123456789abcdef0123456789abcdef"), id);
  for (const char* bad : {"", "-", "01234567-89ab-cdef-0123-456789abcdeg", "0123"}) {
    EXPECT_FALSE(FromGuid(bad)) << bad;
  }
}

}  // namespace
}  // namespace replyguard::service::http::akismet
