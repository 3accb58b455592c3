// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes as those of a connection: no crash, bodies within their bound, the same requests in
// whatever pieces the bytes come, and gzip and forms of anything.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/http/form/form.h"
#include "service/http/server/gzip.h"
#include "service/http/server/request_reader.h"

namespace {

namespace http = replyguard::service::http;

constexpr std::size_t kBodyBytesMax = 64;
constexpr std::size_t kFieldsMax = 1'000;

// What was read: each request, then how it ended.
std::vector<std::string> Read(std::string_view bytes, std::size_t piece) {
  http::RequestReader reader([](std::string_view /*path*/) { return kBodyBytesMax; });
  std::vector<std::string> read;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.Add(bytes.substr(at, piece));
    while (reader.state() == http::RequestReader::State::kWhole) {
      const http::Request request = reader.Take();
      if (request.body.size() > kBodyBytesMax || !request.path.starts_with('/')) std::abort();
      std::string one = request.method + ' ' + request.path + '?' + request.query;
      for (const auto& [name, value] : request.headers) one += '\n' + name + ": " + value;
      read.push_back(one + "\n\n" + request.body);
    }
    if (reader.state() == http::RequestReader::State::kRefused) {
      read.push_back(std::to_string(reader.fault().status));
      break;
    }
  }
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t piece = 1 + data[size - 1] % 16U;
  if (Read(bytes, size) != Read(bytes, piece)) std::abort();
  for (const auto& [name, value] : http::ParseForm(bytes, kFieldsMax)) {
    if (name.size() + value.size() > size) std::abort();
  }
  const auto unpacked = http::Gunzip(bytes, kBodyBytesMax);
  if (unpacked.ok() && unpacked->size() > kBodyBytesMax) std::abort();
  return 0;
}
