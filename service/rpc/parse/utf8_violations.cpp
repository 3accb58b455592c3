// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/parse/utf8_violations.h"

#include <google/protobuf/unknown_field_set.h>

#include <map>
#include <string>

namespace replyguard::service::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

constexpr int kDepthMax = 16;

// Length of the well-formed sequence at the front of `text`, by table 3-7 of the Unicode standard;
// 0 for none.
std::size_t SequenceBytes(std::string_view text) {
  const auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
  const unsigned first = at(0);
  if (first < 0x80U) return 1;
  if (first < 0xC2U || first > 0xF4U) return 0;
  if (first < 0xE0U) return tail(1) ? 2 : 0;
  const unsigned second = at(1);
  if (first < 0xF0U) {
    const bool bad = (first == 0xE0U && second < 0xA0U) || (first == 0xEDU && second > 0x9FU);
    return !bad && tail(1) && tail(2) ? 3 : 0;
  }
  const bool bad = (first == 0xF0U && second < 0x90U) || (first == 0xF4U && second > 0x8FU);
  return !bad && tail(1) && tail(2) && tail(3) ? 4 : 0;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = SequenceBytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

void Walk(const Descriptor& type, std::string_view bytes, const std::string& path, int depth,
          validation::Violations& out) {
  UnknownFieldSet fields;
  if (depth > kDepthMax || !fields.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return;
  }
  std::map<int, int> seen;
  for (int i = 0; i < fields.field_count(); ++i) {
    const UnknownField& field = fields.field(i);
    const FieldDescriptor* known = type.FindFieldByNumber(field.number());
    if (known == nullptr || field.type() != UnknownField::TYPE_LENGTH_DELIMITED) continue;
    std::string name = path + known->name();
    if (known->is_repeated()) name += "[" + std::to_string(seen[field.number()]++) + "]";
    if (known->type() == FieldDescriptor::TYPE_MESSAGE) {
      Walk(*known->message_type(), field.length_delimited(), name + ".", depth + 1, out);
    } else if (known->type() == FieldDescriptor::TYPE_STRING && !IsUtf8(field.length_delimited())) {
      out.Add(name, "UTF8_INVALID", "Must be valid UTF-8 text.");
    }
  }
}

}  // namespace

validation::Violations Utf8Violations(const Descriptor& type, std::string_view bytes) {
  validation::Violations out;
  Walk(type, bytes, "", 0, out);
  return out;
}

}  // namespace replyguard::service::rpc
