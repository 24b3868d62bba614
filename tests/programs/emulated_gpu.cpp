// SPDX-License-Identifier: MIT
#include "tests/programs/emulated_gpu.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <new>
#include <utility>

#include "sim/ptx/program/program.h"
#include "sim/ptx/syntax/parse.h"

namespace attnlab::programs {
namespace {

constexpr int kPoison = 0xcb;
// Warp instructions of a block: naive kernels with a few threads run long without being endless.
constexpr std::int64_t kBudget = 100'000'000'000;
constexpr ptx::Address kNowhere = ~std::uint64_t{0};  // a variable that a program does not reach

// The whole pages around an allocation. The emulator leaves a wide gap between two, so that no page
// belongs to both.
std::pair<void*, std::size_t> pages_of(ptx::Address address, std::uint64_t size_bytes) {
  constexpr ptx::Address kPage = 4096;
  const ptx::Address begin = address / kPage * kPage;
  const ptx::Address end = (address + std::max<std::uint64_t>(size_bytes, 1) + kPage - 1) / kPage;
  return {reinterpret_cast<void*>(begin), end * kPage - begin};
}

// For whoever wants to know which kernels a program ran.
void record_kernel(const std::string& name) {
  const char* path = std::getenv("ATTNLAB_KERNELS");
  if (path != nullptr) std::ofstream(path, std::ios::app) << name << '\n';
}

}  // namespace

EmulatedGpu& EmulatedGpu::instance() {
  static EmulatedGpu gpu;
  return gpu;
}

void* EmulatedGpu::add_module(const char* ptx_text) {
  modules_.push_back(ptx::parse(ptx_text, "program.ptx"));
  return &modules_.back();
}

void EmulatedGpu::add_kernel(void* module, const void* stub, const std::string& name) {
  Kernel& kernel = kernels_[stub];
  kernel.module = static_cast<ptx::Module*>(module);
  kernel.name = name;
}

void EmulatedGpu::add_variable(void* module, const void* symbol, const std::string& name) {
  auto* in = static_cast<ptx::Module*>(module);
  const ptx::Variable* variable = in->find_variable(name);
  if (variable == nullptr) return;  // no kernel uses it: clang left it out
  variables_[symbol] = {in, static_cast<std::size_t>(variable - in->variables.data())};
}

ptx::Address EmulatedGpu::allocate(std::uint64_t size_bytes) {
  static const int fresh = std::getenv("ATTNLAB_ZERO_MEMORY") != nullptr ? 0 : kPoison;
  const auto old = released_.find(size_bytes);
  ptx::Address address = 0;
  if (old == released_.end()) {
    address = memory_.allocate("memory", size_bytes);
  } else {
    address = old->second;
    released_.erase(old);
  }
  std::memset(memory_.bytes(address).data(), fresh, size_bytes);
  return address;
}

void* EmulatedGpu::allocate_managed(std::uint64_t size_bytes) {
  const ptx::Address address = memory_.allocate("managed memory", size_bytes);
  const auto [begin, bytes] = pages_of(address, size_bytes);
  void* got = mmap(begin, bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (got != begin) throw std::bad_alloc();
  managed_.push_back({address, size_bytes});
  return reinterpret_cast<void*>(address);
}

bool EmulatedGpu::release(ptx::Address address) {
  const auto is_it = [&](const ManagedBlock& block) { return block.address == address; };
  const auto managed = std::find_if(managed_.begin(), managed_.end(), is_it);
  if (managed != managed_.end()) {
    const auto [begin, bytes] = pages_of(address, managed->size_bytes);
    munmap(begin, bytes);
    managed_.erase(managed);
    return true;
  }
  const ptx::Allocation* allocation = memory_.find(address);
  if (allocation == nullptr || allocation->address != address) return false;
  released_.emplace(allocation->size_bytes, address);
  return true;
}

std::byte* EmulatedGpu::device_bytes(const void* pointer, std::uint64_t size_bytes) {
  const auto address = reinterpret_cast<ptx::Address>(pointer);
  const ptx::Allocation* allocation = memory_.find(address);
  if (allocation == nullptr) return nullptr;
  const std::uint64_t offset = address - allocation->address;
  if (size_bytes > allocation->size_bytes - offset) return nullptr;
  const auto holds = [&](const ManagedBlock& block) {
    return block.address == allocation->address;
  };
  // Of managed memory the host's copy counts between launches.
  if (std::any_of(managed_.begin(), managed_.end(), holds)) {
    return reinterpret_cast<std::byte*>(address);
  }
  return allocation->host + offset;
}

std::vector<std::uint8_t>* EmulatedGpu::variable_bytes(const void* symbol) {
  const auto found = variables_.find(symbol);
  if (found == variables_.end()) return nullptr;
  ptx::Variable& variable = found->second.module->variables[found->second.index];
  variable.initial.resize(variable.size_bytes);
  return &variable.initial;
}

// Constants are part of a program: it is built anew at the next launch.
void EmulatedGpu::variable_changed(const void* symbol) {
  const SymbolPlace& place = variables_.at(symbol);
  if (place.module->variables[place.index].space != ptx::StateSpace::kConst) return;
  for (auto& [stub, kernel] : kernels_) {
    if (kernel.module == place.module) kernel.program.reset();
  }
}

const ptx::Program& EmulatedGpu::program(const void* stub) {
  Kernel& kernel = kernels_.at(stub);
  if (!kernel.program) {
    ptx::BuildOptions options;
    options.name = "program.ptx";
    kernel.program.emplace(ptx::build(*kernel.module, kernel.name, memory_, options));
  }
  return *kernel.program;
}

void EmulatedGpu::carry_managed(bool to_device) {
  for (const ManagedBlock& block : managed_) {
    void* host = reinterpret_cast<void*>(block.address);
    std::byte* device = memory_.bytes(block.address).data();
    std::memcpy(to_device ? device : host, to_device ? host : device, block.size_bytes);
  }
}

// Each program has variables of its own in the emulator, but all kernels of a module share them.
void EmulatedGpu::carry_variables(Kernel& kernel, bool to_device) {
  const std::vector<ptx::Address>& addresses = kernel.program->parts().variable_addresses;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    ptx::Variable& variable = kernel.module->variables[i];
    if (addresses[i] == kNowhere || variable.space != ptx::StateSpace::kGlobal) continue;
    if (!variable.relocations.empty()) continue;
    variable.initial.resize(variable.size_bytes);
    std::byte* device = memory_.bytes(addresses[i]).data();
    void* kept = variable.initial.data();
    std::memcpy(to_device ? device : kept, to_device ? kept : device, variable.size_bytes);
  }
}

std::vector<std::byte> EmulatedGpu::packed_arguments(const Kernel& kernel, void** arguments) const {
  std::vector<ptx::ArgumentBytes> bytes;
  for (const ptx::Variable& parameter : kernel.module->find_function(kernel.name)->parameters) {
    const auto* from = static_cast<const std::byte*>(arguments[bytes.size()]);
    bytes.emplace_back(from, from + parameter.size_bytes);
  }
  return ptx::pack_arguments(*kernel.program, bytes);
}

void EmulatedGpu::launch(const void* stub, const ptx::LaunchShape& shape, void** arguments) {
  program(stub);
  Kernel& kernel = kernels_.at(stub);
  carry_managed(true);
  carry_variables(kernel, true);
  ptx::LaunchOptions options;
  options.budget_per_block = kBudget;
  const ptx::LaunchResult result =
      ptx::launch(*kernel.program, shape, packed_arguments(kernel, arguments), memory_, options);
  std::fputs(result.printed.c_str(), stdout);
  if (!std::exchange(kernel.has_run, true)) record_kernel(kernel.name);
  carry_variables(kernel, false);
  carry_managed(false);
}

}  // namespace attnlab::programs
