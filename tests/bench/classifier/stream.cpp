#include "stream.h"

#include <cstdlib>
#include <fstream>
#include <string_view>

namespace replyguard::classifier {
namespace {

// A reader of flat JSON objects whose values are strings, numbers or literals.
class FlatJson {
 public:
  explicit FlatJson(std::string_view text) : text_(text) {}

  template <typename OnField>
  bool Read(const OnField& on_field) {
    if (!Take('{')) return false;
    if (Take('}')) return true;
    do {
      std::string key;
      std::string value;
      if (!String(&key) || !Take(':') || !Value(&value)) return false;
      on_field(key, value);
    } while (Take(','));
    return Take('}');
  }

 private:
  void Skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool Take(char c) {
    Skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool Value(std::string* out) {
    Skip();
    if (at_ < text_.size() && text_[at_] == '"') return String(out);
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '}')
      out->push_back(text_[at_++]);
    return !out->empty();
  }
  bool Hex(unsigned* out) {
    if (at_ + 4 > text_.size()) return false;
    *out =
        static_cast<unsigned>(std::strtoul(std::string(text_.substr(at_, 4)).c_str(), nullptr, 16));
    at_ += 4;
    return true;
  }
  static void AppendUtf8(unsigned c, std::string* out) {
    const auto byte = [out](unsigned b) { out->push_back(static_cast<char>(b)); };
    if (c < 0x80) {
      byte(c);
    } else if (c < 0x800) {
      byte(0xC0 | (c >> 6)), byte(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      byte(0xE0 | (c >> 12)), byte(0x80 | ((c >> 6) & 0x3F)), byte(0x80 | (c & 0x3F));
    } else {
      byte(0xF0 | (c >> 18)), byte(0x80 | ((c >> 12) & 0x3F));
      byte(0x80 | ((c >> 6) & 0x3F)), byte(0x80 | (c & 0x3F));
    }
  }
  bool Escape(std::string* out) {
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    constexpr std::string_view kFrom = "bfnrt";
    constexpr std::string_view kTo = "\b\f\n\r\t";
    if (c != 'u') {
      const auto which = kFrom.find(c);
      out->push_back(which == kFrom.npos ? c : kTo[which]);
      return true;
    }
    unsigned code = 0;
    if (!Hex(&code)) return false;
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      at_ += 2;
      unsigned low = 0;
      if (!Hex(&low)) return false;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendUtf8(code, out);
    return true;
  }
  bool String(std::string* out) {
    if (!Take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (c != '\\') {
        out->push_back(c);
      } else if (!Escape(out)) {
        return false;
      }
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool ReadStream(const std::string& path, std::vector<StreamItem>* items, std::string* error) {
  std::ifstream in(path);
  if (!in) {
    *error = path + ": cannot be read";
    return false;
  }
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.empty()) continue;
    StreamItem item;
    const bool ok = FlatJson(line).Read([&](const std::string& key, const std::string& value) {
      if (key == "id") item.id = value;
      if (key == "author" || key == "author_name") item.author = value;
      if (key == "text" || key == "content") item.text = value;
      if (key == "label") {
        item.labelled = value == "spam" || value == "ham";
        item.spam = value == "spam";
      }
    });
    if (!ok) {
      *error = path + ":" + std::to_string(number) + ": not a flat JSON object";
      return false;
    }
    items->push_back(std::move(item));
  }
  return true;
}

}  // namespace replyguard::classifier
