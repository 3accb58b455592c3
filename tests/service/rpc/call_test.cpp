// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/dispatch/call.h"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <utility>
#include <vector>

#include "service/usecases/errors.h"
#include "support/patience.h"
#include "tests/service/rpc/one_caller.h"

namespace replyguard::service::rpc {
namespace {

// A flood of strangers from the caller's own network, of whom each stands still.
class CallTest : public testing::Test {
 protected:
  CallTest() {
    gate_.Open();
    // Known, and then to be looked up again.
    EXPECT_EQ(caller_.authenticator.Look(caller_.authorization(), source_.Peer(), {}).verdict,
              auth::Verdict::kGood);
    ++caller_.changes.heads.config_revision;
    const auto stand = [ends = ends_.get_future().share()] { ends.wait(); };
    for (BoundedExecutor* executor : {&executor_, &scorers_}) {
      while (executor->TryRun(SharedLaneOfStranger(source_.Peer()), stand)) continue;
    }
  }
  ~CallTest() override { ends_.set_value(); }

  static bool Runs(const std::function<absl::Status(BoundedExecutor::Job)>& enqueue) {
    auto ran = std::make_shared<std::promise<void>>();
    const absl::Status status = enqueue([ran] { ran->set_value(); });
    return status.ok() && ran->get_future().wait_for(tests::kPatience) == std::future_status::ready;
  }

  OneCaller caller_;
  Source source_{caller_.authorization()};
  std::promise<void> ends_;
  BoundedExecutor executor_{{.threads = 2, .waiting_max = 8}};
  BoundedExecutor scorers_{{.threads = 2, .waiting_max = 8}};
  Gate gate_{
      caller_.authenticator, caller_.rates, {executor_, executor_, scorers_}, caller_.observer, 8};
};

TEST_F(CallTest, WhoseKeyIsToBeLookedUpAgainWaitsInHisOwnTurn) {
  Call call(gate_, "test", source_);
  ASSERT_TRUE(call.Admit().ok());
  ASSERT_EQ(call.Authenticate(), auth::Verdict::kUnknown);
  EXPECT_EQ(call.context().principal, nullptr) << "no right yet";
  EXPECT_TRUE(Runs([&](BoundedExecutor::Job job) { return call.Enqueue(std::move(job)); }));
}

TEST_F(CallTest, APresumedCallerHasHisOwnTurnAndNoRight) {
  Call call(gate_, "test", source_);
  ASSERT_TRUE(call.Admit().ok());
  ASSERT_TRUE(call.Presume());
  EXPECT_EQ(call.context().principal, nullptr);
  EXPECT_TRUE(Runs([&](BoundedExecutor::Job job) { return call.EnqueueScoring(std::move(job)); }));
  std::string wrong = caller_.authorization();
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  Source stranger(wrong);
  Call guess(gate_, "test", stranger);
  EXPECT_FALSE(guess.Presume());
}

TEST_F(CallTest, WhoDoesNotReadHisAnswersIsChargedForHisCalls) {
  auth::KeyRates rates(storage::CallRate{.per_second = 1, .burst = 1});
  Gate gate(caller_.authenticator, rates, {executor_, executor_, scorers_}, caller_.observer, 8);
  gate.Open();
  std::vector<std::string> reasons;
  std::vector<std::unique_ptr<HeldAnswers::Held>> unread;
  const auto until = std::chrono::steady_clock::now() + tests::kPatience;
  do {
    Call call(gate, "test", source_);
    ASSERT_TRUE(call.Admit().ok());
    const auth::Verdict verdict = call.AuthenticateByLook();
    if (unread.empty()) unread.push_back(call.HoldAnswer(HeldAnswers::kLaneBytesMax));
    const absl::Status refused = call.Admitted(verdict);
    ASSERT_TRUE(absl::IsResourceExhausted(refused)) << refused;
    reasons.push_back(ReasonOf(refused));
  } while (reasons.back() != "RATE_LIMITED" && std::chrono::steady_clock::now() < until);
  EXPECT_NE(reasons.front(), "RATE_LIMITED");
  EXPECT_EQ(reasons.back(), "RATE_LIMITED");
}

// A key that was good a moment ago may have been revoked meanwhile: it is known, and cannot be
// checked.
TEST(GateTest, SaysOfAKeyThatCannotBeCheckedNoMoreThanIsTrue) {
  for (const auth::Verdict verdict : {auth::Verdict::kAway, auth::Verdict::kUnknown}) {
    const absl::Status status = Gate::ToStatus(verdict);
    EXPECT_TRUE(absl::IsUnavailable(status));
    EXPECT_EQ(status.message(), "the database is away: this API key cannot be checked now");
  }
}

}  // namespace
}  // namespace replyguard::service::rpc
