// SPDX-License-Identifier: MIT
// OpenMP on one thread: programs are compiled without it, so its pragmas do nothing.
#pragma once

#include <time.h>

inline int omp_get_thread_num() {
  return 0;
}
inline int omp_get_num_threads() {
  return 1;
}
inline int omp_get_max_threads() {
  return 1;
}
inline int omp_get_num_procs() {
  return 1;
}
inline void omp_set_num_threads(int) {}
inline double omp_get_wtime() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}
