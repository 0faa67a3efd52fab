#pragma once

#include <algorithm>
#include <string>

#include "costengine/detail/report/feature_table.hpp"
#include "costengine/detail/report/numbers.hpp"
#include "costengine/detail/report/screen.hpp"
#include "costengine/process/arrange.hpp"
#include "costengine/report/text.hpp"

namespace costengine {
namespace detail {

/// "9.42 cm3", "9.42 (9.10 to 9.80) cm3"; small solids in mm3.
inline std::string volume_words(const Interval& mm3) {
  const bool small = mm3.value < 100;
  const auto number = [small](double v) { return three_digits(small ? v : v / 1000); };
  std::string text = number(mm3.value);
  if (mm3.low != mm3.high) text += " (" + number(mm3.low) + " to " + number(mm3.high) + ")";
  return text + (small ? " mm3" : " cm3");
}

inline std::string area_words(double mm2) {
  return mm2 < 100 ? three_digits(mm2) + " mm2" : three_digits(mm2 / 100) + " cm2";
}

/// A clause as a sentence: "none: it is ignored" as "None: it is ignored."
inline std::string sentence(std::string clause) {
  if (clause.empty()) return clause;
  if (clause[0] >= 'a' && clause[0] <= 'z') clause[0] = static_cast<char>(clause[0] - 'a' + 'A');
  if (std::string_view(".!?").find(clause.back()) == std::string_view::npos) clause += '.';
  return clause;
}

inline std::string mass_words(double grams) {
  return grams < 10'000 ? three_digits(grams) + " g" : three_digits(grams / 1000) + " kg";
}

inline void show_part(Screen& screen, std::string_view path, const Estimate& estimate) {
  const Measurements& m = estimate.measurements;
  screen.title(path == "-" ? std::string_view("standard input") : path);
  screen.blank();
  if (m.box_mm.empty()) {
    screen.row("Size", "none: no facet has an area");
  } else {
    const Vec3 size = m.box_mm.size();
    screen.row("Size", three_digits(size.x) + " x " + three_digits(size.y) + " x " +
                           three_digits(size.z) + " mm, " + plural(estimate.facets, "facet") +
                           " (" + std::string(mesh_format_name(estimate.format)) + ")");
  }
  screen.row("Solid", "volume " + volume_words(m.volume_mm3) + ", surface " +
                          area_words(m.area_mm2) + ", " + plural(m.shells, "shell"));
}

inline void show_verdict(Screen& screen, Verdict verdict) {
  switch (verdict) {
    case Verdict::kTrusted:
      screen.row("Verdict", "trusted: a sound solid, what was measured is exact", Ink::kGreen);
      break;
    case Verdict::kEstimated:
      screen.row("Verdict", "estimated: usable, but mind the warnings", Ink::kYellow);
      break;
    case Verdict::kRefused:
      screen.row("Verdict", "refused: the file does not say what to make", Ink::kRed);
      break;
  }
}

inline void show_findings(Screen& screen, const std::vector<Finding>& findings,
                          std::size_t most_notes) {
  const auto show = [&screen](const Finding& finding, std::string_view label, Ink ink) {
    std::string text = finding.message;
    const std::string count = std::to_string(finding.count);
    if (finding.count > 1 && text.find(count) == std::string::npos) text += " (" + count + ")";
    text = sentence(std::move(text));
    if (!finding.effect.empty()) text += " " + sentence(finding.effect);
    screen.row(label, text, ink);
  };
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::kError) show(finding, "Error", Ink::kRed);
  }
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::kWarning) show(finding, "Warning", Ink::kYellow);
  }
  std::size_t notes = 0;
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::kNote && ++notes <= most_notes) {
      show(finding, "Note", Ink::kPlain);
    }
  }
  if (notes > most_notes) {
    screen.row("", "and " + plural(notes - most_notes, "more note") + ": see inspect", Ink::kDim);
  }
}

inline void show_production(Screen& screen, const Production& production, const Profile& profile,
                            bool several) {
  std::string time = duration_words(production.time_s.value);
  if (production.time_s.low != production.time_s.high) {
    time += " (" + duration_words(production.time_s.low) + " to " +
            duration_words(production.time_s.high) + ")";
  }
  if (several) time += " each";
  screen.row("Time", time + ", " + plural(production.layers, "layer"));
  const MaterialUse &model = production.model, &support = production.support;
  const double filament_mm = model.filament_mm + support.filament_mm;
  std::string material = profile.material.name;
  if (model.mass_g && support.mass_g) {
    material += " " + mass_words(*model.mass_g + *support.mass_g);
  } else {
    material += ", mass unknown";
  }
  if (filament_mm > 0) material += ", " + three_digits(filament_mm / 1000) + " m of filament";
  if (several) material += ", each";
  screen.row("Material", material);
  std::string held = "none";
  if (support.mass_g.value_or(0) > 0) {
    held = mass_words(*support.mass_g) + " of this";
  } else if (!support.mass_g && support.filament_mm > 0) {
    held = three_digits(support.filament_mm / 1000) + " m of this";
  }
  screen.row("Support", held);
  show_features(screen, production.features);
}

/// "20 parts on one plate of 20 in 3 h", "20 parts on 3 plates: 2 of 8 in 2 h each, 1 of 4 in 1 h"
inline void show_plates(Screen& screen, const PlateUse& use) {
  const auto load = [&](const PlateRun& run) {
    std::string words = std::to_string(run.parts);
    if (run.of_this_model != run.parts) {
      words += " (" + std::to_string(run.of_this_model) + " of this model)";
    }
    return words + " in " + duration_words(run.time_s.value) + (run.plates > 1 ? " each" : "");
  };
  std::string text = plural(use.quantity, "part") + " on ";
  if (use.plates == 1) {
    text += "one plate of " + load(use.runs[0]);
  } else {
    text += plural(use.plates, "plate") + ": ";
    for (const PlateRun& run : use.runs) {
      if (&run != &use.runs.front()) text += ", ";
      text += std::to_string(run.plates) + " of " + load(run);
    }
  }
  screen.row("Plates", text);
  screen.row("", "one plate takes " + (use.capacity == kMostOnPlate
                                           ? "1000 of this part or more"
                                           : std::to_string(use.capacity) + " of this part"));
}

inline void show_quote(Screen& screen, const Quote& quote) {
  const auto money = [&quote](Money amount) {
    return grouped(amount.to_string(quote.minor_digits));
  };
  const std::string range = money(quote.low) + " to " + money(quote.high);
  const std::string price_label = "Price in " + quote.currency;
  std::size_t kind_columns = display_columns(price_label);
  for (const CostLine& line : quote.lines) {
    kind_columns = std::max(kind_columns, display_columns(printable(line.kind)));
  }
  kind_columns = std::min<std::size_t>(kind_columns, 20);
  const auto row = [&](std::string_view kind, std::string_view why, std::string_view amount,
                       Ink ink = Ink::kPlain) {
    screen.entry({kind, kind_columns}, why, amount, ink);
  };

  row("Cost", "", "", Ink::kDim);
  for (const CostLine& line : quote.lines) row(kind_words(line.kind), line.why, money(line.amount));
  screen.rule();
  std::string parts = "one part";
  if (quote.quantity > 1) {
    parts = plural(quote.quantity, "part") + ", " + money(quote.unit_price) + " each";
  }
  row(price_label, parts, money(quote.total), Ink::kBold);
  if (quote.low != quote.high) row("Range", "nine times out of ten", range);
}

inline void show_origin(Screen& screen, const Estimate& estimate, const Profile& profile) {
  screen.row("Profile", profile.name + " (" + profile.source + ")");
  if (const auto& quote = estimate.quote) {
    if (quote->prices_name == "example" && quote->prices_source == "built-in") {
      screen.row("Prices", "example rates, not yours: give your own with --prices SHEET.toml",
                 Ink::kYellow);
    } else {
      screen.row("Prices", quote->prices_name + " (" + quote->prices_source + ")");
    }
  }
  if (const auto& production = estimate.production) {
    screen.row("Method", production->process + ", " + production->method);
    std::string accuracy;
    for (const std::string& reason : production->confidence) {
      accuracy += (accuracy.empty() ? "" : " ") + sentence(reason);
    }
    if (!accuracy.empty()) screen.row("Accuracy", accuracy);
  }
}

/// Where the answer came from and how long it took.
inline void show_times(Screen& screen, const Estimate& estimate) {
  const StageTimes& times = estimate.times;
  if (!(times.total_ms > 0)) return;
  std::string stages;
  for (const Stage stage : kTimedStages) {
    if (!(times.of(stage) > 0)) continue;
    stages += (stages.empty() ? ": " : ", ") + std::string(stage_name(stage)) + " " +
              fixed_decimals(times.of(stage), 1);
  }
  std::string text = "in " + fixed_decimals(times.total_ms, 1) + " ms" + stages;
  if (estimate.cache.outcome != CacheOutcome::kOff) {
    text += "; cache: " + std::string(cache_outcome_name(estimate.cache.outcome));
  }
  screen.row("Calculated", text, Ink::kDim);
}

inline void show_overhangs(Screen& screen, const Measurements& m) {
  const auto band = [&m](std::size_t from, std::size_t to) {
    double area_mm2 = 0;
    for (std::size_t k = from; k < to; ++k) area_mm2 += m.overhang_area_mm2[k];
    return area_words(area_mm2);
  };
  const bool none = std::all_of(m.overhang_area_mm2.begin(), m.overhang_area_mm2.end(),
                                [](double area) { return area == 0; });
  screen.row("Overhang", none ? "none"
                              : band(0, 1) + " flatter than 10 degrees, " + band(1, 5) +
                                    " to 50, " + band(5, 9) + " to 90");
}

}  // namespace detail

COSTENGINE_INLINE std::string estimate_text(std::string_view path, const Estimate& estimate,
                                            const Profile& profile, const TextOptions& options) {
  detail::Screen screen(options.colour);
  detail::show_part(screen, path, estimate);
  detail::show_verdict(screen, estimate.verdict);
  detail::show_findings(screen, estimate.findings, 2);
  if (estimate.forced) {
    screen.row("Forced", "calculated all the same: take the figures below as a guess",
               detail::Ink::kRed);
  } else if (!estimate.production) {
    screen.row("No price", "repair the model, or give --force for a guess");
  }
  if (estimate.production) {
    screen.blank();
    const bool several = (estimate.quote && estimate.quote->quantity > 1) || estimate.plate;
    if (estimate.plate) detail::show_plates(screen, *estimate.plate);
    detail::show_production(screen, *estimate.production, profile, several);
  }
  if (estimate.quote) {
    screen.blank();
    detail::show_quote(screen, *estimate.quote);
  } else if (estimate.unpriced) {
    screen.blank();
    screen.row("Not priced", estimate.unpriced->message, detail::Ink::kRed);
  }
  screen.blank();
  detail::show_origin(screen, estimate, profile);
  detail::show_times(screen, estimate);
  return screen.take();
}

COSTENGINE_INLINE std::string inspect_text(std::string_view path, const Estimate& estimate,
                                           const TextOptions& options) {
  const Measurements& m = estimate.measurements;
  detail::Screen screen(options.colour);
  detail::show_part(screen, path, estimate);
  if (const auto& hull = m.hull_volume_mm3) {
    screen.row("Hull", detail::volume_words({*hull, *hull, *hull}));
  }
  if (!m.box_mm.empty()) {
    const auto point = [](Vec3 p) {
      return detail::fixed_decimals(p.x, 3) + " " + detail::fixed_decimals(p.y, 3) + " " +
             detail::fixed_decimals(p.z, 3);
    };
    screen.row("Box", "from " + point(m.box_mm.min) + " to " + point(m.box_mm.max) + " mm");
    screen.row("Centroid", point(m.centroid_mm) + " mm");
    detail::show_overhangs(screen, m);
  }
  detail::show_verdict(screen, estimate.verdict);
  detail::show_findings(screen, estimate.findings, estimate.findings.size());
  detail::show_times(screen, estimate);
  return screen.take();
}

}  // namespace costengine
