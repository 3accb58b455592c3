// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "postgres/params.h"

#include <bit>

namespace replyguard::storage {
namespace {

// PostgreSQL counts microseconds from 2000-01-01; seconds between that and 1970-01-01.
constexpr std::int64_t kEpochMicroseconds = std::int64_t{946'684'800} * 1'000'000;
constexpr std::size_t kHeaderBytes = 20;

void StoreInt32(std::uint32_t value, char* out) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<char>(value >> (24 - 8 * i));
}

void StoreInt64(std::uint64_t value, char* out) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(value >> (56 - 8 * i));
}

std::uint64_t PostgresMicroseconds(Timestamp at) {
  return static_cast<std::uint64_t>(at.time_since_epoch().count() - kEpochMicroseconds);
}

}  // namespace

std::optional<std::string> OptId(const std::optional<Uuid>& id) {
  if (!id) return std::nullopt;
  return id->ToHex();
}

pqxx::binarystring Time(Timestamp at) {
  char bytes[8];
  StoreInt64(PostgresMicroseconds(at), bytes);
  return pqxx::binarystring(bytes, sizeof(bytes));
}

std::optional<std::string> OptTime(const std::optional<Timestamp>& at) {
  if (!at) return std::nullopt;
  const auto day = std::chrono::floor<std::chrono::days>(*at);
  const std::chrono::year_month_day date(day);
  const auto in_day = std::chrono::hh_mm_ss(*at - day);
  char text[48];
  std::snprintf(
      text, sizeof(text), "%04d-%02u-%02u %02d:%02d:%02d.%06d+00", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(in_day.hours().count()), static_cast<int>(in_day.minutes().count()),
      static_cast<int>(in_day.seconds().count()), static_cast<int>(in_day.subseconds().count()));
  return std::string(text);
}

ArrayParam::ArrayParam(Element element) : data_(kHeaderBytes, '\0') {
  StoreInt32(static_cast<std::uint32_t>(element), data_.data() + 8);
}

void ArrayParam::PutInt32(std::uint32_t value) {
  char bytes[4];
  StoreInt32(value, bytes);
  data_.append(bytes, sizeof(bytes));
}

void ArrayParam::PutInt64(std::uint64_t value) {
  char bytes[8];
  StoreInt64(value, bytes);
  data_.append(bytes, sizeof(bytes));
}

void ArrayParam::PutSize(std::size_t size) {
  ++count_;
  PutInt32(static_cast<std::uint32_t>(size));
}

void ArrayParam::AddNull() {
  has_null_ = true;
  ++count_;
  PutInt32(0xffffffff);
}

void ArrayParam::AddBool(bool value) {
  PutSize(1);
  data_.push_back(value ? '\1' : '\0');
}

void ArrayParam::AddInt2(int value) {
  PutSize(2);
  data_.push_back(static_cast<char>(value >> 8));
  data_.push_back(static_cast<char>(value));
}

void ArrayParam::AddInt4(std::int32_t value) {
  PutSize(4);
  PutInt32(static_cast<std::uint32_t>(value));
}

void ArrayParam::AddInt8(std::int64_t value) {
  PutSize(8);
  PutInt64(static_cast<std::uint64_t>(value));
}

void ArrayParam::AddFloat8(double value) {
  PutSize(8);
  PutInt64(std::bit_cast<std::uint64_t>(value));
}

void ArrayParam::AddBytes(std::string_view bytes) {
  PutSize(bytes.size());
  data_.append(bytes);
}

void ArrayParam::AddJsonb(std::string_view json) {
  if (json.empty()) json = "{}";
  PutSize(json.size() + 1);
  data_.push_back('\1');  // the format's version
  data_.append(json);
}

void ArrayParam::AddTime(Timestamp at) {
  PutSize(8);
  PutInt64(PostgresMicroseconds(at));
}

void ArrayParam::AddUuid(const Uuid& id) {
  PutSize(16);
  data_.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
}

pqxx::binarystring ArrayParam::Done() {
  // Dimensions, whether there are nulls, type (set already), length, lower bound.
  if (count_ == 0) {
    data_.resize(12);  // an empty array has no dimension
  } else {
    StoreInt32(1, data_.data());
    StoreInt32(has_null_ ? 1 : 0, data_.data() + 4);
    StoreInt32(count_, data_.data() + 12);
    StoreInt32(1, data_.data() + 16);
  }
  return pqxx::binarystring(data_.data(), data_.size());
}

pqxx::binarystring Ids(const std::vector<std::int64_t>& ids) {
  ArrayParam array(ArrayParam::Element::kInt8);
  for (const std::int64_t id : ids) array.AddInt8(id);
  return array.Done();
}

pqxx::binarystring Ids(const std::vector<Uuid>& ids) {
  ArrayParam array(ArrayParam::Element::kUuid);
  for (const Uuid& id : ids) array.AddUuid(id);
  return array.Done();
}

}  // namespace replyguard::storage
