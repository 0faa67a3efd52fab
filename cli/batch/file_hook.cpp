#include "file_hook.hpp"

namespace costengine::cli {

[[gnu::weak]] void before_file(const std::string& /*path*/) {}

}  // namespace costengine::cli
