#pragma once
// How many threads are worth starting. llama.cpp's workers spin at barriers: one thread more than there are
// cores made decoding 30 times slower where it was measured, so this errs on the low side.

#include <cstdint>

namespace surecall {

/// Physical cores that this process may run on: what the affinity mask and the container's quota leave. At
/// least 1.
uint32_t physical_cores();

}  // namespace surecall
