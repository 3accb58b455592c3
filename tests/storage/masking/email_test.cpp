// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "storage/masking.h"

namespace replyguard::storage {
namespace {

TEST(MaskEmail, FirstLetterAndDomain) {
  EXPECT_EQ(MaskEmail("john@example.org"), "j***@example.org");
  EXPECT_EQ(MaskEmail(" John.Doe@Example.ORG "), "J***@example.org");
  EXPECT_EQ(MaskEmail("j@example.org"), "j***@example.org");
  EXPECT_EQ(MaskEmail("_x@example.org"), "x***@example.org");
  EXPECT_EQ(MaskEmail("john@localhost"), "j***@localhost");
  EXPECT_EQ(MaskEmail("\"a@b\"@example.org"), "a***@example.org");
  EXPECT_EQ(MaskEmail("иван@пример.рф"), "и***@пример.рф");
  EXPECT_EQ(MaskEmail("---@example.org"), "***@example.org");
  EXPECT_EQ(MaskEmail("john@[192.0.2.1]"), "j***@[192.0.2.1]");
}

TEST(MaskEmail, ShowsNothingOfWhatIsNoAddress) {
  EXPECT_EQ(MaskEmail(""), "");
  EXPECT_EQ(MaskEmail("  "), "");
  EXPECT_EQ(MaskEmail("john"), "***");
  EXPECT_EQ(MaskEmail("john@"), "***");
  EXPECT_EQ(MaskEmail("john@secret words"), "***");
  EXPECT_EQ(MaskEmail("john@" + std::string(300, 'd')), "***");
  EXPECT_EQ(MaskEmail("\xFF@\xFE"), "***");
}

TEST(EmailDomain, LowerCaseOrNothing) {
  EXPECT_EQ(EmailDomain("john@Mail.Example.org."), "mail.example.org");
  EXPECT_EQ(EmailDomain("john"), "");
  EXPECT_EQ(EmailDomain("john@a b"), "");
  EXPECT_EQ(EmailDomain(""), "");
}

TEST(NormalizeEmail, OneSpellingAMailbox) {
  EXPECT_EQ(NormalizeEmail(" JoHn+Tag@Example.Org.\n"), "john+tag@example.org");
  EXPECT_EQ(NormalizeEmail("ｊohn@example．org"), "john@example.org");
  EXPECT_EQ(NormalizeEmail("jo\u200Bhn@example.org"), "john@example.org");
  EXPECT_EQ(NormalizeEmail("j@Bücher.example"), "j@xn--bcher-kva.example");
  EXPECT_EQ(NormalizeEmail("no address"), "no address");
  EXPECT_EQ(NormalizeEmail(""), "");
  EXPECT_EQ(NormalizeEmail(NormalizeEmail("Ä@Ö.example")), NormalizeEmail("Ä@Ö.example"));
}

TEST(FoldBody, CaseWidthSpaceAndInvisibleCharactersDoNotMatter) {
  EXPECT_EQ(FoldBody("  Buy\tＮＯＷ\n\n che\u200Bap  "), "buy now cheap");
  EXPECT_EQ(FoldBody("𝐁𝐮𝐲"), "buy");
  EXPECT_EQ(FoldBody(" \n\u200B "), "");
  EXPECT_NE(FoldBody("buy now"), FoldBody("buynow"));
}

}  // namespace
}  // namespace replyguard::storage
