// SPDX-License-Identifier: MIT
// A PTX module as the parser understands it: variables, functions, instructions, with every name
// inside a function resolved to an index, and every instruction tied to its source line.
//
// Everything here is plain data; names are views into Module::text, so a Module is moved, never
// copied. Nothing is checked here that needs the meaning of an instruction: that is the decoder's.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/ptx/syntax/scalar_type.h"

namespace attnlab::ptx {

// Where an instruction comes from: its line in the PTX text, and what `.loc` says about its source.
struct SourceLocation {
  int ptx_line = 0;      // from 1
  int file = 0;          // index in Module::files; 0: no `.loc` was seen
  int line = 0;          // from 1; 0: made by the compiler
  int inlined_file = 0;  // `inlined_at` of nvcc's `.loc`: where the inlined call stands; 0: none
  int inlined_line = 0;
};

// An initialiser's bytes that hold an address: known only when memory is laid out.
struct Relocation {
  std::uint64_t offset_bytes = 0;  // in the variable
  int bytes = 8;                   // how many bytes of the address are stored there
  std::string_view symbol;         // a variable or function of the module
  std::int64_t addend = 0;
  bool generic = false;  // generic(symbol): the address in generic space
  int shift_bits = 0;    // 0xFF00(symbol) stores the address shifted right by this much
};

enum class Linkage : std::uint8_t { kInternal, kVisible, kExtern, kWeak, kCommon };

// A variable of any space: of the module, or of a function (registers are in Function::registers).
struct Variable {
  std::string_view name;
  StateSpace space = StateSpace::kGlobal;
  ScalarType type = ScalarType::kB8;
  int vector = 1;  // .v2, .v4: elements of one vector
  std::uint32_t align_bytes = 1;
  std::uint64_t size_bytes = 0;  // 0 with `unsized`
  bool unsized = false;          // name[]: dynamic shared memory
  Linkage linkage = Linkage::kInternal;
  std::vector<std::uint8_t> initial;  // size_bytes long, or empty: zeros
  std::vector<Relocation> relocations;
  int ptx_line = 0;
};

struct Register {
  std::string_view name;  // "%r12"
  ScalarType type = ScalarType::kB32;
};

// What an identifier that the function does not declare stands for.
enum class SymbolKind : std::uint8_t { kFunctionVariable, kModuleVariable, kFunction };
struct Symbol {
  SymbolKind kind = SymbolKind::kModuleVariable;
  int index = 0;  // Function::variables, Module::variables or Module::functions
};

enum class OperandKind : std::uint8_t {
  kRegister,         // index: Function::registers
  kImmediate,        // bits
  kSymbol,           // symbol + offset: the address of a variable, or a function
  kLabel,            // index: Function::labels
  kLabelList,        // index: Function::label_lists (brx.idx)
  kSpecialRegister,  // name: "%tid.x", "WARP_SZ"
  kAddress,          // [base + offset]; base is a register, a symbol or an immediate
  kVector,           // {a, b, …}: elements
  kDiscard,          // _
};
enum class ImmediateKind : std::uint8_t { kInteger, kF32, kF64 };

struct Operand {
  OperandKind kind = OperandKind::kDiscard;
  OperandKind base = OperandKind::kDiscard;  // of an address: kRegister, kSymbol or kImmediate
  ImmediateKind immediate = ImmediateKind::kInteger;
  bool negated = false;     // !%p, or -%r where PTX allows it
  int index = 0;            // of the register, label or list (also as an address' base)
  Symbol symbol;            // of kSymbol (also as an address' base)
  std::uint64_t bits = 0;   // of an immediate: 64-bit two's complement, or the float's pattern
  std::int64_t offset = 0;  // bytes, of kAddress and kSymbol
  std::string_view name;    // as written, of an address its base: for messages
  std::vector<Operand> elements;  // of kVector, or an address' coordinates: [base, {x, y}]
};

// call (results), callee, (arguments), prototype-or-targets;
struct Call {
  std::vector<Operand> results;
  Operand callee;  // kSymbol with SymbolKind::kFunction, or a register
  std::vector<Operand> arguments;
  int prototype = -1;  // Function::prototypes
};

// A function's parameters and results, as far as a call must know them: `.callprototype`. Or the
// functions that a call may reach, by `.calltargets`: then the signature is theirs.
struct Prototype {
  std::string_view name;
  std::vector<Variable> results;
  std::vector<Variable> parameters;
  std::vector<int> targets;  // Module::functions; empty for a `.callprototype`
};

struct Instruction {
  std::string_view text;  // "@%p1 ld.global.v4.f32 {%f1, …}, [%rd1+16];", without the line's end
  std::string_view name;  // "ld"
  std::vector<std::string_view> modifiers;  // {"global", "v4", "f32"}; "shared::cta" is one
  std::vector<Operand> operands;            // destination first, as written
  bool paired = false;                      // operands[0]|operands[1]: `setp p|q`, `shfl d|p`
  int guard = -1;                           // predicate register of @%p, or -1
  bool guard_negated = false;               // @!%p
  int call = -1;                            // Function::calls
  SourceLocation location;
};

// The last type among the modifiers: what the instruction computes with, or a comparison compares
// (`set.lt.u32.f32` has the result's before it).
ScalarType last_type(const Instruction& instruction);

struct Label {
  std::string_view name;
  int instruction = 0;  // index of the instruction that follows; may be one past the last
};

// Performance and shape directives of a kernel; 0: not given. An extent that is left out of a given
// directive is 1.
struct KernelDirectives {
  std::array<std::uint32_t, 3> max_threads = {0, 0, 0};       // .maxntid
  std::array<std::uint32_t, 3> required_threads = {0, 0, 0};  // .reqntid
  std::array<std::uint32_t, 3> cluster_blocks = {0, 0, 0};    // .reqnctapercluster
  std::uint32_t min_blocks_per_sm = 0;                        // .minnctapersm
  std::uint32_t max_registers = 0;                            // .maxnreg
};

struct Function {
  std::string_view name;
  bool is_entry = false;
  bool has_body = false;  // false: a declaration only (vprintf, malloc, …)
  Linkage linkage = Linkage::kInternal;
  std::vector<Variable> results;
  std::vector<Variable> parameters;
  std::vector<Register> registers;
  // Parameters and results first (results, then parameters), then what the body declares: shared,
  // local, and .param variables of calls. Operands refer to these by SymbolKind::kFunctionVariable.
  std::vector<Variable> variables;
  std::vector<Instruction> instructions;
  std::vector<Label> labels;
  std::vector<std::vector<int>> label_lists;  // of .branchtargets: indices of labels
  std::vector<Prototype> prototypes;
  std::vector<Call> calls;
  KernelDirectives directives;
  int ptx_line = 0;
};

struct Module {
  // The whole text on the heap, so that moving the module keeps the views valid.
  std::unique_ptr<const std::string> text;
  std::string_view version;             // "8.0"
  std::string_view target;              // "sm_80"
  std::vector<std::string_view> files;  // by the numbers of `.file`, empty for one without; holds
                                        // every SourceLocation::file and inlined_file
  std::vector<Variable> variables;
  std::vector<Function> functions;  // one each name; a definition replaces its declaration

  const Function* find_function(std::string_view name) const;
  const Variable* find_variable(std::string_view name) const;
};

}  // namespace attnlab::ptx
