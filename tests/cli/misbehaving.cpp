// Makes the program's workers misbehave on files with certain names: "abort", "loop", "eat",
// "quit" or "babble" in a name. Linked into a program of its own, for tests.

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "batch/file_hook.hpp"

namespace costengine::cli {
namespace {

constexpr int kWorkersSocket = 3;

void loop() {
  for (volatile bool forever = true; forever;) {
  }
}

/// Touches more and more memory, never asking whether it should.
void eat() {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  std::vector<char*> pieces;
  while (true) {
    char* piece = static_cast<char*>(std::malloc(kPiece));
    if (piece == nullptr) break;
    std::memset(piece, 1, kPiece);
    pieces.push_back(piece);
  }
  std::abort();
}

void babble() {
  const std::string_view nonsense = "this is no frame, however long one listens";
  (void)!::write(kWorkersSocket, nonsense.data(), nonsense.size());
  loop();
}

}  // namespace

void before_file(const std::string& path) {
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  const auto has = [name](std::string_view word) {
    return name.find(word) != std::string_view::npos;
  };
  if (has("abort")) std::abort();
  if (has("loop")) loop();
  if (has("eat")) eat();
  if (has("quit")) ::_exit(0);
  if (has("babble")) babble();
}

}  // namespace costengine::cli
