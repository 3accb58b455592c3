// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/own_address.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "masking/characters.h"
#include "masking/markup.h"
#include "masking/rewrite.h"
#include "masking/spoken.h"
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

// What a text may hold where a letter of ASCII is in another spelling: begins of escapes and tags,
// invisible characters, and the lead bytes of all scripts but those without a form of such letters
// (Latin's, Greek, Cyrillic).
constexpr std::array<bool, 256> kMayDisguise = [] {
  std::array<bool, 256> may = BytesOf("%&\\=<[\x7F");
  for (std::size_t c = 0; c < 0x20; ++c) may[c] = c < '\t' || c > '\r';
  for (std::size_t c = 0xC2; c < may.size(); ++c) may[c] = true;
  for (const std::size_t plain : {0xC3U, 0xCEU, 0xCFU, 0xD0U, 0xD1U}) may[plain] = false;
  return may;
}();

void Wipe(std::u32string& text) { std::fill(text.begin(), text.end(), U'\0'); }

}  // namespace

OwnAddress::OwnAddress(std::string_view plain_email) : masked_(MaskEmail(plain_email)) {
  plain_email = TrimAsciiSpace(plain_email);
  while (plain_email.ends_with('.')) plain_email.remove_suffix(1);
  if (plain_email.size() < 3 || plain_email.size() > kEmailBytesMax) return;
  if (plain_email.find('@') == std::string_view::npos) return;
  letters_ = Lower(plain_email);
  spelling_ = Lower(DecodeUnits(plain_email));
  const std::size_t sign = spelling_.rfind(U'@');
  if (sign != std::u32string::npos && sign != 0 && sign + 1 != spelling_.size()) domain_ = sign + 1;
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

bool OwnAddress::MayHoldDomain(std::string_view text) const {
  // Whose dots may be spoken.
  std::string label;
  for (std::size_t i = domain_; i < spelling_.size() && spelling_[i] != U'.'; ++i) {
    if (spelling_[i] >= 0x80) return true;
    label.push_back(static_cast<char>(spelling_[i]));
  }
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return kMayDisguise[static_cast<unsigned char>(c)]; })) {
    return true;
  }
  std::string lower = Lower(text);
  const bool holds = lower.find(label) != std::string::npos;
  WipeString(lower);
  return holds;
}

bool OwnAddress::MaskSpoken(std::string& text) const {
  if (domain_ == 0 || !MayHoldDomain(text)) return false;
  const std::u32string_view spelling = spelling_;
  std::vector<Edit> edits;
  const auto find = [&](const std::vector<Unit>& units) {
    for (const Range found :
         FindSpoken(units, spelling.substr(0, domain_ - 1), spelling.substr(domain_))) {
      edits.push_back({units[found.begin].begin, units[found.end - 1].end, masked_, false});
    }
  };
  std::vector<Unit> units = DecodeUnits(text);
  // First as it is written: "<john> at example.org" is shown without the name.
  find(units);
  find(Show(std::move(units)).text);
  if (edits.empty()) return false;
  std::string edited = Edited(text, std::move(edits));
  WipeString(text);
  text = std::move(edited);
  return true;
}

bool OwnAddress::MaskLetters(std::string& text) const {
  if (letters_.empty()) return false;
  const bool spoken = MaskSpoken(text);
  if (text.find('@') == std::string::npos) return spoken;
  std::string lower = Lower(text);
  std::string out;
  std::size_t done = 0;
  for (std::size_t at; (at = lower.find(letters_, done)) != std::string::npos;) {
    out.append(text, done, at - done).append(masked_);
    done = at + letters_.size();
  }
  WipeString(lower);
  if (done == 0) return spoken;
  out.append(text, done);
  WipeString(text);
  text = std::move(out);
  return true;
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
