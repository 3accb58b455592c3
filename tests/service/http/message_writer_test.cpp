// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/message_writer.h"

#include <gtest/gtest.h>

#include <string>

namespace replyguard::service::http {
namespace {

class NoBody final : public BodyStream {
 public:
  std::string Next(bool* last) override {
    *last = true;
    return {};
  }
  void Start(std::function<void()> /*on_ready*/) override {}
  void Cancel() override {}
};

bool Has(const std::string& head, std::string_view line) {
  return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

TEST(MessageWriterTest, WritesLengthAndWhatKeepsABrowserQuiet) {
  const std::string head = WriteHead(PlainText(404, "none"), {.version = 11, .keep_alive = true});
  EXPECT_TRUE(head.starts_with("HTTP/1.1 404 Not Found\r\n")) << head;
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  EXPECT_TRUE(Has(head, "content-length: 4"));
  EXPECT_TRUE(Has(head, "x-content-type-options: nosniff"));
  EXPECT_TRUE(Has(head, "content-security-policy: default-src 'none'; frame-ancestors 'none'"));
  EXPECT_TRUE(Has(head, "cache-control: no-store"));
  EXPECT_EQ(head.find("connection:"), std::string::npos);
  EXPECT_EQ(head.find("strict-transport-security"), std::string::npos);
  const HeadOptions secure{.version = 11, .keep_alive = false, .secure = true};
  EXPECT_TRUE(
      Has(WriteHead(PlainText(200, ""), secure), "strict-transport-security: max-age=31536000"));
  EXPECT_TRUE(Has(WriteHead(PlainText(200, ""), secure), "connection: close"));
}

TEST(MessageWriterTest, LeavesAHandlerItsOwn) {
  Response response = PlainText(200, "");
  response.headers.emplace_back("content-security-policy", "default-src 'self'");
  response.headers.emplace_back("set-cookie", "a=1");
  response.headers.emplace_back("set-cookie", "b=2");
  const std::string head = WriteHead(response, {});
  EXPECT_TRUE(Has(head, "content-security-policy: default-src 'self'"));
  EXPECT_EQ(head.find("default-src 'none'"), std::string::npos);
  EXPECT_TRUE(Has(head, "set-cookie: a=1"));
  EXPECT_TRUE(Has(head, "set-cookie: b=2"));
}

TEST(MessageWriterTest, AValueCannotBeginAnotherHeader) {
  Response response = PlainText(200, "");
  response.headers.emplace_back("location", "/a\r\nset-cookie: evil=1");
  EXPECT_TRUE(Has(WriteHead(response, {}), "location: /aset-cookie: evil=1"));
}

TEST(MessageWriterTest, EndsAsTheVersionKnows) {
  Response stream;
  stream.stream = std::make_shared<NoBody>();
  EXPECT_TRUE(
      Has(WriteHead(stream, {.version = 11, .keep_alive = true}), "transfer-encoding: chunked"));
  const std::string old = WriteHead(stream, {.version = 10, .keep_alive = false});
  EXPECT_TRUE(old.starts_with("HTTP/1.0 200 OK\r\n"));
  EXPECT_EQ(old.find("transfer-encoding"), std::string::npos);
  EXPECT_EQ(old.find("content-length"), std::string::npos);
  EXPECT_TRUE(Has(WriteHead(PlainText(200, "x"), {.version = 10, .keep_alive = true}),
                  "connection: keep-alive"));
  Response nothing;
  nothing.status = 204;
  EXPECT_EQ(WriteHead(nothing, {}).find("content-length"), std::string::npos);
}

TEST(MessageWriterTest, WritesChunks) {
  EXPECT_EQ(WriteChunk(std::string(26, 'a'), false), "1a\r\n" + std::string(26, 'a') + "\r\n");
  EXPECT_EQ(WriteChunk("end", true), "3\r\nend\r\n0\r\n\r\n");
  EXPECT_EQ(WriteChunk("", true), "0\r\n\r\n");
  EXPECT_EQ(WriteChunk("", false), "");
}

}  // namespace
}  // namespace replyguard::service::http
