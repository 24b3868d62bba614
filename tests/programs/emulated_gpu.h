// SPDX-License-Identifier: MIT
// What the CUDA runtime of this folder works on: one emulated GPU with its memory, the modules that
// the program's start-up registers, and their kernels and variables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/ptx/emulator.h"

namespace attnlab::programs {

// Memory that host and device both name by one address: the host's copy lies at the device's
// address, and is carried over before and after each launch.
struct ManagedBlock {
  ptx::Address address = 0;
  std::uint64_t size_bytes = 0;
};

class EmulatedGpu {
 public:
  // The one GPU of this process.
  static EmulatedGpu& instance();

  // Start-up: modules are parsed here, kernels are built at their first launch. Throw SyntaxError.
  void* add_module(const char* ptx_text);
  void add_kernel(void* module, const void* stub, const std::string& name);
  void add_variable(void* module, const void* symbol, const std::string& name);

  // Memory. `release` keeps the bytes for the next allocation of the same size.
  ptx::Address allocate(std::uint64_t size_bytes);
  void* allocate_managed(std::uint64_t size_bytes);
  bool release(ptx::Address address);
  // Where the host holds [pointer, pointer + size) of device memory; nullptr where that is not.
  std::byte* device_bytes(const void* pointer, std::uint64_t size_bytes);
  // The bytes that launches start from, of a __device__ or __constant__ variable.
  std::vector<std::uint8_t>* variable_bytes(const void* symbol);
  void variable_changed(const void* symbol);

  // Runs a kernel and prints what it printed. Throws DecodeError, LaunchError, KernelFault.
  void launch(const void* stub, const ptx::LaunchShape& shape, void** arguments);
  bool knows(const void* stub) const { return kernels_.count(stub) != 0; }
  // Threads of the largest block the kernel may have, and its static shared memory.
  const ptx::Program& program(const void* stub);

 private:
  struct Kernel {
    ptx::Module* module = nullptr;
    std::string name;
    std::optional<ptx::Program> program;
    bool has_run = false;
  };
  struct SymbolPlace {
    ptx::Module* module = nullptr;
    std::size_t index = 0;
  };

  void carry_managed(bool to_device);
  void carry_variables(Kernel& kernel, bool to_device);
  std::vector<std::byte> packed_arguments(const Kernel& kernel, void** arguments) const;

  ptx::DeviceMemory memory_;
  std::list<ptx::Module> modules_;
  std::map<const void*, Kernel> kernels_;
  std::map<const void*, SymbolPlace> variables_;
  std::multimap<std::uint64_t, ptx::Address> released_;  // by size
  std::vector<ManagedBlock> managed_;
};

}  // namespace attnlab::programs
