// SPDX-License-Identifier: MIT
// CUDA's name for the kit's bfloat16.
#pragma once

#include "kernels/kit/half/bf16.h"
