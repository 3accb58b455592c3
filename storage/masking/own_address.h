// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "masking/decode.h"
#include "masking/find.h"

namespace replyguard::storage::masking {

// An author's own address, which goes also where MaskText would let it stay, as it cannot know that
// john@intranet is one. Wiped when this ends. Thread-safe: const.
class OwnAddress {
 public:
  // Of what is no address nothing is found.
  explicit OwnAddress(std::string_view plain_email);
  ~OwnAddress();
  OwnAddress(const OwnAddress&) = delete;
  OwnAddress& operator=(const OwnAddress&) = delete;

  // Masks it wherever it stands letter by letter, in any case, and if MaskText does not know it for
  // an address in every spelling (DecodeUnits, Show). Whether it stood there; what did is wiped.
  bool Mask(std::string& text) const;
  bool IsIn(std::string_view text) const;

 private:
  bool MaskLetters(std::string& text) const;
  std::vector<Edit> FindIn(const std::vector<Unit>& units) const;

  std::string masked_;
  std::string letters_;      // in lower case; empty: nothing is looked for
  std::u32string spelling_;  // the same with its escapes undone; empty: MaskText sees it
};

}  // namespace replyguard::storage::masking
