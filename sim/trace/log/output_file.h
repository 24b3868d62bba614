// SPDX-License-Identifier: MIT
// A file that appears under its name whole or not at all: it grows as PATH.partial and is renamed
// by commit(); without that, the partial file is removed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace attnlab::trace {

class OutputFile {
 public:
  // Throws LogError where the folder is missing or not writable, where `path` is there and no
  // regular file, and where another writer is at work on it. A partial file that a killed writer
  // left is overwritten.
  explicit OutputFile(const std::filesystem::path& path);
  ~OutputFile() { discard(); }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(const void* data, std::size_t size);
  void write(std::string_view text) { write(text.data(), text.size()); }
  // Hands what was written to the operating system, which keeps it if this process dies.
  void flush();
  std::uint64_t size() const { return size_; }
  const std::string& name() const { return name_; }

  void commit();
  void discard() noexcept;

 private:
  void open_locked();
  void write_through(const void* data, std::size_t size);
  [[noreturn]] void fail(std::string_view action, int error);

  std::filesystem::path path_, partial_;
  std::string name_;  // path_ for messages
  std::string buffer_;
  std::uint64_t size_ = 0;
  int descriptor_ = -1;
};

}  // namespace attnlab::trace
