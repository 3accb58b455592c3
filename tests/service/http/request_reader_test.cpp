// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/request_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace replyguard::service::http {
namespace {

using State = RequestReader::State;

constexpr std::size_t kBodyBytesMax = 100;

RequestReader Reader() {
  return RequestReader([](std::string_view path) { return path == "/none" ? 0 : kBodyBytesMax; });
}

int FaultOf(const std::string& bytes) {
  RequestReader reader = Reader();
  return reader.Add(bytes) == State::kRefused ? reader.fault().status : 0;
}

const std::string kPost = "POST /a/b?c=d HTTP/1.1\r\nHost: h\r\nX-Name: Value\r\n";

TEST(RequestReaderTest, ReadsARequestInWhateverPieces) {
  const std::string bytes = kPost + "Content-Length: 5\r\n\r\nhello";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    RequestReader reader = Reader();
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      EXPECT_TRUE(reader.state() == State::kHead || reader.state() == State::kBody);
      reader.Add(std::string_view(bytes).substr(at, piece));
    }
    ASSERT_EQ(reader.state(), State::kWhole) << piece;
    EXPECT_EQ(reader.body_bytes(), 5U);
    EXPECT_TRUE(reader.keep_alive());
    const Request request = reader.Take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path, "/a/b");
    EXPECT_EQ(request.query, "c=d");
    EXPECT_EQ(request.version, 11);
    EXPECT_EQ(HeaderOf(request.headers, "x-name"), "Value");
    EXPECT_EQ(request.body, "hello");
    EXPECT_TRUE(reader.empty());
  }
}

TEST(RequestReaderTest, ReadsChunksByteByByte) {
  RequestReader reader = Reader();
  const std::string bytes =
      kPost + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: v\r\n\r\n";
  for (const char c : bytes) reader.Add({&c, 1});
  ASSERT_EQ(reader.state(), State::kWhole);
  EXPECT_EQ(reader.Take().body, "hello");
}

// The parser ended the program, by an assertion, between the two bytes behind the last chunk.
TEST(RequestReaderTest, ReadsNoChunksInWhateverPieces) {
  const std::string head = kPost + "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string_view last :
       {"0\r\n\r\n", "0\r\nT: v\r\n\r\n", "00\r\n\r\n", "0;a=b\r\n\r\n"}) {
    for (std::size_t piece = 1; piece <= last.size(); ++piece) {
      RequestReader reader = Reader();
      reader.Add(head);
      for (std::size_t at = 0; at < last.size(); at += piece) {
        ASSERT_EQ(reader.state(), State::kBody);
        reader.Add(last.substr(at, piece));
      }
      ASSERT_EQ(reader.state(), State::kWhole) << last << " in pieces of " << piece;
      EXPECT_EQ(reader.Take().body, "");
      EXPECT_TRUE(reader.empty());
    }
  }
}

// What a chunk holds may look like a last one.
TEST(RequestReaderTest, ReadsChunksThatHoldOne) {
  RequestReader reader = Reader();
  const std::string bytes = kPost + "Transfer-Encoding: chunked\r\n\r\n4\r\n0\r\nx\r\n0\r\n\r\n";
  const std::size_t before = bytes.find("0\r\nx");
  for (const auto& [at, size] :
       {std::pair{std::size_t{0}, before}, {before, 4}, {before + 4, 99}}) {
    reader.Add(std::string_view(bytes).substr(at, size));
  }
  ASSERT_EQ(reader.state(), State::kWhole);
  EXPECT_EQ(reader.Take().body, "0\r\nx");
}

TEST(RequestReaderTest, WhatFollowsTheLastChunkAddsNothingToTheHead) {
  RequestReader reader = Reader();
  reader.Add(kPost +
             "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nAuthorization: Bearer k\r\n"
             "X-Name: Other\r\nConnection: close\r\n\r\n");
  ASSERT_EQ(reader.state(), State::kWhole);
  EXPECT_TRUE(reader.keep_alive());
  const Request request = reader.Take();
  EXPECT_EQ(HeaderOf(request.headers, "authorization"), "");
  EXPECT_EQ(HeaderOf(request.headers, "x-name"), "Value");
  EXPECT_EQ(request.headers.size(), 3U);
}

TEST(RequestReaderTest, RefusesLineEndsWithinAChunksExtensions) {
  const std::string head = kPost + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(FaultOf(head + "2;a=\"x y\"\r\nhi\r\n0\r\n\r\n"), 0);
  for (const char* end : {"\n", "\r", "\r\n"}) {
    EXPECT_EQ(FaultOf(head + "2;a=\"" + end + "x\"\r\nhi\r\n0\r\n\r\n"), 400);
  }
}

// The parser waited for the quote's end.
TEST(RequestReaderTest, RefusesChunksWhoseFirstLineEndsWithinQuotes) {
  const std::string head = kPost + "Transfer-Encoding: chunked\r\n\r\n";
  for (const char* chunk :
       {"2;a=\"\r\n", "2;a=\"x\\\"\r\n", "2\r\nhi\r\n2;a=\"\r\n", "0;a=\"\r\n\r\n"}) {
    EXPECT_EQ(FaultOf(head + chunk), 400) << chunk;
  }
  EXPECT_EQ(FaultOf(head + "2;a=\"\\\"\";b=\"\"\r\nhi\r\n0\r\nT: \"\r\n\r\n"), 0);
}

TEST(RequestReaderTest, KeepsWhatComesAfterARequest) {
  RequestReader reader = Reader();
  reader.Add("\r\n" + kPost + "Content-Length: 2\r\n\r\nhi" + "GET /next HTTP/1.0\r\n\r\n" +
             "GET /th");
  ASSERT_EQ(reader.state(), State::kWhole);
  EXPECT_EQ(reader.Take().body, "hi");
  ASSERT_EQ(reader.state(), State::kWhole);
  EXPECT_FALSE(reader.keep_alive());
  const Request next = reader.Take();
  EXPECT_EQ(next.path, "/next");
  EXPECT_EQ(next.version, 10);
  EXPECT_EQ(reader.state(), State::kHead);
  EXPECT_FALSE(reader.empty());
  reader.Add("ird HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_EQ(reader.state(), State::kWhole);
  EXPECT_EQ(reader.Take().path, "/third");
}

TEST(RequestReaderTest, BoundsTheHead) {
  const std::string begin = "GET /" + std::string(kHeadBytesMax, 'a');
  EXPECT_EQ(FaultOf(begin), 431);
  EXPECT_EQ(FaultOf(begin + " HTTP/1.1\r\nHost: h\r\n\r\n"), 431);
  const std::string end = " HTTP/1.1\r\nHost: h\r\n\r\n";
  EXPECT_EQ(FaultOf("GET /" + std::string(kHeadBytesMax - 5 - end.size(), 'a') + end), 0);
  EXPECT_EQ(FaultOf("GET /" + std::string(kHeadBytesMax - 4 - end.size(), 'a') + end), 431);
}

TEST(RequestReaderTest, IgnoresAFewEmptyLinesBeforeARequestAndNoMore) {
  const std::string request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  std::string lines;
  for (std::size_t i = 0; i < kEmptyLinesMax; ++i) lines += "\r\n";
  EXPECT_EQ(FaultOf(lines + request), 0);
  EXPECT_EQ(FaultOf(lines + "\r\n" + request), 400);
  EXPECT_EQ(FaultOf(lines + "\r\n"), 400);
}

TEST(RequestReaderTest, BoundsTheBodyByItsPath) {
  EXPECT_EQ(FaultOf(kPost + "Content-Length: 100\r\n\r\n"), 0);
  EXPECT_EQ(FaultOf(kPost + "Content-Length: 101\r\n\r\n"), 413);
  const std::string chunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(FaultOf(chunked + "65\r\n"), 413);
  EXPECT_EQ(FaultOf(chunked + "64\r\n" + std::string(100, 'a') + "\r\n1\r\n"), 413);
  EXPECT_EQ(FaultOf(chunked + "64\r\n" + std::string(100, 'a') + "\r\n0\r\n\r\n"), 0);
  EXPECT_EQ(FaultOf("POST /none HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n"), 413);
  EXPECT_EQ(FaultOf("POST /none HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"), 0);
}

TEST(RequestReaderTest, RefusesBadChunks) {
  const std::string chunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string& body :
       {std::string("x\r\n"), std::string("-1\r\n"), std::string("3\r\nhelXX\r\n0\r\n\r\n"),
        std::string("\r\n"), std::string("ffffffffffffffffff\r\n"),
        "3;" + std::string(20'000, 'a')}) {
    EXPECT_EQ(FaultOf(chunked + body), 400) << body.substr(0, 20);
  }
}

TEST(RequestReaderTest, RefusesWhatTheHeadSays) {
  EXPECT_EQ(FaultOf(kPost + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(FaultOf("CONNECT host:443 HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(FaultOf("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(FaultOf("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), 505);
  EXPECT_EQ(FaultOf("G\tET / HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
}

TEST(RequestReaderTest, KnowsTheFormThatProxiesAreAskedWith) {
  for (const auto& [target, path, query] : {std::tuple{"http://h/a?b", "/a", "b"},
                                            {"http://h", "/", ""},
                                            {"https://h?q=/", "/", "q=/"}}) {
    RequestReader reader = Reader();
    ASSERT_EQ(reader.Add("GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n"),
              State::kWhole);
    const Request request = reader.Take();
    EXPECT_EQ(request.path, path);
    EXPECT_EQ(request.query, query);
  }
}

TEST(RequestReaderTest, AsksForABodyOnce) {
  const std::string head = kPost + "Content-Length: 2\r\nExpect: 100-Continue\r\n\r\n";
  RequestReader reader = Reader();
  reader.Add(head);
  EXPECT_TRUE(reader.TakeExpectation());
  EXPECT_FALSE(reader.TakeExpectation());
  EXPECT_EQ(reader.Add("hi"), State::kWhole);
  RequestReader impatient = Reader();
  EXPECT_EQ(impatient.Add(head + "hi"), State::kWhole);
  EXPECT_FALSE(impatient.TakeExpectation());
  EXPECT_EQ(FaultOf(kPost + "Content-Length: 2\r\nExpect: miracles\r\n\r\n"), 417);
}

}  // namespace
}  // namespace replyguard::service::http
