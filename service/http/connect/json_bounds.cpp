// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/connect/json_bounds.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "service/usecases/errors.h"

namespace replyguard::service::http {
namespace {

using Json = nlohmann::json;

bool IsMask(std::string_view text) {
  return text.size() <= kMaskBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' ||
                  c == ',' || c == '*';
         });
}

class BoundsReader final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return Count(); }
  bool boolean(bool /*value*/) override { return Count(); }
  bool number_integer(std::int64_t /*value*/) override { return Count(); }
  bool number_unsigned(std::uint64_t /*value*/) override { return Count(); }
  bool number_float(double /*value*/, const std::string& /*text*/) override { return Count(); }
  bool string(std::string& value) override {
    if (in_mask_.back() && !IsMask(value)) {
      fault_ = Fault::kMask;
      return false;
    }
    return Count();
  }
  bool binary(Json::binary_t& /*value*/) override { return false; }
  bool key(std::string& value) override {
    // Of what is within a mask's value, all is taken for one.
    in_mask_.back() = in_mask_[in_mask_.size() - 2] || absl::EndsWithIgnoreCase(value, "mask");
    return true;
  }
  bool start_object(std::size_t /*size*/) override { return Descend(); }
  bool end_object() override { return Ascend(); }
  bool start_array(std::size_t /*size*/) override { return Descend(); }
  bool end_array() override { return Ascend(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    return false;
  }

  absl::Status Why() const {
    if (fault_ == Fault::kMask) {
      return InvalidField("update_mask", validation::reason::kValueInvalid,
                          "Must be names of fields with commas between, at most 1,024 bytes.");
    }
    return MakeError(absl::StatusCode::kInvalidArgument, "MESSAGE_MALFORMED",
                     fault_ == Fault::kCount
                         ? "the body holds too many values, or too many within each other"
                         : "the body is not the JSON of this method's request");
  }

 private:
  enum class Fault { kSyntax, kCount, kMask };

  bool Count() {
    if (++values_ <= kJsonValuesMax) return true;
    fault_ = Fault::kCount;
    return false;
  }
  bool Descend() {
    if (in_mask_.size() > kJsonDepthMax) {
      fault_ = Fault::kCount;
      return false;
    }
    in_mask_.push_back(in_mask_.back());
    return Count();
  }
  bool Ascend() {
    in_mask_.pop_back();
    return true;
  }

  std::size_t values_ = 0;
  std::vector<bool> in_mask_{false};  // of each level, whether its value is of a field mask
  Fault fault_ = Fault::kSyntax;
};

}  // namespace

absl::Status CheckJson(std::string_view text) {
  BoundsReader reader;
  return Json::sax_parse(text, &reader) ? absl::OkStatus() : reader.Why();
}

}  // namespace replyguard::service::http
