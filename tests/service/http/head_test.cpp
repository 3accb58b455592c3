// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/head.h"

#include <gtest/gtest.h>

#include <string>

namespace replyguard::service::http {
namespace {

using std::string_literals::operator""s;

int FaultOf(const std::string& head) {
  const auto fault = FindHeadFault(head);
  return fault ? fault->status : 0;
}

TEST(HeadTest, TakesWhatClientsSend) {
  for (const std::string& head : {
           "GET / HTTP/1.0\r\n\r\n"s,
           "GET /a?b HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n"s,
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n"s,
           "POST / HTTP/1.1\r\nHOST:h\r\ntransfer-encoding: Chunked\t\r\n\r\n"s,
           "POST / HTTP/1.0\r\nContent-Length:3\r\nX-Empty:\r\n\r\n"s,
       }) {
    EXPECT_EQ(FaultOf(head), 0) << head;
  }
}

TEST(HeadTest, RefusesWhatAnotherMayReadInAnotherWay) {
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  for (const std::string& head : {
           post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\n",
           post + "Content-Length: 3\r\ncontent-length: 4\r\n\r\n",
           post + "Content-Length: 3, 3\r\n\r\n",
           post + "Content-Length: +3\r\n\r\n",
           post + "Content-Length: 0x3\r\n\r\n",
           post + "Content-Length: -1\r\n\r\n",
           post + "Content-Length:\r\n\r\n",
           post + "Content-Length: 9999999999999999999\r\n\r\n",
           post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
           post + "Transfer-Encoding : chunked\r\n\r\n",
           post + "X: a\r\n b\r\n\r\n",
           post + "X: a\r\n\tTransfer-Encoding: chunked\r\n\r\n",
           post + " X: a\r\n\r\n",
           post + "X: a\rb\r\n\r\n",
           post + "X: a\nContent-Length: 3\r\n\r\n",
           post + "X: a\0b\r\n\r\n"s,
           post + "X\x7f: a\r\n\r\n",
           post + "no colon\r\n\r\n",
           post + ": no name\r\n\r\n",
           post + "Host: i\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"s,
           "GET / HTTP/1.1\r\nHost: a\tb\r\n\r\n"s,
           "GET / HTTP/1.0\r\nHost: a\x01\r\n\r\n"s,
           "GET / HTTP/1.1\r\nHost: a\x7f\r\n\r\n"s,
           "GET / HTTP/1.1\r\n\r\n"s,
           "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"s,
           "GET /\r\n\r\n"s,
           "\x16\x03\x01\r\n\r\n"s,
           "GET / HTTP/1.1\r\nHost: h\r\n"s,
           ""s,
       }) {
    EXPECT_EQ(FaultOf(head), 400) << head;
  }
}

TEST(HeadTest, SaysWhatItDoesNotSpeak) {
  EXPECT_EQ(FaultOf("PRI * HTTP/2.0\r\n\r\n"), 505);
  EXPECT_EQ(FaultOf("GET / HTTP/1.2\r\nHost: h\r\n\r\n"), 505);
  EXPECT_EQ(FaultOf("GET / HTTP/0.9\r\n\r\n"), 505);
  for (const char* coding : {"gzip, chunked", "chunked, chunked", "identity", "xchunked", ""}) {
    EXPECT_EQ(FaultOf("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "s + coding + "\r\n\r\n"),
              501)
        << coding;
  }
}

TEST(HeadTest, BoundsTheNumberOfFields) {
  std::string head = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (std::size_t i = 1; i < kHeadFieldsMax; ++i) head += "X: y\r\n";
  EXPECT_EQ(FaultOf(head + "\r\n"), 0);
  EXPECT_EQ(FaultOf(head + "X: y\r\n\r\n"), 431);
}

}  // namespace
}  // namespace replyguard::service::http
