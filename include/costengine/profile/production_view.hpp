/// production_view: a profile as production sees it.
///
/// The stages from inspecting to planning are handed this and nothing else, so that whatever they
/// may depend on is in it, and a key made of it (run/keys.hpp) misses nothing.
#pragma once

#include <string>

#include "costengine/profile/profile.hpp"

namespace costengine {

enum class Placement : bool { kAlone, kSharedPlate };

/// `profile` without what production does not read: names, sources, origins, what only prices and
/// reports need, settings whose value nobody reads (Setting::read_by), and for a part alone also
/// what only plates need. A setting that a template mentions stays, whatever it is. Texts that are
/// left out are empty, numbers 0, choices their first.
/// Profile::values keeps the settings that Profile::approximated and ::ignored name; ::hash is
/// empty.
/// Cost: microseconds. Threads: pure.
Profile production_view(const Profile& profile, Placement placement);

/// Everything in `view`, its members bit by bit in the order of settings(), as bytes that differ
/// wherever two views do.
std::string view_bytes(const Profile& view);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/profile/production_view.ipp"
#endif
