// SPDX-License-Identifier: MIT
// The fake driver, opened for a test, and its controls.
#pragma once

#include <dlfcn.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "kernels/gpu/driver.h"
#include "tests/gpu/fake/fake_cuda.h"

namespace attnlab::gpu {

// The controls, in the state of a healthy H200 when a test begins.
inline FakeCuda& fake() {
  void* library = dlopen(ATTNLAB_FAKE_LIBCUDA, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  return *reinterpret_cast<FakeCudaFunction>(dlsym(library, "fake_cuda"))();
}

// Opens the fake driver with controls as they are. Ctest runs each test case in a process of its
// own, so one test's faults are not another's.
inline std::unique_ptr<const Driver> open_fake() {
  fake();
  return Driver::open(ATTNLAB_FAKE_LIBCUDA);
}

// What `action` throws as GpuError, or "" if it does not.
template <typename Action>
std::string sentence_of(Action action) {
  try {
    action();
  } catch (const GpuError& error) {
    return error.what();
  }
  return "";
}

}  // namespace attnlab::gpu
