// SPDX-License-Identifier: MIT
// The CUDA runtime's functions that teaching programs call, on the emulator: start-up, launches,
// memory. A kernel's fault prints its report and ends the program with status 1.
#include "kernels/kit/host/runtime_api.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

#include "tests/programs/emulated_gpu.h"
#include "tests/programs/runtime_state.h"

using attnlab::programs::EmulatedGpu;
using attnlab::programs::fail;
using attnlab::programs::g_last_error;

namespace {

// What `kernel<<<...>>>` leaves for the stub that it then calls.
struct Configuration {
  dim3 grid, block;
  std::size_t shared_bytes = 0;
  void* stream = nullptr;
};
Configuration g_configuration;

// What clang writes around the code of a file: here `data` is the PTX itself.
struct FatBinary {
  int magic;
  int version;
  const char* data;
  void* unused;
};

[[noreturn]] void end_program(const std::exception& error) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", error.what());
  std::exit(1);
}

cudaError_t allocate(void** pointer, std::size_t bytes, bool managed) {
  try {
    EmulatedGpu& gpu = EmulatedGpu::instance();
    *pointer = managed ? gpu.allocate_managed(bytes) : reinterpret_cast<void*>(gpu.allocate(bytes));
    return cudaSuccess;
  } catch (const std::bad_alloc&) {
    return fail(cudaErrorMemoryAllocation);
  }
}

// Which bytes of the host a pointer of a copy means.
void* copy_end(const void* pointer, std::size_t bytes, bool on_device, bool either) {
  if (!on_device && !either) return const_cast<void*>(pointer);
  std::byte* found = EmulatedGpu::instance().device_bytes(pointer, bytes);
  if (found == nullptr && either) return const_cast<void*>(pointer);
  return found;
}

// Where launches take bytes [offset, offset + bytes) of a variable from.
cudaError_t find_in_symbol(std::uint8_t** place, const void* symbol, std::size_t bytes,
                           std::size_t offset) {
  auto* variable = EmulatedGpu::instance().variable_bytes(symbol);
  if (variable == nullptr) return cudaErrorInvalidSymbol;
  if (offset > variable->size() || bytes > variable->size() - offset) return cudaErrorInvalidValue;
  *place = variable->data() + offset;
  return cudaSuccess;
}

}  // namespace

extern "C" {

// Start-up, called by what clang writes into every file.
void** __cudaRegisterFatBinary(void* binary) {
  try {
    const char* text = static_cast<const FatBinary*>(binary)->data;
    return static_cast<void**>(EmulatedGpu::instance().add_module(text));
  } catch (const std::exception& error) {
    end_program(error);
  }
}
void __cudaRegisterFatBinaryEnd(void**) {}
void __cudaUnregisterFatBinary(void**) {}
int __cudaRegisterFunction(void** module, const char* stub, char*, const char* name, int, void*,
                           void*, void*, void*, int*) {
  EmulatedGpu::instance().add_kernel(module, stub, name);
  return 0;
}
void __cudaRegisterVar(void** module, char* symbol, char*, const char* name, int, std::size_t, int,
                       int) {
  EmulatedGpu::instance().add_variable(module, symbol, name);
}

// Launches.
unsigned int __cudaPushCallConfiguration(dim3 grid, dim3 block, std::size_t shared_bytes,
                                         void* stream) {
  g_configuration = {grid, block, shared_bytes, stream};
  return 0;
}
cudaError_t __cudaPopCallConfiguration(dim3* grid, dim3* block, std::size_t* shared_bytes,
                                       void* stream) {
  *grid = g_configuration.grid;
  *block = g_configuration.block;
  *shared_bytes = g_configuration.shared_bytes;
  *static_cast<void**>(stream) = g_configuration.stream;
  return cudaSuccess;
}
cudaError_t cudaLaunchKernel(const void* kernel, dim3 grid, dim3 block, void** arguments,
                             std::size_t shared_bytes, cudaStream_t) {
  attnlab::ptx::LaunchShape shape;
  shape.grid = {grid.x, grid.y, grid.z};
  shape.block = {block.x, block.y, block.z};
  shape.dynamic_shared_bytes = static_cast<std::uint32_t>(shared_bytes);
  try {
    EmulatedGpu::instance().launch(kernel, shape, arguments);
    return cudaSuccess;
  } catch (const attnlab::ptx::LaunchError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return fail(cudaErrorInvalidConfiguration);
  } catch (const attnlab::ptx::KernelFault& fault) {
    std::fputs(fault.printed.c_str(), stdout);
    end_program(fault);
  } catch (const std::exception& error) {
    end_program(error);
  }
}
cudaError_t cudaLaunchCooperativeKernel(const void* kernel, dim3 grid, dim3 block, void** arguments,
                                        std::size_t shared_bytes, cudaStream_t stream) {
  return cudaLaunchKernel(kernel, grid, block, arguments, shared_bytes, stream);
}

// Memory.
cudaError_t cudaMalloc(void** pointer, std::size_t bytes) {
  return allocate(pointer, bytes, false);
}
cudaError_t cudaMallocAsync(void** pointer, std::size_t bytes, cudaStream_t) {
  return allocate(pointer, bytes, false);
}
cudaError_t cudaMallocManaged(void** pointer, std::size_t bytes, unsigned int) {
  return allocate(pointer, bytes, true);
}
cudaError_t cudaMallocHost(void** pointer, std::size_t bytes) {
  *pointer = std::malloc(bytes);
  return *pointer != nullptr ? cudaSuccess : fail(cudaErrorMemoryAllocation);
}
cudaError_t cudaHostAlloc(void** pointer, std::size_t bytes, unsigned int flags) {
  if ((flags & cudaHostAllocMapped) != 0) return allocate(pointer, bytes, true);
  return cudaMallocHost(pointer, bytes);
}
cudaError_t cudaHostGetDevicePointer(void** device, void* host, unsigned int) {
  *device = host;  // mapped memory is managed memory here: one address
  return EmulatedGpu::instance().device_bytes(host, 0) != nullptr ? cudaSuccess
                                                                  : fail(cudaErrorInvalidValue);
}
cudaError_t cudaFree(void* pointer) {
  const auto address = reinterpret_cast<std::uintptr_t>(pointer);
  if (pointer == nullptr || EmulatedGpu::instance().release(address)) return cudaSuccess;
  return fail(cudaErrorInvalidValue);
}
cudaError_t cudaFreeAsync(void* pointer, cudaStream_t) {
  return cudaFree(pointer);
}
cudaError_t cudaFreeHost(void* pointer) {
  if (EmulatedGpu::instance().device_bytes(pointer, 0) != nullptr) return cudaFree(pointer);
  std::free(pointer);
  return cudaSuccess;
}
cudaError_t cudaHostRegister(void*, std::size_t, unsigned int) {
  return cudaSuccess;
}
cudaError_t cudaHostUnregister(void*) {
  return cudaSuccess;
}
cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  const bool either = kind == cudaMemcpyDefault;
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  void* to_bytes = copy_end(to, bytes, to_device, either);
  const void* from_bytes = copy_end(from, bytes, from_device, either);
  if (bytes == 0) return cudaSuccess;
  if (to_bytes == nullptr || from_bytes == nullptr) return fail(cudaErrorInvalidValue);
  std::memmove(to_bytes, from_bytes, bytes);
  return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t) {
  return cudaMemcpy(to, from, bytes, kind);
}
cudaError_t cudaMemcpy2D(void* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                         std::size_t width, std::size_t height, cudaMemcpyKind kind) {
  for (std::size_t row = 0; row < height; ++row) {
    const cudaError_t error =
        cudaMemcpy(static_cast<char*>(to) + row * to_pitch,
                   static_cast<const char*>(from) + row * from_pitch, width, kind);
    if (error != cudaSuccess) return error;
  }
  return cudaSuccess;
}
cudaError_t cudaMemset(void* pointer, int value, std::size_t bytes) {
  std::byte* found = EmulatedGpu::instance().device_bytes(pointer, bytes);
  if (bytes == 0) return cudaSuccess;
  if (found == nullptr) return fail(cudaErrorInvalidValue);
  std::memset(found, value, bytes);
  return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* pointer, int value, std::size_t bytes, cudaStream_t) {
  return cudaMemset(pointer, value, bytes);
}
cudaError_t cudaMemPrefetchAsync(const void*, std::size_t, int, cudaStream_t) {
  return cudaSuccess;
}
cudaError_t cudaMemAdvise(const void*, std::size_t, cudaMemoryAdvise, int) {
  return cudaSuccess;
}

// The forms that take a variable's name; host_templates.h calls them.
cudaError_t attnlab_copy_to_symbol(const void* symbol, const void* from, std::size_t bytes,
                                   std::size_t offset, cudaMemcpyKind kind) {
  std::uint8_t* place = nullptr;
  const cudaError_t error = find_in_symbol(&place, symbol, bytes, offset);
  if (error != cudaSuccess) return fail(error);
  const void* source = copy_end(from, bytes, kind == cudaMemcpyDeviceToDevice, false);
  if (source == nullptr) return fail(cudaErrorInvalidValue);
  std::memcpy(place, source, bytes);
  EmulatedGpu::instance().variable_changed(symbol);
  return cudaSuccess;
}
cudaError_t attnlab_copy_from_symbol(void* to, const void* symbol, std::size_t bytes,
                                     std::size_t offset, cudaMemcpyKind kind) {
  std::uint8_t* place = nullptr;
  const cudaError_t error = find_in_symbol(&place, symbol, bytes, offset);
  if (error != cudaSuccess) return fail(error);
  void* target = copy_end(to, bytes, kind == cudaMemcpyDeviceToDevice, false);
  if (target == nullptr) return fail(cudaErrorInvalidValue);
  std::memcpy(target, place, bytes);
  return cudaSuccess;
}

}  // extern "C"
