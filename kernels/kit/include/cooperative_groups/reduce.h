// SPDX-License-Identifier: MIT
// Reductions are in the groups' own header.
#pragma once

#include "kernels/kit/device/cooperative_groups.h"
