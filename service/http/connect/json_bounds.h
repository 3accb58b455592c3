// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a request's JSON may hold before the library of Protobuf sees it, which makes much more of
// some than they are: a field mask "a(b(c(" becomes the square of its length, and "{}," some thirty
// times as much. Pure; its cost is the text's length, and no tree is built.
#pragma once

#include <google/protobuf/descriptor.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace replyguard::service::http {

// Objects and lists among them; the largest requests there are have a fifth of these.
inline constexpr std::size_t kJsonValuesMax = 50'000;
inline constexpr std::size_t kJsonDepthMax = 100;  // as Protobuf's own
// Of a google.protobuf.FieldMask: names with dots and commas. Its fields are those whose names end
// in "mask", as the contract has it (AIP-134).
inline constexpr std::size_t kMaskBytesMax = 1024;

// A field by its JSON name, or by that of the contract; null for none.
const google::protobuf::FieldDescriptor* FieldOf(const google::protobuf::Descriptor& type,
                                                 const std::string& name);

// INVALID_ARGUMENT, without a word of the text; also for what is no JSON (RFC 8259), and for a text
// that is no name of its field's enum, which the library drops where unknown fields are ignored.
// Unknown numbers pass, as they do in binary messages: methods refuse them. `type`: the request's;
// what it does not know, and messages that JSON writes in a way of their own, are not looked into.
absl::Status CheckJson(std::string_view text, const google::protobuf::Descriptor& type);

}  // namespace replyguard::service::http
