// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/connect/json_bounds.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/usecases/errors.h"

namespace replyguard::service::http {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using Json = nlohmann::json;

// Of an enum, in an error.
constexpr int kNamesMax = 16;

bool IsMask(std::string_view text) {
  return text.size() <= kMaskBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' ||
                  c == ',' || c == '*';
         });
}

// A text that is no name of the enum; a number in quotes counts as one.
bool IsForeign(const EnumDescriptor& type, const std::string& text) {
  if (type.FindValueByName(text) != nullptr) return false;
  std::int32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return at != end || error != std::errc() || type.FindValueByNumber(number) == nullptr;
}

std::string NamesOf(const EnumDescriptor& type) {
  std::string names;
  for (int i = 0; i < type.value_count() && i < kNamesMax; ++i) {
    absl::StrAppend(&names, i == 0 ? "" : ", ", type.value(i)->name());
  }
  return absl::StrCat("Must be one of ", names, type.value_count() > kNamesMax ? ", ..." : "", ".");
}

class BoundsReader final : public nlohmann::json_sax<Json> {
 public:
  explicit BoundsReader(const Descriptor& type) : type_(type) {}

  bool null() override { return Count(); }
  bool boolean(bool /*value*/) override { return Count(); }
  bool number_integer(std::int64_t /*value*/) override { return Count(); }
  bool number_unsigned(std::uint64_t /*value*/) override { return Count(); }
  bool number_float(double /*value*/, const std::string& /*text*/) override { return Count(); }
  bool string(std::string& value) override {
    const Level& level = levels_.back();
    if (level.in_mask && !IsMask(value)) {
      fault_ = Fault::kMask;
      return false;
    }
    const EnumDescriptor* type = level.field == nullptr ? nullptr : level.field->enum_type();
    if (type != nullptr && IsForeign(*type, value)) {
      fault_ = Fault::kEnum;
      return false;
    }
    return Count();
  }
  bool binary(Json::binary_t& /*value*/) override { return false; }
  bool key(std::string& value) override {
    Level& level = levels_.back();
    // Of what is within a mask's value, all is taken for one.
    level.in_mask = levels_[levels_.size() - 2].in_mask || absl::EndsWithIgnoreCase(value, "mask");
    if (level.object == nullptr) return true;
    const FieldDescriptor* of_map = level.object->map_value();
    level.field = of_map != nullptr ? of_map : FieldOf(*level.object, value);
    return true;
  }
  bool start_object(std::size_t /*size*/) override {
    const Level& level = levels_.back();
    const Descriptor* type = level.field == nullptr ? nullptr : level.field->message_type();
    if (levels_.size() == 1) type = &type_;
    const bool own_way =
        type != nullptr && type->well_known_type() != Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
    return Descend({own_way ? nullptr : type, nullptr, level.in_mask, std::nullopt});
  }
  bool end_object() override { return Ascend(); }
  bool start_array(std::size_t /*size*/) override {
    const Level& level = levels_.back();
    return Descend({nullptr, level.field, level.in_mask, 0});
  }
  bool end_array() override { return Ascend(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    return false;
  }

  absl::Status Why() const {
    switch (fault_) {
      case Fault::kMask:
        return InvalidField("update_mask", validation::reason::kValueInvalid,
                            "Must be names of fields with commas between, at most 1,024 bytes.");
      case Fault::kEnum:
        return InvalidField(Path(), validation::reason::kValueInvalid,
                            NamesOf(*levels_.back().field->enum_type()));
      case Fault::kCount:
        return Malformed("the body holds too many values, or too many within each other");
      case Fault::kSyntax:
        break;
    }
    return Malformed("the body is not the JSON of this method's request");
  }

 private:
  enum class Fault { kSyntax, kCount, kMask, kEnum };

  struct Level {
    // The message that an object is, or a map's entries; null for what is none that is known.
    const Descriptor* object = nullptr;
    // Whose values come; null for none that is known.
    const FieldDescriptor* field = nullptr;
    bool in_mask = false;
    std::optional<std::size_t> place;  // of the next value in a list
  };

  static absl::Status Malformed(std::string_view message) {
    return MakeError(absl::StatusCode::kInvalidArgument, "MESSAGE_MALFORMED", message);
  }

  // Of the present value, by the contract's names, without the keys of maps: "examples[3].label".
  std::string Path() const {
    std::string path;
    for (const Level& level : levels_) {
      if (level.place) {
        absl::StrAppend(&path, "[", *level.place, "]");
      } else if (level.field != nullptr && level.object->map_value() == nullptr) {
        absl::StrAppend(&path, path.empty() ? "" : ".", level.field->name());
      }
    }
    return path;
  }

  bool Count() {
    if (levels_.back().place) ++*levels_.back().place;
    if (++values_ <= kJsonValuesMax) return true;
    fault_ = Fault::kCount;
    return false;
  }
  bool Descend(const Level& level) {
    if (levels_.size() > kJsonDepthMax) {
      fault_ = Fault::kCount;
      return false;
    }
    levels_.push_back(level);
    return true;
  }
  // What ended counts, in the list that it is of.
  bool Ascend() {
    levels_.pop_back();
    return Count();
  }

  const Descriptor& type_;
  std::size_t values_ = 0;
  std::vector<Level> levels_{Level()};  // the first is what the whole stands in
  Fault fault_ = Fault::kSyntax;
};

}  // namespace

const FieldDescriptor* FieldOf(const Descriptor& type, const std::string& name) {
  const FieldDescriptor* field = type.FindFieldByName(name);
  return field != nullptr ? field : type.FindFieldByCamelcaseName(name);
}

absl::Status CheckJson(std::string_view text, const Descriptor& type) {
  BoundsReader reader(type);
  return Json::sax_parse(text, &reader) ? absl::OkStatus() : reader.Why();
}

}  // namespace replyguard::service::http
