// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What moderators do around single decisions, over a real PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "service/usecases/errors.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

using storage::CommentStatus;
using storage::DecisionAction;
using testing::ElementsAre;
using testing::SizeIs;

constexpr char kOffer[] =
    "Good day dear friends, our shop sells the best watches for a quarter of the price, visit us "
    "today and take two for one, shipping is free for all who order before ";

class ReviewDeskTest : public testing::Test {
 protected:
  ReviewDeskTest() {
    Sites::CreateRequest request;
    request.slug = "other";
    request.display_name = "Another";
    EXPECT_TRUE(world_.sites.Create(world_.admin, request, Soon()).ok());
  }

  void Index() { ASSERT_TRUE(world_.indexer.RunOnce().ok()); }

  std::vector<std::string> Found(const Search::Request& request) {
    const auto page = world_.search.Run(world_.moderator, request, Soon());
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> bodies;
    if (!page.ok()) return bodies;
    for (const SiteComment& one : page->comments) bodies.push_back(one.comment.body);
    return bodies;
  }

  absl::StatusOr<BulkProgress> Apply(const BulkPreview& preview, DecisionAction action,
                                     std::vector<std::string> tokens = {}) {
    Bulks::ApplyRequest request;
    request.site = "blog";
    request.bulk_id = preview.bulk.bulk_id;
    request.action = action;
    request.lease_tokens = std::move(tokens);
    return world_.bulks.Apply(world_.moderator, request, Soon());
  }

  BulkPreview Preview(const std::vector<storage::CommentId>& comments) {
    Bulks::PreviewRequest request;
    request.site = "blog";
    request.comments = comments;
    auto preview = world_.bulks.Preview(world_.moderator, request, Soon());
    EXPECT_TRUE(preview.ok()) << preview.status();
    return *std::move(preview);
  }

  CommentStatus StatusOf(const storage::CommentId& id) {
    return world_.db->comments().Get(1, id, Soon())->status;
  }

  World world_;
  const Principal stranger_{"c0c0c0c0c0c0c0c0", "Eve", Role::kModerator, "other"};
};

TEST_F(ReviewDeskTest, SearchFindsByWordsNetworkAndStatusAndNothingOfOthers) {
  world_.Stored("Bees are wonderful");
  world_.Stored("Cheap pills and more");
  Index();
  Search::Request request;
  request.site = "blog";
  request.filter.text = "PILLS cheap";
  EXPECT_THAT(Found(request), ElementsAre("Cheap pills and more"));
  request.filter.text = "jane";
  request.filter.network = "192.0.2.0/24";
  EXPECT_THAT(Found(request), SizeIs(2));
  request.filter.network = "198.51.100.0/24";
  EXPECT_THAT(Found(request), SizeIs(0));
  request = {};
  request.sites = {"other"};
  EXPECT_THAT(Found(request), SizeIs(0));
  request.sites = {"other", "blog"};
  request.limit = 1;
  EXPECT_THAT(Found(request), ElementsAre("Cheap pills and more"));
  const auto page = world_.search.Run(world_.moderator, request, Soon());
  ASSERT_TRUE(page->next);
  request.before = page->next;
  EXPECT_THAT(Found(request), ElementsAre("Bees are wonderful"));
  request.site = "blog";
  EXPECT_EQ(world_.search.Run(stranger_, request, Soon()).status().code(),
            absl::StatusCode::kPermissionDenied);
  request.filter.text = "...";
  EXPECT_EQ(world_.search.Run(world_.moderator, request, Soon()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ReviewDeskTest, TheQueueTellsWhatIsAlikeAndIsFilteredByIt) {
  const auto first = world_.Stored(std::string(kOffer) + "Sunday");
  world_.Stored("Something else altogether, about bees and their keepers in the mountains.");
  world_.Stored(std::string(kOffer) + "Monday");
  Index();
  ReviewQueue::ListRequest request;
  request.site = "blog";
  auto items = world_.queue.List(world_.moderator, request, Soon());
  ASSERT_TRUE(items.ok()) << items.status();
  ASSERT_THAT(*items, SizeIs(3));
  EXPECT_EQ((*items)[0].alike_count, 2);
  EXPECT_EQ((*items)[1].alike_count, 1);
  EXPECT_EQ((*items)[2].alike_oldest, first.comment_id);
  request.filter.match.campaign_site = "blog";
  request.filter.match.campaign = first.comment_id;
  items = world_.queue.List(world_.moderator, request, Soon());
  ASSERT_TRUE(items.ok()) << items.status();
  EXPECT_THAT(*items, SizeIs(2));
  const auto campaign =
      world_.search.GetCampaign(world_.moderator, "blog", first.comment_id, Soon());
  ASSERT_TRUE(campaign.ok()) << campaign.status();
  EXPECT_EQ(campaign->comment_count, 2);
  EXPECT_EQ(campaign->group.author_count, 1);
  const auto waiting = world_.search.ListCampaigns(world_.moderator, "blog", 10, 2, Soon());
  ASSERT_TRUE(waiting.ok()) << waiting.status();
  ASSERT_THAT(*waiting, SizeIs(1));
  EXPECT_EQ(waiting->front().comment_id, first.comment_id);
  EXPECT_EQ(waiting->front().waiting_count, 2);
  request.filter.match = {};
  request.filter.match.reason = "UNTRAINED";
  EXPECT_THAT(*world_.queue.List(world_.moderator, request, Soon()), SizeIs(3));
  request.filter.cause = storage::QueueCause::kSampled;
  EXPECT_EQ(world_.queue.List(world_.moderator, request, Soon()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ReviewDeskTest, AnAuthorsHistoryCountsWhatThisSiteHas) {
  const auto one = world_.Stored("One");
  const auto two = world_.Stored("Two");
  ASSERT_TRUE(world_.Decide(one.comment_id, DecisionAction::kSpam).status.ok());
  Index();
  const auto history = world_.search.History(world_.moderator, "blog", two.comment_id, 1, Soon());
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->counts,
            (StatusCounts{{CommentStatus::kPending, 1}, {CommentStatus::kSpam, 1}}));
  EXPECT_EQ(history->decided_by_people_count, 1);
  EXPECT_THAT(history->comments, SizeIs(1));
  EXPECT_THAT(history->names, ElementsAre("Jane"));
  EXPECT_EQ(history->network, "192.0.2.0/24");
  EXPECT_TRUE(history->network_others.counts.empty());
  EXPECT_EQ(world_.search.History(stranger_, "blog", two.comment_id, 1, Soon()).status().code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(ReviewDeskTest, ABulkDecisionLeavesAloneWhatOthersTouched) {
  std::vector<storage::CommentId> ids;
  for (const char* body : {"a", "b", "c", "d"}) ids.push_back(world_.Stored(body).comment_id);
  const BulkPreview preview = Preview(ids);
  EXPECT_EQ(preview.bulk.total_count, 4);
  EXPECT_THAT(preview.sample, SizeIs(4));
  // One is decided and one is taken by somebody else meanwhile; one is the caller's own.
  ASSERT_TRUE(world_.Decide(ids[0], DecisionAction::kApprove).status.ok());
  ReviewQueue::LeaseRequest lease;
  lease.site = "blog";
  const auto theirs = world_.queue.LeaseNext(world_.admin, lease, Soon());
  const auto mine = world_.queue.LeaseNext(world_.moderator, lease, Soon());
  ASSERT_TRUE(theirs.ok() && mine.ok());
  ASSERT_EQ(theirs->front().item.comment.comment_id, ids[1]);
  const auto applied = Apply(preview, DecisionAction::kSpam, {mine->front().item.lease_token});
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(applied->bulk.decided_count, 2);
  EXPECT_EQ(applied->bulk.skipped_count, 2);
  EXPECT_EQ(applied->bulk.tried_count, 4);
  ASSERT_THAT(applied->skips, SizeIs(2));
  std::set<std::string> why;
  for (const BulkSkip& skip : applied->skips) why.insert(ReasonOf(skip.status));
  EXPECT_EQ(why, (std::set<std::string>{"LEASED", "STALE_ETAG"}));
  // Again: nothing is decided twice; with something else: refused.
  EXPECT_EQ(Apply(preview, DecisionAction::kSpam)->bulk.decided_count, 2);
  EXPECT_EQ(ReasonOf(Apply(preview, DecisionAction::kTrash).status()), "BULK_CHANGED");
  EXPECT_EQ(StatusOf(ids[2]), CommentStatus::kSpam);

  const auto undone = world_.bulks.Undo(world_.moderator, "blog", preview.bulk.bulk_id, Soon());
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(undone->bulk.undone_count, 2);
  EXPECT_EQ(undone->bulk.to_undo_count, 0);
  EXPECT_EQ(StatusOf(ids[0]), CommentStatus::kApproved);
  EXPECT_EQ(StatusOf(ids[2]), CommentStatus::kPending);
  EXPECT_EQ(world_.test.Sql("SELECT count(*) FROM replyguard.labels l WHERE l.label > 0 AND NOT "
                            "EXISTS (SELECT 1 FROM replyguard.labels r WHERE r.sample_id = "
                            "l.sample_id AND r.position > l.position)"),
            "1");
  EXPECT_EQ(world_.bulks.Undo(stranger_, "blog", preview.bulk.bulk_id, Soon()).status().code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(ReviewDeskTest, APreviewCountsWhatOthersHoldNotWhatOneHoldsOneself) {
  const storage::CommentId id = world_.Stored("a").comment_id;
  const Principal anna{"people/anna", "Anna", Role::kModerator, "blog"};
  ReviewQueue::LeaseRequest lease;
  lease.site = "blog";
  ASSERT_THAT(*world_.queue.LeaseNext(anna, lease, Soon()), SizeIs(1));
  EXPECT_EQ(Preview({id}).leased_count, 1);
  Bulks::PreviewRequest request;
  request.site = "blog";
  request.comments = {id};
  EXPECT_EQ(world_.bulks.Preview(anna, request, Soon())->leased_count, 0);
}

TEST_F(ReviewDeskTest, APreviewIsItsMakersAndDoesNotLast) {
  const BulkPreview preview = Preview({world_.Stored("a").comment_id});
  Bulks::ApplyRequest request;
  request.site = "blog";
  request.bulk_id = preview.bulk.bulk_id;
  EXPECT_EQ(world_.bulks.Apply(world_.admin, request, Soon()).status().code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(
      ReasonOf(world_.bulks.Undo(world_.moderator, "blog", preview.bulk.bulk_id, Soon()).status()),
      "BULK_NOT_APPLIED");
  world_.clock.Advance(kBulkPreviewKept + std::chrono::seconds(1));
  EXPECT_EQ(ReasonOf(Apply(preview, DecisionAction::kSpam).status()), "BULK_EXPIRED");
  Bulks::PreviewRequest everything;
  everything.site = "blog";
  EXPECT_EQ(world_.bulks.Preview(world_.moderator, everything, Soon()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ReviewDeskTest, ACommentIsSeenWithItsSurroundings) {
  const auto comment = world_.Stored("Look at this");
  const auto note = world_.desk.AddNote(
      world_.moderator, {"blog", comment.comment_id, "ask jane@example.org", ""}, Soon());
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(note->text.find("jane@"), std::string::npos);
  ASSERT_TRUE(
      world_.desk.Escalate(world_.moderator, "blog", comment.comment_id, "hm", Soon()).ok());
  auto review = world_.desk.Review(world_.moderator, "blog", comment.comment_id, Soon());
  ASSERT_TRUE(review.ok()) << review.status();
  ASSERT_TRUE(review->item && review->item->item.escalation);
  EXPECT_EQ(review->item->item.escalation->actor, "Ann");
  EXPECT_THAT(review->notes, SizeIs(1));
  // Whoever takes the next item does not get one that is for the operators, unless he asks.
  ReviewQueue::LeaseRequest lease;
  lease.site = "blog";
  EXPECT_THAT(*world_.queue.LeaseNext(world_.moderator, lease, Soon()), SizeIs(0));
  lease.filter.escalated = true;
  EXPECT_THAT(*world_.queue.LeaseNext(world_.admin, lease, Soon()), SizeIs(1));
  ASSERT_TRUE(world_.desk.Deescalate(world_.moderator, "blog", comment.comment_id, Soon()).ok());
  EXPECT_EQ(world_.desk.Review(stranger_, "blog", comment.comment_id, Soon()).status().code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(
      ReasonOf(world_.desk.Review(world_.moderator, "blog", storage::Uuid{}, Soon()).status()),
      "COMMENT_NOT_FOUND");
}

TEST_F(ReviewDeskTest, AnAuthorIsBlockedOnceWithoutAnAddress) {
  const auto comment = world_.Stored("Buy");
  Desk::BlockRequest request;
  request.site = "blog";
  request.comment_id = comment.comment_id;
  request.reason = "sells";
  const auto rule = world_.desk.Block(world_.moderator, request, Soon());
  ASSERT_TRUE(rule.ok()) << rule.status();
  EXPECT_EQ(rule->kind, storage::RuleKind::kAuthor);
  EXPECT_EQ(world_.desk.Block(world_.moderator, request, Soon())->rule_id, rule->rule_id);
  EXPECT_EQ(world_.Stored("Hello, a harmless text").status, CommentStatus::kSpam);
  request.target = BlockTarget::kNetwork;
  EXPECT_EQ(world_.desk.Block(world_.moderator, request, Soon())->pattern, "192.0.2.0/24");
  request.target = BlockTarget::kWebsite;
  EXPECT_EQ(ReasonOf(world_.desk.Block(world_.moderator, request, Soon()).status()),
            "NOTHING_TO_BLOCK");
  EXPECT_EQ(world_.desk.Block(stranger_, request, Soon()).status().code(),
            absl::StatusCode::kPermissionDenied);
  // Each was written down, with who did it.
  AuditTrail::Request audit;
  audit.site = "blog";
  audit.kind = storage::AuditKind::kRule;
  const auto events = world_.audit.List(world_.admin, audit, Soon());
  ASSERT_TRUE(events.ok()) << events.status();
  ASSERT_THAT(*events, SizeIs(2));
  EXPECT_EQ(events->front().actor, "Ann");
  EXPECT_EQ(world_.audit.List(world_.moderator, audit, Soon()).status().code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(ReviewDeskTest, AWebsiteIsBlockedButNotAllThatHaveItsSuffix) {
  const auto block = [&](const std::string& website) {
    storage::Submission submission = world_.Comment("See my page");
    submission.author_url = website;
    const auto result = world_.Submit(std::move(submission));
    EXPECT_TRUE(result.ok()) << result.status();
    Desk::BlockRequest request;
    request.site = "blog";
    if (result.ok()) request.comment_id = result->comment.comment_id;
    request.target = BlockTarget::kWebsite;
    request.reason = "sells";
    return world_.desk.Block(world_.moderator, request, Soon());
  };
  EXPECT_EQ(ReasonOf(block("https://CO.UK/offers").status()), "BLOCKS_OTHERS");
  EXPECT_EQ(ReasonOf(block("http://blogspot.com").status()), "BLOCKS_OTHERS");
  const auto rule = block("https://offers.blogspot.com/now");
  ASSERT_TRUE(rule.ok()) << rule.status();
  EXPECT_EQ(rule->pattern, "offers.blogspot.com");
}

TEST_F(ReviewDeskTest, WhoeverBlockedMayTakeItBackWhileItIsYoung) {
  const auto comment = world_.Stored("Buy");
  Desk::BlockRequest request;
  request.site = "blog";
  request.comment_id = comment.comment_id;
  request.reason = "a slip";
  const auto remove = [&](const Principal& principal, const storage::RuleId& id) {
    return world_.sites.DeleteRule(principal, "blog", id, Soon()).code();
  };
  const auto blocked = world_.desk.Block(world_.moderator, request, Soon());
  ASSERT_TRUE(blocked.ok()) << blocked.status();
  EXPECT_EQ(remove(stranger_, blocked->rule_id), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(remove(world_.moderator, blocked->rule_id), absl::StatusCode::kOk);
  EXPECT_NE(world_.Stored("Hello, a harmless text").status, CommentStatus::kSpam);
  EXPECT_EQ(remove(world_.moderator, blocked->rule_id), absl::StatusCode::kPermissionDenied);
  // Not what others made, nor what has stood for long.
  const auto others = world_.desk.Block(world_.admin, request, Soon());
  ASSERT_TRUE(others.ok()) << others.status();
  EXPECT_EQ(remove(world_.moderator, others->rule_id), absl::StatusCode::kPermissionDenied);
  request.target = BlockTarget::kNetwork;
  const auto old = world_.desk.Block(world_.moderator, request, Soon());
  ASSERT_TRUE(old.ok()) << old.status();
  world_.clock.Advance(kOwnBlockUndoMax + std::chrono::seconds(1));
  EXPECT_EQ(remove(world_.moderator, old->rule_id), absl::StatusCode::kPermissionDenied);
  AuditTrail::Request audit;
  audit.site = "blog";
  audit.kind = storage::AuditKind::kRule;
  const auto events = world_.audit.List(world_.admin, audit, Soon());
  ASSERT_TRUE(events.ok()) << events.status();
  EXPECT_THAT(*events, SizeIs(4));
  EXPECT_TRUE(std::any_of(events->begin(), events->end(), [](const storage::AuditEvent& event) {
    return event.act == "DELETED" && event.actor == "Ann";
  }));
}

TEST_F(ReviewDeskTest, ASitesOwnReasonCodesBind) {
  const auto comment = world_.Stored("x");
  EXPECT_FALSE(world_.reason_codes.Get(world_.moderator, "blog", Soon())->own);
  const auto set = world_.reason_codes.Set(
      world_.admin, "blog", {{"RUDE", "Rude", {DecisionAction::kTrash}, true}}, Soon());
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_TRUE(set->own);
  EXPECT_EQ(world_.reason_codes.Set(world_.moderator, "blog", {}, Soon()).status().code(),
            absl::StatusCode::kPermissionDenied);
  const auto decide = [&](DecisionAction action, const std::string& code) {
    ModerationAction one;
    one.site = "blog";
    one.comment_id = comment.comment_id;
    one.action = action;
    one.reason_code = code;
    return world_.moderate.Run(world_.moderator, {one}, Soon())->front().status;
  };
  EXPECT_EQ(decide(DecisionAction::kTrash, "OFF_TOPIC").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(decide(DecisionAction::kSpam, "RUDE").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(decide(DecisionAction::kTrash, "RUDE").ok());
  EXPECT_TRUE(decide(DecisionAction::kSpam, "").ok());
  Moderate::ListRequest list;
  list.actor = "Ann";
  EXPECT_THAT(*world_.moderate.List(world_.moderator, list, Soon()), SizeIs(2));
  list.actor = "Bob";
  EXPECT_THAT(*world_.moderate.List(world_.moderator, list, Soon()), SizeIs(0));
}

}  // namespace
}  // namespace replyguard::service
