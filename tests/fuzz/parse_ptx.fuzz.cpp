// SPDX-License-Identifier: MIT
// libFuzzer target: any text either parses to a valid module or is refused with a SyntaxError.
//
//   clang++ -std=c++20 -O1 -g -fsanitize=fuzzer,address,undefined -I. tests/fuzz/parse_ptx.fuzz.cpp
//     tests/ptx/syntax/valid_module.cpp sim/ptx/syntax/*.cpp sim/ptx/syntax/*/*.cpp -lfmt
//     -o parse_ptx_fuzz
//   ./parse_ptx_fuzz -max_len=65536 -timeout=5 -rss_limit_mb=1024 CORPUS
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sim/ptx/syntax/parse.h"
#include "tests/ptx/syntax/valid_module.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer gives this name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (!attnlab::ptx::test::is_valid(attnlab::ptx::parse(text, "fuzz"))) std::abort();
  } catch (const attnlab::ptx::SyntaxError&) {
    return 0;
  }
  return 0;
}
