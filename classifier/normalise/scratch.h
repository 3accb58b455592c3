// Memory that is filled anew for each text: it grows, is never given back before the end, and is
// not cleared, so that a loop can write to it by a plain pointer.
//
// Thread-safety: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

namespace replyguard::classifier {

template <typename T>
class Scratch {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }
  // REQUIRES: i < size().
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

  void Clear() { size_ = 0; }
  // Keeps the first `n`. REQUIRES: n <= size().
  void Truncate(std::size_t n) { size_ = n; }
  // Room for `n` more elements without a change of size; where the next one goes. Valid until the
  // next call that adds.
  T* Room(std::size_t n) {
    if (size_ + n > capacity_) Grow(size_ + n);
    return data_.get() + size_;
  }
  // Takes in `n` elements written to Room().
  void Take(std::size_t n) { size_ += n; }
  void Push(T value) {
    *Room(1) = value;
    ++size_;
  }

 private:
  void Grow(std::size_t needed) {
    constexpr std::size_t kLeast = 64;
    capacity_ = std::max({kLeast, needed, capacity_ * 2});
    auto grown = std::make_unique_for_overwrite<T[]>(capacity_);
    std::copy_n(data_.get(), size_, grown.get());
    data_ = std::move(grown);
  }

  std::unique_ptr<T[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace replyguard::classifier
