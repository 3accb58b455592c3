// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <concepts>
#include <ostream>
#include <string>
#include <type_traits>

#include "storage/masked_comment.h"
#include "storage/masking.h"

namespace replyguard::storage {
namespace {

using std::chrono::milliseconds;

AuthorKeyring Ring() {
  return *AuthorKeyring::Parse(
      "write 2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
      "keep 1 f0e0d0c0b0a090807060504030201000f1e1d1c1b1a191817161514131211101\n");
}

Submission Full() {
  Submission s;
  s.site_id = 3;
  s.thread_key = "post-1";
  s.author_name = "John";
  s.author_email = SecretText("john@Example.org");
  s.author_url = "https://john.example/";
  s.body = "Nice post";
  s.author_ip = SecretText("192.0.2.77");
  s.user_agent = "Mozilla/5.0";
  s.referrer = "https://example.org/post";
  s.language = "en";
  s.form_fill_time = milliseconds(12'000);
  return s;
}

TEST(Mask, KeepsWhatMayBeKept) {
  const MaskedComment c = Mask(Full(), Ring());
  EXPECT_EQ(c.site_id(), 3);
  EXPECT_EQ(c.thread_key(), "post-1");
  EXPECT_EQ(c.author_name(), "John");
  EXPECT_EQ(c.email_masked(), "j***@example.org");
  EXPECT_EQ(c.email_domain(), "example.org");
  EXPECT_EQ(c.body(), "Nice post");
  EXPECT_FALSE(c.body_changed());
  EXPECT_EQ(c.ip_masked(), "192.0.2.0/24");
  EXPECT_EQ(c.form_fill_time(), milliseconds(12'000));
  EXPECT_FALSE(c.honeypot_filled());
  ASSERT_EQ(c.author_hashes().size(), 2u);
  EXPECT_EQ(c.author_hashes()[0].key_id, 2);
  EXPECT_EQ(c.author_hashes(), Ring().AuthorHashes(3, "JOHN@example.ORG"));
  EXPECT_EQ(c.ip_hashes(), Ring().IpHashes(3, "192.0.2.77"));
  EXPECT_EQ(c.request_fingerprints().size(), 2u);
}

TEST(Mask, MasksEveryFreeText) {
  Submission s = Full();
  for (std::string* text :
       {&s.author_name, &s.body, &s.user_agent, &s.referrer, &s.thread_title, &s.thread_uri,
        &s.language, &s.comment_type, &s.thread_key, &s.parent_comment}) {
    *text = "jane@secret.example";
  }
  s.author_url = "https://x.example/?q=jane@secret.example";
  s.honeypot = "jane@secret.example";
  const MaskedComment c = Mask(std::move(s), Ring());
  for (const std::string& text :
       {c.author_name(), c.body(), c.user_agent(), c.referrer(), c.thread_title(), c.thread_uri(),
        c.language(), c.comment_type(), c.thread_key(), c.parent_comment()}) {
    EXPECT_EQ(text, "j***@secret.example");
  }
  EXPECT_EQ(c.author_url(), "https://x.example/?q=j***@secret.example");
  EXPECT_TRUE(c.body_changed());
  EXPECT_TRUE(c.honeypot_filled());
}

TEST(Mask, EmptyAndBrokenInputIsFine) {
  const MaskedComment empty = Mask(Submission(), Ring());
  EXPECT_EQ(empty.email_masked(), "");
  EXPECT_TRUE(empty.author_hashes().empty());
  EXPECT_TRUE(empty.ip_hashes().empty());
  EXPECT_TRUE(empty.body_hashes().empty());
  EXPECT_FALSE(empty.request_fingerprints().empty());

  Submission s;
  s.author_email = SecretText("no address at all");
  s.author_ip = SecretText("somewhere");
  s.body = "\xFF\xFE";
  const MaskedComment broken = Mask(std::move(s), Ring());
  EXPECT_EQ(broken.email_masked(), "***");
  EXPECT_EQ(broken.ip_masked(), "");
  EXPECT_FALSE(broken.author_hashes().empty()) << "one junk address is one author still";
}

TEST(Mask, TheSameTextHasTheSameBodyHash) {
  Submission a = Full(), b = Full(), other = Full();
  a.body = "Buy  NOW";
  b.body = "buy now\n";
  other.body = "buy later";
  const AuthorKeyring ring = Ring();
  const auto hash = Mask(std::move(a), ring).body_hashes();
  EXPECT_EQ(hash, Mask(std::move(b), ring).body_hashes());
  EXPECT_NE(hash, Mask(std::move(other), ring).body_hashes());
}

TEST(Mask, AnyFieldChangesTheFingerprintAndNothingElseDoes) {
  const AuthorKeyring ring = Ring();
  const auto plain = Mask(Full(), ring).request_fingerprints();
  EXPECT_EQ(Mask(Full(), ring).request_fingerprints(), plain);
  using Change = void (*)(Submission&);
  const Change changes[] = {
      [](Submission& s) { s.thread_key += "x"; },
      [](Submission& s) { s.parent_comment = "1"; },
      [](Submission& s) { s.author_name += "x"; },
      [](Submission& s) { s.author_email = SecretText("jonn@example.org"); },
      [](Submission& s) { s.author_url += "x"; },
      [](Submission& s) { s.body += "x"; },
      [](Submission& s) { s.author_ip = SecretText("192.0.2.78"); },
      [](Submission& s) { s.user_agent += "x"; },
      [](Submission& s) { s.referrer += "x"; },
      [](Submission& s) { s.language = "de"; },
      [](Submission& s) { s.comment_type = "pingback"; },
      [](Submission& s) { s.author_verified = true; },
      [](Submission& s) { s.honeypot = "x"; },
      [](Submission& s) { s.form_fill_time = milliseconds(1); },
      [](Submission& s) { s.form_fill_time.reset(); },
      [](Submission& s) { s.submit_time.emplace(); },
      [](Submission& s) { s.thread_uri = "https://example.org/"; },
      [](Submission& s) { s.thread_title = "T"; },
      [](Submission& s) { s.thread_publish_time.emplace(); },
      [](Submission& s) { s.site_id = 4; },
      // Text moved from one field to the next is another submission.
      [](Submission& s) {
        s.body = "Nice pos";
        s.user_agent = "tMozilla/5.0";
      },
  };
  for (const Change change : changes) {
    Submission s = Full();
    change(s);
    EXPECT_NE(Mask(std::move(s), ring).request_fingerprints()[0], plain[0]) << &change - changes;
  }
}

TEST(Mask, LeavesNothingInTheSubmission) {
  Submission s = Full();
  s.body = "short";  // lives in the string's own buffer
  const char* inside = s.body.data();
  (void)Mask(std::move(s), Ring());
  EXPECT_TRUE(s.author_email.empty());  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_TRUE(s.body.empty());
  (void)inside;
}

TEST(Mask, EditsAreMaskedTheSameWay) {
  SubmissionEdit edit;
  edit.site_id = 3;
  edit.body = "now with jane@secret.example";
  const AuthorKeyring ring = Ring();
  const MaskedEdit masked = Mask(std::move(edit), ring);
  EXPECT_EQ(masked.body(), "now with j***@secret.example");
  EXPECT_TRUE(masked.body_changed());
  EXPECT_FALSE(masked.author_name().has_value());
  EXPECT_FALSE(masked.author_url().has_value());
  Submission s = Full();
  s.body = "Now with j***@secret.example";
  EXPECT_EQ(masked.body_hashes(), Mask(std::move(s), ring).body_hashes());
}

TEST(WipeString, LeavesNoByteBehind) {
  std::string text = "a secret that is longer than a small string's own buffer";
  const std::size_t capacity = text.capacity();
  WipeString(text);
  EXPECT_TRUE(text.empty());
  ASSERT_EQ(text.capacity(), capacity);
  text.resize(capacity, '\0');  // within the capacity: the bytes are still there to see
  EXPECT_EQ(text, std::string(capacity, '\0'));
}

TEST(SecretText, MovesAndForgets) {
  SecretText a("secret");
  SecretText b(std::move(a));
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(b.Reveal(), "secret");
  b = SecretText("other");
  EXPECT_EQ(b.Reveal(), "other");
  b.Wipe();
  EXPECT_EQ(b.Reveal(), "");
}

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

// The guarantees that the compiler gives.
static_assert(!Printable<Submission> && !Printable<SecretText> && !Printable<AuthorKeyring>);
static_assert(!std::is_copy_constructible_v<Submission> &&
              !std::is_copy_constructible_v<SecretText>);
static_assert(!std::is_default_constructible_v<MaskedComment> &&
              !std::is_constructible_v<MaskedComment, Submission>);
static_assert(!std::is_default_constructible_v<MaskedEdit>);

}  // namespace
}  // namespace replyguard::storage
