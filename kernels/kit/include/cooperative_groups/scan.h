// SPDX-License-Identifier: MIT
// Scans are in the groups' own header.
#pragma once

#include "kernels/kit/device/cooperative_groups.h"
