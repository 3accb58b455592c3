// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/tokens/page_tokens.h"

#include <gtest/gtest.h>

#include <limits>

#include "replyguard/v1/comment_service.pb.h"
#include "replyguard/v1/moderation_service.pb.h"

namespace replyguard::service::rpc {
namespace {

Principal Backend(const std::string& site) { return {"k", "n", Role::kBackend, site}; }

class PageTokensTest : public testing::Test {
 protected:
  PageTokensTest() { request_.set_parent("sites/blog/threads/a"); }
  std::array<std::uint8_t, 32> key_{1, 2, 3};
  PageTokens tokens_{key_};
  Principal principal_ = Backend("blog");
  v1::ListCommentsRequest request_;
};

TEST_F(PageTokensTest, OpensForTheSameRequestWhateverPageItAsksFor) {
  const std::string token = tokens_.Seal(principal_, request_, "cursor");
  EXPECT_EQ(token.find("cursor"), std::string::npos);
  request_.set_page_token(token);
  request_.set_page_size(7);
  EXPECT_EQ(tokens_.Open(principal_, request_, token), "cursor");
}

TEST_F(PageTokensTest, IsWorthlessAnywhereElse) {
  const std::string token = tokens_.Seal(principal_, request_, "cursor");
  EXPECT_FALSE(tokens_.Open(Backend("other"), request_, token));
  Principal operator_of_all{"k", "n", Role::kOperator, std::nullopt};
  EXPECT_FALSE(tokens_.Open(operator_of_all, request_, token));
  v1::ListCommentsRequest other = request_;
  other.set_parent("sites/blog/threads/b");
  EXPECT_FALSE(tokens_.Open(principal_, other, token));
  other = request_;
  other.add_statuses(v1::COMMENT_STATUS_SPAM);
  EXPECT_FALSE(tokens_.Open(principal_, other, token));
  v1::ListDecisionsRequest other_method;
  other_method.set_parent(request_.parent());
  EXPECT_FALSE(tokens_.Open(principal_, other_method, token));
  const PageTokens elsewhere(std::array<std::uint8_t, 32>{9});
  EXPECT_FALSE(elsewhere.Open(principal_, request_, token));
}

TEST_F(PageTokensTest, NoChangedTokenOpens) {
  const std::string token = tokens_.Seal(principal_, request_, "cursor");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens_.Open(principal_, request_, forged)) << i;
    EXPECT_FALSE(tokens_.Open(principal_, request_, token.substr(0, i))) << i;
  }
  EXPECT_FALSE(tokens_.Open(principal_, request_, token + "A"));
  EXPECT_FALSE(tokens_.Open(principal_, request_, std::string(100'000, 'A')));
  EXPECT_FALSE(tokens_.Open(principal_, request_, std::string("\0\xff", 2)));
}

TEST(CursorTest, RoundTripsAndNoticesWhatIsMissingOrLeft) {
  storage::Uuid id;
  id.bytes.fill(0xAB);
  const std::string bytes = CursorWriter()
                                .Number(std::numeric_limits<std::int64_t>::min())
                                .Real(0.125)
                                .Id(id)
                                .Rest("tail")
                                .Take();
  CursorReader reader(bytes);
  EXPECT_EQ(reader.Number(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(reader.Real(), 0.125);
  EXPECT_EQ(reader.Id(), id);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.Rest(), "tail");
  EXPECT_TRUE(reader.ok());
  CursorReader empty("");
  empty.Id();
  EXPECT_FALSE(empty.ok());
}

}  // namespace
}  // namespace replyguard::service::rpc
