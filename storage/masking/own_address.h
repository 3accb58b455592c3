// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "masking/decode.h"
#include "masking/find.h"

namespace replyguard::storage::masking {

// An author's own address, which goes also where MaskText would let it stay, as it cannot know that
// john@intranet is one or where secret.name?x@example.org begins. Wiped when this ends.
// Thread-safe: const.
class OwnAddress {
 public:
  // Of what is no address nothing is found.
  explicit OwnAddress(std::string_view plain_email);
  ~OwnAddress();
  OwnAddress(const OwnAddress&) = delete;
  OwnAddress& operator=(const OwnAddress&) = delete;

  // Masks it wherever it stands, letter by letter or in another spelling (DecodeUnits, Show), in
  // any case. Whether it stood there; what did is wiped.
  bool Mask(std::string& text) const;
  bool IsIn(std::string_view text) const;

  // Of these the first masks it letter by letter, and with a word for its @ in any spelling
  // (FindSpoken: "john at example.org", "john&nbsp;\u00E4t example.org"); the second finds it in a
  // text as it is shown.
  bool MaskLetters(std::string& text) const;
  std::vector<Edit> FindIn(const std::vector<Unit>& units) const;

 private:
  // Whether its domain may be in `text` in any spelling. One scan.
  bool MayHoldDomain(std::string_view text) const;
  bool MaskSpoken(std::string& text) const;

  std::string masked_;
  std::string letters_;      // in lower case; empty: nothing is looked for
  std::u32string spelling_;  // the same with its escapes undone
  std::size_t domain_ = 0;   // where its domain begins there; 0: it is not looked for with words
};

}  // namespace replyguard::storage::masking
