// SPDX-License-Identifier: MIT
// The table of instruction forms: every one that the emulator has, with the types of its operands
// and results, and the PTX that tries it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/probe/instructions/operands.h"

namespace attnlab::probe {

// The register of a result. It is stored as an unsigned number of its width, a predicate as 0 or 1.
enum class Result : std::uint8_t { kPredicate, k16, k32, k64 };

// `body` is PTX with the registers
//
//   %s0 %s1 …   the operands: .pred, or of register_bits(operands[i]) untyped bits
//   %d0 %d1 …   the results
//   %in %out    this thread's address in the operands and the results (.b64, global): operand and
//               result i lie at 8 * count * i from there, count the number of threads
//   %h0 … %h3 %t0 … %t3 %u0 … %u3 %p0 … %p3    scratch of 16, 32 and 64 bits and predicates
//   %cell       this thread's 8 bytes of shared memory (.b64)
//
// and COUNT_BYTES for 8 * count.
struct Form {
  std::string name;       // unique: "add.rn.ftz.f32", "shfl.sync.up.b32 width 8"
  std::string family;     // the emulator's: "float32"
  int architecture = 80;  // the PTX target it needs, 80 or 90
  std::vector<Result> results;
  std::vector<Draw> operands;
  std::string body;

  std::size_t in_memory = 0;  // how many of the last results the body itself leaves in memory
};

// All of them, by families; first those for 80, then those for 90.
const std::vector<Form>& all_forms();

// Forms as modules hold them: neighbours of one architecture.
inline constexpr std::size_t kFormsPerModule = 64;
std::vector<std::span<const Form>> modules_of(std::span<const Form> forms);

// What fills the table.
class FormList {
 public:
  void family(std::string_view name, int architecture = 80);

  // "add.rn.f32" as `add.rn.f32 %d0, %s0, %s1;`.
  void add(const std::string& instruction, Result result, std::vector<Draw> operands);
  void add_body(const std::string& name, std::vector<Result> results, std::vector<Draw> operands,
                std::string body, std::size_t in_memory = 0);

  std::vector<Form> take() { return std::move(forms_); }

 private:
  std::string family_;
  int architecture_ = 80;
  std::vector<Form> forms_;
};

// The families, a file each.
void add_integer_forms(FormList& forms);
void add_bit_forms(FormList& forms);
void add_compare_forms(FormList& forms);
void add_float_forms(FormList& forms);  // float32, special, float64
void add_half_forms(FormList& forms);
void add_convert_forms(FormList& forms);
void add_memory_forms(FormList& forms);  // mov, cvta, ld, st
void add_atomic_forms(FormList& forms);
void add_warp_forms(FormList& forms);  // and barriers that reduce

// An integer type by its name, "u16" … "s64", "b16" ….
struct IntegerType {
  std::string name;
  int bits;
  bool is_signed;
  Result result;
  Draw draw;
};
std::span<const IntegerType> integer_types();  // u16 s16 u32 s32 u64 s64
std::span<const IntegerType> bit_types();      // b16 b32 b64

}  // namespace attnlab::probe
