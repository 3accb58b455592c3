// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The small pure parts: etags, details, contexts, and what becomes of an edit.
#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "service/usecases/assessment_details.h"
#include "service/usecases/comment_context.h"
#include "service/usecases/etag.h"
#include "usecases/classify.h"
#include "usecases/fields.h"
#include "usecases/submit/edit_outcome.h"

namespace replyguard::service {
namespace {

using storage::CommentStatus;
using storage::StatusSource;

TEST(Etag, NamesOneRevisionAndNoOther) {
  EXPECT_EQ(ExpectedRevision(""), std::nullopt);
  EXPECT_EQ(ExpectedRevision(EtagOf(12)), 12);
  for (const char* stranger :
       {"12", "r", "r0", "r-1", "r012", "r12 ", "R12", "r99999999999999999999"}) {
    EXPECT_EQ(ExpectedRevision(stranger), 0) << stranger;
  }
}

TEST(Details, ComeBackWhole) {
  AssessmentDetails details;
  AssessmentReason word;
  word.kind = ReasonKind::kClassifier;
  word.code = "WORD";
  word.text = "caf\u00e9 \"quoted\"";
  word.score = -(std::int64_t{1} << 50);
  word.spam_count = 3;
  word.ham_count = 0;
  word.spans = {{0, 4}, {10, 12}};
  AssessmentReason rule;
  rule.code = "RULE";
  rule.rule_id = storage::Uuid{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
  rule.decisive = true;
  details.reasons = {rule, word};
  details.not_consulted = {"author_history", "network_history"};
  details.degraded = true;
  EXPECT_EQ(DetailsFromJson(DetailsToJson(details)), details);
  EXPECT_EQ(DetailsFromJson(DetailsToJson({})), AssessmentDetails());
}

TEST(Details, StayBelowTheirBoundWithEveryReason) {
  AssessmentDetails details;
  for (std::size_t i = 0; i < kReasonsMax; ++i) {
    AssessmentReason reason;
    reason.kind = ReasonKind::kClassifier;
    reason.code = "WORD_PAIR";
    reason.text = std::string(kReasonTextBytesMax, '"');
    reason.score = std::numeric_limits<std::int64_t>::min();
    reason.spans.assign(kReasonSpansMax, {65'000, 65'010});
    details.reasons.push_back(reason);
  }
  const std::string json = DetailsToJson(details);
  EXPECT_LE(json.size(), storage::kAssessmentDetailsBytesMax);
  const AssessmentDetails kept = DetailsFromJson(json);
  ASSERT_EQ(kept.reasons.size(), details.reasons.size());
  for (const AssessmentReason& reason : kept.reasons) {
    EXPECT_EQ(reason.score, details.reasons.front().score);
    EXPECT_FALSE(reason.text.empty());
  }
}

TEST(Fields, EtagBoundIsInclusive) {
  validation::Violations violations;
  CheckEtag(std::string(64, 'r'), "etag", violations);
  EXPECT_TRUE(violations.empty());
  CheckEtag(std::string(65, 'r'), "etag", violations);
  EXPECT_TRUE(violations.Has("etag", validation::reason::kTooLong));
}

TEST(Fields, BoundsAreSaidWithTheirUnit) {
  validation::Violations violations;
  CheckRange(501, 1, 500, "count", violations, "comments");
  CheckDuration(std::chrono::hours(2), std::chrono::seconds(10), std::chrono::hours(1), "duration",
                violations);
  CheckDuration(std::chrono::hours(1), std::chrono::seconds(10), std::chrono::hours(1), "exact",
                violations);
  const auto list = violations.List();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].description, "Must be 1 to 500 comments.");
  EXPECT_EQ(list[1].description, "Must be 10 to 3600 seconds.");
}

TEST(Details, PolicyReasonsAreReadWithoutTheOthers) {
  AssessmentDetails details;
  details.reasons.resize(3);
  details.reasons[0].code = "RULE";
  details.reasons[0].text = "{\"k\":2,";
  details.reasons[0].rule_id = storage::Uuid::FromHex(std::string(32, 'a'));
  details.reasons[1].code = "LINKS_MAX";
  details.reasons[2].kind = ReasonKind::kClassifier;
  details.reasons[2].code = "WORD";
  details.not_consulted = {"author_history"};
  const std::vector<AssessmentReason> policys(details.reasons.begin(), details.reasons.end() - 1);
  EXPECT_EQ(PolicyReasonsFromJson(DetailsToJson(details)), policys);
  details.reasons.pop_back();
  EXPECT_EQ(PolicyReasonsFromJson(DetailsToJson(details)), policys);
  details.reasons.erase(details.reasons.begin(), details.reasons.end());
  EXPECT_TRUE(PolicyReasonsFromJson(DetailsToJson(details)).empty());
  details.reasons.resize(1);
  details.reasons[0].kind = ReasonKind::kClassifier;
  EXPECT_TRUE(PolicyReasonsFromJson(DetailsToJson(details)).empty());
  // As a database wrote it once, keys sorted and spaced.
  EXPECT_EQ(PolicyReasonsFromJson(R"({"reasons": [{"c": "A", "k": 2, "t": ""}, )"
                                  R"({"c": "B", "k": 1, "t": ""}]})")
                .size(),
            1U);
}

TEST(Details, AnyTextIsValidJson) {
  AssessmentDetails details;
  details.reasons.resize(3);
  details.reasons[0].text = std::string("a\0b\n\x1f\x7f\\\"", 8);
  details.reasons[1].text = "cut \xe2\x82";
  details.reasons[2].text = "[{";
  const AssessmentDetails back = DetailsFromJson(DetailsToJson(details));
  ASSERT_EQ(back.reasons.size(), 3U);
  EXPECT_EQ(back.reasons[0].text, details.reasons[0].text);
  EXPECT_EQ(back.reasons[1].text, "cut \xef\xbf\xbd");
  EXPECT_EQ(back.reasons[2].text, "[{");
}

TEST(Details, ACodeIsFoundInWhatIsStoredAndNoTextLooksLikeIt) {
  AssessmentDetails details;
  details.reasons.resize(1);
  details.reasons[0].code = "UNSURE";
  EXPECT_NE(DetailsToJson(details).find(StoredCode("UNSURE")), std::string::npos);
  EXPECT_EQ(DetailsToJson(details).find(StoredCode("SURE")), std::string::npos);
  details.reasons[0].code = "WORD";
  details.reasons[0].text = StoredCode("UNSURE");
  EXPECT_EQ(DetailsToJson(details).find(StoredCode("UNSURE")), std::string::npos);
}

TEST(Details, WhatIsNotOursIsEmptyAndNoError) {
  for (const char* text :
       {"", "{}", "[]", "null", "{", "{\"reasons\":1}", "{\"reasons\":[{}]}",
        "{\"reasons\":[{\"k\":\"x\",\"c\":1,\"t\":[]}]}", "{\"degraded\":\"yes\"}"}) {
    EXPECT_EQ(DetailsFromJson(text), AssessmentDetails()) << text;
  }
}

TEST(Context, ComesBackWhole) {
  const CommentContext context{
      true, std::chrono::milliseconds(1234), std::chrono::seconds(-5), {"en", "pt-BR"}};
  EXPECT_EQ(ContextFromJson(ContextToJson(context)), context);
  EXPECT_EQ(ContextToJson({}), "");
  for (const char* text : {"", "[]", "{}",
                           "{\"honeypot_filled\":1,\"fill_time_ms\":\"x\","
                           "\"thread_age_seconds\":1.5,\"site_languages\":\"en\"}"}) {
    EXPECT_EQ(ContextFromJson(text), CommentContext()) << text;
  }
}

TEST(Context, WhatIsKnownReachesTheClassifierAndWhatIsNotStaysAbsent) {
  storage::LabelSample sample;
  {
    const SampleDocument document(sample);
    EXPECT_FALSE(document.get().honeypot_filled.has_value());
    EXPECT_FALSE(document.get().form_time_ms.has_value());
    EXPECT_FALSE(document.get().thread_age_seconds.has_value());
    EXPECT_TRUE(document.get().site_languages.empty());
  }
  sample.context_json = ContextToJson(
      {true, std::chrono::milliseconds(900), std::chrono::seconds(86'400), {"de", "en"}});
  const SampleDocument document(sample);
  EXPECT_EQ(document.get().honeypot_filled, true);
  EXPECT_EQ(document.get().form_time_ms, 900);
  EXPECT_EQ(document.get().thread_age_seconds, 86'400);
  ASSERT_EQ(document.get().site_languages.size(), 2U);
  EXPECT_EQ(document.get().site_languages[1], "en");
  EXPECT_FALSE(document.get().link_count.has_value());
}

storage::MaskedComment Masked(storage::Submission submission) {
  storage::AuthorKeyring::KeyBytes bytes{};
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
  return storage::Mask(std::move(submission), *storage::AuthorKeyring::Create(1, {{1, bytes}}));
}

TEST(Context, OfASubmissionIsWhatItSaysItself) {
  const storage::Timestamp now(std::chrono::hours(1000));
  EXPECT_EQ(ContextOf(Masked({}), {"en"}, now), CommentContext())
      << "no language, so the site's say nothing";

  const auto published = [&] {
    storage::Submission submission;
    submission.thread_publish_time = now - std::chrono::hours(3);
    submission.language = "en-GB";
    return submission;
  };
  CommentContext expected;
  expected.thread_age = std::chrono::hours(3);
  expected.site_languages = {"en", "de"};
  EXPECT_EQ(ContextOf(Masked(published()), {"en", "de"}, now), expected);

  storage::Submission sent = published();
  sent.submit_time = now - std::chrono::hours(4);
  sent.honeypot = "x";
  sent.form_fill_time = std::chrono::milliseconds(250);
  expected.thread_age = std::chrono::hours(-1);
  expected.honeypot_filled = true;
  expected.fill_time = std::chrono::milliseconds(250);
  EXPECT_EQ(ContextOf(Masked(std::move(sent)), {"en", "de"}, now), expected);
}

TEST(CutText, NeverCutsACharacter) {
  EXPECT_EQ(CutText("caf\u00e9", 4), "caf");
  EXPECT_EQ(CutText("caf\u00e9", 5), "caf\u00e9");
  EXPECT_EQ(CutText("\U0001F41D", 3), "");
}

std::string DecidedByARule() {
  AssessmentReason rule;
  rule.code = "RULE";
  rule.rule_id = storage::Uuid{{1}};
  rule.decisive = true;
  return DetailsToJson({{rule}, {}, false});
}

// What an edit that the machine judged `verdict` does to a comment.
storage::SubmissionOutcome Edit(CommentStatus status, StatusSource source, CommentStatus verdict,
                                bool by_rule = false, std::int32_t report_count = 0) {
  storage::CommentRecord before;
  before.status = status;
  before.status_source = source;
  before.report_count = report_count;
  if (by_rule) before.assessment.details_json = DecidedByARule();
  Judgement judgement;
  judgement.status = verdict;
  storage::CommentEdit edit;
  SettleEdit(before, judgement, edit);
  return edit.outcome;
}

TEST(EditOutcome, JudgesAgainWhatTheMachineOrAPersonApproved) {
  for (const StatusSource source : {StatusSource::kMachine, StatusSource::kModerator}) {
    EXPECT_EQ(Edit(CommentStatus::kApproved, source, CommentStatus::kApproved).status,
              CommentStatus::kApproved);
    EXPECT_EQ(Edit(CommentStatus::kApproved, source, CommentStatus::kSpam).status,
              CommentStatus::kSpam);
    const auto held = Edit(CommentStatus::kApproved, source, CommentStatus::kPending);
    EXPECT_EQ(held.status, CommentStatus::kPending);
    EXPECT_EQ(held.queue->cause, storage::QueueCause::kEdited);
  }
}

TEST(EditOutcome, NeverMakesVisibleWhatAPersonRejected) {
  for (const StatusSource source : {StatusSource::kModerator, StatusSource::kBackend}) {
    for (const CommentStatus rejected : {CommentStatus::kSpam, CommentStatus::kTrashed}) {
      for (const CommentStatus verdict :
           {CommentStatus::kApproved, CommentStatus::kPending, CommentStatus::kSpam}) {
        const auto outcome = Edit(rejected, source, verdict);
        EXPECT_EQ(outcome.status, rejected);
        EXPECT_FALSE(outcome.queue.has_value());
      }
    }
  }
}

TEST(EditOutcome, TryingTextsUntilOnePassesLeadsToAModerator) {
  EXPECT_EQ(Edit(CommentStatus::kSpam, StatusSource::kMachine, CommentStatus::kApproved).status,
            CommentStatus::kPending);
  EXPECT_EQ(
      Edit(CommentStatus::kPending, StatusSource::kModerator, CommentStatus::kApproved).status,
      CommentStatus::kPending);
  EXPECT_EQ(
      Edit(CommentStatus::kPending, StatusSource::kMachine, CommentStatus::kApproved, true).status,
      CommentStatus::kPending);
  EXPECT_EQ(Edit(CommentStatus::kPending, StatusSource::kMachine, CommentStatus::kApproved).status,
            CommentStatus::kApproved);
}

// A comment of which `first` was said, edited again and again to texts that the machine approves.
struct Repeated {
  storage::CommentRecord comment;

  void Approve(int times) {
    for (int i = 0; i < times; ++i) {
      Judgement judgement;
      judgement.status = CommentStatus::kApproved;
      storage::CommentEdit edit;
      SettleEdit(comment, judgement, edit);
      comment.status = edit.outcome.status;
      if (!edit.keeps_status) comment.status_source = StatusSource::kMachine;
      comment.edit_floor = edit.edit_floor;
      comment.assessment = edit.outcome.assessment;
    }
  }
};

TEST(EditOutcome, NoNumberOfEditsLiftsARefusal) {
  const auto after = [](CommentStatus status, StatusSource source) {
    Repeated repeated;
    repeated.comment.status = status;
    repeated.comment.status_source = source;
    repeated.Approve(4);
    return repeated.comment;
  };
  EXPECT_EQ(after(CommentStatus::kSpam, StatusSource::kMachine).status, CommentStatus::kPending);
  for (const CommentStatus refused :
       {CommentStatus::kPending, CommentStatus::kSpam, CommentStatus::kTrashed}) {
    const auto comment = after(refused, StatusSource::kModerator);
    EXPECT_EQ(comment.status, refused);
    EXPECT_EQ(comment.status_source, StatusSource::kModerator);
  }
}

TEST(EditOutcome, TheVerdictOnATrashedCommentIsNeverMilderThanTheText) {
  storage::CommentRecord before;
  before.status = CommentStatus::kTrashed;
  before.status_source = StatusSource::kBackend;
  Judgement judgement;
  judgement.status = CommentStatus::kSpam;
  judgement.assessment.verdict = storage::Verdict::kSpam;
  judgement.assessment.blatant = true;
  storage::CommentEdit edit;
  SettleEdit(before, judgement, edit);
  EXPECT_EQ(edit.outcome.status, CommentStatus::kTrashed);
  EXPECT_EQ(edit.outcome.assessment.verdict, storage::Verdict::kSpam) << "as blatant says";
  EXPECT_TRUE(edit.outcome.assessment.blatant);
}

TEST(EditOutcome, NoNumberOfEditsLiftsARule) {
  for (const CommentStatus refused : {CommentStatus::kPending, CommentStatus::kSpam}) {
    Repeated repeated;
    repeated.comment.status = refused;
    repeated.comment.assessment.details_json = DecidedByARule();
    repeated.Approve(4);
    EXPECT_EQ(repeated.comment.status, refused);
    const auto reasons = DetailsOf(repeated.comment.assessment).reasons;
    ASSERT_FALSE(reasons.empty());
    EXPECT_EQ(reasons[0].code, "EARLIER_REFUSAL");
    EXPECT_TRUE(reasons[0].decisive);
  }
}

TEST(EditOutcome, AModeratorsApprovalLiftsWhatWasRefusedBefore) {
  Repeated repeated;
  repeated.comment.status = CommentStatus::kSpam;
  repeated.comment.status_source = StatusSource::kModerator;
  repeated.Approve(1);
  repeated.comment.status = CommentStatus::kApproved;
  repeated.comment.status_source = StatusSource::kModerator;
  repeated.Approve(2);
  EXPECT_EQ(repeated.comment.status, CommentStatus::kApproved);
}

TEST(EditOutcome, AReportedCommentStaysInTheQueue) {
  const auto outcome =
      Edit(CommentStatus::kApproved, StatusSource::kMachine, CommentStatus::kApproved, false, 2);
  EXPECT_EQ(outcome.status, CommentStatus::kApproved);
  ASSERT_TRUE(outcome.queue.has_value());
  EXPECT_EQ(outcome.queue->cause, storage::QueueCause::kReported);
}

}  // namespace
}  // namespace replyguard::service
