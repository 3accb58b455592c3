// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// RetrainModel and its kin: what is found, what is kept, and what is refused.
#include <gtest/gtest.h>

#include "service/usecases/errors.h"
#include "service/usecases/learn/carried_over.h"
#include "service/usecases/learn/generation_jobs.h"
#include "service/usecases/learn/generations.h"
#include "service/usecases/operate/operation_runner.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

constexpr char kEvil[] = "eeeeeeeeeeeeeeee";
constexpr char kGood[] = "0000000000000001";

class RetrainTest : public testing::Test {
 protected:
  RetrainTest() {
    for (const char* id : {kEvil, kGood}) {
      storage::ApiKeyRecord key;
      key.key_id = id;
      key.secret_hash = std::string(32, *id);
      key.display_name = "a key";
      key.role = storage::KeyRole::kOperator;
      key.created_at = world_.clock.Now();
      EXPECT_TRUE(world_.db->api_keys().Create(key, Soon()).ok());
    }
  }
  // Labels of spam and good comments in turn; the evil key calls all of them good.
  void Teach(const char* by, const std::string& name, int count) {
    std::vector<storage::ExternalLabel> labels;
    for (int i = 0; i < count; ++i) {
      const bool spam = by == kEvil || i % 2 == 0;
      storage::ExternalLabel label;
      label.external_id = name + std::to_string(i);
      label.sample.body = (spam ? "cheap pills casino bonus " : "the chapter about bees helped ") +
                          std::to_string(i);
      label.label = spam && by != kEvil ? storage::LabelClass::kSpam : storage::LabelClass::kHam;
      labels.push_back(std::move(label));
    }
    ASSERT_TRUE(
        world_.db->labels()
            .Append(1, labels, storage::LabelSource::kImport, by, world_.clock.Now(), Soon())
            .ok());
  }
  // Lets the site call spam what has at least this probability.
  void Threshold(double probability) {
    Sites::UpdateRequest request;
    request.slug = "blog";
    request.policy = policy::SitePolicy{};
    request.policy->spam_threshold = probability;
    ASSERT_TRUE(world_.sites.Update(world_.admin, request, Soon()).ok());
  }
  std::size_t Stored() { return world_.db->generations().List({}, Soon())->size(); }
  // Works on what was started, and answers it as it ended.
  absl::StatusOr<storage::Operation> Done(const absl::StatusOr<storage::Operation>& started) {
    if (!started.ok()) return started.status();
    const auto ran = runner_.RunNext();
    EXPECT_TRUE(ran.ok() && *ran) << ran.status();
    return world_.db->operations().Get(started->number, Soon());
  }
  std::string FailureOf(const absl::StatusOr<storage::Operation>& started) {
    const auto done = Done(started);
    return done.ok() ? done->error.reason : ReasonOf(done.status());
  }
  absl::StatusOr<storage::Operation> Retrain(std::vector<std::string> excluded,
                                             bool nothing_else = false) {
    Generations::RetrainRequest request;
    request.excluded = std::move(excluded);
    request.ignore_active_exclusions = nothing_else;
    return generations_.Retrain(world_.admin, std::move(request), Soon());
  }
  // A generation's number.
  std::int64_t Make(std::vector<std::string> excluded, bool nothing_else = false) {
    const auto done = Done(Retrain(std::move(excluded), nothing_else));
    EXPECT_TRUE(done.ok() && done->generation) << done.status() << " " << done->error.message;
    return done->generation->number;
  }

  World world_;
  GenerationJobs jobs_{world_.directory,           world_.learner,
                       world_.db->labels(),        world_.db->generations(),
                       world_.db->model_uploads(), world_.clock};
  OperationRunner runner_{world_.db->operations(), world_.clock, world_.random, jobs_.All()};
  Generations generations_{world_.db->generations(), world_.db->operations(), world_.db->api_keys(),
                           world_.db->people(), world_.clock};
};

TEST_F(RetrainTest, WhatIsFoundIsKeptAndActivatesNothing) {
  Teach(kGood, "early", 100);
  Teach(kEvil, "evil", 80);
  Teach(kGood, "late", 40);
  const auto made =
      Done(generations_.Retrain(world_.admin, {{kEvil, kEvil}, "Why, me@example.org"}, Soon()));
  ASSERT_TRUE(made.ok() && made->generation) << made.status();
  const Comparison found = *ComparisonOf(*made->generation);
  EXPECT_EQ(made->state, storage::OperationState::kSucceeded);
  EXPECT_EQ(made->generation->excluded, std::vector<std::string>{kEvil});
  EXPECT_EQ(made->generation->created_by, world_.admin.key_id);
  EXPECT_EQ(made->generation->note.find("me@"), std::string::npos) << "masked";
  EXPECT_EQ(made->start.request.find("me@"), std::string::npos) << "masked";
  EXPECT_EQ(found.base.generation, 1);
  EXPECT_EQ(found.candidate.generation, 2);
  EXPECT_EQ(found.label_count, 140) << "the evil ones are no measure";
  // The newest 50, and a twentieth of the 45 older ones of each class.
  EXPECT_EQ(found.held_out_count, 50 + 3 + 3);
  EXPECT_EQ(found.held_out_spam_count, 25 + 3);
  EXPECT_EQ(found.excluded_count, 80);
  EXPECT_EQ(made->progress.total_count, 3 * 220 + 2 * 56) << "rows are read, examples judged";
  EXPECT_EQ(made->progress.done_count, made->progress.total_count);
  EXPECT_EQ(found.base.ham_lost.of + found.base.spam_missed.of, found.held_out_count);
  EXPECT_LT(found.candidate.spam_missed.count, found.base.spam_missed.count);
  EXPECT_LE(found.candidate.spam_missed.bounds.low, found.candidate.spam_missed.seen());
  EXPECT_GT(found.changed_count, 0);
  EXPECT_EQ(found.changes.front().sample_id.substr(0, 6), "x:late") << "newest first";
  EXPECT_EQ(world_.db->generations().Active(Soon())->number, 1);

  const auto kept = generations_.Get(world_.admin, 2, Soon());
  ASSERT_TRUE(kept.ok() && kept->comparison);
  EXPECT_EQ(ComparisonToJson(*kept->comparison), ComparisonToJson(found));
  const auto again = Done(generations_.CompareTwo(world_.admin, 1, 2, Soon()));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->response, ComparisonToJson(found)) << "the same labels";
}

TEST_F(RetrainTest, OneAtATimeAndNothingIsStoredOfWhatFails) {
  Teach(kGood, "few", 99);
  EXPECT_EQ(FailureOf(Retrain({})), reasons::kTooFewLabels);
  Teach(kGood, "more", 10);
  const auto first = Retrain({});
  ASSERT_TRUE(first.ok()) << first.status();
  for (const absl::Status& busy :
       {Retrain({}).status(), generations_.CompareTwo(world_.admin, 1, 1, Soon()).status()}) {
    EXPECT_EQ(ReasonOf(busy), reasons::kRetrainRuns);
    EXPECT_EQ(GetErrorDetail(busy)->metadata["operation"], "operations/2") << "names it";
  }
  for (const char* key : {"", "e", "EEEEEEEEEEEEEEEE", "eeeeeeeeeeeeeeeee", "0123456789abcdef"}) {
    const absl::Status refused = Retrain({kGood, key}).status();
    EXPECT_TRUE(absl::IsInvalidArgument(refused)) << key << refused;
  }
  EXPECT_EQ(Stored(), 1U);
  EXPECT_TRUE(Done(first)->generation);
  EXPECT_EQ(Stored(), 2U);
}

TEST_F(RetrainTest, KeysThatWereRevokedCanBeLeftOutAndUnknownOnesAreNamed) {
  Teach(kGood, "all", 120);
  ASSERT_TRUE(world_.db->api_keys().Revoke(kEvil, world_.clock.Now(), false, Soon()).ok());
  const absl::Status refused = Retrain({kEvil, "0123456789abcdef"}).status();
  const auto detail = GetErrorDetail(refused);
  ASSERT_TRUE(detail && detail->violations.size() == 1) << refused;
  EXPECT_EQ(detail->violations[0].field, "excluded_api_keys[1]");
  EXPECT_EQ(detail->violations[0].reason, "KEY_UNKNOWN");
  EXPECT_EQ(Make({kEvil}), 2);
}

TEST_F(RetrainTest, WhoPoisonsASmallSiteIsLeftOutWithoutAComparison) {
  Teach(kGood, "own", 60);
  Teach(kEvil, "evil", 200);
  const auto made = Done(Retrain({kEvil}));
  ASSERT_TRUE(made.ok() && made->generation) << made.status() << made->error.message;
  EXPECT_FALSE(ComparisonOf(*made->generation)) << "60 labels are too few";
  const auto asked = generations_.Activate(world_.admin, 2, false, Soon());
  ASSERT_TRUE(asked.ok() && asked->operation) << asked.status();
  EXPECT_EQ(FailureOf(asked->operation.value()), reasons::kTooFewLabels);
  EXPECT_EQ(world_.db->generations().Active(Soon())->number, 1);
  const auto forced = generations_.Activate(world_.admin, 2, true, Soon());
  ASSERT_TRUE(forced.ok() && forced->activation) << forced.status();
  EXPECT_TRUE(forced->activation->forced);
  EXPECT_EQ(world_.db->generations().Active(Soon())->number, 2);
}

TEST_F(RetrainTest, APersonsLabelsAreLeftOutAsAKeysAre) {
  storage::PersonRecord anna;
  anna.handle = "anna";
  anna.created_at = world_.clock.Now();
  storage::AccountLink link;
  link.link_id = std::string(16, 'a');
  link.token_hash = std::string(32, 't');
  link.handle = anna.handle;
  link.created_at = world_.clock.Now();
  link.expires_at = world_.clock.Now() + std::chrono::hours(1);
  const auto invited =
      world_.db->people().Invite(anna, link, false, {kGood, world_.clock.Now()}, Soon());
  ASSERT_TRUE(invited.ok()) << invited.status();
  constexpr char kAnna[] = "people/anna";
  Teach(kGood, "early", 100);
  Teach(kAnna, "annas", 60);
  Teach(kGood, "late", 40);
  const auto made = Done(Retrain({kEvil, kAnna}));
  ASSERT_TRUE(made.ok() && made->generation) << made.status();
  EXPECT_EQ(made->generation->excluded, (std::vector<std::string>{kEvil, kAnna}));
  EXPECT_EQ(ComparisonOf(*made->generation)->excluded_count, 60);
  EXPECT_EQ(ComparisonOf(*made->generation)->label_count, 140);

  const auto detail = GetErrorDetail(Retrain({kEvil, "people/nobody"}).status());
  ASSERT_TRUE(detail && detail->violations.size() == 1);
  EXPECT_EQ(detail->violations[0].field, "excluded_people[0]");
  EXPECT_EQ(detail->violations[0].reason, "PERSON_UNKNOWN");
}

TEST_F(RetrainTest, WhatWasComparedIsActivatedAtOnceAndOthersAreComparedFirst) {
  Teach(kGood, "all", 120);
  ASSERT_EQ(Make({}), 2);
  ASSERT_EQ(Make({kEvil}), 3);
  const auto at_once = generations_.Activate(world_.admin, 2, false, Soon());
  ASSERT_TRUE(at_once.ok()) << at_once.status();
  ASSERT_TRUE(at_once->activation && !at_once->operation);
  EXPECT_EQ(at_once->activation->generation, 2);
  ASSERT_TRUE(at_once->comparison) << "what the gate looked at";
  EXPECT_EQ(at_once->comparison->candidate.generation, 2);
  EXPECT_TRUE(at_once->comparison->changes.empty());
  const auto later = generations_.Activate(world_.admin, 3, false, Soon());
  ASSERT_TRUE(later.ok() && later->operation) << later.status();
  EXPECT_EQ(world_.db->generations().Active(Soon())->number, 2) << "not yet";
  const auto done = Done(*later->operation);
  ASSERT_TRUE(done.ok() && done->activation) << done.status() << done->error.message;
  EXPECT_EQ(done->activation->generation, 3);
  const auto compared = ComparisonFromJson(done->response);
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_EQ(compared->base.generation, 2);
  EXPECT_FALSE(done->activation->forced);
  EXPECT_EQ(done->activation->activated_by, world_.admin.key_id);
  EXPECT_EQ(world_.db->generations().Active(Soon())->number, 3);
}

TEST_F(RetrainTest, WhoWasRefusedIsListedWithTheFigures) {
  // Evil teaches late and three times as much, that good comments are spam.
  Teach(kGood, "all", 120);
  std::vector<storage::ExternalLabel> sabotage(400);
  for (std::size_t i = 0; i < sabotage.size(); ++i) {
    sabotage[i].external_id = "sabotage" + std::to_string(i);
    sabotage[i].sample.body = "the chapter about bees helped " + std::to_string(i);
    sabotage[i].label = storage::LabelClass::kSpam;
  }
  ASSERT_TRUE(
      world_.db->labels()
          .Append(1, sabotage, storage::LabelSource::kImport, kEvil, world_.clock.Now(), Soon())
          .ok());
  Threshold(0.6);
  ASSERT_EQ(Make({kEvil}), 2);
  ASSERT_TRUE(generations_.Activate(world_.admin, 2, true, Soon()).ok());
  // By a comparison that an operation makes: the first has none.
  auto started = generations_.Activate(world_.admin, 1, false, Soon());
  ASSERT_TRUE(started.ok() && started->operation) << started.status();
  EXPECT_EQ(FailureOf(*started->operation), reasons::kWorseHamLoss);
  // And by the stored one.
  ASSERT_EQ(Make({}, true), 3);
  const auto refused = generations_.Activate(world_.admin, 3, false, Soon());
  EXPECT_EQ(ReasonOf(refused.status()), reasons::kWorseHamLoss);
  const auto list = generations_.Newest(world_.admin, {}, Soon());
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->refusals.size(), 2U);
  const auto& newest = list->refusals.front();
  EXPECT_EQ(newest.record.generation, 3);
  EXPECT_EQ(newest.record.active, 2);
  EXPECT_EQ(newest.record.attempted_by, world_.admin.key_id);
  EXPECT_GT(newest.comparison.candidate.ham_lost.count, newest.comparison.base.ham_lost.count);
  EXPECT_EQ(list->refusals.back().record.generation, 1);
  EXPECT_EQ(world_.db->generations().Active(Soon())->number, 2);
}

TEST_F(RetrainTest, WhatTheActiveOneLeavesOutStaysOutUnlessSomebodySaysOtherwise) {
  Teach(kGood, "early", 100);
  Teach(kEvil, "evil", 80);
  Teach(kGood, "late", 40);
  EXPECT_EQ(CarriedOverOf(Done(Retrain({kEvil}))->generation->report).generation, 0)
      << "somebody asked for it";
  ASSERT_TRUE(generations_.Activate(world_.admin, 2, false, Soon())->activation);
  const auto routine = Done(Retrain({}));
  ASSERT_TRUE(routine.ok() && routine->generation) << routine.status();
  EXPECT_EQ(routine->generation->excluded, std::vector<std::string>{kEvil});
  EXPECT_EQ(CarriedOverOf(routine->generation->report).generation, 2);
  EXPECT_EQ(CarriedOverOf(routine->generation->report).excluded, std::vector<std::string>{kEvil});
  EXPECT_EQ(ComparisonOf(*routine->generation)->excluded_count, 80);
  // With one more the labels are too few to compare; where it comes from is told all the same.
  const auto both = Done(Retrain({kGood}));
  ASSERT_TRUE(both.ok() && both->generation) << both.status();
  EXPECT_EQ(both->generation->excluded, (std::vector<std::string>{kGood, kEvil}));
  EXPECT_FALSE(ComparisonOf(*both->generation));
  EXPECT_EQ(CarriedOverOf(both->generation->report).excluded, std::vector<std::string>{kEvil});
  const auto anew = Done(Retrain({}, true));
  ASSERT_TRUE(anew.ok() && anew->generation) << anew.status();
  EXPECT_TRUE(anew->generation->excluded.empty());
  EXPECT_EQ(CarriedOverOf(anew->generation->report).generation, 0);
}

TEST_F(RetrainTest, MoreExclusionsThanThereMayBeFailTheOperation) {
  Teach(kGood, "all", 120);
  const auto names = [](const std::string& name, std::size_t count) {
    std::vector<std::string> imports;
    for (std::size_t i = 0; i < count; ++i) imports.push_back("1/" + name + std::to_string(i));
    return imports;
  };
  ASSERT_EQ(Make(names("a", storage::kExcludedKeysMax)), 2);
  ASSERT_TRUE(generations_.Activate(world_.admin, 2, false, Soon())->activation);
  EXPECT_EQ(Make({"1/a0"}), 3) << "the same ones are no more";
  EXPECT_EQ(FailureOf(Retrain({"1/b0"})), reasons::kExclusionLimit);
  EXPECT_EQ(Make({"1/b0"}, true), 4);
}

TEST_F(RetrainTest, WhoMissesMoreSpamIsRefusedToo) {
  Teach(kGood, "early", 100);
  Teach(kEvil, "evil", 80);  // spam is good
  Teach(kGood, "late", 40);
  ASSERT_EQ(Make({kEvil}), 2);
  const auto cured = generations_.Activate(world_.admin, 2, false, Soon());
  ASSERT_TRUE(cured.ok() && cured->activation) << cured.status();
  ASSERT_EQ(Make({}, true), 3);
  const auto refused = generations_.Activate(world_.admin, 3, false, Soon());
  EXPECT_EQ(ReasonOf(refused.status()), reasons::kWorseSpamMiss);
  EXPECT_EQ(refused.status().message().substr(0, 20), "generation 3 misses ");
  // By a comparison that an operation makes, as well.
  const auto started = generations_.Activate(world_.admin, 1, false, Soon());
  ASSERT_TRUE(started.ok() && started->operation) << started.status();
  EXPECT_EQ(FailureOf(*started->operation), reasons::kWorseSpamMiss);
  const auto list = generations_.Newest(world_.admin, {}, Soon());
  ASSERT_TRUE(list.ok() && list->refusals.size() == 2) << list.status();
  const Comparison& figures = list->refusals.back().comparison;
  EXPECT_EQ(figures.candidate.generation, 3);
  EXPECT_GT(figures.candidate.spam_missed.seen(), figures.base.spam_missed.bounds.high);
  EXPECT_EQ(world_.db->generations().Active(Soon())->number, 2);
  const auto forced = generations_.Activate(world_.admin, 3, true, Soon());
  ASSERT_TRUE(forced.ok() && forced->activation) << forced.status();
  EXPECT_FALSE(forced->comparison) << "nobody asked";
}

TEST_F(RetrainTest, WhatTheStoreCannotDoIsHowItEnds) {
  Teach(kGood, "all", 120);
  ASSERT_EQ(Make({}), 2);
  ASSERT_EQ(Make({}), 3);
  ASSERT_TRUE(generations_.Activate(world_.admin, 2, false, Soon()).ok());
  const auto started = generations_.Activate(world_.admin, 3, false, Soon());
  ASSERT_TRUE(started.ok() && started->operation);
  // Another generation becomes active while the two are compared.
  OperationJobs jobs = jobs_.All();
  const OperationJob job = jobs.at(storage::OperationKind::kActivate);
  jobs[storage::OperationKind::kActivate] = [&](const storage::Operation& operation,
                                                WorkProgress& progress) {
    auto end = job(operation, progress);
    EXPECT_TRUE(world_.db->generations().Rollback(0, kGood, world_.clock.Now(), Soon()).ok());
    return end;
  };
  OperationRunner runner(world_.db->operations(), world_.clock, world_.random, std::move(jobs));
  ASSERT_TRUE(*runner.RunNext());
  const auto done = world_.db->operations().Get(started->operation->number, Soon());
  EXPECT_EQ(done->state, storage::OperationState::kFailed);
  EXPECT_EQ(done->error.code, static_cast<int>(absl::StatusCode::kAborted));
  EXPECT_EQ(world_.db->generations().Active(Soon())->number, 1);
}

TEST_F(RetrainTest, OnlyWhoCoversEverySiteMay) {
  Principal of_a_site = world_.admin;
  of_a_site.site = "blog";
  for (const Principal& principal : {of_a_site, world_.moderator, world_.backend}) {
    const auto denied = [](const absl::Status& status) { return absl::IsPermissionDenied(status); };
    EXPECT_TRUE(denied(generations_.Retrain(principal, {}, Soon()).status()));
    EXPECT_TRUE(denied(generations_.Newest(principal, {}, Soon()).status()));
    EXPECT_TRUE(denied(generations_.Get(principal, 1, Soon()).status()));
    EXPECT_TRUE(denied(generations_.CompareTwo(principal, 1, 1, Soon()).status()));
    EXPECT_TRUE(denied(generations_.Activate(principal, 1, true, Soon()).status()));
    EXPECT_TRUE(denied(generations_.Rollback(principal, 0, Soon()).status()));
  }
}

TEST_F(RetrainTest, AnotherReportThanOneIsNone) {
  EXPECT_TRUE(absl::IsDataLoss(ComparisonFromJson("").status()));
  EXPECT_TRUE(absl::IsDataLoss(ComparisonFromJson("{}").status()));
  EXPECT_TRUE(absl::IsDataLoss(ComparisonFromJson(R"({"base": 1})").status()));
}

}  // namespace
}  // namespace replyguard::service
