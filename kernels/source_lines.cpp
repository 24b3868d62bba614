// SPDX-License-Identifier: MIT
#include "kernels/source_lines.h"

#include "kernel_sources.h"

namespace attnlab::kernels {

std::string_view kernel_source(const Rung& rung) {
  const embed::EmbeddedFile* file = embed::find(embed::kernel_sources(), rung.name);
  return file == nullptr ? std::string_view() : file->bytes;
}

int line_of_sentence(std::string_view source, std::string_view sentence) {
  // Join the text of all comments, one blank between lines, and remember each character's line.
  std::string comments;
  std::vector<int> line_of;
  int line = 1;
  while (!source.empty()) {
    const std::size_t end = std::min(source.find('\n'), source.size());
    const std::string_view text = source.substr(0, end);
    if (const std::size_t slashes = text.find("//"); slashes != std::string_view::npos) {
      std::string_view comment = text.substr(slashes + 2);
      comment.remove_prefix(std::min(comment.find_first_not_of(' '), comment.size()));
      comments.append(comment).append(" ");
      line_of.resize(comments.size(), line);
    }
    source.remove_prefix(std::min(end + 1, source.size()));
    ++line;
  }
  const std::size_t found = comments.find(sentence);
  return found < line_of.size() ? line_of[found] : 0;
}

std::vector<int> sentence_lines(const Rung& rung) {
  std::vector<int> lines;
  for (const std::string& sentence : rung.model->sentences) {
    lines.push_back(line_of_sentence(kernel_source(rung), sentence));
  }
  return lines;
}

}  // namespace attnlab::kernels
