// SPDX-License-Identifier: MIT
// Which function decodes which instruction. A family is one file that fills its rows in.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sim/numerics/bulk.h"
#include "sim/ptx/program/op.h"
#include "sim/ptx/syntax/scalar_type.h"

namespace attnlab::ptx {

class InstructionDecoder;

// Reads the modifiers and operands of one instruction and emits its op. Throws DecodeError.
using DecodeFunction = void (*)(InstructionDecoder& in);

// What an instruction computes with: the last type among its modifiers. `add` has one decoder for
// each of these; kAny serves the types that have no decoder of their own (and cvt, mov, ld, …).
enum class TypeClass { kAny, kInteger, kHalf, kFloat32, kFloat64 };  // kHalf: f16, bf16, packed

constexpr TypeClass class_of(ScalarType type) {
  if (type == ScalarType::kF32) return TypeClass::kFloat32;
  if (type == ScalarType::kF64) return TypeClass::kFloat64;
  if (type >= ScalarType::kF16 && type <= ScalarType::kBf16x2) return TypeClass::kHalf;
  return is_signed(type) || is_unsigned(type) || is_untyped_bits(type) ? TypeClass::kInteger
                                                                       : TypeClass::kAny;
}

// Ops that stand one behind the other so often that one handler executes them all, in that order; it
// is the first one's, and each still has its own for who jumps to it.
struct Sequence {
  std::vector<Handler> ops;
  Handler together = nullptr;
};

// ("add", kFloat32) -> its decoder. Filled once by the families.
class InstructionTable {
 public:
  virtual ~InstructionTable() = default;
  virtual void add(std::string_view name, TypeClass type, DecodeFunction decode) = 0;
  // The decoder for the class, else the one for kAny; nullptr where no family has the instruction.
  virtual DecodeFunction find(std::string_view name, TypeClass type) const = 0;

  virtual void add(Sequence sequence) = 0;
  // The longest one that `ops` begin with, or nullptr.
  virtual const Sequence* sequence_at(std::span<const Op> ops) const = 0;
};

// The instructions compiled for one instruction set of the host.
const InstructionTable& instruction_table(numerics::Isa isa);

}  // namespace attnlab::ptx
