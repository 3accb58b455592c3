// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "service/http/connect/stream.h"
#include "service/usecases/errors.h"

namespace replyguard::service::http {
namespace {

using std::string_literals::operator""s;

TEST(EnvelopeTest, OpensTheOnlyMessageOfARequest) {
  const std::string body = "\x00\x00\x00\x00\x02hi"s;
  const auto plain = OpenEnvelope(body);
  ASSERT_TRUE(plain.ok());
  EXPECT_FALSE(plain->compressed);
  EXPECT_EQ(plain->message, "hi");
  const std::string compressed = "\x01\x00\x00\x00\x01z"s;
  EXPECT_TRUE(OpenEnvelope(compressed)->compressed);
  const std::string empty = "\x00\x00\x00\x00\x00"s;
  EXPECT_EQ(OpenEnvelope(empty)->message, "");
}

TEST(EnvelopeTest, RefusesWhatIsNotExactlyOne) {
  for (const std::string& body :
       {""s, "\x00\x00\x00\x00"s, "\x00\x00\x00\x00\x03hi"s, "\x00\x00\x00\x00\x01hi"s,
        "\x02\x00\x00\x00\x02{}"s, "\x80\x00\x00\x00\x02hi"s, "\x00\xff\xff\xff\xffhi"s,
        "\x00\x00\x00\x00\x02hi\x00\x00\x00\x00\x02hi"s}) {
    EXPECT_TRUE(absl::IsInvalidArgument(OpenEnvelope(body).status()));
  }
}

TEST(EnvelopeTest, EndsAStreamInWords) {
  EXPECT_EQ(EndEnvelope(absl::OkStatus(), ""), "\x02\x00\x00\x00\x02{}"s);
  const std::string end =
      EndEnvelope(MakeError(absl::StatusCode::kUnavailable, "STOPPING", "goodbye"), "0123");
  EXPECT_EQ(end[0], '\x02');
  const auto json = nlohmann::json::parse(end.substr(kEnvelopeHeadBytes));
  EXPECT_EQ(json["error"]["code"], "unavailable");
  EXPECT_EQ(json["error"]["message"], "goodbye");
}

}  // namespace
}  // namespace replyguard::service::http
