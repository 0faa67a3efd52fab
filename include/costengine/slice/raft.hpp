/// Raft: layers on the bed that carry the model and its supports.
#pragma once

#include "costengine/profile/profile.hpp"

namespace costengine {

/// Heights of a raft's layers over the bed. A raft of one layer is its contact layer, as high as a
/// first layer. Of more, half (rounded up) are dense, the contact layer being the last; the first
/// layer is one of the others. All but the first are as high as three quarters of the nozzle, or a
/// layer of the model if that is higher.
struct Raft {
  int base_layers = 0;       ///< the first layer included
  int interface_layers = 0;  ///< the contact layer included
  double layer_mm = 0;       ///< height of a layer, the first excepted
  double base_top_mm = 0;
  double contact_bottom_mm = 0;  ///< columns of supports begin here, too
  double contact_top_mm = 0;
  double model_bottom_mm = 0;  ///< the contact layer and the gap; without a raft: 0

  [[nodiscard]] int layers() const { return base_layers + interface_layers; }
};

/// The raft of a profile; empty if it has none. Supports without a gap have a raft without a gap.
Raft find_raft(const PrintSettings& print, const Machine& machine);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/slice/raft.ipp"
#endif
