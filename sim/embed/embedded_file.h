// SPDX-License-Identifier: MIT
// A file that was built into the program (see embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace attnlab::embed {

struct EmbeddedFile {
  std::string_view name;
  std::string_view bytes;
};

// The file of that name, or nullptr.
inline const EmbeddedFile* find(std::span<const EmbeddedFile> files, std::string_view name) {
  for (const EmbeddedFile& file : files) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

}  // namespace attnlab::embed
