/// costengine-import FORMAT < model > answer
///
/// Reads a model in a format that the library does not read itself and answers with triangles in
/// millimetres (import_protocol.hpp). FORMAT is 3mf, ply, off, amf, gltf or glb. It is started by
/// import_process.cpp; by hand, its output must be a pipe, since no file may grow under it.
/// Exit status: 0 a mesh, 1 a refusal with its reason in the answer, 2 wrong use.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <new>
#include <span>
#include <string>

#include "../import_protocol.hpp"
#include "model.hpp"
#include "sandbox.hpp"

namespace costengine::import {
namespace {

/// The model's bytes. Read, not mapped: whoever holds the input could cut it under us.
std::string read_input() {
  std::string bytes;
  struct stat info {};
  if (fstat(STDIN_FILENO, &info) == 0 && info.st_size > 0) {
    bytes.reserve(static_cast<std::size_t>(info.st_size) + 1);
  }
  constexpr std::size_t kStep = std::size_t{1} << 20;
  for (std::size_t length = 0;;) {
    bytes.resize(std::max(length + 1, std::min(bytes.capacity(), length + kStep)));
    const ssize_t n = read(STDIN_FILENO, bytes.data() + length, bytes.size() - length);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) refuse("the import helper cannot read its input");
    length += static_cast<std::size_t>(n);
    if (n == 0) {
      bytes.resize(length);
      return bytes;
    }
    if (length == bytes.capacity()) bytes.reserve(2 * length);
  }
}

Model read_model(const std::string& format, const std::string& bytes) {
  if (format == "3mf") return read_3mf(bytes);
  if (format == "amf") return read_amf(bytes);
  return read_with_assimp(bytes, format);
}

/// False once nobody listens any more; the rest is then not worth writing.
bool write_all(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

template <class Item>
std::span<const std::byte> bytes_of(const std::vector<Item>& items) {
  return std::as_bytes(std::span(items));
}

bool answer_with(const Model& model) {
  import_protocol::AnswerHeader header;
  header.vertices = model.mesh.vertices.size();
  header.facets = model.mesh.facets.size();
  header.dropped = model.dropped;
  import_protocol::Checksum checksum;
  checksum.add(bytes_of(model.mesh.vertices));
  checksum.add(bytes_of(model.mesh.facets));
  const import_protocol::AnswerEnd end{checksum.value()};
  return write_all(std::as_bytes(std::span(&header, 1))) &&
         write_all(bytes_of(model.mesh.vertices)) && write_all(bytes_of(model.mesh.facets)) &&
         write_all(std::as_bytes(std::span(&end, 1)));
}

void answer_with(Refusal refusal) {
  refusal.message.resize(
      std::min<std::size_t>(refusal.message.size(), import_protocol::kMaxMessageBytes));
  import_protocol::AnswerHeader header;
  header.status = static_cast<std::uint32_t>(refusal.code);
  header.message_bytes = refusal.message.size();
  const auto text = std::as_bytes(std::span(refusal.message));
  import_protocol::Checksum checksum;
  checksum.add(text);
  const import_protocol::AnswerEnd end{checksum.value()};
  static_cast<void>(write_all(std::as_bytes(std::span(&header, 1))) && write_all(text) &&
                    write_all(std::as_bytes(std::span(&end, 1))));
}

int run(const std::string& format) {
  try {
    const std::string bytes = read_input();
    enter_sandbox(bytes.size());
    const Model model = read_model(format, bytes);
    return answer_with(model) ? 0 : 1;
  } catch (const Refusal& refusal) {
    answer_with(refusal);
  } catch (const std::bad_alloc&) {
    answer_with(Refusal{ErrorCode::kImportFailed,
                        "the model needs more memory than the import helper may take: convert it "
                        "to STL or OBJ"});
  } catch (const std::exception& error) {
    answer_with(Refusal{ErrorCode::kImportFailed, std::string("cannot be read: ") + error.what()});
  }
  return 1;
}

}  // namespace
}  // namespace costengine::import

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: costengine-import 3mf|ply|off|amf|gltf|glb < model | consumer\n", stderr);
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody would read the answer
  // _exit: no destructor or exit handler of a library runs on what hostile bytes have left behind.
  _exit(costengine::import::run(argv[1]));
}
