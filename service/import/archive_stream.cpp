// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/import/archive_stream.h"

#include <zlib.h>

namespace replyguard::service::importing {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::string_view kGzipBegin = "\x1f\x8b";
// zlib: the largest window, and gzip's header instead of its own.
constexpr int kGzipWindowBits = 15 + 16;

Bytef* Bytes(char* text) { return reinterpret_cast<Bytef*>(text); }

}  // namespace

class ArchiveStream::Buffer : public std::streambuf {
 public:
  explicit Buffer(std::istream& in) : in_(in) {}
  ~Buffer() override {
    if (gzip_) inflateEnd(&inflater_);
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  std::string_view Ahead() {
    if (gptr() == egptr()) underflow();
    return {gptr(), static_cast<std::size_t>(egptr() - gptr())};
  }
  std::int64_t bytes_read() const { return bytes_read_; }
  const std::string& error() const { return error_; }

 protected:
  int_type underflow() override {
    if (gptr() != egptr()) return traits_type::to_int_type(*gptr());
    const std::size_t size = begun_ && gzip_ ? Inflate() : ReadFirstOrPlain();
    setg(out_.data(), out_.data(), out_.data() + size);
    return size == 0 ? traits_type::eof() : traits_type::to_int_type(out_.front());
  }

 private:
  std::size_t ReadRaw(std::array<char, kBufferBytes>& into) {
    in_.read(into.data(), static_cast<std::streamsize>(into.size()));
    const std::streamsize size = in_.gcount();
    if (in_.bad()) error_ = "cannot be read to its end";
    bytes_read_ += size;
    return static_cast<std::size_t>(size);
  }

  std::size_t ReadFirstOrPlain() {
    const std::size_t size = ReadRaw(out_);
    if (begun_) return size;
    begun_ = true;
    if (!std::string_view(out_.data(), size).starts_with(kGzipBegin)) return size;
    if (inflateInit2(&inflater_, kGzipWindowBits) != Z_OK) {
      error_ = "is compressed, and there is no memory to decompress it";
      return 0;
    }
    gzip_ = true;
    raw_ = out_;
    Offer(size);
    return Inflate();
  }

  void Offer(std::size_t size) {
    inflater_.next_in = Bytes(raw_.data());
    inflater_.avail_in = static_cast<uInt>(size);
  }

  std::size_t Inflate() {
    inflater_.next_out = Bytes(out_.data());
    inflater_.avail_out = static_cast<uInt>(out_.size());
    while (error_.empty() && !ended_ && inflater_.avail_out == out_.size()) {
      if (inflater_.avail_in == 0) Offer(ReadRaw(raw_));
      if (inflater_.avail_in == 0) {
        if (!between_) error_ = "is cut off: its gzip data have no end";
        ended_ = true;
        break;
      }
      between_ = false;
      const int result = inflate(&inflater_, Z_NO_FLUSH);
      if (result == Z_STREAM_END) {
        between_ = inflateReset(&inflater_) == Z_OK;
      } else if (result != Z_OK) {
        error_ = "is broken: its gzip data do not decompress";
      }
    }
    return out_.size() - inflater_.avail_out;
  }

  std::istream& in_;
  std::array<char, kBufferBytes> out_{};
  std::array<char, kBufferBytes> raw_{};  // compressed
  z_stream inflater_{};
  bool begun_ = false;
  bool gzip_ = false;
  bool between_ = false;  // one member has ended, and no other has begun
  bool ended_ = false;
  std::int64_t bytes_read_ = 0;
  std::string error_;
};

ArchiveStream::ArchiveStream(std::istream& in)
    : buffer_(std::make_unique<Buffer>(in)), stream_(buffer_.get()) {}
ArchiveStream::~ArchiveStream() = default;

std::streambuf& ArchiveStream::buffer() { return *buffer_; }
std::string_view ArchiveStream::Ahead() { return buffer_->Ahead(); }
std::int64_t ArchiveStream::bytes_read() const { return buffer_->bytes_read(); }
const std::string& ArchiveStream::error() const { return buffer_->error(); }

}  // namespace replyguard::service::importing
