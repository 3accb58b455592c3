#include "views/payloads.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace replyguard::classifier {
namespace {

// What is shorter is decoded only beside what is not.
constexpr std::uint32_t kTokenMin = 8;  // characters
constexpr std::size_t kCodesMin = 8;    // in a row
constexpr std::uint32_t kCodesGapMax = 2;
constexpr std::uint32_t kCodeMax = 8;  // characters: of a binary one

// A stretch of the folded text and the bytes that it stands for.
struct Payload {
  Word place;
  std::string bytes;
};

int Base64Value(char32_t c) {
  if (c >= U'A' && c <= U'Z') return static_cast<int>(c - U'A');
  if (c >= U'a' && c <= U'z') return static_cast<int>(c - U'a') + 26;
  if (c >= U'0' && c <= U'9') return static_cast<int>(c - U'0') + 52;
  if (c == U'+' || c == U'-') return 62;
  if (c == U'/' || c == U'_') return 63;
  return -1;
}

int DigitValue(char32_t c) {
  if (c >= U'0' && c <= U'9') return static_cast<int>(c - U'0');
  if (c >= U'a' && c <= U'f') return static_cast<int>(c - U'a') + 10;
  if (c >= U'A' && c <= U'F') return static_cast<int>(c - U'A') + 10;
  return 16;
}

std::optional<std::string> FromBase64(std::u32string_view token) {
  if (token.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char32_t c : token) {
    bits = bits << 6 | static_cast<std::uint32_t>(Base64Value(c));
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xFF);
  }
  return bytes;
}

std::optional<std::string> FromHex(std::u32string_view token) {
  if (token.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < token.size(); i += 2) {
    const int value = DigitValue(token[i]) * 16 + DigitValue(token[i + 1]);
    if (DigitValue(token[i]) > 15 || DigitValue(token[i + 1]) > 15) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  return bytes;
}

// The number of a word that is one in this base, with as many digits as a character's code has.
int CodeOf(std::u32string_view word, int base) {
  if (base == 16 && word.size() > 2 && word[0] == U'0' && word[1] == U'x') word.remove_prefix(2);
  const std::size_t least = base == 2 ? 7 : 2;
  const std::size_t most = base == 2 ? 8 : base == 16 ? 2 : 3;
  if (word.size() < least || word.size() > most) return -1;
  int value = 0;
  for (const char32_t c : word) {
    if (DigitValue(c) >= base) return -1;
    value = value * base + DigitValue(c);
  }
  return value < 256 ? value : -1;
}

class Decoder {
 public:
  Decoder(const Words& words, CharTable& table, const Text& text)
      : words_(words), table_(table), text_(text) {}

  std::vector<Payload> Run() {
    const std::size_t count = words_.places.size();
    const bool codes = MayHoldCodes();
    bool tokens = false;
    for (std::size_t i = 0; i < count && !tokens; ++i) {
      tokens = words_.places[i].end - words_.places[i].begin >= kTokenMin && LooksEncoded(i);
    }
    if (!codes && !tokens) return {};
    for (std::size_t i = 0; i < count;) {
      std::size_t next = codes ? ReadCodes(i) : i;
      if (next == i && tokens) next = ReadToken(i);
      i = std::max(next, i + 1);
    }
    const bool sure = std::any_of(payloads_.begin(), payloads_.end(), [](const Payload& payload) {
      return payload.place.end - payload.place.begin >= kTokenMin;
    });
    return sure ? std::move(payloads_) : std::vector<Payload>();
  }

 private:
  CharTraits TraitsAsWritten(std::uint32_t i) const {
    return text_.source_traits()[text_.Origin(i)];
  }
  char32_t Written(std::uint32_t i) const { return text_.source[text_.Origin(i)]; }

  bool MayHoldCodes() const {
    std::size_t row = 0;
    for (std::size_t i = 0; i < words_.places.size(); ++i) {
      const Word& word = words_.places[i];
      const bool may = word.end - word.begin <= kCodeMax &&
                       (words_.traits[i].any & TraitOf(CharKind::kDigit)) != 0;
      row = may ? row + 1 : 0;
      if (row >= kCodesMin) return true;
    }
    return false;
  }

  // Whether it has digits or capitals among its letters, as a word does not.
  bool LooksEncoded(std::size_t of_word) const {
    constexpr CharTraits kTelling = TraitOf(CharKind::kDigit) | kUpper;
    if ((words_.traits[of_word].any & kTelling) == 0) return false;
    const Word& word = words_.places[of_word];
    bool telling = false;
    bool other = false;
    for (std::uint32_t i = word.begin; i < word.end; ++i) {
      const CharTraits traits = TraitsAsWritten(i);
      if (i > word.begin && (traits & kTelling) != 0) telling = true;
      if ((traits & (TraitOf(CharKind::kLetter))) != 0 && (traits & kUpper) == 0) other = true;
    }
    return telling && other;
  }

  // The bytes as characters if they are words; else nothing.
  bool IsPlain(const std::string& bytes) {
    constexpr std::size_t kWholeWordsMax = 12;  // of fewer all must be letters
    const auto is_control = [](char byte) {
      return (byte >= 0 && byte < ' ' && byte != '\n' && byte != '\r' && byte != '\t') ||
             byte == 0x7F;
    };
    if (bytes.empty() || std::any_of(bytes.begin(), bytes.end(), is_control)) return false;
    Text plain;
    DecodeAndFold(bytes, /*offsets=*/false, table_, &plain);
    std::size_t letters = 0;
    std::size_t others = 0;
    for (std::size_t i = 0; i < plain.source.size(); ++i) {
      const char32_t c = plain.source[i];
      if (c == 0xFFFD) return false;
      const CharTraits traits = plain.source_traits()[i];
      if ((traits & TraitOf(CharKind::kLetter)) != 0) {
        ++letters;
      } else {
        others += IsSpace(traits) ? 0U : 1U;
      }
    }
    if (bytes.size() < kWholeWordsMax) return others == 0 && letters == plain.source.size();
    return letters * 2 >= plain.source.size() && others * 3 <= plain.source.size();
  }

  // Reads what begins with word i as a token; the word behind it, or i if it looks like none.
  std::size_t ReadToken(std::size_t i) {
    constexpr std::uint32_t kMin = 4;
    if (!LooksEncoded(i)) return i;
    Word place = words_.places[i];
    std::u32string token;
    const auto size = static_cast<std::uint32_t>(text_.folded.size());
    place.end = place.begin;
    while (place.end < size && Base64Value(Written(place.end)) >= 0) token += Written(place.end++);
    if (token.size() < kMin) return i;
    std::optional<std::string> bytes = FromHex(token);
    if (!bytes || !IsPlain(*bytes)) bytes = FromBase64(token);
    // Nothing in it is tried again, or the cost would not be linear.
    if (!bytes || !IsPlain(*bytes)) return Behind(place.end, i);
    while (place.end < size && text_.folded[place.end] == U'=') ++place.end;
    payloads_.push_back({place, *std::move(bytes)});
    return Behind(place.end, i);
  }

  // Reads the words from i on as codes; the word behind these, or i if there are too few.
  std::size_t ReadCodes(std::size_t i) {
    std::size_t tried = i;
    for (const int base : {2, 16, 10, 8}) {
      std::string bytes;
      std::size_t end = i;
      for (; end < words_.places.size(); ++end) {
        const Word& word = words_.places[end];
        if (end > i && word.begin - words_.places[end - 1].end > kCodesGapMax) break;
        const int code = CodeOf(Slice(text_, word), base);
        if (code < 0) break;
        bytes += static_cast<char>(code);
      }
      if (end - i < kCodesMin) continue;
      // Numbers in order are a list of such.
      if (std::is_sorted(bytes.begin(), bytes.end()) ||
          std::is_sorted(bytes.rbegin(), bytes.rend()) || !IsPlain(bytes)) {
        tried = std::max(tried, end);
        continue;
      }
      payloads_.push_back({{words_.places[i].begin, words_.places[end - 1].end}, std::move(bytes)});
      return end;
    }
    return tried;
  }

  std::size_t Behind(std::uint32_t end, std::size_t i) const {
    while (i < words_.places.size() && words_.places[i].begin < end) ++i;
    return i;
  }

  const Words& words_;
  CharTable& table_;
  const Text& text_;
  std::vector<Payload> payloads_;
};

// Puts what the payloads stand for in their places.
void Replace(const std::vector<Payload>& payloads, CharTable& table, Text* text) {
  if (text->one_to_one) text->EndOneToOne();
  Scratch<char32_t> folded;
  Scratch<CharTraits> traits;
  Scratch<std::uint32_t> origins;
  std::uint32_t read = 0;
  const auto keep_to = [&](std::uint32_t end) {
    for (; read < end; ++read) {
      folded.Push(text->folded[read]);
      traits.Push(text->traits[read]);
      origins.Push(text->origins[read]);
    }
  };
  Text plain;
  for (const Payload& payload : payloads) {
    keep_to(payload.place.begin);
    DecodeAndFold(payload.bytes, /*offsets=*/false, table, &plain);
    const std::uint64_t length = payload.place.end - payload.place.begin;
    for (std::size_t i = 0; i < plain.folded.size(); ++i) {
      folded.Push(plain.folded[i]);
      CharTraits of = plain.traits[i];
      // As of other letters that did not need to be written so.
      if (IsWordChar(of) && (of & TraitOf(CharStyle::kPlain)) != 0) {
        of ^= TraitOf(CharStyle::kPlain) | TraitOf(CharStyle::kStyled);
      }
      traits.Push(of);
      origins.Push(text->origins[payload.place.begin + i * length / plain.folded.size()]);
    }
    read = payload.place.end;
  }
  keep_to(static_cast<std::uint32_t>(text->folded.size()));
  text->folded = std::move(folded);
  text->traits = std::move(traits);
  text->origins = std::move(origins);
}

}  // namespace

bool DecodePayloads(const Words& words, CharTable& table, Text* text) {
  constexpr CharTraits kTelling = TraitOf(CharKind::kDigit) | kUpper;
  if ((words.text_traits & kTelling) == 0) return false;
  const std::vector<Payload> payloads = Decoder(words, table, *text).Run();
  if (payloads.empty()) return false;
  Replace(payloads, table, text);
  return true;
}

}  // namespace replyguard::classifier
