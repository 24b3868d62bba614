// SPDX-License-Identifier: MIT
// What a family sees of an instruction while it decodes it: modifiers in order, operands by type,
// and emit(). Every method that finds the instruction wrong throws DecodeError, one sentence.
//
// A decoder takes the modifiers in their order, says that there are no more of them
// (end_of_modifiers), how many operands there must be (expect_operands), and emits an op whose rows
// are the operands' (destination, source, …). arithmetic/bits.cpp has short ones.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string_view>

#include "sim/ptx/observe/observer.h"
#include "sim/ptx/program/op.h"
#include "sim/ptx/program/program.h"
#include "sim/ptx/syntax/module.h"

namespace attnlab::ptx {

// An instruction that is not there, or is wrong: names the instruction, its file and line.
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct AddressOperand {
  Row base = kNoRow;
  bool wide = true;  // the base has 64 bits
  std::uint64_t offset = 0;
};

struct ParameterOperand {
  const Row* words = nullptr;  // 32 bits each
  std::uint32_t word_count = 0;
  std::uint32_t byte = 0;
  bool of_kernel = false;  // the kernel's own parameter: at `byte` of the launch's parameters
};

struct ObservedAccess {
  AccessKind kind = AccessKind::kLoad;
  StateSpace space = StateSpace::kGlobal;
  AddressOperand address;
  std::uint32_t bytes = 4;     // of a lane, all elements
  bool strong = true;          // atomic, volatile, relaxed, acquire, release
  bool wide_elements = false;  // a store's registers have 64 bits
};

struct CallOperands {
  const DecodedFunction* callee = nullptr;
  RuntimeFunction runtime = RuntimeFunction::kNone;
  Row address = kNoRow;
  const Row* rows = nullptr;  // words of the arguments, then of the results
  std::uint32_t argument_rows = 0;
  std::uint32_t row_count = 0;
};

class InstructionDecoder {
 public:
  virtual ~InstructionDecoder() = default;
  virtual const Instruction& instruction() const = 0;

  // Modifiers, in the order they are written. take(x): is the next one x? then it is consumed.
  // take_any: the index of the next one in `names`, consumed, or -1.
  virtual bool take(std::string_view modifier) = 0;
  virtual int take_any(std::initializer_list<std::string_view> names) = 0;
  virtual ScalarType take_type() = 0;        // the next one must be a type
  virtual ScalarType peek_type() const = 0;  // kNone where the next one is no type
  virtual void end_of_modifiers() = 0;       // anything left is an error that names it

  // Operands, by position. Registers must be as wide as `type`; immediates are converted to it (a
  // float literal to its pattern, an integer cut to the width) and become constant rows, as do
  // addresses of variables and values of special registers.
  virtual int operand_count() const = 0;
  virtual void expect_operands(int count) = 0;
  virtual Row destination(int index, ScalarType type) = 0;  // for _ a row that nobody reads
  virtual Row source(int index, ScalarType type) = 0;
  // For cvt, whose operands may be wider than their types: the row of a register of at least that
  // width (register_bytes says how wide); what is no register is converted to `type` as above.
  virtual Row destination_at_least(int index, ScalarType type) = 0;
  virtual Row source_at_least(int index, ScalarType type) = 0;
  // The declared width of a register (2, 4 or 8), of a vector's first element; of anything else
  // the type's.
  virtual int register_bytes(int index, ScalarType type) const = 0;
  virtual Row predicate_source(int index) = 0;       // !%p gives the negated predicate's row
  virtual Row predicate_destination(int index) = 0;  // for _ a row that nobody reads
  virtual bool is_immediate(int index) const = 0;
  // The value of an operand that must be an integer constant between the limits.
  virtual std::int64_t integer(int index, std::int64_t least, std::int64_t most) = 0;
  // A row with the same value in all lanes; a scratch row that only this instruction uses.
  virtual Row constant(std::uint64_t bits, ScalarType type) = 0;
  virtual Row temporary(ScalarType type) = 0;
  // The condition code CC.CF that add.cc writes and addc reads: 0 or ~0, one row a function call.
  virtual Row carry() = 0;

  // {a, b, …}: the rows of a vector operand, kept as long as the program; see Op::rows.
  virtual const Row* vector_destination(int index, ScalarType type, int count) = 0;
  virtual const Row* vector_source(int index, ScalarType type, int count) = 0;

  // Emits one op; the guard of @%p is put around it. An instruction may emit several ops; then each
  // must be right under a partial mask.
  virtual void emit(const Op& op) = 0;

  // Two lists of rows as one.
  virtual const Row* joined(const Row* first, std::uint32_t first_count, const Row* second,
                            std::uint32_t second_count) = 0;

  // [base + offset] of a load, store or atomic. `base` is kNoRow where the address is known.
  virtual AddressOperand address(int index) = 0;
  // How many elements {a, b, …} has; 1 for an operand that is no vector.
  virtual int vector_size(int index) const = 0;
  // A special register's name ("%tid.x"), or empty.
  virtual std::string_view special_register(int index) const = 0;
  // The words of a .param variable of this function or of a call that the address operand names,
  // and the byte in it; no rows where it is the kernel's own parameter, or no parameter at all.
  virtual ParameterOperand parameter(int index) = 0;

  // emit() for a memory instruction, which an observer may want to hear of.
  virtual void emit_access(const Op& op, const ObservedAccess& access) = 0;
  // What an observer wants to hear of a fence, which is nothing to execute.
  virtual void emit_fence() = 0;
  // emit() for a branch: sets link.target of the op to the label's op, or link.data to an array of
  // them, and `wide` to the op where its lanes meet again (0: nowhere). The guard is not put around
  // it: it is the branch's own, in op.guard.
  virtual void emit_branch(Op op, int operand_index) = 0;
  // emit() without the guard around it: the handler looks at op.guard itself.
  virtual void emit_unguarded(const Op& op) = 0;
  // emit() for an instruction at which lanes may stop: a guard becomes a branch around it.
  virtual void emit_stopping(const Op& op) = 0;
  // The same for one whose lanes may go through it in several parts: they meet at the op behind it.
  virtual void emit_dividing(const Op& op) = 0;
  // The predicate of @%p, the negated one for @!%p; kNoRow without a guard.
  virtual Row guard() = 0;
  // For `call`: the callee (nullptr: by address, in op.a), rows of arguments and results.
  virtual CallOperands call_operands() = 0;
  // Blocks can see each other's work through this instruction while they run.
  virtual void note_communicates() = 0;

  // Facts that a report of a run must name, each with this instruction's line.
  virtual void note_may_fuse() = 0;                        // a bare mul.f32 or add.f32
  virtual void note_inexact(std::string_view reason) = 0;  // bits that are not the GPU's for sure

  // "shl.b32: …" with file and line: what is wrong or not there. Never returns.
  [[noreturn]] virtual void fail(std::string_view reason) const = 0;
};

}  // namespace attnlab::ptx
