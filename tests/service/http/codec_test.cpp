// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/connect/codec.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "replyguard/v1/admin_service.pb.h"
#include "replyguard/v1/comment_service.pb.h"
#include "replyguard/v1/webhook.pb.h"
#include "service/http/connect/json_bounds.h"
#include "service/http/connect/source.h"

namespace replyguard::service::http {
namespace {

using replyguard::v1::SubmitCommentRequest;
using replyguard::v1::UpdateCommentRequest;
using replyguard::v1::WatchEventsRequest;

TEST(CodecTest, KnowsItsNames) {
  EXPECT_EQ(CodecOf("json"), Codec::kJson);
  EXPECT_EQ(CodecOf("proto"), Codec::kProto);
  for (const char* other : {"", "JSON", "text", "grpc"}) EXPECT_EQ(CodecOf(other), std::nullopt);
  EXPECT_EQ(CodecOf(NameOf(Codec::kProto)), Codec::kProto);
}

TEST(CodecTest, CarriesAMessageThereAndBack) {
  WatchEventsRequest message;
  message.set_parent("sites/demo");
  message.set_cursor(9'007'199'254'740'993);  // no double has it: JSON writes it as text
  for (const Codec codec : {Codec::kJson, Codec::kProto}) {
    WatchEventsRequest back;
    ASSERT_TRUE(Parse(codec, Serialise(codec, message), back).ok());
    EXPECT_EQ(back.SerializeAsString(), message.SerializeAsString());
  }
  EXPECT_EQ(Serialise(Codec::kJson, message),
            R"({"parent":"sites/demo","cursor":"9007199254740993"})");
}

TEST(CodecTest, TakesJsonAsClientsWriteIt) {
  SubmitCommentRequest message;
  ASSERT_TRUE(Parse(Codec::kJson,
                    R"({"submission": {"author_name": "Ada", "authorEmail": "a@b.example"},
                        "requestId": "r", "invented": {"by": ["a", "later", "version"]}})",
                    message)
                  .ok());
  EXPECT_EQ(message.submission().author_name(), "Ada");
  EXPECT_EQ(message.submission().author_email(), "a@b.example");
  EXPECT_TRUE(Parse(Codec::kJson, "", message).ok());
}

TEST(CodecTest, RefusesWhatIsNoMessageWithoutRepeatingIt) {
  for (const char* text : {"{", "[]", "null5", R"({"submission": 7})", R"({"cursor": "secret"})",
                           "{\"parent\": \"secret\xff\"}", R"({"cursor": 1e99})"}) {
    WatchEventsRequest events;
    SubmitCommentRequest submit;
    const absl::Status status = std::string_view(text).find("submission") != std::string_view::npos
                                    ? Parse(Codec::kJson, text, submit)
                                    : Parse(Codec::kJson, text, events);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << text << ' ' << status;
    EXPECT_EQ(status.ToString().find("secret"), std::string::npos);
  }
  WatchEventsRequest events;
  EXPECT_TRUE(absl::IsInvalidArgument(Parse(Codec::kProto, "\xff\xff", events)));
}

TEST(CodecTest, NamesTheFieldThatDoesNotFit) {
  SubmitCommentRequest message;
  for (const auto& [text, field] : std::vector<std::pair<std::string, std::string>>{
           {R"({"submission": {"authorName": 1}})", "submission.author_name"},
           {R"({"submission": {"author_name": ["secret"]}})", "submission"},
           {R"({"submission": {"form": {"fill_time": "secret"}}})", "submission.form.fill_time"},
           {R"({"submission": {"submitTime": "secret"}})", "submission.submit_time"}}) {
    const absl::Status status = Parse(Codec::kJson, text, message);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << text;
    EXPECT_NE(status.message().find(field + ":"), absl::string_view::npos) << text << ' ' << status;
    EXPECT_EQ(status.ToString().find("secret"), std::string::npos) << status;
  }
}

// What Protobuf's reader drops without a word where unknown fields are ignored.
TEST(CodecTest, RefusesNamesThatAreNoneOfAnEnum) {
  replyguard::v1::UpdateSiteRequest site;
  replyguard::v1::ListCommentsRequest list;
  google::protobuf::Message& both = site;
  struct Case {
    google::protobuf::Message& message;
    std::string text, field;
  };
  for (const Case& c : std::vector<Case>{
           {both, R"({"site": {"policy": {"mode": "SECRET"}}})", "site.policy.mode"},
           {both, R"({"site": {"policy": {"mo\u0064e": ""}}})", "site.policy.mode"},
           {both, R"({"site": {"policy": {"mode": "mode_moderate_all"}}})", "site.policy.mode"},
           {both, R"({"site": {"policy": {"mode": "99"}}})", "site.policy.mode"},
           {both, R"({"site": {"x": {}, "policy": {"requiredFields": ["FIELD_BODY", "SECRET"]}}})",
            "site.policy.required_fields[1]"},
           {both, R"({"site": {"policy": {"required_fields": [["SECRET"]]}}})",
            "site.policy.required_fields[0][0]"},
           {list, R"({"statuses": ["COMMENT_STATUS_SPAM", 1, null, "SECRET"]})", "statuses[3]"},
           {list, R"({"statuses": "SECRET"})", "statuses"}}) {
    const absl::Status status = Parse(Codec::kJson, c.text, c.message);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << c.text;
    EXPECT_NE(status.message().find(c.field + ":"), absl::string_view::npos) << c.text << status;
    EXPECT_EQ(status.ToString().find("SECRET"), std::string::npos) << status;
  }
  const absl::Status status =
      Parse(Codec::kJson, R"({"site": {"policy": {"mode": "MODERATE_ALL"}}})", site);
  EXPECT_NE(status.message().find("MODE_MODERATE_ALL"), absl::string_view::npos) << status;
}

TEST(CodecTest, TakesEnumsAsNamesAndNumbersAndLeavesTheRestAlone) {
  replyguard::v1::UpdateSiteRequest site;
  const char* const text = R"({"mode": "X", "invented": {"mode": "X", "policy": {"mode": ["X"]}},
      "site": {"displayName": "MODE", "createTime": "2026-01-01T00:00:00Z", "languages": ["X"],
               "mode": [{"policy": {"mode": "X"}}],
               "policy": {"mode": "2", "linksMax": "3", "requiredFields": [1, "FIELD_BODY"]}}})";
  ASSERT_TRUE(Parse(Codec::kJson, text, site).ok());
  EXPECT_EQ(site.site().policy().mode(), replyguard::v1::Policy::MODE_MODERATE_ALL);
  EXPECT_EQ(site.site().policy().required_fields_size(), 2);
  ASSERT_TRUE(Parse(Codec::kJson, R"({"site": {"policy": {"mode": null}}})", site).ok());
  // As by gRPC: the method refuses it.
  ASSERT_TRUE(Parse(Codec::kJson, R"({"site": {"policy": {"mode": 99}}})", site).ok());
  EXPECT_EQ(site.site().policy().mode(), 99);
}

// The contract has neither maps nor messages within themselves; a later one may.
TEST(CodecTest, KnowsEnumsInMapsAndAnyDepth) {
  google::protobuf::FileDescriptorProto file;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
      name: "m.proto" syntax: "proto3"
      enum_type { name: "E" value { name: "NONE" number: 0 } value { name: "ONE" number: 1 } }
      message_type {
        name: "M"
        field { name: "more" number: 1 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".M" }
        field { name: "of" number: 2 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".M.OfEntry" }
        field { name: "all" number: 3 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".M.AllEntry" }
        nested_type {
          name: "OfEntry" options { map_entry: true }
          field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
          field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_ENUM type_name: ".E" }
        }
        nested_type {
          name: "AllEntry" options { map_entry: true }
          field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
          field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".M" }
        }
      })",
                                                            &file));
  google::protobuf::DescriptorPool pool;
  const auto* built = pool.BuildFile(file);
  ASSERT_NE(built, nullptr);
  const google::protobuf::Descriptor& type = *built->message_type(0);
  EXPECT_TRUE(
      CheckJson(R"({"of": {"of": "ONE"}, "more": [{"all": {"of": {"of": {}}}}]})", type).ok());
  for (const auto& [json, field] : std::vector<std::pair<std::string, std::string>>{
           {R"({"of": {"SECRET": "ONE", "value": "SECRET"}})", "of"},
           {R"({"more": [{}, {"more": [{"of": {"a": "SECRET"}}]}]})", "more[1].more[0].of"},
           {R"({"all": {"SECRET": {"of": {"a": "SECRET"}}}})", "all.of"}}) {
    const absl::Status status = CheckJson(json, type);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << json;
    EXPECT_NE(status.message().find(field + ":"), absl::string_view::npos) << status;
    EXPECT_EQ(status.ToString().find("SECRET"), std::string::npos) << status;
  }
  google::protobuf::Struct any;
  EXPECT_TRUE(Parse(Codec::kJson, R"({"fields": {"nullValue": "X"}, "a": ["X"]})", any).ok());
}

TEST(CodecTest, BoundsTheDepthOfJson) {
  std::string deep = R"({"invented": )";
  for (int i = 0; i < 100'000; ++i) deep += '[';
  SubmitCommentRequest message;
  EXPECT_TRUE(absl::IsInvalidArgument(Parse(Codec::kJson, deep, message)));
}

TEST(CodecTest, TakesMasksOfNamesOnly) {
  UpdateCommentRequest message;
  ASSERT_TRUE(Parse(Codec::kJson, R"({"updateMask": "body,authorName"})", message).ok());
  EXPECT_EQ(message.update_mask().paths_size(), 2);
  EXPECT_EQ(message.update_mask().paths(1), "author_name");
  const std::string long_mask(kMaskBytesMax + 1, 'a');
  for (const std::string& text :
       std::vector<std::string>{R"j({"updateMask": "a(b,c)"})j", R"j({"update_mask": "a[\"b\"]"})j",
                                R"j({"update\u004dask": "a(b)"})j", R"j({"updateMask": ["a(b)"]})j",
                                R"j({"updateMask": [{"x": 1}, "a(b)"]})j",
                                R"j({"updateMask": ")j" + long_mask + "\"}"}) {
    const absl::Status status = Parse(Codec::kJson, text, message);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << text;
    EXPECT_NE(status.message().find("update_mask:"), absl::string_view::npos) << text << status;
  }
  const char* const others = R"j({"unmasked": {"a": "(b)"}, "mask": "", "x": "(b)"})j";
  EXPECT_TRUE(Parse(Codec::kJson, others, message).ok());
}

// CheckJson knows masks by their names.
TEST(CodecTest, KnowsEveryMaskOfTheContract) {
  int masks = 0;
  for (const auto* file : {UpdateCommentRequest::descriptor()->file(),
                           replyguard::v1::UpdateWebhookRequest::descriptor()->file()}) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      const auto* type = file->message_type(i);
      for (int j = 0; j < type->field_count(); ++j) {
        const auto* of = type->field(j)->message_type();
        if (of == nullptr || of->full_name() != "google.protobuf.FieldMask") continue;
        ++masks;
        EXPECT_TRUE(type->field(j)->name().ends_with("mask")) << type->field(j)->full_name();
      }
    }
  }
  EXPECT_EQ(masks, 3);
}

TEST(CodecTest, BoundsTheNumberOfValues) {
  std::string many = R"({"x": [)";
  for (std::size_t i = 2; i < kJsonValuesMax; ++i) many += "0,";
  SubmitCommentRequest message;
  EXPECT_TRUE(Parse(Codec::kJson, many.substr(0, many.size() - 1) + "]}", message).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(Parse(Codec::kJson, many + "0]}", message)));
}

TEST(DeadlineTest, ReadsMilliseconds) {
  const auto before = std::chrono::steady_clock::now();
  const auto deadline = DeadlineOf({{"connect-timeout-ms", "60000"}});
  ASSERT_TRUE(deadline.ok());
  EXPECT_GE(*deadline, before + std::chrono::seconds(60));
  EXPECT_EQ(*DeadlineOf({}), std::chrono::steady_clock::time_point::max());
  EXPECT_TRUE(DeadlineOf({{"connect-timeout-ms", "9999999999"}}).ok());
  for (const char* text : {"-1", "1.5", "99999999999", "soon", "1 "}) {
    EXPECT_TRUE(absl::IsInvalidArgument(DeadlineOf({{"connect-timeout-ms", text}}).status()));
  }
}

}  // namespace
}  // namespace replyguard::service::http
