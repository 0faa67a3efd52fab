/// costengine: what it costs to make a 3D model. Include this for everything, or the parts.
///
///   load a file, inspect the mesh, measure it, slice it into layers, plan what the machine does,
///   price it, report.
#pragma once

// base: errors, contexts, bytes, money
#include "costengine/base/byte_source.hpp"
#include "costengine/base/context.hpp"
#include "costengine/base/error.hpp"
#include "costengine/base/money.hpp"
// profile: machine, material, print settings
#include "costengine/profile/load.hpp"
#include "costengine/profile/production_view.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/profile/settings.hpp"
// load, inspect
#include "costengine/mesh/finding.hpp"
#include "costengine/mesh/inspect.hpp"
#include "costengine/mesh/load.hpp"
#include "costengine/mesh/mesh.hpp"
// measure
#include "costengine/measure/measure.hpp"
#include "costengine/measure/measurements.hpp"
// slice
#include "costengine/slice/bits.hpp"
#include "costengine/slice/boundary.hpp"
#include "costengine/slice/contours.hpp"
#include "costengine/slice/layers.hpp"
#include "costengine/slice/offset.hpp"
#include "costengine/slice/shells.hpp"
#include "costengine/slice/support.hpp"
// motion
#include "costengine/motion/custom_gcode.hpp"
#include "costengine/motion/gcode.hpp"
#include "costengine/motion/limits.hpp"
#include "costengine/motion/macro.hpp"
#include "costengine/motion/planner.hpp"
// plan
#include "costengine/process/arrange.hpp"
#include "costengine/process/fdm.hpp"
#include "costengine/process/plate.hpp"
#include "costengine/process/production.hpp"
// price
#include "costengine/price/price.hpp"
#include "costengine/price/price_sheet.hpp"
#include "costengine/price/quote.hpp"
// the sentence as one function
#include "costengine/estimate.hpp"
// report
#include "costengine/report/csv.hpp"
#include "costengine/report/json.hpp"
#include "costengine/report/text.hpp"
// run: the same for programs that ask often
#include "costengine/run/cache.hpp"
#include "costengine/run/calculate.hpp"
#include "costengine/run/jobs.hpp"
#include "costengine/run/keys.hpp"
#include "costengine/run/log.hpp"
#include "costengine/run/metrics.hpp"
#include "costengine/run/record.hpp"
#include "costengine/run/request_id.hpp"
#include "costengine/run/run_summary.hpp"
#include "costengine/run/sqlite_cache.hpp"
#include "costengine/run/trace.hpp"
