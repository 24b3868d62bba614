// SPDX-License-Identifier: MIT
// All of it is there already: cuda_kit.h is force-included.
#pragma once

#include "kernels/kit/cuda_kit.h"
