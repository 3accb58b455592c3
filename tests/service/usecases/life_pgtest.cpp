// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The whole life of a comment, through the use cases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "classifier/features.h"
#include "service/usecases/assessment_details.h"
#include "service/usecases/errors.h"
#include "service/usecases/etag.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

using storage::CommentStatus;
using storage::DecisionAction;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kModelPrefix = "x" + std::to_string(classifier::kExtractorVersion) + ".";
constexpr char kSpamText[] = "cheap pills casino bonus click here now";
constexpr char kHamText[] = "thank you, the chapter about bees helped my garden";

TEST(Life, UntrainedHoldsAndSaysBothNumbers) {
  World world;
  const auto result = world.Submit(kHamText);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->comment.status, CommentStatus::kPending);
  EXPECT_EQ(result->assessment.verdict, storage::Verdict::kHold);
  const AssessmentDetails& details = result->details;
  EXPECT_EQ(details, DetailsOf(result->assessment)) << "what is answered is what was stored";
  ASSERT_FALSE(details.reasons.empty());
  EXPECT_EQ(details.reasons.front().code, "UNTRAINED");
  EXPECT_THAT(details.reasons.front().text, HasSubstr("0"));
  EXPECT_THAT(details.reasons.front().text, HasSubstr("20"));
  EXPECT_EQ(result->assessment.model_id, kModelPrefix + "e0.p0");

  const auto queue = world.queue.List(world.moderator, {}, Soon());
  ASSERT_TRUE(queue.ok()) << queue.status();
  ASSERT_EQ(queue->size(), 1U);
  EXPECT_EQ(queue->front().site, "blog");
  EXPECT_EQ(queue->front().item.cause, storage::QueueCause::kHeld);
}

TEST(Life, LearnsFromLabelsAndItsReasonsAddUp) {
  World world;
  world.Train();
  const auto spam = world.Submit(kSpamText);
  const auto ham = world.Submit(kHamText);
  ASSERT_TRUE(spam.ok() && ham.ok());
  EXPECT_EQ(spam->assessment.verdict, storage::Verdict::kSpam) << spam->assessment.details_json;
  EXPECT_EQ(spam->comment.status, CommentStatus::kSpam);
  EXPECT_EQ(ham->assessment.verdict, storage::Verdict::kApprove) << ham->assessment.details_json;
  EXPECT_EQ(ham->comment.status, CommentStatus::kApproved);
  EXPECT_EQ(SumOfReasons(spam->assessment), spam->assessment.score);
  EXPECT_EQ(SumOfReasons(ham->assessment), ham->assessment.score);
  EXPECT_EQ(spam->assessment.model_id.substr(0, kModelPrefix.size()), kModelPrefix);
  EXPECT_THAT(spam->assessment.model_id, HasSubstr(".p40"));
}

TEST(Life, HistoryIsAReasonThatAddsUpToo) {
  World world;
  world.Train();
  const auto first = world.Stored("something neither good nor bad, number one");
  ASSERT_TRUE(world.Decide(first.comment_id, DecisionAction::kSpam).status.ok());
  const auto second = world.Submit("something neither good nor bad, number two");
  ASSERT_TRUE(second.ok());
  EXPECT_THAT(CodesOf(second->assessment), Contains("HISTORY"));
  EXPECT_EQ(SumOfReasons(second->assessment), second->assessment.score);
}

TEST(Life, DecidingTeachesUndoingUnteaches) {
  World world;
  const auto comment = world.Stored(kHamText);
  const auto decided = world.Decide(comment.comment_id, DecisionAction::kApprove);
  ASSERT_TRUE(decided.status.ok()) << decided.status;
  EXPECT_EQ(decided.comment->status, CommentStatus::kApproved);
  ASSERT_TRUE(world.learner.CatchUp().ok());
  auto model = world.model_info.Get(world.admin, "blog", Soon());
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->ham_count, 1);
  EXPECT_EQ(model->position, model->head_position);

  const auto undone =
      world.moderate.Undo(world.moderator, "blog", decided.decision->decision_id, Soon());
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(undone->comment.status, CommentStatus::kPending);
  ASSERT_TRUE(world.learner.CatchUp().ok());
  model = world.model_info.Get(world.admin, "blog", Soon());
  EXPECT_EQ(model->ham_count, 0);
  EXPECT_EQ(model->position, 2);
}

TEST(Life, DeletingTakesTheLessonBackAndLeavesNothingToRead) {
  World world;
  const auto comment = world.Stored(kSpamText);
  ASSERT_TRUE(world.Decide(comment.comment_id, DecisionAction::kSpam).status.ok());
  ASSERT_TRUE(world.learner.CatchUp().ok());
  EXPECT_GT(world.learner.Snapshot()->feature_count(), 0U);

  ASSERT_TRUE(world.comments.Delete(world.backend, "blog", comment.comment_id, false, Soon()).ok());
  ASSERT_TRUE(world.learner.CatchUp().ok());
  EXPECT_EQ(world.learner.State().position, 2);
  EXPECT_EQ(world.learner.State().skipped_count, 0);
  EXPECT_EQ(world.learner.Snapshot()->feature_count(), 0U);
  EXPECT_EQ(world.model_info.Get(world.admin, "blog", Soon())->spam_count, 0);
  EXPECT_EQ(
      ReasonOf(world.comments.Get(world.backend, "blog", comment.comment_id, Soon()).status()),
      "COMMENT_NOT_FOUND");
  EXPECT_EQ(
      ReasonOf(world.comments.Delete(world.backend, "blog", comment.comment_id, false, Soon())),
      "COMMENT_NOT_FOUND");
  EXPECT_TRUE(world.comments.Delete(world.backend, "blog", comment.comment_id, true, Soon()).ok());
}

TEST(Life, AReplayAfterAnEditAnswersTheFirstVerdictAndThePresentStatus) {
  World world;
  world.Train();
  const auto first = world.Submit(kHamText, "request-1");
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->comment.status, CommentStatus::kApproved);
  UpdateComment::Request edit;
  edit.site = "blog";
  edit.comment_id = first->comment.comment_id;
  edit.body = std::string(kSpamText);
  edit.deadline = Soon();
  const auto edited = world.update.Run(world.backend, std::move(edit));
  ASSERT_TRUE(edited.ok()) << edited.status();
  EXPECT_EQ(edited->status, CommentStatus::kSpam);

  const auto again = world.Submit(kHamText, "request-1");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->comment.comment_id, first->comment.comment_id);
  EXPECT_EQ(again->comment.status, CommentStatus::kSpam);
  EXPECT_EQ(again->assessment.verdict, storage::Verdict::kApprove);
  EXPECT_EQ(again->details, first->details);
  EXPECT_EQ(ReasonOf(world.Submit("another text", "request-1").status()), "REQUEST_ID_REUSED");
}

TEST(Life, AnEditTakesNothingBackThatAModeratorTaught) {
  World world;
  const auto comment = world.Stored(kSpamText);
  const auto decided = world.Decide(comment.comment_id, DecisionAction::kSpam);
  ASSERT_TRUE(decided.status.ok()) << decided.status;
  ASSERT_TRUE(world.learner.CatchUp().ok());
  const std::size_t taught = world.learner.Snapshot()->feature_count();
  const auto edit_to = [&](const std::string& body) {
    UpdateComment::Request edit;
    edit.site = "blog";
    edit.comment_id = comment.comment_id;
    edit.body = body;
    edit.deadline = Soon();
    return world.update.Run(world.backend, std::move(edit)).status();
  };
  ASSERT_TRUE(edit_to(kSpamText).ok());
  ASSERT_TRUE(edit_to("I have thought about it and say something else").ok());
  ASSERT_TRUE(world.learner.CatchUp().ok());
  EXPECT_EQ(world.learner.State().position, 1) << "no word of the author is a label";
  EXPECT_EQ(world.learner.Snapshot()->TrainingOf(1).spam, 1U);
  EXPECT_EQ(world.learner.Snapshot()->feature_count(), taught) << "of the text that was seen";
  const auto events = *world.db->events().Read(1, 0, 10, Soon());
  EXPECT_EQ(events.back().type, storage::EventType::kEdited);
  EXPECT_EQ(events.back().status, storage::CommentStatus::kSpam) << "the moderator's word stands";
  EXPECT_EQ(events[events.size() - 2].type, storage::EventType::kDecided)
      << "an edit without change is no event";
  const auto exported = world.db->exports().Comments(1, std::nullopt, 10, Soon());
  ASSERT_TRUE(exported.ok()) << exported.status();
  EXPECT_FALSE(exported->front().label) << "nobody said it of this text";
  // Undoing does not lead back across the edit. A word on the new text takes the place of the one
  // on the old, and gives it back when it is undone itself.
  EXPECT_EQ(
      ReasonOf(world.moderate.Undo(world.moderator, "blog", decided.decision->decision_id, Soon())
                   .status()),
      "DECIDED_AGAIN");
  const auto approved = world.Decide(comment.comment_id, DecisionAction::kApprove);
  ASSERT_TRUE(approved.status.ok()) << approved.status;
  ASSERT_TRUE(world.learner.CatchUp().ok());
  EXPECT_EQ(world.learner.Snapshot()->TrainingOf(1).spam, 0U);
  EXPECT_EQ(world.learner.Snapshot()->TrainingOf(1).ham, 1U);
  EXPECT_TRUE(world.db->exports().Comments(1, std::nullopt, 10, Soon())->front().label);
  ASSERT_TRUE(
      world.moderate.Undo(world.moderator, "blog", approved.decision->decision_id, Soon()).ok());
  ASSERT_TRUE(world.learner.CatchUp().ok());
  EXPECT_EQ(world.learner.Snapshot()->TrainingOf(1).spam, 1U);
  EXPECT_EQ(world.learner.Snapshot()->TrainingOf(1).ham, 0U);
  EXPECT_EQ(world.learner.Snapshot()->feature_count(), taught);
  // Nor does it outlive the comment.
  ASSERT_TRUE(world.comments.Delete(world.backend, "blog", comment.comment_id, false, Soon()).ok());
  ASSERT_TRUE(world.learner.CatchUp().ok());
  EXPECT_EQ(world.learner.Snapshot()->feature_count(), 0U);
}

TEST(Life, UndoingTwiceIsRefusedByName) {
  World world;
  const auto comment = world.Stored(kHamText);
  const auto id = world.Decide(comment.comment_id, DecisionAction::kApprove).decision->decision_id;
  ASSERT_TRUE(world.moderate.Undo(world.moderator, "blog", id, Soon()).ok());
  const auto again = world.moderate.Undo(world.moderator, "blog", id, Soon()).status();
  EXPECT_EQ(again.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(again), "ALREADY_UNDONE");
}

TEST(Life, AnEditWithAStaleEtagWritesNothing) {
  World world;
  const auto comment = world.Stored(kHamText);
  ASSERT_TRUE(world.Decide(comment.comment_id, DecisionAction::kApprove).status.ok());
  UpdateComment::Request edit;
  edit.site = "blog";
  edit.comment_id = comment.comment_id;
  edit.body = "edited";
  edit.etag = EtagOf(comment.revision);
  edit.deadline = Soon();
  EXPECT_EQ(ReasonOf(world.update.Run(world.backend, std::move(edit)).status()), "STALE_ETAG");
  EXPECT_EQ(world.comments.Get(world.backend, "blog", comment.comment_id, Soon())->body, kHamText);
}

TEST(Life, CheckStoresNothingAndListsWhatItDidNotConsult) {
  World world;
  world.Train();
  const auto quick =
      world.check.Run(world.backend, {"blog", world.Comment(kHamText), false, Soon()});
  ASSERT_TRUE(quick.ok()) << quick.status();
  EXPECT_THAT(quick->details.not_consulted, Contains("author_history"));
  const auto whole =
      world.check.Run(world.backend, {"blog", world.Comment(kHamText), true, Soon()});
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_THAT(whole->details.not_consulted, testing::Not(Contains("author_history")));
  EXPECT_EQ(world.test.Sql("SELECT count(*) FROM replyguard.comments"), "0");
  EXPECT_EQ(world.test.Sql("SELECT count(*) FROM replyguard.threads"), "0");
}

TEST(Life, EveryViolationAtOnce) {
  World world;
  storage::Submission submission = world.Comment("");
  submission.author_email = storage::SecretText("nowhere");
  absl::Status status;
  world.submit.Run(world.backend, {"blog", std::move(submission), "a b", Soon()},
                   [&status](const auto& result) { status = result.status(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  std::vector<std::string> fields;
  const auto detail = GetErrorDetail(status);
  for (const auto& violation : detail->violations) fields.push_back(violation.field);
  EXPECT_THAT(fields, testing::UnorderedElementsAre("submission.body", "submission.author_email",
                                                    "request_id"));
}

TEST(Life, AnIdHoldsNoAddressLeastOfAllTheAuthors) {
  World world;
  for (const char* const id : {"ada@intranet", "x-ADA%40intranet", "ada@9"}) {
    storage::Submission submission = world.Comment(kHamText);
    submission.author_email = storage::SecretText(id == std::string("ada@9") ? id : "ada@intranet");
    absl::Status status;
    world.submit.Run(world.backend, {"blog", std::move(submission), id, Soon()},
                     [&status](const auto& result) { status = result.status(); });
    const auto detail = GetErrorDetail(status);
    ASSERT_TRUE(detail && !detail->violations.empty()) << id << ": " << status;
    EXPECT_EQ(detail->violations.front().field, "request_id");
  }
  EXPECT_EQ(world.test.Sql("SELECT count(*) FROM replyguard.comments"), "0");
}

TEST(Life, ClosedThreadAndStrangeParentAreRefused) {
  World world;
  const auto comment = world.Stored("a first comment");
  Threads::UpdateRequest close;
  close.site = "blog";
  close.key = "closed";
  close.allow_missing = true;
  close.state = storage::ThreadState::kClosed;
  ASSERT_TRUE(world.threads.Update(world.backend, close, Soon()).ok());
  storage::Submission late = world.Comment("too late", "closed");
  const auto refused = world.check.Run(world.backend, {"blog", std::move(late), true, Soon()});
  EXPECT_EQ(ReasonOf(refused.status()), "THREAD_CLOSED");
  storage::Submission reply = world.Comment("a reply", "elsewhere");
  reply.parent_comment = comment.comment_id.ToHex();
  const auto stray = world.check.Run(world.backend, {"blog", std::move(reply), true, Soon()});
  EXPECT_EQ(ReasonOf(stray.status()), "PARENT_NOT_IN_THREAD");
}

TEST(Life, ReportsPutACommentIntoTheQueueOnce) {
  World world;
  world.Train();
  const auto comment = world.Stored(kHamText);
  ASSERT_EQ(comment.status, CommentStatus::kApproved);
  const Comments::ReportRequest report{"blog", comment.comment_id, "reader-1", "ABUSE",
                                       "see x@y.org"};
  EXPECT_EQ(*world.comments.Report(world.backend, report, Soon()), true);
  EXPECT_EQ(*world.comments.Report(world.backend, report, Soon()), false);
  const auto queue = world.queue.List(world.moderator, {}, Soon());
  ASSERT_EQ(queue->size(), 1U);
  EXPECT_EQ(queue->front().item.cause, storage::QueueCause::kReported);
  EXPECT_EQ(world.test.Sql("SELECT count(*) FROM replyguard.reports WHERE note LIKE '%x@%'"), "0");

  // An edit judged good does not talk it out of the queue.
  UpdateComment::Request edit;
  edit.site = "blog";
  edit.comment_id = comment.comment_id;
  edit.body = std::string(kHamText) + " indeed";
  edit.deadline = Soon();
  ASSERT_TRUE(world.update.Run(world.backend, std::move(edit)).ok());
  EXPECT_EQ(world.queue.List(world.moderator, {}, Soon())->size(), 1U);
}

TEST(Life, EventsTellBackendsInOrder) {
  World world;
  const auto comment = world.Stored(kHamText);
  ASSERT_TRUE(world.Decide(comment.comment_id, DecisionAction::kApprove).status.ok());
  ASSERT_TRUE(world.comments.Delete(world.backend, "blog", comment.comment_id, false, Soon()).ok());
  const auto page = world.events.List(world.backend, "blog", 0, 100, Soon());
  ASSERT_TRUE(page.ok()) << page.status();
  std::vector<storage::EventType> types;
  for (const auto& event : page->events) types.push_back(event.type);
  EXPECT_THAT(types, ElementsAre(storage::EventType::kQueued, storage::EventType::kDecided,
                                 storage::EventType::kErased));
  EXPECT_EQ(page->cursor, page->head_cursor);
  const auto ahead = world.events.List(world.backend, "blog", 99, 100, Soon());
  EXPECT_EQ(ahead.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(ahead.status()), "CURSOR_AHEAD");
  EXPECT_EQ(GetErrorDetail(ahead.status())->metadata.at("head_cursor"), "3");
}

TEST(Life, AnotherSitesKeyLearnsNothing) {
  World world;
  const auto comment = world.Stored(kHamText);
  const Principal stranger{"c0", "other", Role::kBackend, "other"};
  const auto there = world.comments.Get(stranger, "blog", comment.comment_id, Soon()).status();
  EXPECT_EQ(there.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(there, world.comments.Get(stranger, "blog", storage::CommentId{}, Soon()).status());
  EXPECT_EQ(there,
            world.comments.Get(stranger, "no-such-site", comment.comment_id, Soon()).status());
}

// The field that the queue refuses; empty when it answers.
std::string RefusedFilter(World& world, const ReviewFilter& filter,
                          const std::optional<std::string>& site = "blog") {
  ReviewQueue::ListRequest list;
  list.site = site;
  list.filter = filter;
  ReviewQueue::LeaseRequest lease;
  lease.site = site;
  lease.filter = filter;
  const absl::Status listed = world.queue.List(world.moderator, list, Soon()).status();
  EXPECT_EQ(listed, world.queue.LeaseNext(world.moderator, lease, Soon()).status());
  if (listed.ok()) return "";
  EXPECT_EQ(listed.code(), absl::StatusCode::kInvalidArgument) << listed;
  const auto detail = GetErrorDetail(listed);
  return detail && detail->violations.size() == 1 ? detail->violations.front().field : "?";
}

TEST(Life, AQueueFilterThatNothingCanPassIsRefusedNotEmpty) {
  World world;
  world.Stored(kHamText);
  Sites::CreateRequest other;
  other.slug = "other";
  other.display_name = "Another";
  ASSERT_TRUE(world.sites.Create(world.admin, other, Soon()).ok());

  ReviewFilter between;
  between.match.probability_min = 0.6;
  between.match.probability_max = 0.4;
  EXPECT_EQ(RefusedFilter(world, between), "filter.probability_min");
  between.match.probability_max = 0.6;
  EXPECT_EQ(RefusedFilter(world, between), "");
  const auto thread_of = [](const std::string& site) {
    ReviewFilter filter;
    filter.match.thread_site = site;
    filter.match.thread_key = "article";
    return filter;
  };
  EXPECT_EQ(RefusedFilter(world, thread_of("other")), "filter.thread");
  EXPECT_EQ(RefusedFilter(world, thread_of("blog")), "");
  EXPECT_EQ(RefusedFilter(world, thread_of("other"), std::nullopt), "");
  EXPECT_EQ(RefusedFilter(world, thread_of("nowhere"), std::nullopt), "filter.thread");
}

TEST(Life, TwoModeratorsNeverLeaseTheSame) {
  World world;
  for (int i = 0; i < 6; ++i) world.Stored("comment number " + std::to_string(i));
  ReviewQueue::LeaseRequest lease;
  lease.count = 4;
  const auto ann = world.queue.LeaseNext(world.moderator, lease, Soon());
  const auto bob =
      world.queue.LeaseNext({"b1", "Bob", Role::kModerator, std::nullopt}, lease, Soon());
  ASSERT_TRUE(ann.ok() && bob.ok());
  EXPECT_EQ(ann->size(), 4U);
  EXPECT_EQ(bob->size(), 2U);
  const auto stolen = world.Decide(bob->front().item.comment.comment_id, DecisionAction::kSpam);
  EXPECT_EQ(ReasonOf(stolen.status), "LEASED");
}

}  // namespace
}  // namespace replyguard::service
