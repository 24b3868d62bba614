// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace attnlab::cli {

// Writes the file whole or not at all (under a second name first). Throws problem::BadInput with
// one sentence where it cannot.
void write_text_file(const std::string& path, const std::string& text);

}  // namespace attnlab::cli
