// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/parameters.h"

#include <gtest/gtest.h>

#include "service/http/akismet/key.h"
#include "service/http/akismet/multipart.h"

namespace replyguard::service::http::akismet {
namespace {

const std::string kKey = "0123456789abcdef0123456789abcdef0123456789abcdef";

Request Post(std::string type, std::string body, Headers headers = {}) {
  Request request;
  request.method = "POST";
  request.headers = std::move(headers);
  if (!type.empty()) request.headers.emplace_back("content-type", std::move(type));
  request.body = std::move(body);
  return request;
}

std::string KeyIn(const Request& request) {
  const auto parameters = ReadParameters(request);
  EXPECT_TRUE(parameters.ok()) << parameters.status();
  return FindKey(request, *parameters);
}

TEST(Parameters, AreTheFirstThatHoldAnything) {
  Request request = Post("application/x-www-form-urlencoded", "a=&b=1+2%26&a=x");
  request.query = "a=query&c=query";
  const auto parameters = ReadParameters(request);
  ASSERT_TRUE(parameters.ok());
  EXPECT_EQ(parameters->Get("a"), "x");
  EXPECT_EQ(parameters->Get("b"), "1 2&");
  EXPECT_EQ(parameters->Get("c"), "query");
  EXPECT_EQ(parameters->Get("d"), "");
}

TEST(Parameters, OfJsonAreThoseThatAFormCouldSend) {
  const auto parameters = ReadParameters(Post(
      "application/json", R"({"s":"x","n":7,"t":true,"f":false,"z":null,"l":[1],"o":{"s":1}})"));
  ASSERT_TRUE(parameters.ok());
  EXPECT_EQ(parameters->Get("s"), "x");
  EXPECT_EQ(parameters->Get("n"), "7");
  EXPECT_TRUE(parameters->IsSet("t"));
  EXPECT_FALSE(parameters->IsSet("f"));
  for (const char* name : {"z", "l", "o"}) EXPECT_EQ(parameters->Get(name), "") << name;
}

TEST(Parameters, OfJsonThatIsNoneAreAnError) {
  const std::string deep = R"({"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  for (const std::string& body :
       {std::string(), std::string("["), std::string("[]"), std::string("{"), std::string("\"x\""),
        std::string("{\"a\":\"\xff\"}"), deep}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ReadParameters(Post("application/json", body)).status()))
        << body.substr(0, 20);
  }
}

TEST(Parameters, OfJsonHaveABound) {
  std::string fields;
  for (std::size_t i = 0; i < kParametersMax; ++i) fields += "\"x\":1,";
  const auto parameters = ReadParameters(Post("application/json", "{" + fields + R"("y":1})"));
  ASSERT_TRUE(parameters.ok());
  EXPECT_EQ(parameters->Get("x"), "1");
  EXPECT_EQ(parameters->Get("y"), "") << "beyond what is read";
  const auto values = [](std::size_t count) {
    std::string body = R"({"key":"k","a":[1)";
    for (std::size_t i = 1; i < count; ++i) body += ",1";
    return ReadParameters(Post("application/json", body + "]}"));
  };
  constexpr std::size_t kOthers = 3;  // the object, the key and the array
  EXPECT_TRUE(values(kJsonValuesMax - kOthers).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(values(kJsonValuesMax - kOthers + 1).status()));
}

std::string ContentIn(const std::string& charset, const std::string& content) {
  const auto parameters = ReadParameters(
      Post("", "comment_content=" + content + (charset.empty() ? "" : "&blog_charset=" + charset)));
  EXPECT_TRUE(parameters.ok()) << parameters.status();
  return std::string(parameters->Get("comment_content"));
}

TEST(Parameters, AreReadInTheCharsetOfTheirBlog) {
  EXPECT_EQ(ContentIn("ISO-8859-1", "caf%e9"), "café");
  EXPECT_EQ(ContentIn("+latin1+", "caf%e9"), "café") << "an alias, and space around";
  EXPECT_EQ(ContentIn("iso-8859-1", "%93x%94"), "“x”") << "as browsers take it";
  EXPECT_EQ(ContentIn("windows-1251", "%EF%F0%E8%E2%E5%F2"), "привет");
  EXPECT_EQ(ContentIn("cp1251", "%EF%F0%E8%E2%E5%F2"), "привет");
  EXPECT_EQ(ContentIn("Shift_JIS", "%93%FA%96%7B"), "日本");
  EXPECT_EQ(ContentIn("GB18030", "%C4%E3%BA%C3"), "你好");
  EXPECT_EQ(ContentIn("EUC-KR", "%C7%D1"), "한");
  EXPECT_EQ(ContentIn("EUC-JP", "%c6%fc%ff"), "日\uFFFD") << "what is none in it either";
}

TEST(Parameters, StayAsTheyAreWhereTheCharsetSaysNothingOfThem) {
  EXPECT_EQ(ContentIn("ISO-8859-1", "caf%c3%a9"), "café") << "UTF-8 all the same";
  for (const std::string& charset :
       {std::string(), std::string("UTF-8"), std::string("utf8"), std::string("no-such"),
        std::string("../../x"), std::string("ISO-8859-1,swaplfnl"), std::string("UTF-16"),
        std::string("UTF-7"), std::string("ISO-8859-1%00x"), std::string(100'000, 'x')}) {
    EXPECT_EQ(ContentIn(charset, "caf%e9"), "caf\xe9") << charset.substr(0, 30);
  }
  const std::string named = "&blog_charset=ISO-8859-1";
  for (const char* const name : {"api_key", "guid", "user_ip", "permalink", "callback"}) {
    const auto parameters = ReadParameters(Post("", std::string(name) + "=%e9" + named));
    ASSERT_TRUE(parameters.ok());
    EXPECT_EQ(parameters->Get(name), "\xe9") << name;
  }
  const auto texts = ReadParameters(
      Post("", "comment_author=&comment_author=Andr%e9&comment_author_url=x.example/%e9" + named));
  ASSERT_TRUE(texts.ok());
  EXPECT_EQ(texts->Get("comment_author"), "André");
  EXPECT_EQ(texts->Get("comment_author_url"), "x.example/é");
}

TEST(Parameters, AreReadInTheCharsetOfTheirTypeWhereNoBlogNamesOne) {
  const std::string form = "application/x-www-form-urlencoded";
  const auto content = [&](const std::string& type, const std::string& more = "") {
    const auto parameters = ReadParameters(Post(type, "comment_content=caf%e9" + more));
    EXPECT_TRUE(parameters.ok()) << parameters.status();
    return std::string(parameters->Get("comment_content"));
  };
  for (const char* const named :
       {"; charset=ISO-8859-1", ";charset=iso-8859-1", "; x=y; Charset=\"latin1\" ; z=1"}) {
    EXPECT_EQ(content(form + named), "café") << named;
    EXPECT_EQ(content(std::string("text/plain") + named), "café") << named;
  }
  EXPECT_EQ(content(form + "; charset=ISO-8859-1", "&blog_charset=windows-1251"), "cafй");
  for (const char* const named : {"", ";", "; charset", "; charset=", "; charset=UTF-8",
                                  "; charset=no-such", "; charset=UTF-16", "; charset=\"latin1"}) {
    EXPECT_EQ(content(form + named), "caf\xe9") << named;
  }
  EXPECT_EQ(content(form + "; charset=latin1", "&blog_charset=UTF-8"), "caf\xe9") << "the blog's";
  const auto multipart = ReadParameters(
      Post("multipart/form-data; charset=latin1; boundary=B",
           "--B\r\nContent-Disposition: form-data; name=\"comment_content\"\r\n\r\ncaf\xe9\r\n"
           "--B--"));
  ASSERT_TRUE(multipart.ok()) << multipart.status();
  EXPECT_EQ(multipart->Get("comment_content"), "café");
}

TEST(Parameters, OfAnotherCharsetAreReadWhole) {
  constexpr std::size_t kMany = 300'000;
  std::string wide;
  for (std::size_t i = 0; i < kMany; ++i) wide += "€";
  EXPECT_TRUE(ContentIn("windows-1252", std::string(kMany, '\x80')) == wide);
}

TEST(Multipart, HoldsFieldsAndNoFiles) {
  const std::string body =
      "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"a;b\"\r\n\r\none\r\ntwo\r\n"
      "--B  \r\ncontent-type: text/plain\r\nCONTENT-DISPOSITION: form-data; name=c\r\n\r\n\r\n"
      "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nbytes\r\n"
      "--B\r\nNo: name\r\n\r\nlost\r\n--B--\r\nepilogue";
  const auto fields = ReadMultipart("multipart/form-data; charset=x; boundary=\"B\"", body, 10);
  ASSERT_TRUE(fields.ok()) << fields.status();
  EXPECT_EQ(*fields, (Fields{{"a;b", "one\r\ntwo"}, {"c", ""}}));
  const auto bounded = ReadMultipart("multipart/form-data; boundary=B", body, 1);
  ASSERT_TRUE(bounded.ok());
  EXPECT_EQ(bounded->size(), 1U);
}

TEST(Multipart, ThatEndsTooSoonIsAnError) {
  const std::string whole = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--B--";
  ASSERT_TRUE(ReadMultipart("x; boundary=B", whole, 10).ok());
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
    EXPECT_FALSE(ReadMultipart("x; boundary=B", whole.substr(0, size), 10).ok()) << size;
  }
  for (const char* type :
       {"x", "x; boundary", "x; boundary=", "x; boundary=\"B", "x; boundary=C"}) {
    EXPECT_FALSE(ReadMultipart(type, whole, 10).ok()) << type;
  }
  EXPECT_FALSE(ReadMultipart("x; boundary=" + std::string(71, 'B'), whole, 10).ok());
}

TEST(Key, IsFoundWhereverItsClientPutsIt) {
  EXPECT_EQ(KeyIn(Post("", "key=K1&blog=x")), "k1");
  EXPECT_EQ(KeyIn(Post("", "key=other&api_key=first")), "first");
  Request query = Post("", "");
  query.query = "api_key=asked";
  EXPECT_EQ(KeyIn(query), "asked");
  // "AbC123.k:undefined"
  EXPECT_EQ(KeyIn(Post("", "", {{"authorization", "Basic QWJDMTIzLms6dW5kZWZpbmVk"}})), "abc123");
  // "AbC123:"
  EXPECT_EQ(KeyIn(Post("", "", {{"authorization", "basic QWJDMTIzOg=="}})), "abc123");
  EXPECT_EQ(KeyIn(Post("", "", {{"authorization", "Bearer " + kKey}})), kKey);
  EXPECT_EQ(KeyIn(Post("", "", {{"host", kKey + ".rest.example:80"}})), kKey);
  EXPECT_EQ(KeyIn(Post("", "", {{"host", "0123456789ABCDEF" + kKey.substr(16) + ".example"}})),
            kKey);
  for (const char* host : {"rest.example", "localhost:80", "127.0.0.1", ""}) {
    EXPECT_EQ(KeyIn(Post("", "", {{"host", host}})), "") << host;
  }
  EXPECT_EQ(KeyIn(Post("", "", {{"authorization", "Basic !!"}})), "");
}

}  // namespace
}  // namespace replyguard::service::http::akismet
