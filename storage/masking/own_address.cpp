// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/own_address.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "masking/rewrite.h"
#include "storage/masking.h"
#include "storage/secret_text.h"

namespace replyguard::storage::masking {
namespace {

// An address longer than this is no address; looking for it literally would cost its length at
// every place.
constexpr std::size_t kEmailBytesMax = 320;

template <typename Char>
Char AsciiLower(Char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<Char>(c - 'A' + 'a') : c;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), AsciiLower<char>);
  return lower;
}

std::u32string Lower(const std::vector<Unit>& units) {
  std::u32string lower(units.size(), U'\0');
  std::transform(units.begin(), units.end(), lower.begin(),
                 [](const Unit& unit) { return AsciiLower(unit.c); });
  return lower;
}

void Wipe(std::u32string& text) { std::fill(text.begin(), text.end(), U'\0'); }

}  // namespace

OwnAddress::OwnAddress(std::string_view plain_email) : masked_(MaskEmail(plain_email)) {
  if (plain_email.size() < 3 || plain_email.size() > kEmailBytesMax) return;
  if (plain_email.find('@') == std::string_view::npos) return;
  letters_ = Lower(plain_email);
  if (!MaskText(plain_email).changed()) spelling_ = Lower(DecodeUnits(plain_email));
}

OwnAddress::~OwnAddress() {
  WipeString(letters_);
  Wipe(spelling_);
}

bool OwnAddress::Mask(std::string& text) const {
  if (letters_.empty() || !MayHoldAt(text)) return false;
  bool changed = MaskLetters(text);
  if (spelling_.empty()) return changed;
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

bool OwnAddress::MaskLetters(std::string& text) const {
  if (text.find('@') == std::string::npos) return false;
  std::string lower = Lower(text);
  std::string out;
  std::size_t done = 0;
  for (std::size_t at; (at = lower.find(letters_, done)) != std::string::npos;
       done = at + letters_.size()) {
    out.append(text, done, at - done).append(masked_);
  }
  WipeString(lower);
  if (done == 0) return false;
  out.append(text, done);
  WipeString(text);
  text = std::move(out);
  return true;
}

std::vector<Edit> OwnAddress::FindIn(const std::vector<Unit>& units) const {
  std::vector<Edit> edits;
  std::u32string lower = Lower(units);
  for (std::size_t at = 0; (at = lower.find(spelling_, at)) != std::u32string::npos;
       at += spelling_.size()) {
    const std::size_t last = at + spelling_.size() - 1;
    edits.push_back({units[at].begin, units[last].end, masked_, false});
  }
  Wipe(lower);
  return edits;
}

}  // namespace replyguard::storage::masking
