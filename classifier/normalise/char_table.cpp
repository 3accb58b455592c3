#include "normalise/char_table.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/utf16.h>

#include <string>
#include <string_view>

#include "normalise/lookalikes.h"

namespace replyguard::classifier {
namespace {

constexpr std::size_t kPageCount = 0x110000 >> 8;

std::u16string ToUtf16(char32_t c) {
  std::u16string text;
  if (c < 0x10000) {
    text.push_back(static_cast<char16_t>(c));
  } else {
    text.push_back(static_cast<char16_t>(0xD7C0 + (c >> 10)));
    text.push_back(static_cast<char16_t>(0xDC00 + (c & 0x3FF)));
  }
  return text;
}

std::u32string ToUtf32(const std::u16string& text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (U16_IS_LEAD(c) && i + 1 < text.size() && U16_IS_TRAIL(text[i + 1])) {
      c = 0x10000 + ((c - 0xD800) << 10) + (static_cast<char32_t>(text[++i]) - 0xDC00);
    }
    out.push_back(c);
  }
  return out;
}

std::u16string Normalize(const UNormalizer2* normalizer, const std::u16string& text) {
  constexpr std::int32_t kCapacity = 96;  // the longest expansion of a code point is 18 units
  std::u16string out(kCapacity, u'\0');
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t length =
      unorm2_normalize(normalizer, text.data(), static_cast<std::int32_t>(text.size()), out.data(),
                       kCapacity, &status);
  if (U_FAILURE(status)) return text;
  out.resize(static_cast<std::size_t>(length));
  return out;
}

bool IsAsciiAlnum(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9'); }

CharKind KindOf(char32_t source) {
  const auto c = static_cast<UChar32>(source);
  if (c == '\t' || c == '\n' || c == '\r' || u_isUWhiteSpace(c)) return CharKind::kSpace;
  if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return CharKind::kIgnorable;
  if (u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION) ||
      (c > 0xFF && u_hasBinaryProperty(c, UCHAR_EMOJI))) {
    return CharKind::kEmoji;
  }
  const auto mask = U_MASK(u_charType(c));
  if ((mask & U_GC_L_MASK) != 0) return CharKind::kLetter;
  if ((mask & U_GC_N_MASK) != 0) return CharKind::kDigit;
  if ((mask & U_GC_M_MASK) != 0) return CharKind::kMark;
  if ((mask & U_GC_P_MASK) != 0) return CharKind::kPunctuation;
  if ((mask & U_GC_S_MASK) != 0) return CharKind::kSymbol;
  if ((mask & U_GC_CF_MASK) != 0) return CharKind::kIgnorable;
  return CharKind::kOther;
}

// No blank, nor what addresses, numbers, sentences and lists are made of.
bool PartsWord(char32_t c, CharKind kind) {
  constexpr std::u32string_view kCommon = U".,:;/@?=&%()!";
  return (kind == CharKind::kPunctuation || kind == CharKind::kSymbol ||
          kind == CharKind::kEmoji) &&
         kCommon.find(c) == std::u32string_view::npos;
}

// Whether `c` only alters the letter before it, which between letters of another script it cannot.
bool IsFiller(char32_t c) {
  return (U_MASK(u_charType(static_cast<UChar32>(c))) & (U_GC_LM_MASK | U_GC_M_MASK)) != 0;
}

UScriptCode UnicodeScriptOf(char32_t c) {
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(static_cast<UChar32>(c), &status);
}

// Letters and marks whose shape or syllable an invisible joiner decides.
bool Joins(char32_t c, CharKind kind) {
  if (kind == CharKind::kEmoji) return true;
  if (kind != CharKind::kLetter && kind != CharKind::kMark) return false;
  switch (UnicodeScriptOf(c)) {
    case USCRIPT_ARABIC:
    case USCRIPT_SYRIAC:
    case USCRIPT_NKO:
    case USCRIPT_MONGOLIAN:
    case USCRIPT_DEVANAGARI:
    case USCRIPT_BENGALI:
    case USCRIPT_GURMUKHI:
    case USCRIPT_GUJARATI:
    case USCRIPT_ORIYA:
    case USCRIPT_TAMIL:
    case USCRIPT_TELUGU:
    case USCRIPT_KANNADA:
    case USCRIPT_MALAYALAM:
    case USCRIPT_SINHALA:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
    case USCRIPT_JAVANESE:
    case USCRIPT_BALINESE:
      return true;
    default:  // ICU's enum, not ours
      return false;
  }
}

bool IsRightToLeft(char32_t c) {
  const UCharDirection direction = u_charDirection(static_cast<UChar32>(c));
  return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
}

ScriptGroup ScriptOf(char32_t source) {
  switch (UnicodeScriptOf(source)) {
    case USCRIPT_COMMON:
    case USCRIPT_INHERITED:
      return ScriptGroup::kCommon;
    case USCRIPT_LATIN:
      return ScriptGroup::kLatin;
    case USCRIPT_CYRILLIC:
      return ScriptGroup::kCyrillic;
    case USCRIPT_GREEK:
      return ScriptGroup::kGreek;
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return ScriptGroup::kIdeographic;
    default:  // ICU's enum, not ours
      return ScriptGroup::kOther;
  }
}

}  // namespace

struct CharTable::Icu {
  const UNormalizer2* casefold = nullptr;
  const UNormalizer2* decompose = nullptr;
  USpoofChecker* spoof = nullptr;

  Icu() {
    UErrorCode status = U_ZERO_ERROR;
    casefold = unorm2_getNFKCCasefoldInstance(&status);
    decompose = unorm2_getNFKDInstance(&status);
    spoof = uspoof_open(&status);
  }
  ~Icu() { uspoof_close(spoof); }
  Icu(const Icu&) = delete;
  Icu& operator=(const Icu&) = delete;

  // The skeleton of one code point, which may be several.
  std::u32string Skeleton(char32_t c) const {
    const std::u16string text = ToUtf16(c);
    constexpr std::int32_t kCapacity = 96;
    std::u16string out(kCapacity, u'\0');
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length =
        uspoof_getSkeleton(spoof, 0, text.data(), static_cast<std::int32_t>(text.size()),
                           out.data(), kCapacity, &status);
    if (U_FAILURE(status)) return std::u32string(1, c);
    out.resize(static_cast<std::size_t>(length));
    return ToUtf32(out);
  }
};

CharTable::CharTable() : icu_(std::make_unique<Icu>()), pages_(kPageCount) {
  constexpr std::u32string_view kMarkup = U"&<%:[]\\=*~^`";  // what may begin some
  for (char32_t c = 0; c < kAsciiCount; ++c) {
    const CharInfo& info = Compute(c);
    if (kMarkup.find(c) != std::u32string_view::npos) continue;
    bytes_[c] = {info.out[0], info.traits | TraitsOfReading(info.out[0])};
  }
}

CharTable::~CharTable() = default;

// What `c`, which is no ASCII character, reads as. `had_mark`: whether it lost one.
std::u32string CharTable::Fold(char32_t c, bool* had_mark) const {
  if (const char32_t letter = ReadLookalike(c); letter != 0) return {letter};
  std::u32string folded;
  for (const char32_t d :
       ToUtf32(Normalize(icu_->decompose, Normalize(icu_->casefold, ToUtf16(c))))) {
    if (IsDroppedMark(d)) {
      *had_mark = true;
    } else if (const char32_t letter = ReadLookalike(d); letter != 0) {
      folded.push_back(letter);
    } else if (const int value = u_charDigitValue(static_cast<UChar32>(d)); value >= 0) {
      folded.push_back(U'0' + static_cast<char32_t>(value));
    } else if (d < kAsciiCount || u_isalpha(static_cast<UChar32>(d)) == 0) {
      folded.push_back(d);
    } else {
      for (char32_t s : icu_->Skeleton(d)) {
        if (s >= U'A' && s <= U'Z') s += 32;
        if (const char32_t read = ReadSkeleton(s); read != 0) s = read;
        if (!IsDroppedMark(s)) folded.push_back(s);
      }
    }
  }
  return folded;
}

const CharInfo& CharTable::Compute(char32_t c) {
  std::unique_ptr<Page>& page = pages_[c >> kPageBits];
  if (page == nullptr) page = std::make_unique<Page>();
  CharInfo& info = (*page)[c & (kPageSize - 1)];
  info.known = true;
  CharKind kind = KindOf(c);
  const ScriptGroup script = ScriptOf(c);
  CharStyle style = CharStyle::kPlain;

  std::u32string folded;
  bool had_mark = false;
  if (c < kAsciiCount) {
    folded.push_back(c >= U'A' && c <= U'Z' ? c + 32 : c);
  } else if (kind != CharKind::kIgnorable) {
    folded = Fold(c, &had_mark);
  }
  for (const char32_t d : folded) {
    if (info.out_count < CharInfo::kOutMax) info.out[info.out_count++] = d;
  }
  // The digits of another script are as plain as its letters.
  const bool digit = u_charType(static_cast<UChar32>(c)) == U_DECIMAL_DIGIT_NUMBER &&
                     script != ScriptGroup::kCommon;
  if (c >= kAsciiCount && !digit && info.out_count > 0 && IsAsciiAlnum(info.out[0])) {
    if (script != ScriptGroup::kLatin && script != ScriptGroup::kCommon) {
      style = CharStyle::kLookalike;
    } else {
      // ß, ø, ł, đ, ı: letters of alphabets, though no mark can be taken off them.
      constexpr char32_t kPhonetic = 0x250;  // the first after those
      const bool of_alphabet = script == ScriptGroup::kLatin && (c < kPhonetic || c == U'ẞ');
      style = had_mark || of_alphabet ? CharStyle::kAccented : CharStyle::kStyled;
    }
    // A symbol that reads as a letter is one: circled and squared letters.
    if (kind != CharKind::kLetter && kind != CharKind::kDigit) {
      kind = info.out[0] >= U'a' ? CharKind::kLetter : CharKind::kDigit;
    }
  }
  info.traits = TraitOf(kind) | TraitOf(style) | TraitOf(script);
  if (u_isupper(static_cast<UChar32>(c)) != 0) info.traits |= kUpper;
  if (kind == CharKind::kLetter && script == ScriptGroup::kLatin) info.traits |= kLatinLetter;
  if (PartsWord(c, kind)) info.traits |= kPartsWord;
  if (info.out_count > 0 && !IsAsciiAlnum(info.out[0]) && IsFiller(c)) info.traits |= kFiller;
  if (ReadCurrency(c) != 0) info.traits |= kCurrencyLetter;
  if (ReadShape(c) != 0 || ReadFaux(c) != 0) info.traits |= kShapeLetter;
  if (IsRotated(c)) info.traits |= kRotatedLetter;
  if (kind == CharKind::kLetter && IsRightToLeft(c)) info.traits |= kRightToLeft;
  if (Joins(c, kind)) info.traits |= kJoins;
  return info;
}

}  // namespace replyguard::classifier
