// The inner loop of mass_properties(), written so that compilers vectorise it.
#pragma once

#include <array>
#include <cstddef>

#include "costengine/base/isa.hpp"

namespace costengine::detail {

/// Corners of up to 256 triangles relative to a reference point, one array per coordinate. Unused
/// slots are zero and add exactly 0, so the loop needs no tail.
struct TriangleBlock {
  static constexpr int kCapacity = 256;
  double ax[kCapacity], ay[kCapacity], az[kCapacity];
  double bx[kCapacity], by[kCapacity], bz[kCapacity];
  double cx[kCapacity], cy[kCapacity], cz[kCapacity];
};

/// Eight accumulators on every processor: the width is part of the result, not of the hardware, so
/// SSE2 and AVX2 add in the same order and give the same bits.
inline constexpr int kLanes = 8;

struct MassLanes {
  double volume6[kLanes] = {};
  double area2[kLanes] = {};
  double moment_x[kLanes] = {}, moment_y[kLanes] = {}, moment_z[kLanes] = {};
};

[[gnu::always_inline]] inline void mass_body(const TriangleBlock& t, MassLanes& sum) {
  MassLanes local = sum;  // a local: the compiler sees that the block does not alias it
  for (int i = 0; i < TriangleBlock::kCapacity; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      const int k = i + lane;
      const double ux = t.bx[k] - t.ax[k], uy = t.by[k] - t.ay[k], uz = t.bz[k] - t.az[k];
      const double vx = t.cx[k] - t.ax[k], vy = t.cy[k] - t.ay[k], vz = t.cz[k] - t.az[k];
      const double nx = uy * vz - uz * vy;
      const double ny = uz * vx - ux * vz;
      const double nz = ux * vy - uy * vx;
      const double v6 = nx * t.ax[k] + ny * t.ay[k] + nz * t.az[k];
      local.volume6[lane] += v6;
      local.area2[lane] += __builtin_sqrt(nx * nx + ny * ny + nz * nz);
      local.moment_x[lane] += v6 * (t.ax[k] + t.bx[k] + t.cx[k]);
      local.moment_y[lane] += v6 * (t.ay[k] + t.by[k] + t.cy[k]);
      local.moment_z[lane] += v6 * (t.az[k] + t.bz[k] + t.cz[k]);
    }
  }
  sum = local;
}

using MassKernel = void (*)(const TriangleBlock&, MassLanes&);

/// The kernel for an instruction set that runs here (see parse_isa). Compiled library only.
MassKernel mass_kernel(Isa isa);

}  // namespace costengine::detail
