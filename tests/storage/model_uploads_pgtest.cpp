// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Model files on their way in, what they become, and requests that are sent again.
#include <gtest/gtest.h>

#include <string>

#include "storage/generation_store.h"
#include "storage/limit.h"
#include "storage/model_upload_store.h"
#include "storage/operation_store.h"
#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using storage::OperationKind;
using storage::UploadPiece;

const storage::OperationLease kOne{"one", std::chrono::minutes(10)};
const storage::OperationError kCancelled{1, "CANCELLED", "cancelled"};

class ModelUploadsTest : public testing::Test {
 protected:
  absl::StatusOr<std::int64_t> Put(std::int64_t offset, const std::string& bytes,
                                   const std::string& request = "r1", std::int64_t size = 10,
                                   const std::string& key = "k1") {
    return uploads_.Put({{key, request}, size, "sum", offset, bytes, now_}, Soon());
  }
  std::string ReadAll(const std::string& request = "r1") {
    std::string all;
    for (;;) {
      const auto more =
          uploads_.Read({"k1", request}, static_cast<std::int64_t>(all.size()), Soon());
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.ok() || more->empty()) return all;
      all += *more;
    }
  }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
  storage::ModelUploadStore& uploads_ = database_->model_uploads();
  storage::OperationStore& operations_ = database_->operations();
  storage::Timestamp now_ = At(1);
};

TEST_F(ModelUploadsTest, PiecesComeInOrderAndMayBeSentAgain) {
  EXPECT_EQ(*Put(0, "abcd"), 4);
  EXPECT_EQ(*Put(0, "abcd"), 4) << "changes nothing";
  const auto gap = Put(6, "ghij");
  EXPECT_TRUE(absl::IsOutOfRange(gap.status())) << gap.status();
  EXPECT_NE(gap.status().message().find("4"), std::string::npos) << "tells where to go on";
  EXPECT_TRUE(absl::IsOutOfRange(Put(4, "efghijk").status())) << "beyond the size";
  EXPECT_EQ(*Put(4, "efghij"), 10);
  EXPECT_EQ(*uploads_.ReceivedBytes({"k1", "r1"}, Soon()), 10);
  EXPECT_EQ(ReadAll(), "abcdefghij");
  EXPECT_EQ(*uploads_.ReceivedBytes({"k2", "r1"}, Soon()), 0) << "of another key";
}

TEST_F(ModelUploadsTest, AnotherFileUnderTheSameIdIsRefused) {
  ASSERT_TRUE(Put(0, "abcd").ok());
  EXPECT_TRUE(absl::IsAlreadyExists(Put(0, "abcd", "r1", 11).status()));
  EXPECT_EQ(*Put(0, "abcd", "r2", 11), 4);
}

TEST_F(ModelUploadsTest, ThereAreOnlySoManyAndOldOnesGo) {
  for (int i = 0; i < storage::kUploadsMax; ++i) {
    ASSERT_TRUE(Put(0, "abcd", "r" + std::to_string(i)).ok());
  }
  EXPECT_TRUE(storage::IsLimitReached(Put(0, "abcd", "more").status()));
  now_ += storage::kUploadKeptTime + std::chrono::hours(1);
  EXPECT_TRUE(Put(0, "abcd", "more").ok());
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.model_uploads"), "1");
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.model_upload_pieces"), "1");
}

TEST_F(ModelUploadsTest, TheEndOfAnImportMakesTheBaseAndForgetsTheUpload) {
  ASSERT_TRUE(Put(0, "abcdefghij").ok());
  const auto started =
      operations_.Start({OperationKind::kImport, "model", "{}", "k1", At(1), "r1"}, Soon());
  ASSERT_TRUE(started.ok() && started->started) << started.status();
  ASSERT_TRUE(
      operations_.TakeUp(kOne, {storage::OperationKind::kImport}, At(2), Soon())->has_value());
  storage::OperationEnd end;
  end.generation.emplace();
  end.generation->created_at = At(3);
  end.base = storage::ModelBase{std::string("\0sealed", 7), "check", "{\"a\": 1}"};
  const auto ended =
      operations_.End(started->operation.number, "one", end, kCancelled, At(3), Soon());
  ASSERT_TRUE(ended.ok()) << ended.status();
  ASSERT_TRUE(ended->generation);
  EXPECT_EQ(ended->generation->base, 1);
  EXPECT_EQ(ended->generation->base_info, "{\"a\": 1}");
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.model_uploads"), "0");
  const auto base = database_->generations().ReadBase(1, Soon());
  ASSERT_TRUE(base.ok()) << base.status();
  EXPECT_EQ(base->bytes, std::string("\0sealed", 7));
  EXPECT_EQ(base->checksum, "check");
  // Another generation may begin with the same one.
  storage::Generation next;
  next.base = 1;
  next.created_at = At(4);
  const auto made = database_->generations().Create(next, nullptr, Soon());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(database_->generations().Get(made->number, Soon())->base, 1);
  EXPECT_EQ(database_->generations().Get(1, Soon())->base, 0);
  EXPECT_TRUE(absl::IsNotFound(database_->generations().ReadBase(2, Soon()).status()));
}

TEST_F(ModelUploadsTest, ARequestSentAgainIsTheSameOperation) {
  const storage::NewOperation request{OperationKind::kRetrain, "model", "{}", "k1", At(1), "r1"};
  const auto first = operations_.Start(request, Soon());
  const auto again = operations_.Start(request, Soon());
  ASSERT_TRUE(first.ok() && again.ok()) << again.status();
  EXPECT_TRUE(again->started);
  EXPECT_EQ(again->operation.number, first->operation.number);
  ASSERT_TRUE(operations_.Cancel(first->operation.number, kCancelled, At(2), Soon()).ok());
  EXPECT_EQ(operations_.Start(request, Soon())->operation.number, first->operation.number)
      << "whatever became of it";
  storage::NewOperation other = request;
  other.request = "{\"b\": 2}";
  EXPECT_TRUE(absl::IsAlreadyExists(operations_.Start(other, Soon()).status()));
  other.created_by = "k2";
  EXPECT_NE(operations_.Start(other, Soon())->operation.number, first->operation.number);
  EXPECT_EQ(operations_.Find("k1", "r1", Soon())->number, first->operation.number);
  EXPECT_TRUE(absl::IsNotFound(operations_.Find("k1", "r9", Soon()).status()));
}

}  // namespace
}  // namespace replyguard::tests
