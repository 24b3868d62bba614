// SPDX-License-Identifier: MIT
// A program: decoded functions, and where everything of a module lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/ptx/emulator.h"
#include "sim/ptx/program/op.h"

namespace attnlab::ptx {

// A row that holds one value in every lane, written when a frame is made.
struct ConstantRow {
  Row row = 0;
  bool wide = false;
  std::uint64_t bits = 0;
  bool dynamic_shared = false;  // bits are an offset in dynamic shared memory, until it is placed
};

struct DecodedFunction {
  const Function* source = nullptr;
  std::vector<Op> ops;
  std::deque<std::vector<Row>> row_lists;             // what Op::rows points to
  std::map<int, std::vector<const Op*>> jump_tables;  // of brx.idx, by Function::label_lists
  std::vector<ConstantRow> constants;
  std::vector<Row> results;           // of a device function: 32-bit words of its .param variables
  std::vector<Row> parameters;        // of a device function
  std::uint32_t registers_begin = 0;  // rows of registers: [begin, end) of the frame; behind them
  std::uint32_t registers_end = 0;    // those of parameters, up to its end
  bool reads_unwritten = false;       // some register may be read unwritten: they start at zero
  std::uint32_t frame_bytes = 0;
  std::uint32_t local_bytes = 0;  // of one lane
  bool makes_calls = false;
};

// What lies at the start of every frame: who called, and what it needs to go on.
struct FrameHeader {
  const DecodedFunction* function = nullptr;
  const Op* call = nullptr;  // the call op in the caller; nullptr in a kernel
  std::byte* caller_frame = nullptr;
  std::uint32_t local_base = 0;  // where this call's local variables start, in bytes
  std::uint32_t depth = 0;       // 0 in a kernel
};
inline constexpr std::uint32_t kFrameHeaderBytes = kRowBytes;
static_assert(sizeof(FrameHeader) <= kFrameHeaderBytes);

// A static array of shared memory, the module's or a function's: for messages.
struct SharedArray {
  std::string_view name;
  std::uint64_t begin = 0;
  int element_bytes = 1;
};

// Functions of the device's runtime library, which the emulator is itself.
enum class RuntimeFunction : std::uint8_t { kNone, kPrintf, kAssertFail };

struct ProgramParts {
  std::string name;  // of the PTX
  const Module* module = nullptr;
  numerics::Isa isa = numerics::Isa::kBaseline;
  ObserverNeeds observe;
  const DecodedFunction* entry = nullptr;
  std::string entry_name;
  // By the module's index of functions; nullptr where the kernel cannot reach it.
  std::vector<std::unique_ptr<DecodedFunction>> functions;
  // By the module's index of variables: the address in its own space.
  std::vector<Address> variable_addresses;
  std::vector<std::byte> constants;              // the const space
  std::uint32_t module_shared_bytes = 0;         // static shared memory, module's and functions'
  std::vector<SharedArray> shared_arrays;        // in it, ascending
  Address dynamic_shared_offset = 0;             // where an unsized shared array starts
  std::uint32_t local_stack_bytes = 0;           // of one lane, all calls together
  std::vector<std::uint32_t> parameter_offsets;  // of the kernel
  std::uint32_t parameter_bytes = 0;
  std::vector<Note> notes;
  bool communicates = false;
};

// "flash.cu:41", or "kernel.ptx:120" where the instruction has no `.loc`; file and line. Of a
// function of the compiler's headers that was inlined: where it was called.
struct SourcePlace {
  std::string file;
  int line = 0;
};
SourcePlace source_place(const ProgramParts& parts, const SourceLocation& location);

}  // namespace attnlab::ptx
