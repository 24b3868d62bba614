// SPDX-License-Identifier: MIT
// CUDA's name for the declarations of its linear algebra library.
#pragma once

#include "kernels/kit/host/blas_api.h"
