// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Who works on operations: cancelled, killed, stopped and robbed in the middle; and who waits.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "service/usecases/errors.h"
#include "service/usecases/operate/operation_runner.h"
#include "service/usecases/operate/operation_watch.h"
#include "service/usecases/operate/operations.h"
#include "service/usecases/world.h"
#include "support/refused_threads.h"

namespace replyguard::service {
namespace {

using storage::Operation;
using storage::OperationKind;
using storage::OperationState;

constexpr std::chrono::seconds kPatience{20};

OperationRunnerOptions Quick() {
  OperationRunnerOptions options;
  options.poll_interval = std::chrono::milliseconds(5);
  options.beat_interval = std::chrono::milliseconds(5);
  options.attempts_max = 3;
  return options;
}

class OperationRunTest : public testing::Test {
 protected:
  Operation Start() {
    const auto started = store().Start(
        {OperationKind::kRetrain, "model", "{}", world_.admin.key_id, world_.clock.Now()}, Soon());
    EXPECT_TRUE(started.ok() && started->started) << started.status();
    return started->operation;
  }
  std::unique_ptr<OperationRunner> RunnerOf(OperationJob job) {
    return std::make_unique<OperationRunner>(
        store(), world_.clock, world_.random,
        OperationJobs{{OperationKind::kRetrain, std::move(job)}}, Quick());
  }
  // Makes a generation; begins when told and ends when it is to.
  OperationJob Endless() {
    return
        [this](const Operation&, WorkProgress& progress) -> absl::StatusOr<storage::OperationEnd> {
          progress.Begin("turning");
          progress.Expect(9);
          progress.Add(4);
          began_.set_value();
          while (progress.Check().ok()) std::this_thread::yield();
          return progress.Check();
        };
  }
  static absl::StatusOr<storage::OperationEnd> MakeOne(const Operation&, WorkProgress&) {
    storage::OperationEnd end;
    end.generation.emplace();
    return end;
  }
  Operation Read() { return *store().Get(1, Soon()); }
  template <typename Condition>
  void Await(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << "waited in vain";
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  std::size_t Generations() { return world_.db->generations().List({}, Soon())->size(); }
  storage::OperationStore& store() { return world_.db->operations(); }

  World world_;
  std::promise<void> began_;
  OperationWatch watch_{world_.db->operations()};
  Operations operations_{world_.db->operations(), watch_, world_.clock};
};

TEST_F(OperationRunTest, WhatIsDoneShowsAndACancelledOneEndsWithoutAnEffect) {
  Start();
  const auto runner = RunnerOf(Endless());
  runner->Start();
  Await([&] { return Read().progress == storage::OperationProgress{"turning", 4, 9}; });
  EXPECT_EQ(Read().state, OperationState::kRunning);
  ASSERT_TRUE(operations_.Cancel(world_.admin, 1, Soon()).ok());
  Await([&] { return Read().ended(); });
  EXPECT_EQ(Read().state, OperationState::kCancelled);
  EXPECT_EQ(Read().error.reason, "CANCELLED");
  EXPECT_EQ(Generations(), 1U);
}

TEST_F(OperationRunTest, WhatADeadServerHadIsDoneOnceByAnother) {
  Start();
  ASSERT_TRUE(*store().TakeUp({"dead", std::chrono::milliseconds(-1)}, {OperationKind::kRetrain},
                              world_.clock.Now(), Soon()));
  const auto runner = RunnerOf(MakeOne);
  EXPECT_TRUE(*runner->RunNext());
  EXPECT_EQ(Read().state, OperationState::kSucceeded);
  EXPECT_EQ(Read().attempt_count, 2);
  EXPECT_EQ(Generations(), 2U);
  EXPECT_FALSE(*runner->RunNext()) << "nothing is left";
}

TEST_F(OperationRunTest, WhoeverWasRobbedHasNoEffect) {
  Start();
  const auto runner = RunnerOf([&](const Operation&, WorkProgress& progress) {
    // As if the lease had run out in a long pause, and another server had taken it up.
    world_.test.Sql("UPDATE replyguard.operations SET runner = 'another'");
    while (progress.Check().ok()) std::this_thread::yield();
    EXPECT_EQ(progress.stop(), WorkProgress::Stop::kLost);
    return MakeOne({}, progress);  // it would be done
  });
  EXPECT_TRUE(*runner->RunNext());
  EXPECT_EQ(Read().state, OperationState::kRunning) << "the other one's";
  EXPECT_EQ(Generations(), 1U);
}

TEST_F(OperationRunTest, WhoeverWasRobbedWithoutNoticingHasNoEffectEither) {
  Start();
  OperationRunnerOptions options = Quick();
  options.beat_interval = std::chrono::minutes(10);
  OperationRunner runner(store(), world_.clock, world_.random,
                         {{OperationKind::kRetrain,
                           [&](const Operation& operation, WorkProgress& progress) {
                             world_.test.Sql("UPDATE replyguard.operations SET runner = 'another'");
                             return MakeOne(operation, progress);
                           }}},
                         options);
  EXPECT_TRUE(*runner.RunNext());
  EXPECT_EQ(Read().state, OperationState::kRunning) << "the other one's";
  EXPECT_EQ(Generations(), 1U);
}

TEST_F(OperationRunTest, AServerThatStopsGivesItBack) {
  Start();
  const auto stopping = RunnerOf(Endless());
  stopping->Start();
  ASSERT_EQ(began_.get_future().wait_for(kPatience), std::future_status::ready);
  stopping->Stop();
  EXPECT_EQ(Read().state, OperationState::kWaiting);
  EXPECT_EQ(Read().attempt_count, 0) << "it did nothing wrong";
  EXPECT_TRUE(*RunnerOf(MakeOne)->RunNext());
  EXPECT_EQ(Read().state, OperationState::kSucceeded);
}

TEST_F(OperationRunTest, WhatMayPassIsTriedAgainAndNotForEver) {
  Start();
  int tries = 0;
  const auto runner =
      RunnerOf([&](const Operation&, WorkProgress&) -> absl::StatusOr<storage::OperationEnd> {
        ++tries;
        return absl::UnavailableError("the database is away");
      });
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(*runner->RunNext());
  EXPECT_EQ(tries, 3);
  EXPECT_EQ(Read().state, OperationState::kFailed);
  EXPECT_EQ(Read().error.reason, reasons::kOperationGivenUp);
}

TEST_F(OperationRunTest, WithoutAThreadToKeepItByItIsGivenBack) {
  Start();
  const auto runner = RunnerOf(MakeOne);
  {
    const tests::RefusedThreads refused(0);
    std::string heard;
    for (int i = 0; i < 4; ++i) {
      const auto ran = runner->RunNext();
      ASSERT_TRUE(ran.ok()) << ran.status();
      EXPECT_FALSE(*ran);
      const std::string now = world_.test.Sql("SELECT revision FROM replyguard.config_head");
      EXPECT_EQ(std::exchange(heard, now), i == 0 ? "" : now) << "nobody need hear of it again";
    }
  }
  EXPECT_EQ(Read().state, OperationState::kWaiting);
  EXPECT_EQ(Read().attempt_count, 0) << "it is not its fault";
  EXPECT_TRUE(*runner->RunNext());
  EXPECT_EQ(Read().state, OperationState::kSucceeded);
}

TEST_F(OperationRunTest, ErrorsWithoutADetailAreNotShown) {
  Start();
  const auto runner =
      RunnerOf([](const Operation&, WorkProgress&) -> absl::StatusOr<storage::OperationEnd> {
        return absl::DataLossError("table x of host y");
      });
  EXPECT_TRUE(*runner->RunNext());
  EXPECT_EQ(Read().state, OperationState::kFailed);
  EXPECT_EQ(Read().error.reason, "INTERNAL");
  EXPECT_EQ(Read().error.message.find("host"), std::string::npos);
}

TEST_F(OperationRunTest, AKindThatAServerDoesNotKnowIsLeftToOthers) {
  Start();
  OperationRunner old(store(), world_.clock, world_.random, {}, Quick());
  const auto heard = [this] {
    return world_.test.Sql("SELECT revision FROM replyguard.config_head");
  };
  const std::string before = heard();
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(*old.RunNext());
  EXPECT_EQ(Read().attempt_count, 0);
  EXPECT_EQ(heard(), before) << "no server is told of it";
  EXPECT_TRUE(*RunnerOf(MakeOne)->RunNext());
  EXPECT_EQ(Read().state, OperationState::kSucceeded);
}

TEST_F(OperationRunTest, OneThatIsNotReadyTakesNothingUp) {
  Start();
  OperationRunnerOptions options = Quick();
  bool ready = false;
  options.ready = [&] { return ready; };
  OperationRunner runner(store(), world_.clock, world_.random, {{OperationKind::kRetrain, MakeOne}},
                         options);
  EXPECT_FALSE(*runner.RunNext());
  ready = true;
  EXPECT_TRUE(*runner.RunNext());
}

// A wait, and what it was answered.
struct Waiter {
  OperationWatch::Done Done() {
    return [this](absl::StatusOr<Operation> result) { answer.set_value(std::move(result)); };
  }
  absl::StatusOr<Operation> Get() {
    auto future = answer.get_future();
    EXPECT_EQ(future.wait_for(kPatience), std::future_status::ready);
    return future.get();
  }
  std::promise<absl::StatusOr<Operation>> answer;
};

TEST_F(OperationRunTest, WhoeverWaitsIsToldOfAChangeAndOfTheEnd) {
  const Operation started = Start();
  watch_.Start();
  Waiter end;
  Waiter change;
  Waiter now;
  Waiter nothing;
  operations_.Wait(world_.admin, 1, 0, Soon(), end.Done());
  operations_.Wait(world_.admin, 1, started.revision, Soon(), change.Done());
  operations_.Wait(world_.admin, 1, 0, std::chrono::steady_clock::now(), now.Done());
  operations_.Wait(world_.admin, 7, 0, Soon(), nothing.Done());
  EXPECT_EQ(now.Get()->state, OperationState::kWaiting) << "the time is over";
  EXPECT_EQ(ReasonOf(nothing.Get().status()), reasons::kOperationNotFound);
  const auto runner = RunnerOf(Endless());
  runner->Start();
  EXPECT_EQ(change.Get()->state, OperationState::kRunning);
  ASSERT_TRUE(operations_.Cancel(world_.admin, 1, Soon()).ok());
  EXPECT_EQ(end.Get()->state, OperationState::kCancelled);
}

TEST_F(OperationRunTest, WaitsAreBoundedAndEndWithTheServer) {
  Start();
  OperationWatchOptions options;
  options.waits_max = 1;
  OperationWatch watch(store(), options);
  watch.Start();
  Waiter first;
  Waiter second;
  Waiter late;
  watch.Wait(1, 0, Soon(), first.Done());
  watch.Wait(1, 0, Soon(), second.Done());
  EXPECT_TRUE(absl::IsResourceExhausted(second.Get().status()));
  watch.Stop();
  EXPECT_EQ(ReasonOf(first.Get().status()), reasons::kShuttingDown);
  watch.Wait(1, 0, Soon(), late.Done());
  EXPECT_EQ(ReasonOf(late.Get().status()), reasons::kShuttingDown);
}

TEST_F(OperationRunTest, OnlyWhoCoversEverySiteMay) {
  Principal of_a_site = world_.admin;
  of_a_site.site = "blog";
  for (const Principal& principal : {of_a_site, world_.moderator, world_.backend}) {
    EXPECT_TRUE(absl::IsPermissionDenied(operations_.Get(principal, 1, Soon()).status()));
    EXPECT_TRUE(absl::IsPermissionDenied(operations_.List(principal, {}, Soon()).status()));
    EXPECT_TRUE(absl::IsPermissionDenied(operations_.Cancel(principal, 1, Soon()).status()));
    Waiter waiter;
    operations_.Wait(principal, 1, 0, Soon(), waiter.Done());
    EXPECT_TRUE(absl::IsPermissionDenied(waiter.Get().status()));
  }
}

}  // namespace
}  // namespace replyguard::service
