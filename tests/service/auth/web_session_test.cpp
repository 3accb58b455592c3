// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/web_session.h"

#include <gtest/gtest.h>

#include "service/auth/csrf.h"
#include "service/auth/secret_token.h"

namespace replyguard::service::auth {
namespace {

TEST(WebSessionTest, TheCookieIsFoundAmongOthersAndOnlyOnce) {
  EXPECT_EQ(SessionCookieIn("a=b; rg_session=tok; c=d", false), "tok");
  EXPECT_EQ(SessionCookieIn("rg_session=tok", false), "tok");
  EXPECT_EQ(SessionCookieIn("rg_session=tok;", false), "tok");
  EXPECT_EQ(SessionCookieIn("__Host-rg_session=tok", true), "tok");
  // Which of two is whose is not ours to guess; and each way has its own name.
  EXPECT_EQ(SessionCookieIn("rg_session=a; rg_session=b", false), "");
  EXPECT_EQ(SessionCookieIn("rg_session=tok", true), "");
  EXPECT_EQ(SessionCookieIn("__Host-rg_session=tok", false), "");
  for (const char* other : {"", ";", "=", "rg_session", "xrg_session=t", "RG_SESSION=t", "; ;;"}) {
    EXPECT_EQ(SessionCookieIn(other, false), "") << other;
  }
}

TEST(WebSessionTest, WhatIsSet) {
  EXPECT_EQ(SessionCookie("tok", true, std::chrono::seconds(60)),
            "__Host-rg_session=tok; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=60");
  EXPECT_EQ(SessionCookie("tok", false, std::chrono::seconds(60)),
            "rg_session=tok; Path=/; HttpOnly; SameSite=Strict; Max-Age=60");
  EXPECT_EQ(EndedSessionCookie(true),
            "__Host-rg_session=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0");
}

TEST(WebSessionTest, TheMachineItself) {
  for (const char* host :
       {"localhost", "LocalHost:80", "127.0.0.1", "127.1.2.3:8080", "[::1]", "[::1]:443"}) {
    EXPECT_TRUE(IsLocalHost(host)) << host;
  }
  for (const char* host :
       {"", "localhost.evil.example", "127.0.0.1.evil.example", "127.evil.example",
        "[::1].evil.example", "[::11]", "10.0.0.1", "evil.example", "127.1"}) {
    EXPECT_FALSE(IsLocalHost(host)) << host;
  }
}

TEST(WebSessionTest, OurOrigin) {
  EXPECT_TRUE(IsOwnOrigin("https://c.example", "c.example", true));
  EXPECT_TRUE(IsOwnOrigin("https://C.example", "c.EXAMPLE:443", true));
  EXPECT_TRUE(IsOwnOrigin("http://localhost:8080", "localhost:8080", false));
  EXPECT_TRUE(IsOwnOrigin("http://c.example:80", "c.example", false));
  EXPECT_FALSE(IsOwnOrigin("http://c.example", "c.example", true));
  EXPECT_FALSE(IsOwnOrigin("https://c.example", "c.example", false));
  EXPECT_FALSE(IsOwnOrigin("https://c.example:8443", "c.example", true));
  EXPECT_FALSE(IsOwnOrigin("https://evil.example", "c.example", true));
  EXPECT_FALSE(IsOwnOrigin("https://c.example.evil.example", "c.example", true));
  EXPECT_FALSE(IsOwnOrigin("https://xc.example", "c.example", true));
  EXPECT_FALSE(IsOwnOrigin("null", "c.example", true));
  EXPECT_FALSE(IsOwnOrigin("https://", "", true));
}

TEST(CsrfTest, TheTokenIsTheSessionsOwn) {
  const std::string session = GenerateToken(TokenKind::kSession).text;
  const std::string token = CsrfTokenOf(session);
  EXPECT_EQ(token.size(), 32U);
  EXPECT_TRUE(IsCsrfTokenOf(session, token));
  EXPECT_FALSE(IsCsrfTokenOf(GenerateToken(TokenKind::kSession).text, token));
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string other = token;
    other[i] = other[i] == '0' ? '1' : '0';
    EXPECT_FALSE(IsCsrfTokenOf(session, other)) << i;
    EXPECT_FALSE(IsCsrfTokenOf(session, token.substr(0, i))) << i;
  }
  EXPECT_FALSE(IsCsrfTokenOf(session, token + "0"));
}

TEST(SecretTokenTest, ATokenIsOfItsKindOnly) {
  const NewToken session = GenerateToken(TokenKind::kSession);
  EXPECT_TRUE(SameHash(ParseToken(TokenKind::kSession, session.text)->hash, session.hash));
  EXPECT_FALSE(SameHash(ParseToken(TokenKind::kApiKey, session.text)->hash, session.hash));
  EXPECT_FALSE(SameHash(ParseToken(TokenKind::kLink, session.text)->hash, session.hash));
  EXPECT_EQ(HashOfText(HashText(session.hash)), session.hash);
  EXPECT_FALSE(HashOfText("short"));
}

}  // namespace
}  // namespace replyguard::service::auth
