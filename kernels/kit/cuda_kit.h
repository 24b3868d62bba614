// SPDX-License-Identifier: MIT
// Stands in for CUDA's headers where clang compiles device code without the CUDA Toolkit. It is
// force-included (-include) in front of every .cu file; nvcc never sees it.
//
// Every function is the PTX instruction that nvcc would write, or a sequence of them. Mathematical
// functions give nvcc's bits (built as this project builds: no contraction, no flushing, IEEE
// division and root): kernels/kit/check compares them on a GPU. `half` and `bfloat16` come with
// <cuda_fp16.h> and <cuda_bf16.h>, which lie in kernels/kit/include with CUDA's other names.
//
// Device code only (--cuda-device-only): host code in the same file is read, not compiled.
#pragma once

#if !defined(__clang__) || !defined(__CUDA__)
#error "cuda_kit.h is for clang in CUDA mode (-x cuda -nocudainc -nocudalib)"
#endif

#include "kernels/kit/language/built_in_variables.h"
#include "kernels/kit/language/qualifiers.h"
#include "kernels/kit/language/vector_types.h"

#include "kernels/kit/device/atomics.h"
#include "kernels/kit/device/conversions.h"
#include "kernels/kit/device/integers.h"
#include "kernels/kit/device/memory.h"
#include "kernels/kit/device/shuffles.h"
#include "kernels/kit/device/sync.h"
#include "kernels/kit/device/system.h"
#include "kernels/kit/device/votes.h"

#include "kernels/kit/math/error_functions.h"
#include "kernels/kit/math/exp_log.h"
#include "kernels/kit/math/hyperbolic.h"
#include "kernels/kit/math/intrinsics.h"
#include "kernels/kit/math/inverse_trigonometry.h"
#include "kernels/kit/math/overloads.h"
#include "kernels/kit/math/remainders.h"
#include "kernels/kit/math/roots_powers.h"
#include "kernels/kit/math/rounding.h"
#include "kernels/kit/math/trigonometry.h"

#include "kernels/kit/host/runtime_api.h"
