// SPDX-License-Identifier: MIT
// CUDA's name for the kit's cooperative groups.
#pragma once

#include "kernels/kit/device/cooperative_groups.h"
