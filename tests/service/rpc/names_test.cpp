// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "replyguard/v1/comment_service.pb.h"
#include "service/rpc/names/resource_names.h"
#include "service/rpc/parse/utf8_violations.h"

namespace replyguard::service::rpc {
namespace {

TEST(ResourceNamesTest, ReadsWhatItMakes) {
  storage::Uuid id;
  id.bytes.fill(7);
  EXPECT_EQ(ParseSiteName(SiteName("my-blog1")), "my-blog1");
  const auto thread = ParseThreadName(ThreadName("blog", "a.b_c~d-E"));
  ASSERT_TRUE(thread.has_value());
  EXPECT_EQ(thread->site, "blog");
  EXPECT_EQ(thread->rest, "a.b_c~d-E");
  const auto comment = ParseUuidName(CommentName("blog", id), "comments");
  ASSERT_TRUE(comment.has_value());
  EXPECT_EQ(comment->id, id);
  EXPECT_EQ(ParseModelName(ModelName("blog")), "blog");
  EXPECT_EQ(ParseApiKeyName(ApiKeyName("0123456789abcdef")), "0123456789abcdef");
  EXPECT_EQ(ParseGenerationName(GenerationName(120)), 120);
  EXPECT_EQ(ParseOperationName(OperationName(123'456'789'012)), 123'456'789'012);
}

TEST(ResourceNamesTest, RefusesEverythingElse) {
  const std::vector<std::string> no_sites = {"",
                                             "sites",
                                             "sites/",
                                             "sites/-",
                                             "sites/-a",
                                             "sites/a-",
                                             "sites/A",
                                             "sites/a/",
                                             "sites/a b",
                                             "/sites/a",
                                             "sites/" + std::string(41, 'a'),
                                             "sites/a\n",
                                             "sites/\xc3\xa4",
                                             std::string("sites/a\0b", 9)};
  for (const std::string& name : no_sites) EXPECT_FALSE(ParseSiteName(name)) << name;
  for (const std::string& rest : {std::string(), std::string("/"), std::string("a b"),
                                  std::string("a/b"), std::string("%41"), std::string(201, 'a')}) {
    EXPECT_FALSE(ParseThreadName("sites/blog/threads/" + rest)) << rest;
  }
  for (const std::string& rest :
       {std::string(31, 'a'), std::string(33, 'a'), std::string(32, 'A'), std::string(32, 'g')}) {
    EXPECT_FALSE(ParseUuidName("sites/blog/comments/" + rest, "comments")) << rest;
  }
  EXPECT_FALSE(ParseUuidName("sites/blog/decisions/" + std::string(32, 'a'), "comments"));
  EXPECT_FALSE(ParseApiKeyName("apiKeys/0123456789ABCDEF"));
  for (const char* name :
       {"modelGenerations/", "modelGenerations/0", "modelGenerations/01", "modelGenerations/-1",
        "modelGenerations/1/", "modelGenerations/1x", "modelGenerations/1234567890", "1"}) {
    EXPECT_FALSE(ParseGenerationName(name)) << name;
  }
  for (const char* name : {"operations/", "operations/0", "operations/01", "operations/1x",
                           "operations/1234567890123456", "modelGenerations/1"}) {
    EXPECT_FALSE(ParseOperationName(name)) << name;
  }
  EXPECT_TRUE(ParseSiteOrEvery("sites/-").has_value());
  EXPECT_FALSE(ParseSiteOrEvery("sites/-")->has_value());
}

TEST(Utf8ViolationsTest, NamesEveryFieldThatIsNotText) {
  v1::SubmitCommentRequest request;
  request.mutable_submission()->set_body("fine");
  request.mutable_submission()->set_author_name("XXXX");
  request.mutable_submission()->mutable_form()->set_honeypot("YYYY");
  request.set_request_id("ZZZZ");
  std::string bytes = request.SerializeAsString();
  // An overlong slash, a surrogate, and a lone continuation byte.
  bytes.replace(bytes.find("XXXX"), 4, "\xc0\xaf..");
  bytes.replace(bytes.find("YYYY"), 4, "\xed\xa0\x80.");
  bytes.replace(bytes.find("ZZZZ"), 4, "...\x80");
  EXPECT_FALSE(request.ParseFromString(bytes));
  const auto found = Utf8Violations(*decltype(request)::GetDescriptor(), bytes);
  EXPECT_TRUE(found.Has("submission.author_name", "UTF8_INVALID"));
  EXPECT_TRUE(found.Has("submission.form.honeypot", "UTF8_INVALID"));
  EXPECT_TRUE(found.Has("request_id", "UTF8_INVALID"));
  EXPECT_EQ(found.List().size(), 3U);
  EXPECT_TRUE(Utf8Violations(*decltype(request)::GetDescriptor(), "\xff\xff\xff").empty());
}

}  // namespace
}  // namespace replyguard::service::rpc
