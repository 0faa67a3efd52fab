/// Errors: what went wrong, in which stage, at which byte or line, and what to do about it.
///
/// An error is a failure to produce an answer (an unreadable file, a profile with a typo). A broken
/// mesh is not an error: it is a Finding (mesh/finding.hpp), and the answer carries it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "costengine/base/config.hpp"

namespace costengine {

/// Stable numbers: never renumber, never reuse. 0 is success and has no name here. The name that
/// JSON and messages show is error_code_name(); docs/errors.md has the table and a test keeps them
/// equal.
enum class ErrorCode : std::int32_t {
  kInvalidArgument = 10,    ///< the caller broke a documented precondition
  kFileNotFound = 20,       ///< no such file, or no permission to read it
  kNotRegularFile = 21,     ///< a directory, device or pipe where a file is needed
  kReadFailed = 22,         ///< the operating system failed while reading
  kLimitBytes = 23,         ///< above Limits::max_input_bytes; refused before reading
  kLimitFacets = 24,        ///< above Limits::max_facets
  kLimitLine = 25,          ///< a line or word above Limits::max_line_bytes
  kLimitLayers = 26,        ///< above Limits::max_layers
  kLimitTime = 27,          ///< Limits::max_time_ms is over
  kLimitMemory = 28,        ///< a stage would need more than Limits::max_memory_bytes
  kEmpty = 30,              ///< zero bytes
  kFormat = 31,             ///< the bytes are none of the formats this engine knows
  kUnsupportedFormat = 32,  ///< a known mesh format that needs the import helper
  kTruncated = 33,          ///< the file ends before what its own header promises
  kSyntax = 34,             ///< a statement that breaks the format's grammar
  kNumber = 35,             ///< a word that should be a number and is not
  kNonfinite = 36,          ///< NaN or infinity as a coordinate
  kRange = 37,              ///< coordinates beyond Limits::max_coordinate_mm
  kIndex = 38,              ///< a face refers to a vertex that does not exist
  kNoFaces = 39,            ///< a well-formed file without a single facet
  kImportFailed = 40,       ///< the import helper crashed, ran too long or refused the file
  kContentDiffers = 41,     ///< the bytes do not have the hash that the caller gave for them
  kNotCached = 42,          ///< only a hash was given, and the cache has no answer for it
  kProfileInvalid = 50,     ///< a profile file that cannot be parsed
  kProfileUnknown = 51,     ///< no profile, material or quality of that name
  kSettingUnknown = 52,     ///< a setting that does not exist
  kSettingInvalid = 53,     ///< a setting with a value of the wrong kind or out of range
  kSettingMissing = 54,     ///< a setting that the calculation needs and nobody gave
  kPricesInvalid = 60,      ///< a price sheet that cannot be parsed, or with a value out of range
  kPricesMissing = 61,      ///< a price sheet without a rate that the calculation needs
  kDoesNotFit = 70,         ///< a part, or several together, that the machine has no room for
  kPlateIncomplete = 71,    ///< another model of the same plate has no answer
  kCancelled = 80,          ///< Context::cancel() was called
  kOutOfMemory = 81,        ///< an allocation failed
  kQueueFull = 82,          ///< as many jobs are waiting as the queue takes: try again later
  kNoSuchJob = 83,          ///< never started, or released already
  kNotFinished = 84,        ///< the job has no result yet
  kWorkerFailed = 85,       ///< the process that worked on the file died
  kInternal = 90,           ///< a bug in costengine
};

/// The seven steps and the two files that steer them.
enum class Stage : std::uint8_t {
  kOptions,
  kProfile,
  kPrices,
  kLoad,
  kInspect,
  kMeasure,
  kSlice,
  kPlan,
  kPrice,
  kReport,
};

/// Lower-case names as JSON shows them ("truncated", "load"). Never empty.
std::string_view error_code_name(ErrorCode code) noexcept;
std::string_view stage_name(Stage stage) noexcept;

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  Stage stage = Stage::kLoad;
  std::string message;                ///< one English sentence or two: what, and what to do
  std::optional<std::uint64_t> byte;  ///< offset in the input, where the format is binary
  std::optional<std::uint64_t> line;  ///< 1-based line of the input, where the format is text

  /// "load: truncated: the header promises 812 facets ... (byte 39584)"
  [[nodiscard]] std::string to_string() const;
};

/// Thrown by Result::value() when there is none: the caller forgot to check.
class BadResultAccess : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A value or an Error; never both, never neither. Moves, does not copy.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::make_unique<Error>(std::move(error))) {}

  [[nodiscard]] bool ok() const noexcept { return error_ == nullptr; }
  explicit operator bool() const noexcept { return ok(); }

  /// Precondition: ok(). Checked in every build; throws BadResultAccess.
  [[nodiscard]] const T& value() const& {
    require();
    return *value_;
  }
  [[nodiscard]] T&& value() && {
    require();
    return *std::move(value_);
  }
  /// Precondition: !ok().
  [[nodiscard]] const Error& error() const& noexcept { return *error_; }
  [[nodiscard]] Error&& error() && noexcept { return std::move(*error_); }

 private:
  void require() const {
    if (!ok()) throw BadResultAccess(error_->to_string());
  }
  std::optional<T> value_;
  std::unique_ptr<Error> error_;
};

/// Success without a value.
struct Ok {};
using Status = Result<Ok>;

}  // namespace costengine

#define COSTENGINE_CONCAT_(a, b) a##b
#define COSTENGINE_CONCAT(a, b) COSTENGINE_CONCAT_(a, b)

/// COSTENGINE_TRY(auto mesh, read(...)): declares `mesh`, or returns the error to the caller.
#define COSTENGINE_TRY(declaration, expression) \
  COSTENGINE_TRY_(declaration, expression, COSTENGINE_CONCAT(costengine_try_, __LINE__))
#define COSTENGINE_TRY_(declaration, expression, result) \
  auto result = (expression);                            \
  if (!result.ok()) return std::move(result).error();    \
  declaration = std::move(result).value()

/// COSTENGINE_CHECK(step(...)): the same for a step without a value.
#define COSTENGINE_CHECK(expression) \
  COSTENGINE_CHECK_(expression, COSTENGINE_CONCAT(costengine_check_, __LINE__))
#define COSTENGINE_CHECK_(expression, result) \
  if (auto result = (expression); !result.ok()) return std::move(result).error()

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/base/error.ipp"
#endif
