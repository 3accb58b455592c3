// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "storage/author_keyring.h"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

namespace replyguard::storage {
namespace {

const std::string kHexA = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const std::string kHexB = "f0e0d0c0b0a090807060504030201000f1e1d1c1b1a191817161514131211101";
const std::string kHexC = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee01";

AuthorKeyring Ring(const std::string& text) {
  absl::StatusOr<AuthorKeyring> ring = AuthorKeyring::Parse(text);
  EXPECT_TRUE(ring.ok()) << ring.status();
  return *std::move(ring);
}

TEST(AuthorKeyring, TheWritingKeyComesFirstWhereverItStands) {
  const AuthorKeyring ring =
      Ring("# two keys\n\nkeep 1 " + kHexA + "\nwrite 2  " + kHexB + "\nkeep 7 " + kHexC);
  EXPECT_EQ(ring.write_key_id(), 2);
  EXPECT_EQ(ring.key_ids(), (std::vector<std::int32_t>{2, 1, 7}));
  const auto hashes = ring.AuthorHashes(5, "john@example.org");
  ASSERT_EQ(hashes.size(), 3u);
  EXPECT_EQ(hashes[0].key_id, 2);
  EXPECT_EQ(hashes[1].key_id, 1);
  EXPECT_NE(hashes[0].mac, hashes[1].mac);
}

// The bytes authenticated are part of what is stored: they may never change. Computed with Python's
// hmac: hmac.new(bytes(range(32)), b"replyguard.hmac.v1\x01" + (5).to_bytes(8, "big") +
// b"john@example.org", "sha256")
TEST(AuthorKeyring, KnownAnswer) {
  const AuthorKeyring ring = Ring("write 1 " + kHexA + "\n");
  EXPECT_EQ(ring.AuthorHashes(5, "John@Example.org ")[0].Hex(),
            "05500bef9dc16ccfb0ab226f5f0ff22b3e3f9fbf22464ec6576e64b138bc72fa");
  EXPECT_EQ(ring.AuthorHashes(5, "john@example.org")[0].PublicId().size(), kAuthorIdHexBytes);
}

TEST(AuthorKeyring, AnOlderKeyFindsWhatItWrote) {
  const KeyedHash before = Ring("write 1 " + kHexA).AuthorHashes(5, "john@example.org")[0];
  const AuthorKeyring rotated = Ring("write 2 " + kHexB + "\nkeep 1 " + kHexA);
  EXPECT_EQ(rotated.AuthorHashes(5, "john@example.org")[1], before);
  EXPECT_TRUE(rotated.Verify(HashPurpose::kAuthor, 5, "john@example.org", before));
  EXPECT_FALSE(rotated.Verify(HashPurpose::kAuthor, 5, "jane@example.org", before));
  EXPECT_FALSE(
      Ring("write 2 " + kHexB).Verify(HashPurpose::kAuthor, 5, "john@example.org", before));
}

TEST(AuthorKeyring, PurposesAndSitesAreApart) {
  const AuthorKeyring ring = Ring("write 1 " + kHexA);
  const KeyedHash hash = ring.Hash(HashPurpose::kAuthor, 1, "x");
  EXPECT_NE(hash, ring.Hash(HashPurpose::kBody, 1, "x"));
  EXPECT_NE(hash, ring.Hash(HashPurpose::kAuthor, 2, "x"));
  EXPECT_NE(hash, ring.Hash(HashPurpose::kAuthor, 1, "y"));
  EXPECT_EQ(hash, ring.Hash(HashPurpose::kAuthor, 1, "x"));
  EXPECT_EQ(hash, ring.HashUnderAll(HashPurpose::kAuthor, 1, "x")[0]);
}

TEST(AuthorKeyring, OneAddressOneHashHoweverItIsWritten) {
  const AuthorKeyring ring = Ring("write 1 " + kHexA);
  EXPECT_EQ(ring.AuthorHashes(1, "JOHN@example.org."), ring.AuthorHashes(1, " john@EXAMPLE.org\n"));
  EXPECT_EQ(ring.AuthorHashes(1, "j@BÜCHER.example"),
            ring.AuthorHashes(1, "j@xn--bcher-kva.example"));
  EXPECT_NE(ring.AuthorHashes(1, "j.d@example.org"), ring.AuthorHashes(1, "jd@example.org"));
  EXPECT_TRUE(ring.AuthorHashes(1, "").empty());
  EXPECT_EQ(ring.IpHashes(1, "2001:DB8:0:0::1"), ring.IpHashes(1, "2001:db8::1"));
  EXPECT_EQ(ring.IpHashes(1, "::ffff:192.0.2.1"), ring.IpHashes(1, "192.0.2.1"));
  EXPECT_EQ(ring.IpHashes(1, "2001:db8::1"), ring.IpHashes(1, "2001:db8::ffff:1")) << "one /64";
  EXPECT_NE(ring.IpHashes(1, "2001:db8::1"), ring.IpHashes(1, "2001:db8:0:1::1"));
  EXPECT_TRUE(ring.IpHashes(1, "nonsense").empty());
}

TEST(AuthorKeyring, FingerprintsTellKeysApartAndNothingElse) {
  const auto prints = Ring("keep 1 " + kHexA + "\nwrite 2 " + kHexB).Fingerprints();
  ASSERT_EQ(prints.size(), 2u);
  EXPECT_TRUE(prints[0].writes);
  EXPECT_EQ(prints[0].key_id, 2);
  EXPECT_FALSE(prints[1].writes);
  EXPECT_EQ(prints[0].hex.size(), 32u);
  EXPECT_NE(prints[0].hex, prints[1].hex);
  EXPECT_EQ(kHexB.find(prints[0].hex), std::string::npos);
  EXPECT_EQ(Ring("write 9 " + kHexA).Fingerprints()[0].hex, prints[1].hex);
}

TEST(AuthorKeyring, MadeFromBytesIsTheSame) {
  AuthorKeyring::KeyBytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  const auto ring = AuthorKeyring::Create(4, {{4, bytes}});
  ASSERT_TRUE(ring.ok());
  EXPECT_EQ(ring->Fingerprints()[0].hex, Ring("write 4 " + kHexA).Fingerprints()[0].hex);
  EXPECT_FALSE(AuthorKeyring::Create(5, {{4, bytes}}).ok());
  EXPECT_FALSE(AuthorKeyring::Create(4, {{4, bytes}, {5, bytes}}).ok());
  EXPECT_FALSE(AuthorKeyring::Create(0, {{0, bytes}}).ok());
  EXPECT_FALSE(AuthorKeyring::Create(4, {{4, AuthorKeyring::KeyBytes{}}}).ok());
}

TEST(AuthorKeyring, NewFilesAreGoodAndDiffer) {
  const std::string text = AuthorKeyring::NewFileText(3);
  EXPECT_EQ(Ring(text).write_key_id(), 3);
  EXPECT_NE(text, AuthorKeyring::NewFileText(3));
}

TEST(AuthorKeyring, RefusesEveryOtherFileWithoutQuotingIt) {
  const std::string same(64, '7');
  const std::string bad[] = {
      "",
      "# nothing",
      "keep 1 " + kHexA,
      "write 1 " + kHexA + "\nwrite 2 " + kHexB,
      "write 1 " + kHexA + "\nkeep 1 " + kHexB,
      "write 1 " + kHexA + "\nkeep 2 " + kHexA,
      "write 1 " + same,
      "write 0 " + kHexA,
      "write -1 " + kHexA,
      "write 01 " + kHexA,
      "write 32768 " + kHexA,
      "write 99999999999999999999 " + kHexA,
      "write x " + kHexA,
      "write 1",
      "write 1 " + kHexA + " more",
      "write 1 " + kHexA.substr(2),
      "write 1 " + kHexA + "00",
      "write 1 zz" + kHexA.substr(2),
      "writes 1 " + kHexA,
      "write\t1\t" + kHexA,
      "write 1 " + kHexA + "\r\n",
      " # indented",
      std::string(kKeyFileBytesMax + 1, '#'),
  };
  for (const std::string& text : bad) {
    const absl::StatusOr<AuthorKeyring> ring = AuthorKeyring::Parse(text);
    ASSERT_FALSE(ring.ok()) << text;
    EXPECT_EQ(ring.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(std::string(ring.status().message()).find(kHexA.substr(2, 8)), std::string::npos);
  }
  std::string many = "write 100 " + kHexA + "\n";
  for (int i = 1; i <= 8; ++i) {
    std::string key = kHexB;
    key[0] = static_cast<char>('0' + i);
    many += "keep " + std::to_string(i) + " " + key + "\n";
  }
  EXPECT_FALSE(AuthorKeyring::Parse(many).ok());
}

static_assert(!std::is_copy_constructible_v<AuthorKeyring> &&
              std::is_nothrow_move_constructible_v<AuthorKeyring>);

}  // namespace
}  // namespace replyguard::storage
