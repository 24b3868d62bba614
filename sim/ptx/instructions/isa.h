// SPDX-License-Identifier: MIT
// The instruction families are compiled once for each instruction set of the host; the build names
// the namespace (ATTNLAB_PTX_ISA: baseline, avx2, avx512), and table/dispatch.cpp chooses at run time. So that
// no code for a new CPU is run on an old one, these files define nothing outside that namespace.
#pragma once

#ifndef ATTNLAB_PTX_ISA
#define ATTNLAB_PTX_ISA baseline
#endif
