// SPDX-License-Identifier: MIT
// CUDA's name for the kit's half precision.
#pragma once

#include "kernels/kit/half/fp16.h"
