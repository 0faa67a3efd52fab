/// price: what an order of equal parts costs, from what the machine does and what the shop charges.
#pragma once

#include <cstdint>
#include <string>

#include "costengine/base/error.hpp"
#include "costengine/measure/measurements.hpp"
#include "costengine/price/price_sheet.hpp"
#include "costengine/price/quote.hpp"
#include "costengine/process/production.hpp"

namespace costengine {

/// What price needs to know of the profile and of the order.
struct PricingInputs {
  std::string material;        ///< Material::name: the sheet's rate is looked up by it
  std::string machine;         ///< Machine::name
  double power_w = 0;          ///< average electrical draw while printing
  std::uint64_t quantity = 1;  ///< equal parts; 1 to 1e9
  /// Plates for all of them: 2, or 0.4 of one that is shared. 0: each part on one of its own.
  double plates = 0;
};

/// Prices one order.
///
/// Lines in this order, each only if the sheet has its rate: material, support_material (if there
/// is support), machine_time, energy, setup_plate, setup_model, setup_order, labour,
/// support_removal (if there is support), post_processing, failure_allowance, overhead, margin or
/// markup, quantity_discount (if a break is reached), minimum_part, minimum_order, rounding (these
/// three if they change anything), tax.
///
/// Quantities  Rounded once, per part, before they are multiplied: 1e-6 kg, 1e-4 h, 1e-4 kWh,
///             0.01 cm2, 0.001 cm3. Of the order: labour to 1e-6 h, plates to 1e-4.
/// Interval    The whole calculation is run three times: at the value, at the low and at the high
///             end of time and filament together. That is wider than if the two erred on their own.
///             Mass and support volume scale with filament_mm; where filament_mm.value is 0 they
///             are taken as certain.
/// Unknown     A mass without a value (the filament's density is unknown) is priced only at a rate
///             of 0 per kg; it then has no line.
/// Errors      kPricesMissing    no rate for the material, or none for the machine and no default
///             kPricesInvalid    a sheet filled in by hand with a value out of range
///             kSettingMissing   an unknown mass and a rate per kg: filament_density is missing
///             kInvalidArgument  quantity 0 or above 1e9; a production, measurement or power that
///                               is negative, not finite, absurdly large, or whose interval does
///                               not hold its value; an amount beyond 9e15 minor units
/// Cost        microseconds. Determinism: the same bits on every machine. Threads: pure.
Result<Quote> price(const Production& production, const Measurements& measurements,
                    const PricingInputs& inputs, const PriceSheet& sheet);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/price/price.ipp"
#endif
