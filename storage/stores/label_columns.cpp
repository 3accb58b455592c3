// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/label_columns.h"

#include "postgres/rows.h"

namespace replyguard::storage {
namespace {

std::string FromHex(const std::string& hex) {
  std::string bytes;
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(value(hex[i]) * 16 + value(hex[i + 1])));
  }
  return bytes;
}

}  // namespace

LabelSample ReadSample(const pqxx::row& row, int at) {
  const auto field = [&row, at](int i) { return row[static_cast<pqxx::row::size_type>(at + i)]; };
  LabelSample sample;
  sample.erased = field(0).as<bool>(false);
  sample.body = TextAt(field(1));
  sample.author_name = TextAt(field(2));
  sample.author_email_domain = TextAt(field(3));
  sample.author_url = TextAt(field(4));
  sample.user_agent = TextAt(field(5));
  sample.language = TextAt(field(6));
  sample.author_hash = FromHex(TextAt(field(7)));
  sample.ip_hash = FromHex(TextAt(field(8)));
  sample.context_json = TextAt(field(9));
  return sample;
}

}  // namespace replyguard::storage
