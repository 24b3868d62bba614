// SPDX-License-Identifier: MIT
// Every step of a model has its sentence in the kernel's comments, once, in the kernel's order.
#include "kernels/source_lines.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <functional>
#include <iterator>

using namespace attnlab::kernels;

namespace {

constexpr std::string_view kSource =
    "// SPDX-License-Identifier: MIT\n"                // 1
    "#include <x.h>\n"                                 // 2
    "int a = 0;  // Every row starts with nothing.\n"  // 3
    "  // Load the next tile\n"                        // 4
    "  //   of K and of V.\n"                          // 5
    "  load();\n"                                      // 6
    "\n"                                               // 7
    "//\n"                                             // 8
    "// Write O.\n"                                    // 9
    "const char* text = \"Divide by l.\";";            // 10

// The source after the given line.
std::string_view after_line(std::string_view source, int line) {
  for (; line > 0; --line) source.remove_prefix(source.find('\n') + 1);
  return source;
}

std::string file_text(const std::string& path) {
  std::ifstream file(std::string(ATTNLAB_SOURCE_DIR "/") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a sentence is found on the line where it starts") {
  CHECK(line_of_sentence(kSource, "SPDX-License-Identifier: MIT") == 1);
  CHECK(line_of_sentence(kSource, "Write O.") == 9);
  CHECK(line_of_sentence(kSource, "Every row starts with nothing.") == 3);  // behind code
}

TEST_CASE("a sentence may run over several comment lines") {
  CHECK(line_of_sentence(kSource, "Load the next tile of K and of V.") == 4);
  CHECK(line_of_sentence(kSource, "of K and of V.") == 5);
}

TEST_CASE("code is not searched, and what is not there has no line") {
  CHECK(line_of_sentence(kSource, "load();") == 0);
  CHECK(line_of_sentence(kSource, "Divide by l.") == 0);
  CHECK(line_of_sentence(kSource, "Write O. ") == 9);  // comments are joined by a blank
  CHECK(line_of_sentence(kSource, "Write P.") == 0);
  CHECK(line_of_sentence("", "Write O.") == 0);
  CHECK(line_of_sentence("", "") == 0);
  CHECK(line_of_sentence("int a;\n", "") == 0);
}

TEST_CASE("the source that was built in is the kernel's file") {
  for (const Rung& rung : rungs()) {
    CHECK(kernel_source(rung) == file_text(rung.source_file()));
    CHECK(kernel_source(rung).find("__global__") != std::string_view::npos);
  }
  Rung unknown = rungs().front();
  unknown.name = "standard/99_none";
  CHECK(kernel_source(unknown).empty());
}

TEST_CASE("every sentence of a model stands in its kernel's comments exactly once, in order") {
  for (const Rung& rung : rungs()) {
    const std::vector<int> lines = sentence_lines(rung);
    REQUIRE(lines.size() == rung.model->sentences.size());
    REQUIRE(lines.size() >= 2);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      INFO(rung.name << ": " << rung.model->sentences[i]);
      REQUIRE(lines[i] > 0);
      CHECK(line_of_sentence(after_line(kernel_source(rung), lines[i]), rung.model->sentences[i]) ==
            0);
    }
    CHECK(std::is_sorted(lines.begin(), lines.end(), std::less_equal<>()));
  }
}
