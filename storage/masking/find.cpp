// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/find.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "masking/characters.h"
#include "masking/domain.h"

namespace replyguard::storage::masking {
namespace {

constexpr std::string_view kStars = "***";
constexpr std::size_t kQuotedUnitsMax = 130;  // 128 and the quotes
constexpr std::size_t kSpacesMax = 16;

// The opening mark of a closing one, '\0' for any other character.
char32_t Opening(char32_t c) {
  switch (c) {
    case U')':
      return U'(';
    case U']':
      return U'[';
    case U'}':
      return U'{';
    case U'>':
      return U'<';
    case U'"':
      return U'"';
    case 0x201D:
      return 0x201C;
    case 0x201C:
      return 0x201E;
    case 0xBB:
      return 0xAB;
    default:
      return U'\0';
  }
}

// Whether one mark before the @ and one after it belong together: "@", **@**, <@>, )@(.
bool AreMirrored(char32_t left, char32_t right) {
  constexpr std::u32string_view kSame = U"\"'*_~`|";
  if (left == right) return kSame.find(left) != std::u32string_view::npos;
  if (left == U'\0' || right == U'\0') return false;
  return Opening(right) == left || Opening(left) == right;
}

class AddressFinder {
 public:
  explicit AddressFinder(const std::vector<Unit>& units) : units_(units) {}

  std::vector<Edit> Find() {
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (units_[i].c != U'@') continue;
      std::size_t end = i + 1;
      while (At(end) == U'@') ++end;
      Sign({i, end});
      before_ = units_[i].spelling == Spelling::kQuotedPrintable ? bound_ : end;
      bound_ = end;
      i = end - 1;
    }
    return std::move(edits_);
  }

 private:
  char32_t At(std::size_t i) const { return CharAt(units_, i); }
  char32_t Before(std::size_t i) const { return i > before_ ? units_[i - 1].c : kBadByte; }

  // One @, or several in a row.
  void Sign(Range sign) {
    std::size_t left = sign.begin;
    std::size_t right = sign.end;
    while (left + kSpacesMax > sign.begin && IsSpace(Before(left))) --left;
    while (right < sign.end + kSpacesMax && IsSpace(At(right))) ++right;
    const bool spaced_left = left != sign.begin;
    const bool spaced_right = right != sign.end;
    if (!spaced_left) {
      for (int marks = 0; marks < 4 && AreMirrored(Before(left), At(right)); ++marks) {
        // (me)@(example.org): the marks around the local part are read with it.
        if (Opening(At(right)) == U'\0' && At(right) != Before(left)) {
          ++right;
          break;
        }
        --left;
        ++right;
      }
    }
    for (int marks = 0; marks < 8 && IsBetween(At(right)); ++marks) ++right;
    const std::optional<Range> domain = ReadDomain(units_, right);
    if (!domain || !IsMeant(*domain, spaced_left, spaced_right)) return;
    std::optional<Range> local = Unquoted(left);
    if (!local) local = Quoted(left);
    if (!local || IsGit(*local, left, *domain) || IsParameter(*local, sign.begin)) return;
    if (IsDensity(*domain)) return;
    local->begin = BeginOfUserInfo(*local);
    Mask(*local, *domain);
  }

  // What is skipped before a domain: emphasis, and dots too many.
  static bool IsBetween(char32_t c) {
    constexpr std::u32string_view kBetween = U"*_~`.";
    return kBetween.find(c) != std::u32string_view::npos;
  }

  // Whether spaces around the @ leave an address: a handle has one before it only, a price or an
  // hour little after it, and a product of matrices is called.
  bool IsMeant(Range domain, bool spaced_left, bool spaced_right) const {
    if (!spaced_left) return true;
    if (!spaced_right) return IsMailProvider(units_, domain);
    std::size_t digits = domain.begin;
    while (At(digits) >= U'0' && At(digits) <= U'9') ++digits;
    const bool hour = digits != domain.begin && digits <= domain.begin + 2 && At(digits) == U'.';
    return !hour && (At(domain.end) != U'(' || EndsAsMostDo(units_, domain));
  }

  // The local part that ends at `end`; nothing for a handle.
  std::optional<Range> Unquoted(std::size_t end) const {
    Range run{end, end};
    while (run.begin > before_ &&
           (IsLocalChar(units_[run.begin - 1].c) || IsEscapedAt(run.begin - 1))) {
      --run.begin;
    }
    if (run.begin == end) return std::nullopt;
    run.begin = AfterUrl(run);
    for (std::size_t i = run.end; i > run.begin; --i) {
      if (!IsSpacelessScript(units_[i - 1].c)) continue;
      const bool ascii_word = std::any_of(units_.begin() + static_cast<std::ptrdiff_t>(i),
                                          units_.begin() + static_cast<std::ptrdiff_t>(run.end),
                                          [](const Unit& unit) { return IsAsciiAlnum(unit.c); });
      if (ascii_word) run.begin = i;
      break;
    }
    if (run.begin == run.end) return std::nullopt;
    return run;
  }

  bool IsEscapedAt(std::size_t i) const {
    return units_[i].c == U'@' && units_[i].spelling == Spelling::kQuotedPrintable;
  }

  // Where the last part of a URL's path or query begins, if the run is inside one.
  std::size_t AfterUrl(Range run) const {
    const char32_t first = units_[run.begin].c;
    bool is_url = first == U'/' || first == U'?' || first == U'&' || first == U'#';
    bool dotted = false;
    for (std::size_t i = run.begin; i < run.end && !is_url; ++i) {
      const char32_t c = units_[i].c;
      dotted = dotted || c == U'.';
      if (c == U'/' || c == U'?') {
        is_url = dotted;
        break;
      }
    }
    if (!is_url) return run.begin;
    constexpr std::u32string_view kDelimiters = U"/?&=#";
    for (std::size_t i = run.end; i > run.begin; --i) {
      if (kDelimiters.find(units_[i - 1].c) != std::u32string_view::npos) return i;
    }
    return run.begin;
  }

  // "john doe" or (john) before `end`, marks included.
  std::optional<Range> Quoted(std::size_t end) const {
    const char32_t opening = Opening(Before(end));
    if (end < 3 || opening == U'\0') return std::nullopt;
    const Spelling spelling = units_[end - 1].spelling;
    const std::size_t last = end > kQuotedUnitsMax ? end - kQuotedUnitsMax : 0;
    for (std::size_t i = end - 1; i > last; --i) {
      const char32_t c = units_[i - 1].c;
      if (c == U'\n') return std::nullopt;
      if (c != opening || units_[i - 1].spelling != spelling) continue;
      const bool empty = i == end - 1;
      if (empty || IsSpace(units_[i].c) || IsSpace(units_[end - 2].c)) return std::nullopt;
      // A comment (RFC 5322) or a call: what stands before belongs to it.
      while (i - 1 > last && opening != U'"' && IsLocalChar(units_[i - 2].c)) --i;
      return Range{i - 1, end};
    }
    return std::nullopt;
  }

  // git@host:path, ssh://git@host: the same for everybody, no person's address.
  bool IsGit(Range local, std::size_t at, Range domain) const {
    if (at - local.begin != 3 || (At(local.begin) | 32U) != U'g' ||
        (At(local.begin + 1) | 32U) != U'i' || (At(local.begin + 2) | 32U) != U't') {
      return false;
    }
    if (local.begin >= 2 && At(local.begin - 1) == U'/' && At(local.begin - 2) == U'/') return true;
    const char32_t path = At(domain.end + 1);
    return At(domain.end) == U':' &&
           (IsAsciiAlnum(path) || path == U'/' || path == U'~' || path == U'_' || path == U'.');
  }

  // ?w=400.png
  bool IsParameter(Range local, std::size_t sign) const {
    if (units_[sign].spelling != Spelling::kQuotedPrintable || local.begin == 0) return false;
    const char32_t before = units_[local.begin - 1].c;
    return before == U'?' || before == U'&';
  }

  // photo@2x.png: a picture for screens of that density, never a host (a top-level domain of
  // letters that is a picture's extension does not exist).
  bool IsDensity(Range domain) const {
    constexpr std::u32string_view kPictures[] = {U"x.png",  U"x.jpg",  U"x.jpeg", U"x.gif",
                                                 U"x.webp", U"x.avif", U"x.svg"};
    std::u32string name;
    for (std::size_t i = domain.begin; i < domain.end; ++i) name.push_back(units_[i].c | 32U);
    const std::size_t digits = std::min(name.find_first_not_of(U"0123456789"), name.size());
    return digits > 0 && std::any_of(std::begin(kPictures), std::end(kPictures),
                                     [&](auto picture) { return name.substr(digits) == picture; });
  }

  // https://john:secret@host: the name before the colon goes along.
  std::size_t BeginOfUserInfo(Range local) const {
    std::size_t begin = local.begin;
    if (begin <= before_ || units_[begin - 1].c != U':') return begin;
    --begin;
    while (begin > before_ && IsLocalChar(units_[begin - 1].c) && units_[begin - 1].c != U'/')
      --begin;
    const bool in_url =
        begin >= before_ + 2 && units_[begin - 1].c == U'/' && units_[begin - 2].c == U'/';
    return in_url ? begin : local.begin;
  }

  void Mask(Range local, Range domain) {
    const auto end = units_.begin() + static_cast<std::ptrdiff_t>(local.end);
    const auto first =
        std::find_if(units_.begin() + static_cast<std::ptrdiff_t>(local.begin), end,
                     [](const Unit& unit) { return unit.c == kSomeCharacter || IsAlnum(unit.c); });
    std::string mask;
    if (first != end) {
      // Marks before the first letter belong to the text around; a quoted part goes as a whole.
      const char32_t mark = units_[local.begin].c;
      if (mark == U'.' || IsLocalChar(mark)) {
        local.begin = static_cast<std::size_t>(first - units_.begin());
      }
      if (first->c != kSomeCharacter) AppendUtf8(mask, first->c);
    }
    mask += kStars;
    mask += '@';
    // Up to the domain: whatever is between goes.
    Add({units_[local.begin].begin, units_[domain.begin].begin, std::move(mask), false});
    Add({units_[domain.begin].begin, units_[domain.end - 1].end, PlainDomain(units_, domain),
         true});
  }

  // Keeps edits in order and apart. A domain that turns out to begin the next local part
  // (a@b.c@d.e) is not rewritten; local parts that overlap become one.
  void Add(Edit edit) {
    while (!edits_.empty() && edits_.back().end > edit.begin) {
      Edit& last = edits_.back();
      if (!last.is_domain && last.begin <= edit.begin) {
        edit.begin = last.begin;
        edit.with = std::move(last.with);
      }
      edit.end = std::max(edit.end, last.end);
      edits_.pop_back();
    }
    edits_.push_back(std::move(edit));
  }

  const std::vector<Unit>& units_;
  std::vector<Edit> edits_;
  std::size_t before_ = 0;  // where a local part may begin
  std::size_t bound_ = 0;   // the same after the sign before the last
};

}  // namespace

std::vector<Edit> FindAddresses(const std::vector<Unit>& units) {
  return AddressFinder(units).Find();
}

}  // namespace replyguard::storage::masking
