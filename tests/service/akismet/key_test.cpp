// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace replyguard::service::http::akismet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kKey = "0123456789abcdef0123456789abcdef0123456789abcdef";
const std::string kOther = std::string(48, 'a');
const std::string kLong(300'000, 'x');

Request Of(std::string body) {
  Request request;
  request.method = "POST";
  request.path = "/1.1/comment-check";
  request.body = std::move(body);
  return request;
}

TEST(LikelyKeys, AreSeenHoweverTheBodyIsWritten) {
  EXPECT_THAT(LikelyKeys(Of("api_key=" + kKey + "&comment_content=" + kLong)), ElementsAre(kKey));
  EXPECT_THAT(LikelyKeys(Of("comment_content=" + kLong + "&key=" + kKey)), ElementsAre(kKey));
  EXPECT_THAT(LikelyKeys(Of(R"({"comment_content":")" + kLong + R"(","api_key":")" + kKey + "\"}")),
              ElementsAre(kKey));
  EXPECT_THAT(LikelyKeys(Of("--b\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\n" +
                            kKey + "\r\n--b--")),
              ElementsAre(kKey));
  std::string upper = kKey;
  for (char& c : upper) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  EXPECT_THAT(LikelyKeys(Of("key=" + upper)), ElementsAre(kKey));
}

TEST(LikelyKeys, AreSeenBesideTheBody) {
  Request request = Of("comment_content=" + kLong);
  request.query = "api_key=" + kKey;
  EXPECT_THAT(LikelyKeys(request), ElementsAre(kKey));
  request.query.clear();
  request.headers = {{"host", kKey + ".rest.akismet.com"}};
  EXPECT_THAT(LikelyKeys(request), ElementsAre(kKey));
  request.headers.emplace_back("authorization", "Bearer " + kOther);
  EXPECT_THAT(LikelyKeys(request), ElementsAre(kOther));
}

TEST(LikelyKeys, AreFewAndOfTheirLengthAlone) {
  EXPECT_THAT(LikelyKeys(Of(kLong)), IsEmpty());
  EXPECT_THAT(LikelyKeys(Of("key=" + kKey + "0&key=" + kKey.substr(1))), IsEmpty());
  EXPECT_THAT(LikelyKeys(Of(std::string(300'000, 'a'))), IsEmpty());
  EXPECT_THAT(LikelyKeys(Of(kLong + kKey + kLong)), IsEmpty()) << "in the middle";
  std::string many;
  while (many.size() < 200'000) many += kKey + '&';
  EXPECT_THAT(LikelyKeys(Of(many)), SizeIs(kLikelyKeysMax));
}

}  // namespace
}  // namespace replyguard::service::http::akismet
