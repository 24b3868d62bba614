// SPDX-License-Identifier: MIT
// The kernels that the fake driver knows by name, as functions of the host. They are written from
// the probe kernels' headers, with the reference arithmetic one value at a time, not with the bulk
// operations that the probes compare against.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/gpu/fake/fake_cuda.h"

struct FakeKernel {
  std::string name;
  std::vector<std::size_t> parameter_bytes;
  // Runs the whole grid; parameters as cuLaunchKernel gets them.
  void (*run)(void** parameters);
};

const std::vector<FakeKernel>& fake_kernels();

// The faults to show and the arguments seen.
extern "C" FakeCuda* fake_cuda();
