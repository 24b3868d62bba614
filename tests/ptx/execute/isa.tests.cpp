// SPDX-License-Identifier: MIT
// The instruction families are compiled for new CPUs as well. Whatever function they defined outside
// of their own namespace, the linker could choose for everybody, and an old CPU would die in it.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

std::string output_of(const std::string& command) {
  struct Close {
    void operator()(std::FILE* file) const { pclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> pipe(popen(command.c_str(), "r"));
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 4096> buffer;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    text.append(buffer.data(), count);
  }
  return text;
}

// Functions in nm's listing that other files can see (T, W, i) and whose names do not have `space`
// in them. Data (tables of constants) is the same for every CPU.
std::vector<std::string> shared_functions(const std::string& listing, const std::string& space) {
  std::vector<std::string> functions;
  std::istringstream lines(listing);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string address;
    std::string kind;
    std::string name;
    words >> address >> kind >> std::ws;
    std::getline(words, name);
    const bool is_function = kind == "T" || kind == "W" || kind == "i";
    if (is_function && name.find(space) == std::string::npos) functions.push_back(name);
  }
  return functions;
}

std::string listing_of(std::string objects) {
  for (char& c : objects) {
    if (c == ':') c = ' ';
  }
  return output_of(ATTNLAB_NM " -C --defined-only " + objects);
}

}  // namespace

TEST_CASE("the look at object files finds a function that is shared, and passes what is not") {
  const std::string listing = R"(
memory.cpp.o:
0000000000000000 T attnlab::ptx::avx2::add_memory(attnlab::ptx::InstructionTable&)
0000000000000010 t attnlab::ptx::avx2::(anonymous namespace)::decode_ld()
0000000000000020 W attnlab::ptx::Op const* attnlab::ptx::avx2::then_next<&f>(attnlab::ptx::Op const*)
0000000000000000 u attnlab::numerics::mufu::rcp_row(unsigned int)::kRows
0000000000000030 W std::vector<unsigned int, std::allocator<unsigned int> >::~vector()
0000000000000040 t std::copy(int*)
)";
  CHECK(shared_functions(listing, "attnlab::ptx::avx2::") ==
        std::vector<std::string>{
            "std::vector<unsigned int, std::allocator<unsigned int> >::~vector()"});
  CHECK(shared_functions(listing, "attnlab::ptx::avx512::").size() == 3);
}

#ifdef ATTNLAB_PTX_AVX2_OBJECTS
TEST_CASE("code for AVX2 and AVX-512 stays in its own namespace") {
  const std::string avx2 = listing_of(ATTNLAB_PTX_AVX2_OBJECTS);
  const std::string avx512 = listing_of(ATTNLAB_PTX_AVX512_OBJECTS);
  REQUIRE(avx2.find("attnlab::ptx::avx2::add_all_families") != std::string::npos);
  REQUIRE(avx512.find("attnlab::ptx::avx512::add_all_families") != std::string::npos);
  CHECK(shared_functions(avx2, "attnlab::ptx::avx2::").empty());
  CHECK(shared_functions(avx512, "attnlab::ptx::avx512::").empty());
}
#endif
