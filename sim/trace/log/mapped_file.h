// SPDX-License-Identifier: MIT
// A file's bytes, mapped read-only. They must not be changed by anyone while they are mapped.
#pragma once

#include <cstddef>
#include <filesystem>

namespace attnlab::trace {

class MappedFile {
 public:
  // Throws LogError where the file cannot be opened, is no regular file, or cannot be mapped.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const std::byte* data() const { return data_; }  // page-aligned
  std::size_t size() const { return size_; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace attnlab::trace
