// SPDX-License-Identifier: MIT
#include "tests/repository/checks/comments.h"

#include <catch2/catch_test_macros.hpp>

namespace attnlab::repository {
namespace {

Faults faults_of_comment(const std::string& line) {
  return commented_out_code_faults({{"sim/new.cpp", "int a = 0;\n// " + line + "\n"}});
}

TEST_CASE("code in a comment is found") {
  for (const char* line : {
           "return value;",
           "x = y + 1;",
           "m_new = max(m_old, m_tile);",
           "scores.row(0).setZero();",
           "load_tile(sQ, head_dim, gQ);",
           "fmt::print(\"{}\\n\", value);",
           "const int rows = count(tile);",
           "auto it = map.find(key);",
           "std::vector<int> keys(rows);",
           "int count;",
           "float sum = 0.0f;",
           "for (int i = 0; i < n; ++i) {",
           "if (x > 0) return;",
           "} else if (x) {",
           "while (true) {",
           "struct Run {",
           "}",
           "};",
           "#include <vector>",
           "#define WIDTH 32",
           "++count;",
           "stream << value;",
           "state->count += 2;",
           "values[3] = 4;",
           "__syncthreads();",
           "break;",
       }) {
    INFO(line);
    const Faults faults = faults_of_comment(line);
    REQUIRE(faults.size() == 1);
    CHECK(begins_with(faults[0], "sim/new.cpp:2: "));
  }
}

TEST_CASE("sentences, shapes and formulas in a comment pass") {
  for (const char* line : {
           "Bring the old sum and output to the new row maximum.",
           "Shapes        Q, O [batch, heads, len_q, D]; K, V [batch, kv_heads, len_kv, D];",
           "p = ex2(s - m). Sums over a tile by butterfly, tiles ascending;",
           "of the kernel's source, as TileStep::source numbers them;",
           "it returns what it found; the caller checks it;",
           "Throws BadInput (one sentence) where the file is missing;",
           "(Br, D)",
           "O += P V of one key tile, keys ascending; row r takes only its first keys[r] keys.",
           "for each row that sees a key;",
           "a while loop would do;",
           "if (and only if) the sum is finite.",
           "{\"batch\": 1, \"heads\": 6}",
           "See sim/model/flash_fwd/01_tiled.cpp;",
           "namespace attnlab::cli",
           "clang-format off",
           "#1 of the list;",
       }) {
    INFO(line);
    CHECK(listed(faults_of_comment(line)) == "none");
  }
}

TEST_CASE("a comment is found wherever it stands, and text in quotes is none") {
  const std::string source =
      "int a = 1'000;  // first\n"
      "const char* url = \"http://x\";\n"
      "const char* raw = R\"x(// no \" comment)x\";\n"
      "char quote = '\"', slash = '\\'';  /* second\n"
      "   * third */ int b;\n"
      "/// fourth\n";
  const std::vector<CommentLine> lines = comment_lines(source);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].text == "first");
  CHECK(lines[0].line == 1);
  CHECK(lines[1].text == "second");
  CHECK(lines[1].line == 4);
  CHECK(lines[2].text == "third");
  CHECK(lines[2].line == 5);
  CHECK(lines[3].text == "fourth");
  CHECK(lines[3].line == 6);
}

TEST_CASE("code that is switched off by the preprocessor is found") {
  CHECK(commented_out_code_faults({{"sim/new.h", "#if 0\nint a;\n#endif\n"}}).size() == 1);
  CHECK(commented_out_code_faults({{"sim/new.h", "#if FOO\nint a;\n#endif\n"}}).empty());
}

TEST_CASE("no code of this repository is commented out") {
  CHECK(listed(commented_out_code_faults(this_repository())) == "none");
}

}  // namespace
}  // namespace attnlab::repository
