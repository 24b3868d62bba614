// SPDX-License-Identifier: MIT
// The emulator: a kernel's PTX on the CPU, one warp at a time, its 32 lanes as vectors, every
// memory access checked, the bits those of an NVIDIA GPU.
//
// The way of a run: parse() the PTX; allocate() arrays in a DeviceMemory; build() the kernel, which
// also gives the module's variables a place there; pack_arguments(); launch(). Results are then in
// the arrays' bytes().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/numerics/bulk.h"
#include "sim/ptx/execute/fault.h"
#include "sim/ptx/memory/device_memory.h"
#include "sim/ptx/observe/observer.h"
#include "sim/ptx/syntax/module.h"

namespace attnlab::ptx {

// Something a report of a run must name, with its line.
struct Note {
  enum class Kind { kMayFuse, kInexact };
  Kind kind = Kind::kMayFuse;
  std::string instruction;  // "mul.f32"
  std::string reason;       // "bits not guaranteed: ptxas may fuse"
  std::string file;         // the source's, or the PTX's name where there is no `.loc`
  int line = 0;
};

struct ProgramParts;  // decoded functions, memory layout: program/program.h

// A kernel with every function it calls, decoded, its module's variables laid out in a memory.
class Program {
 public:
  explicit Program(std::unique_ptr<ProgramParts> parts);
  Program(Program&&) noexcept;
  ~Program();

  const std::string& entry() const;
  const std::vector<Note>& notes() const;
  int warp_instructions() const;  // in the code of all its functions
  int rows_per_warp() const;      // registers after assignment, of the entry
  std::uint32_t static_shared_bytes() const;
  // Whether blocks can see each other's work while they run (atomics, volatile accesses, fences):
  // such a grid is emulated on one core, in a fixed order.
  bool blocks_communicate() const;
  const ProgramParts& parts() const { return *parts_; }

 private:
  std::unique_ptr<ProgramParts> parts_;
};

struct BuildOptions {
  std::string name = "kernel.ptx";   // of the PTX, for messages
  std::optional<numerics::Isa> isa;  // default: the fastest this CPU has
  ObserverNeeds observe;             // what an observer will want to hear of
};

// Decodes `entry` and what it can reach, and allocates the module's variables in `memory`. The
// module must outlive the program. Throws DecodeError (an instruction that is wrong or not there,
// by file and line) and LaunchError (no such kernel).
Program build(const Module& module, const std::string& entry, DeviceMemory& memory,
              const BuildOptions& options = {});

// A launch that cannot be: a missing kernel, wrong arguments, a shape over the limits. One sentence
// with the value and the limit.
class LaunchError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct LaunchShape {
  std::array<std::uint32_t, 3> grid = {1, 1, 1};
  std::array<std::uint32_t, 3> block = {32, 1, 1};
  std::uint32_t dynamic_shared_bytes = 0;
};

// What the emulated GPU allows: an H200's.
struct GpuLimits {
  std::uint32_t max_threads_per_block = 1024;
  std::uint32_t max_shared_bytes_per_block = 227 * 1024;
  std::uint32_t multiprocessors = 132;
  std::uint32_t max_threads_per_multiprocessor = 2048;
  std::uint32_t max_blocks_per_multiprocessor = 32;
  std::uint32_t shared_bytes_per_multiprocessor = 228 * 1024;
};

struct LaunchOptions {
  int workers = 0;  // host threads; 0: one a core
  // Warp instructions one block may execute before the run ends as an endless loop.
  std::int64_t budget_per_block = 1'000'000'000;
  GpuLimits gpu;
  // 0: blocks, and a block's warps, take their turns in ascending order; else in one made of this,
  // on one worker.
  std::uint64_t order_seed = 0;
  Observer* observer = nullptr;  // heard in the order of blocks; then one worker runs them
};

// One argument's bytes, as the kernel declares it.
using ArgumentBytes = std::vector<std::byte>;
template <class T>
ArgumentBytes as_bytes(const T& value) {
  ArgumentBytes bytes(sizeof(T));
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

// The arguments laid out as the kernel's parameters. Throws LaunchError where the count or a size
// is wrong.
std::vector<std::byte> pack_arguments(const Program& program,
                                      std::span<const ArgumentBytes> arguments);

struct LaunchResult {
  std::string printed;  // by printf, blocks in order
  std::uint64_t blocks = 0;
};

// A kernel's fault with its place. what() is the whole report, several lines; the fields are its
// parts.
class KernelFault : public std::runtime_error {
 public:
  struct Place {
    std::string kernel;
    std::string instruction;  // PTX text
    std::string file;         // source file, or the PTX's name
    int line = 0;
    std::array<std::uint32_t, 3> block = {};
    std::array<std::uint32_t, 3> thread = {};  // of the first faulting lane
    int warp = 0;
    int lane = -1;             // -1: the whole warp
    bool whole_block = false;  // no one thread is to blame (a deadlock)
  };
  KernelFault(FaultKind fault_kind, const std::string& what_happened, Place where,
              std::string printed_before);

  FaultKind kind;
  std::string sentence;  // what happened, without the place
  Place place;
  std::string printed;  // what the kernel had printed up to then
};

// Runs every block. Throws LaunchError before anything runs, KernelFault when the kernel does what
// no GPU defines; memory then holds what had been written so far.
LaunchResult launch(const Program& program, const LaunchShape& shape,
                    std::span<const std::byte> parameters, DeviceMemory& memory,
                    const LaunchOptions& options = {});

}  // namespace attnlab::ptx
