// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "service/rpc/convert/admin.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/convert/submission.h"

namespace replyguard::service::rpc {
namespace {

TEST(ConvertTest, TimesRoundTripAndBoundsAreKept) {
  for (const std::int64_t micros :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'700'000'000'123'456},
        std::int64_t{-62'135'596'800'000'000}}) {
    google::protobuf::Timestamp proto;
    ToProto(storage::Timestamp(std::chrono::microseconds(micros)), &proto);
    const auto back = FromProto(proto);
    ASSERT_TRUE(back.has_value()) << micros;
    EXPECT_EQ(back->time_since_epoch().count(), micros);
  }
  google::protobuf::Timestamp bad;
  bad.set_seconds(std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(FromProto(bad));
  bad.set_seconds(0);
  bad.set_nanos(-1);
  EXPECT_FALSE(FromProto(bad));
  google::protobuf::Duration duration;
  duration.set_seconds(1);
  duration.set_nanos(-1);
  EXPECT_FALSE(FromProto(duration));
  duration.set_seconds(std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(FromProto(duration));
}

TEST(ConvertTest, PolicyRoundTripsAndZeroMeansTheDefault) {
  policy::SitePolicy policy;
  policy.mode = policy::Mode::kApproveTrusted;
  policy.required_fields = {false, true, true};
  policy.spam_threshold = 0.8;
  policy.approve_threshold = 0;
  policy.blatant_threshold = 0.99;
  policy.hold_first_time_authors = true;
  policy.links_max = 3;
  policy.close_after_days = 30;
  policy.flood_count_max = 5;
  policy.flood_window = std::chrono::seconds(90);
  policy.duplicate_window = std::chrono::hours(5);
  policy.honeypot = false;
  policy.fill_time_min = std::chrono::milliseconds(2500);
  policy.trust_typed_identity = true;
  policy.trusted_after_count = 4;
  policy.blind_sample_rate = 0;
  v1::Policy proto;
  ToProto(policy, 12, &proto);
  EXPECT_EQ(proto.revision(), 12);
  validation::Violations violations;
  EXPECT_EQ(FromProto(proto, "p.", violations), policy);
  policy::SitePolicy defaults;
  defaults.honeypot = false;  // a bool of the contract has no default but false
  EXPECT_EQ(FromProto(v1::Policy(), "p.", violations), defaults);
  EXPECT_TRUE(violations.empty());
  proto.set_mode(static_cast<v1::Policy::Mode>(77));
  proto.add_required_fields(v1::Policy::FIELD_UNSPECIFIED);
  FromProto(proto, "p.", violations);
  EXPECT_TRUE(violations.Has("p.mode", "VALUE_INVALID"));
  EXPECT_TRUE(violations.Has("p.required_fields", "VALUE_INVALID"));
}

TEST(ConvertTest, ReasonsAddUpExactlyAfterTheConversion) {
  storage::Assessment assessment;
  AssessmentDetails details;
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < 60; ++i) {
    AssessmentReason reason;
    reason.kind = ReasonKind::kClassifier;
    reason.code = "WORD";
    reason.score = (i * i * 7919 - 1'234'567) * ((i % 2 == 0) ? 1 : -1);
    sum += *reason.score;
    details.reasons.push_back(reason);
  }
  assessment.score = sum;
  assessment.details_json = DetailsToJson(details);
  v1::Assessment proto;
  ToProto("blog", assessment, &proto);
  double total = 0;
  for (const auto& reason : proto.reasons()) total += reason.log_odds();
  EXPECT_EQ(total, proto.log_odds());
  EXPECT_EQ(proto.reasons_size(), 60);
}

TEST(ConvertTest, SubmissionIsTakenWholeAndItsNamesAreChecked) {
  v1::Submission in;
  in.set_thread("sites/blog/threads/a");
  in.set_parent_comment("sites/blog/comments/" + std::string(32, 'a'));
  in.set_author_email("jane@example.org");
  in.set_author_ip("192.0.2.1");
  in.mutable_form()->mutable_fill_time()->set_seconds(3);
  ReadSubmission read = TakeSubmission(in, "submission.", true);
  EXPECT_TRUE(read.violations.empty());
  EXPECT_EQ(read.site, "blog");
  EXPECT_EQ(read.submission.thread_key, "a");
  EXPECT_EQ(read.submission.parent_comment, std::string(32, 'a'));
  EXPECT_EQ(read.submission.author_email.Reveal(), "jane@example.org");
  EXPECT_EQ(read.submission.form_fill_time, std::chrono::seconds(3));
  // No copy stays behind.
  EXPECT_EQ(in.SerializeAsString().find("jane@example.org"), std::string::npos);
  EXPECT_EQ(in.SerializeAsString().find("192.0.2.1"), std::string::npos);

  v1::Submission wrong;
  wrong.set_thread("nonsense");
  wrong.set_parent_comment("sites/blog/comments/1");
  wrong.mutable_submit_time()->set_nanos(-5);
  read = TakeSubmission(wrong, "submission.", true);
  EXPECT_TRUE(read.violations.Has("submission.thread", "NAME_INVALID"));
  EXPECT_TRUE(read.violations.Has("submission.parent_comment", "NAME_INVALID"));
  EXPECT_TRUE(read.violations.Has("submission.submit_time", "OUT_OF_RANGE"));
  v1::Submission foreign;
  foreign.set_thread("sites/blog/threads/a");
  foreign.set_parent_comment("sites/other/comments/" + std::string(32, 'a'));
  EXPECT_TRUE(
      TakeSubmission(foreign, "s.", true).violations.Has("s.parent_comment", "NAME_INVALID"));
}

}  // namespace
}  // namespace replyguard::service::rpc
