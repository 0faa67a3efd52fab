#include "package_parts.hpp"

#include <zip.h>

#include <new>

#include "model.hpp"

namespace costengine::import {
namespace {

constexpr std::uint64_t kMaxPartBytes = std::uint64_t{2} << 30;

std::string lower(std::string_view name) {
  std::string result(name);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

[[noreturn]] void refuse_package(const std::string& what) {
  refuse("the 3MF package is damaged: " + what + "; export it again", ErrorCode::kTruncated);
}

[[noreturn]] void refuse_package(zip_error_t& error) {
  const int code = zip_error_code_zip(&error);
  if (code == ZIP_ER_MEMORY) throw std::bad_alloc();
  if (code == ZIP_ER_CRC) refuse_package("a part fails its checksum");
  if (code == ZIP_ER_MULTIDISK) refuse_package("it is spread over several files");
  const std::string what = lower(zip_error_strerror(&error));
  zip_error_fini(&error);
  refuse_package(what);
}

}  // namespace

void PackageParts::Close::operator()(zip* archive) const {
  zip_discard(archive);
}

PackageParts::PackageParts(std::string_view bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const source =
      zip_source_buffer_create(bytes.data(), bytes.size(), /*freep=*/0, &error);
  if (source == nullptr) refuse_package(error);
  archive_.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
  if (archive_ == nullptr) {
    zip_source_free(source);  // an archive would own it
    refuse_package(error);
  }
  const zip_int64_t entries = zip_get_num_entries(archive_.get(), 0);
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(entries); ++i) {
    const char* const name = zip_get_name(archive_.get(), i, ZIP_FL_ENC_RAW);
    if (name == nullptr) refuse_package(*zip_get_error(archive_.get()));
    if (!index_of_.emplace(lower(name), i).second) refuse_package("a part stands in it twice");
  }
}

std::string PackageParts::read(std::string_view name) const {
  const auto found = index_of_.find(lower(name));
  if (found == index_of_.end()) {
    refuse_package("the part " + std::string(name.substr(0, 200)) + " is missing");
  }
  zip_stat_t entry;
  zip_stat_init(&entry);
  if (zip_stat_index(archive_.get(), found->second, 0, &entry) != 0) {
    refuse_package(*zip_get_error(archive_.get()));
  }
  if (entry.encryption_method != ZIP_EM_NONE) refuse("the 3MF package is encrypted");
  if (entry.comp_method != ZIP_CM_STORE && entry.comp_method != ZIP_CM_DEFLATE) {
    refuse("the 3MF package is packed by a method other than deflate: export it again");
  }
  if (entry.size > kMaxPartBytes) refuse("a part of the 3MF package unpacks to over 2 GiB");

  const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(
      zip_fopen_index(archive_.get(), found->second, 0), &zip_fclose);
  if (file == nullptr) refuse_package(*zip_get_error(archive_.get()));
  std::string unpacked;
  for (;;) {
    // Grow with what arrives, not with what the directory claims.
    constexpr std::size_t kStep = std::size_t{4} << 20;
    const std::size_t old = unpacked.size();
    unpacked.resize(old + kStep);
    const zip_int64_t read = zip_fread(file.get(), unpacked.data() + old, kStep);
    if (read < 0) refuse_package(*zip_file_get_error(file.get()));
    unpacked.resize(old + static_cast<std::size_t>(read));
    if (unpacked.size() > entry.size || (read == 0 && unpacked.size() < entry.size)) {
      refuse_package("a part has another size than its directory tells");
    }
    if (read == 0) return unpacked;
  }
}

}  // namespace costengine::import
