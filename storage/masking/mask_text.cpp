// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "masking/characters.h"
#include "masking/decode.h"
#include "storage/masking.h"
#include "storage/secret_text.h"

namespace replyguard::storage {
namespace masking {
namespace {

constexpr std::string_view kStars = "***";
constexpr std::size_t kQuotedUnitsMax = 130;  // 128 and the quotes
constexpr std::size_t kLiteralUnitsMax = 66;
// What one pass makes may stand beside something that makes a longer local part of it
// (foo"john"@...): a few passes settle that.
constexpr int kPassesMax = 4;

// Bytes [begin, end) of the text become `with`.
struct Edit {
  std::uint32_t begin;
  std::uint32_t end;
  std::string with;
  bool is_domain;
};

// Units [begin, end).
struct Range {
  std::size_t begin;
  std::size_t end;
};

// Finds the addresses of one text in one pass from left to right.
class AddressFinder {
 public:
  explicit AddressFinder(const std::vector<Unit>& units) : units_(units) {}

  std::vector<Edit> Find() {
    std::size_t run = 0;  // where the characters that could be a local part begin
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (units_[i].c == U'@') {
        At(run, i);
        run = i + 1;
      } else if (!IsLocalChar(units_[i].c)) {
        run = i + 1;
      }
    }
    return std::move(edits_);
  }

 private:
  char32_t At(std::size_t i) const { return i < units_.size() ? units_[i].c : kBadByte; }

  void At(std::size_t run, std::size_t at) {
    const std::optional<Range> domain = At(at + 1) == U'[' ? Literal(at + 1) : Domain(at + 1);
    if (!domain) return;
    std::optional<Range> local = run < at ? Local({run, at}) : Quoted(at);
    if (!local || IsGit(*local, at, *domain)) return;
    const auto first = std::find_if(units_.begin() + static_cast<std::ptrdiff_t>(local->begin),
                                    units_.begin() + static_cast<std::ptrdiff_t>(local->end),
                                    [](const Unit& unit) { return IsAlnum(unit.c); });
    std::string mask;
    if (first != units_.begin() + static_cast<std::ptrdiff_t>(local->end)) {
      // Marks before the first letter belong to the text around; a quoted part goes as a whole.
      if (units_[local->begin].c != U'"') {
        local->begin = static_cast<std::size_t>(first - units_.begin());
      }
      AppendUtf8(mask, first->c);
    }
    mask += kStars;
    mask += '@';
    // Up to the domain: invisible characters after the @ go with it.
    Add({units_[local->begin].begin, units_[domain->begin].begin, std::move(mask), false});
    std::string plain;
    for (std::size_t i = domain->begin; i < domain->end; ++i) AppendUtf8(plain, units_[i].c);
    Add({units_[domain->begin].begin, units_[domain->end - 1].end, std::move(plain), true});
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
      edits_.pop_back();
    }
    edits_.push_back(std::move(edit));
  }

  // The local part at the end of a run of characters; nothing for a handle.
  std::optional<Range> Local(Range run) const {
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

  // "john doe" before the @, quotes included.
  std::optional<Range> Quoted(std::size_t at) const {
    if (at < 3 || units_[at - 1].c != U'"') return std::nullopt;
    const std::size_t last = at > kQuotedUnitsMax ? at - kQuotedUnitsMax : 0;
    for (std::size_t i = at - 1; i > last; --i) {
      const char32_t c = units_[i - 1].c;
      if (c == U'\n') return std::nullopt;
      if (c != U'"' || (i >= 2 && units_[i - 2].c == U'\\')) continue;
      const bool empty = i == at - 1;
      if (empty || units_[i].c == U' ' || units_[at - 2].c == U' ') return std::nullopt;
      return Range{i - 1, at};
    }
    return std::nullopt;
  }

  // Labels from `begin` on, at least two.
  std::optional<Range> Domain(std::size_t begin) const {
    std::size_t labels = 0;
    std::size_t end = begin;
    Range first{}, last{};
    for (std::size_t from = begin;;) {
      std::size_t to = from;
      std::size_t after_alnum = from;
      for (; IsDomainChar(At(to)); ++to) {
        if (At(to) != U'-' && At(to) != U'_') after_alnum = to + 1;
      }
      if (after_alnum == from) break;
      last = {from, after_alnum};
      if (labels++ == 0) first = last;
      end = after_alnum;
      if (after_alnum != to || At(to) != U'.' || (labels >= 2 && EndsSentence(to))) break;
      from = to + 1;
    }
    if (labels < 2 || IsVersion(first, last, labels)) return std::nullopt;
    return Range{begin, end};
  }

  // Whether the dot at `dot` is an ideographic full stop after an ASCII domain: the sentence's, not
  // the domain's.
  bool EndsSentence(std::size_t dot) const {
    return units_[dot].end - units_[dot].begin > 1 && IsAsciiAlnum(At(dot - 1)) &&
           IsSpacelessScript(At(dot + 1));
  }

  // 1.2.3, v2.0, 1.50: what follows the @ of a package or a price. Four numbers are an address.
  bool IsVersion(Range first, Range last, std::size_t labels) const {
    const auto is_digit = [](char32_t c) { return c >= U'0' && c <= U'9'; };
    if (At(first.begin) == U'v' || At(first.begin) == U'V') ++first.begin;
    if (first.begin == first.end) return false;
    for (std::size_t i = first.begin; i < first.end; ++i) {
      if (!is_digit(At(i))) return false;
    }
    bool all_digits = true;
    bool any_digit = false;
    for (std::size_t i = last.begin; i < last.end; ++i) {
      all_digits = all_digits && is_digit(At(i));
      any_digit = any_digit || is_digit(At(i)) || At(i) == U'-';
    }
    return any_digit && !(all_digits && labels == 4);
  }

  // [192.0.2.1], [IPv6:2001:db8::1]
  std::optional<Range> Literal(std::size_t begin) const {
    bool parts = false;
    for (std::size_t i = begin + 1; i < begin + kLiteralUnitsMax; ++i) {
      const char32_t c = At(i);
      if (c == U']') return parts ? std::optional(Range{begin, i + 1}) : std::nullopt;
      if (!IsAsciiAlnum(c) && c != U'.' && c != U':') return std::nullopt;
      parts = parts || c == U'.' || c == U':';
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

  const std::vector<Unit>& units_;
  std::vector<Edit> edits_;
};

std::string MaskOnce(std::string_view text) {
  const std::vector<Unit> units = DecodeUnits(text);
  const bool any =
      std::any_of(units.begin(), units.end(), [](const Unit& unit) { return unit.c == U'@'; });
  if (!any) return std::string(text);
  std::string masked;
  masked.reserve(text.size());
  std::size_t done = 0;
  for (const Edit& edit : AddressFinder(units).Find()) {
    masked.append(text.substr(done, edit.begin - done)).append(edit.with);
    done = edit.end;
  }
  return masked.append(text.substr(done));
}

// Whether any form of @ may be there: itself, an escape, or the lead byte of the full-width and
// small ones.
bool MayHoldAddress(std::string_view text) {
  return text.find_first_of("@%&\xEF") != std::string_view::npos;
}

}  // namespace
}  // namespace masking

MaskedText MaskText(std::string_view text) {
  std::string masked(text);
  if (!masking::MayHoldAddress(text)) return {std::move(masked), false};
  for (int pass = 0; pass < masking::kPassesMax; ++pass) {
    std::string next = masking::MaskOnce(masked);
    const bool settled = next == masked;
    if (settled) break;
    WipeString(masked);  // it held the plain address
    masked = std::move(next);
  }
  const bool changed = masked != text;
  return {std::move(masked), changed};
}

}  // namespace replyguard::storage
