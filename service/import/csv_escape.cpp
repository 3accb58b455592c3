// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/import/csv_escape.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstddef>
#include <cstdint>

namespace replyguard::service::importing {
namespace {

constexpr char kMark = '\'';

bool PartsCells(char c) {
  return c == ',' || c == ';' || c == '\t' || c == '\n' || c == '\r' || c == '"';
}

// The character at `at`, which moves behind it; negative for bad bytes.
UChar32 Take(std::string_view text, std::size_t& at) {
  UChar32 c = 0;
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at, text.size(), c);
  return c;
}

bool IsUnseen(UChar32 c) {
  return c >= 0 && (u_isUWhiteSpace(c) != 0 || u_iscntrl(c) != 0 ||
                    u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0);
}

bool BeginsFormula(UChar32 c) {
  switch (c) {
    case '=':
    case '+':
    case '-':
    case '@':
    case 0x2212:  // minus sign
    case 0xFE62:  // small forms
    case 0xFE63:
    case 0xFE66:
    case 0xFE6B:
    case 0xFF0B:  // full-width forms
    case 0xFF0D:
    case 0xFF1D:
    case 0xFF20:
      return true;
    default:
      return false;
  }
}

// Whether a formula follows at a place, asked for places that go up.
class FormulaAhead {
 public:
  explicit FormulaAhead(std::string_view text) : text_(text) {}

  bool At(std::size_t place) {
    // Within one run of unseen characters the answer is the same: a long run is read once.
    if (place >= seen_) {
      std::size_t next = place;
      formula_ = false;
      while (next < text_.size()) {
        const UChar32 c = Take(text_, next);
        if (IsUnseen(c)) continue;
        formula_ = BeginsFormula(c);
        break;
      }
      seen_ = next;  // behind the character that decided
    }
    return formula_;
  }

 private:
  const std::string_view text_;
  std::size_t seen_ = 0;  // the answer holds for places before it
  bool formula_ = false;
};

}  // namespace

std::string EscapeFormulae(std::string_view cell) {
  std::string out;
  out.reserve(cell.size() + 2);
  FormulaAhead ahead(cell);
  bool begins = true;
  for (std::size_t at = 0; at < cell.size(); ++at) {
    const char c = cell[at];
    const bool leading = at == 0 && (c == '\t' || c == '\r');
    if (begins && (c == kMark || leading || ahead.At(at))) out.push_back(kMark);
    out.push_back(c);
    begins = PartsCells(c);
  }
  return out;
}

std::string UnescapeFormulae(std::string_view cell) {
  std::string out;
  out.reserve(cell.size());
  bool begins = true;
  for (const char c : cell) {
    if (begins && c == kMark) {
      begins = false;
      continue;
    }
    out.push_back(c);
    begins = PartsCells(c);
  }
  return out;
}

}  // namespace replyguard::service::importing
