/// The text of samples/prices/example.toml; a test compares their values.
#pragma once

#include <string_view>

namespace costengine::detail {

inline constexpr std::string_view kExamplePrices = R"toml(
# An example price sheet for costengine. The figures are invented: put yours in their place.
# Rates are in the currency below, before tax. A line that you delete is not charged.
name = "example"
currency = "EUR"  # ISO 4217

# One table for each material, named as in the profile.
[material.PLA]
per_kg = 24.90
# support_per_kg = 60.00  # where support is printed in another material

[material.PETG]
per_kg = 27.90

[material.ABS]
per_kg = 26.90

[material.TPU]
per_kg = 44.90

# "default" serves every machine without a table of its own.
[machine.default]
per_h = 2.50

# [machine."Big printer"]
# per_h = 6.00

[energy]
per_kwh = 0.32  # 0 if the machine hour includes it

[setup]
per_order = 4.00  # paperwork, packing
per_model = 3.00  # checking and slicing the file
per_plate = 0.50  # clearing and starting the machine; each part has a plate of its own

[labour]
per_h = 36.00
minutes_per_part = 3
support_removal_minutes_per_cm3 = 0.5  # cubic centimetres of support

[post_processing]
per_cm2 = 0.005  # of the model's surface

[allowance]
failure_percent = 5    # of material, machine time, energy and plate setup
overhead_percent = 10  # of all costs

[sale]
margin_percent = 30  # of the selling price; or markup_percent, of the costs: one of the two
minimum_per_part = 2.00
minimum_per_order = 15.00
rounding_increment = 0.05
rounding_mode = "nearest"  # or "up"

# Off the whole order, from so many parts.
[[quantity_break]]
from = 10
discount_percent = 5

[[quantity_break]]
from = 50
discount_percent = 12

[tax]
name = "VAT"
percent = 20
)toml";

}  // namespace costengine::detail
