#pragma once

#include <algorithm>

#include "costengine/slice/raft.hpp"

namespace costengine {

COSTENGINE_INLINE Raft find_raft(const PrintSettings& print, const Machine& machine) {
  Raft raft;
  if (print.raft_layers <= 0) return raft;
  raft.interface_layers = (print.raft_layers + 1) / 2;
  raft.base_layers = print.raft_layers - raft.interface_layers;
  raft.layer_mm = std::max(print.layer_height_mm, 0.75 * machine.nozzle_diameter_mm);
  const double first = print.first_layer_height_mm;
  if (raft.base_layers == 0) {
    raft.contact_top_mm = first;
  } else {
    raft.base_top_mm = first + (raft.base_layers - 1) * raft.layer_mm;
    raft.contact_bottom_mm = raft.base_top_mm + (raft.interface_layers - 1) * raft.layer_mm;
    raft.contact_top_mm = raft.contact_bottom_mm + raft.layer_mm;
  }
  raft.model_bottom_mm = raft.contact_top_mm;
  if (print.support_contact_distance_mm > 0) {
    raft.model_bottom_mm += print.raft_contact_distance_mm;
  }
  return raft;
}

}  // namespace costengine
