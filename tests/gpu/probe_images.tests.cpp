// SPDX-License-Identifier: MIT
#include <catch2/catch_test_macros.hpp>
#include <sstream>
#include <string>

#include "kernels/probe/probe_kernels.h"

using namespace attnlab;
using namespace attnlab::probe;

namespace {

// How often an instruction stands in PTX: its mnemonic and a blank.
int occurrences(std::string_view ptx, const std::string& mnemonic) {
  int count = 0;
  for (std::size_t at = ptx.find(mnemonic + " "); at != std::string_view::npos;
       at = ptx.find(mnemonic + " ", at + 1)) {
    ++count;
  }
  return count;
}

struct Ptx {
  std::string_view name;
  std::string_view text;
  bool for_90;
};

// The PTX of arithmetic.cu: one or two targets of each compiler that was here.
std::vector<Ptx> arithmetic_ptx() {
  std::vector<Ptx> found;
  for (const embed::EmbeddedFile& file : probe_images()) {
    if (!file.name.starts_with("probe/arithmetic.") || !file.name.ends_with("ptx")) continue;
    found.push_back({file.name, file.bytes, file.name.ends_with("compute_90.ptx")});
  }
  return found;
}

// A multiplication or sum of fp32 that names no rounding: ptxas may contract it.
bool may_be_fused(const std::string& mnemonic) {
  const std::string operation = mnemonic.substr(0, 4);
  if (operation != "mul." && operation != "add." && operation != "sub.") return false;
  return mnemonic.ends_with(".f32") && mnemonic.find(".r") == std::string::npos;
}

}  // namespace

TEST_CASE("every compiler's PTX has every special function instruction of its target") {
  REQUIRE(arithmetic_ptx().size() >= 2);
  for (const Ptx& ptx : arithmetic_ptx()) {
    CAPTURE(ptx.name);
    CHECK(ptx.text.find(ptx.for_90 ? ".target sm_90" : ".target sm_80") != std::string_view::npos);
    for (int op = 0; op < numerics::kMufuOpCount; ++op) {
      CAPTURE(numerics::kMufuOpNames[op]);
      // Once in the sweep and once in the list kernel, unless a compiler shares them.
      const int expected_at_least =
          needs_90(static_cast<numerics::MufuOp>(op)) && !ptx.for_90 ? 0 : 1;
      const int found = occurrences(ptx.text, numerics::kMufuOpNames[op]);
      CHECK(found >= expected_at_least);
      if (expected_at_least == 0) CHECK(found == 0);
    }
  }
}

TEST_CASE("every compiler's PTX has the three tensor core steps and the .ftz operations") {
  for (const Ptx& ptx : arithmetic_ptx()) {
    CAPTURE(ptx.name);
    for (const char* types :
         {"m16n8k16.row.col.f32.f16.f16.f32", "m16n8k16.row.col.f32.bf16.bf16.f32",
          "m16n8k8.row.col.f32.tf32.tf32.f32"}) {
      CHECK(occurrences(ptx.text, std::string("mma.sync.aligned.") + types) == 1);
    }
    for (const char* name : kFtzOpNames) CHECK(occurrences(ptx.text, name) == 1);
  }
}

TEST_CASE("no probe kernel has an operation that the assembler may fuse") {
  REQUIRE(may_be_fused("mul.f32"));
  REQUIRE(may_be_fused("add.ftz.f32"));
  REQUIRE_FALSE(may_be_fused("mul.rn.f32"));
  REQUIRE_FALSE(may_be_fused("add.s32"));
  int files = 0;
  for (const embed::EmbeddedFile& file : probe_images()) {
    if (!file.name.ends_with("ptx")) continue;
    CAPTURE(file.name);
    ++files;
    std::istringstream words{std::string(file.bytes)};
    int fusible = 0;
    for (std::string word; words >> word;) fusible += may_be_fused(word) ? 1 : 0;
    CHECK(fusible == 0);
  }
  CHECK(files >= 3);
}

TEST_CASE("machine code, where it was made, is an ELF file") {
  for (const embed::EmbeddedFile& file : probe_images()) {
    if (file.name.ends_with(".cubin"))
      CHECK(
          file.bytes.starts_with("\x7f"
                                 "ELF"));
  }
}
