// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A COMMIT that is done, and whose answer is lost on a connection that lives: there is no memory
// for it. Nobody may take it for one that did not happen.
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <new>
#include <string_view>
#include <utility>

#include "support/comments.h"
#include "support/hidden_function.h"
#include "support/test_database.h"

namespace {

enum class Loss { kNone, kNoResult, kNoMemory };
// Of this thread's next COMMIT.
thread_local Loss loss = Loss::kNone;

replyguard::tests::HiddenFunction<PGresult*, PGconn*, const char*, int, const Oid*,
                                  const char* const*, const int*, const int*, int>
    execute("PQexecParams");

}  // namespace

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name)
extern "C" PGresult* PQexecParams(PGconn* connection, const char* command, int count,
                                  const Oid* types, const char* const* values, const int* lengths,
                                  const int* formats, int result_format) {
  PGresult* const result =
      execute(connection, command, count, types, values, lengths, formats, result_format);
  if (loss == Loss::kNone || command != std::string_view("COMMIT")) return result;
  PQclear(result);
  if (std::exchange(loss, Loss::kNone) == Loss::kNoMemory) throw std::bad_alloc();
  return nullptr;
}

namespace replyguard::tests {
namespace {

class LostAnswerTest : public testing::TestWithParam<Loss> {
 protected:
  LostAnswerTest() { MakeSite(*database_); }

  // Decides on the thread that commits.
  static storage::DecideFunction LosingItsAnswer() {
    return [lost = false](const storage::HistoryContext&) mutable {
      if (!std::exchange(lost, true)) loss = GetParam();
      return Approved();
    };
  }
  std::string Stored() { return test_.Sql("SELECT count(*) FROM replyguard.comments"); }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
};

TEST_P(LostAnswerTest, NobodyIsToldThatItDidNotHappen) {
  const auto sent = Submit(*database_, MakeDraft({}), LosingItsAnswer());
  EXPECT_TRUE(absl::IsUnavailable(sent.status())) << sent.status();
  EXPECT_NE(sent.status().message().find("request_id"), std::string::npos) << sent.status();
  EXPECT_EQ(Stored(), "1");
  EXPECT_TRUE(Submit(*database_, MakeDraft({}), Always(Approved())).ok()) << "by a fresh session";
  EXPECT_EQ(Stored(), "2");
}

TEST_P(LostAnswerTest, TheSameRequestIdSettlesIt) {
  const auto draft = MakeDraft({.request_id = "r1"});
  EXPECT_FALSE(Submit(*database_, draft, LosingItsAnswer()).ok());
  const auto again = Submit(*database_, MakeDraft({.request_id = "r1"}), Always(Approved()));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->comment.comment_id, draft.comment_id);
  EXPECT_EQ(Stored(), "1");
}

INSTANTIATE_TEST_SUITE_P(EachWay, LostAnswerTest,
                         testing::Values(Loss::kNoResult, Loss::kNoMemory));

}  // namespace
}  // namespace replyguard::tests
