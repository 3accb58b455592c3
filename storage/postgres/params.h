// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Statement parameters in PostgreSQL's binary format. Nothing is escaped or parsed, and a NUL in a
// text is an error of the server instead of the end of the string (libpqxx passes plain strings to
// libpq, which cuts there). Formats: the receive functions in PostgreSQL's src/backend/utils/adt
// (array_recv, textrecv, int8recv...), stable since version 7.4.
#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "storage/types.h"

namespace replyguard::storage {

// One text parameter.
inline pqxx::binarystring Text(std::string_view text) {
  return pqxx::binarystring(text.data(), text.size());
}
// One bytea parameter.
inline pqxx::binarystring Bytes(std::string_view bytes) { return Text(bytes); }
// One uuid parameter.
inline pqxx::binarystring Id(const Uuid& id) {
  return pqxx::binarystring(id.bytes.data(), id.bytes.size());
}
// An optional uuid, as text.
std::optional<std::string> OptId(const std::optional<Uuid>& id);
// One timestamptz parameter.
pqxx::binarystring Time(Timestamp at);
// An optional timestamptz, as text.
std::optional<std::string> OptTime(const std::optional<Timestamp>& at);

// Builds one array parameter element by element: the columns of a batch, for unnest().
class ArrayParam {
 public:
  enum class Element : std::uint32_t {  // the type's OID in pg_type
    kBool = 16,
    kBytea = 17,
    kInt8 = 20,
    kInt2 = 21,
    kInt4 = 23,
    kText = 25,
    kFloat8 = 701,
    kTimestamptz = 1184,
    kUuid = 2950,
    kJsonb = 3802,
  };

  explicit ArrayParam(Element element);

  void AddNull();
  void AddBool(bool value);
  void AddInt2(int value);
  void AddInt4(std::int32_t value);
  void AddInt8(std::int64_t value);
  void AddFloat8(double value);
  // kText and kBytea.
  void AddBytes(std::string_view bytes);
  void AddJsonb(std::string_view json);
  void AddTime(Timestamp at);
  void AddUuid(const Uuid& id);
  void AddOptUuid(const std::optional<Uuid>& id) { id ? AddUuid(*id) : AddNull(); }
  void AddOptTime(const std::optional<Timestamp>& at) { at ? AddTime(*at) : AddNull(); }
  void AddOptFloat8(std::optional<double> value) { value ? AddFloat8(*value) : AddNull(); }
  void AddOptInt8(std::optional<std::int64_t> value) { value ? AddInt8(*value) : AddNull(); }

  // The finished parameter.
  pqxx::binarystring Done();

 private:
  void PutInt32(std::uint32_t value);
  void PutInt64(std::uint64_t value);
  void PutSize(std::size_t size);

  std::string data_;
  std::uint32_t count_ = 0;
  bool has_null_ = false;
};

// A bigint[], and a uuid[].
pqxx::binarystring Ids(const std::vector<std::int64_t>& ids);
pqxx::binarystring Ids(const std::vector<Uuid>& ids);

}  // namespace replyguard::storage
