/// run_blocks: the one way this library uses several threads.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "costengine/base/context.hpp"

namespace costengine {

/// A non-owning reference to something callable with a block index.
class BlockBody {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, BlockBody>) BlockBody(F&& f)
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(f)))),
        call_([](void* object, std::size_t block) {
          (*static_cast<std::remove_reference_t<F>*>(object))(block);
        }) {}
  void operator()(std::size_t block) const { call_(object_, block); }

 private:
  void* object_;
  void (*call_)(void*, std::size_t);
};

/// Calls body(0) ... body(blocks - 1), in any order and on up to ctx.threads() threads.
///
/// Determinism: the caller fixes the size of a block without asking for the number of threads, lets
/// every block write only its own result, and combines the results in index order.
/// Errors: kCancelled and kLimitTime, checked before every block; some blocks have then run.
/// Exceptions of body reach the caller.
/// Threads: no lock is held across body; may be nested.
[[nodiscard]] Status run_blocks(Context& ctx, Stage stage, std::size_t blocks, BlockBody body);

/// How many blocks of `block_size` cover `count` elements.
constexpr std::size_t block_count(std::size_t count, std::size_t block_size) {
  return (count + block_size - 1) / block_size;
}

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/base/run_blocks.ipp"
#endif
