// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/own_address.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "masking/characters.h"
#include "masking/rewrite.h"
#include "storage/masking.h"
#include "storage/secret_text.h"

namespace replyguard::storage::masking {
namespace {

// An address longer than this is no address; looking for it literally would cost its length at
// every place.
constexpr std::size_t kEmailBytesMax = 320;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c; });
  return lower;
}

std::u32string Lower(const std::vector<Unit>& units) {
  std::u32string lower(units.size(), U'\0');
  std::transform(units.begin(), units.end(), lower.begin(),
                 [](const Unit& unit) { return FoldChar(unit.c); });
  return lower;
}

bool IsWordByte(char c) {
  return IsAsciiAlnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80;
}

// A space or a mark at least, and no more than a few.
bool TakeGap(std::string_view& text) {
  constexpr std::size_t kGapBytesMax = 4;
  std::size_t gap = 0;
  while (gap < text.size() && gap <= kGapBytesMax && !IsWordByte(text[text.size() - 1 - gap])) {
    ++gap;
  }
  if (gap == 0 || gap > kGapBytesMax) return false;
  text.remove_suffix(gap);
  return true;
}

// From the end of `text`, in lower case: " at ", "[at]", "_at_".
bool TakeSpokenAt(std::string_view& text) {
  if (!TakeGap(text) || !text.ends_with("at")) return false;
  text.remove_suffix(2);
  return TakeGap(text);
}

void Wipe(std::u32string& text) { std::fill(text.begin(), text.end(), U'\0'); }

}  // namespace

OwnAddress::OwnAddress(std::string_view plain_email) : masked_(MaskEmail(plain_email)) {
  plain_email = TrimAsciiSpace(plain_email);
  while (plain_email.ends_with('.')) plain_email.remove_suffix(1);
  if (plain_email.size() < 3 || plain_email.size() > kEmailBytesMax) return;
  if (plain_email.find('@') == std::string_view::npos) return;
  letters_ = Lower(plain_email);
  spelling_ = Lower(DecodeUnits(plain_email));
}

OwnAddress::~OwnAddress() {
  WipeString(letters_);
  Wipe(spelling_);
}

bool OwnAddress::Mask(std::string& text) const {
  bool changed = MaskLetters(text);
  if (letters_.empty() || !MayHoldAt(text)) return changed;
  std::string rewritten = Rewrite(text, [this](const auto& units) { return FindIn(units); });
  if (rewritten != text) {
    changed = true;
    std::swap(rewritten, text);
  }
  WipeString(rewritten);
  return changed;
}

bool OwnAddress::IsIn(std::string_view text) const {
  std::string copy(text);
  const bool is = Mask(copy);
  WipeString(copy);
  return is;
}

bool OwnAddress::MayBeSpoken(std::string_view text) {
  for (std::size_t at = 1; at + 2 < text.size(); ++at) {
    if ((text[at] | 32) == 'a' && (text[at + 1] | 32) == 't' && !IsWordByte(text[at - 1]) &&
        !IsWordByte(text[at + 2])) {
      return true;
    }
  }
  return false;
}

template <typename Find>
bool OwnAddress::MaskEach(std::string& text, Find find) const {
  std::string lower = Lower(text);
  std::string out;
  std::size_t done = 0;
  while (const Found found = find(std::string_view(lower), done)) {
    out.append(text, done, found->first - done).append(masked_);
    done = found->second;
  }
  WipeString(lower);
  if (done == 0) return false;
  out.append(text, done);
  WipeString(text);
  text = std::move(out);
  return true;
}

bool OwnAddress::MaskSpoken(std::string& text) const {
  const std::size_t sign = letters_.rfind('@');
  if (sign + 1 == letters_.size() || !MayBeSpoken(text)) return false;
  const std::string_view letters = letters_;
  const std::string_view local = letters.substr(0, sign);
  const std::string_view domain = letters.substr(sign + 1);
  return MaskEach(text, [&](std::string_view lower, std::size_t from) -> Found {
    std::size_t end = from;
    for (std::size_t at; (at = lower.find(domain, end)) != std::string::npos;) {
      end = at + domain.size();
      if (end < lower.size() && IsWordByte(lower[end])) continue;
      std::string_view before = lower.substr(from, at - from);
      if (!TakeSpokenAt(before) || !before.ends_with(local)) continue;
      const std::size_t begin = from + before.size() - local.size();
      if (begin > from && IsWordByte(lower[begin - 1])) continue;
      return std::pair(begin, end);
    }
    return std::nullopt;
  });
}

bool OwnAddress::MaskLetters(std::string& text) const {
  if (letters_.empty()) return false;
  const bool spoken = MaskSpoken(text);
  if (text.find('@') == std::string::npos) return spoken;
  const bool written = MaskEach(text, [this](std::string_view lower, std::size_t from) -> Found {
    const std::size_t at = lower.find(letters_, from);
    if (at == std::string::npos) return std::nullopt;
    return std::pair(at, at + letters_.size());
  });
  return spoken || written;
}

std::vector<Edit> OwnAddress::FindIn(const std::vector<Unit>& units) const {
  std::vector<Edit> edits;
  const std::size_t sign = spelling_.find(U'@');
  if (sign == std::u32string::npos) return edits;
  std::u32string lower = Lower(units);
  // Looked for by its @, of which a text has few.
  for (std::size_t at = sign; (at = lower.find(U'@', at)) != std::u32string::npos;) {
    const std::size_t begin = at - sign;
    if (lower.compare(begin, spelling_.size(), spelling_) != 0) {
      ++at;
      continue;
    }
    const std::size_t end = begin + spelling_.size();
    edits.push_back({units[begin].begin, units[end - 1].end, masked_, false});
    at = end + sign;
  }
  Wipe(lower);
  return edits;
}

}  // namespace replyguard::storage::masking
