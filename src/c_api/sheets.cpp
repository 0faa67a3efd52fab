// Profiles and price sheets.

#include <string_view>
#include <vector>

#include "costengine/price/price_sheet.hpp"
#include "costengine/profile/load.hpp"
#include "handles.hpp"

namespace costengine::c_api {
namespace {

constexpr std::size_t kMostSettings = 10'000;

std::string text_or_empty(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

Status check_name(const char* name) {
  if (name != nullptr) return Ok{};
  return invalid("the name is NULL: say what results should call the text");
}

Result<std::string_view> text_of(const char* text, std::size_t size) {
  if (text == nullptr && size != 0) return invalid("the text is NULL, but its size is not 0");
  return text == nullptr ? std::string_view() : std::string_view(text, size);
}

Result<ProfileRequest> profile_request(const char* name, const char* material,
                                       const char* const* settings, std::size_t count) {
  ProfileRequest request{text_or_empty(name), text_or_empty(material), {}};
  if (settings == nullptr && count != 0) return invalid("settings is NULL, but its count is not 0");
  if (count > kMostSettings) return invalid("setting_count is larger than any list of settings");
  for (std::size_t s = 0; s < count; ++s) {
    if (settings[s] == nullptr) return invalid("settings has a NULL among its strings");
    request.overrides.emplace_back(settings[s]);
  }
  return request;
}

template <class Handle, class Make>
std::int32_t make_handle(Handle** out, Make&& make) {
  if (out != nullptr) *out = nullptr;
  return guard([&]() -> Status {
    if (out == nullptr) return invalid("the out parameter is NULL");
    COSTENGINE_TRY(auto value, make());
    *out = new Handle(std::move(value));
    return Ok{};
  });
}

}  // namespace
}  // namespace costengine::c_api

namespace c_api = costengine::c_api;

int32_t costengine_profile_load(const char* profile, const char* material,
                                const char* const* settings, size_t setting_count,
                                costengine_profile** out) {
  return c_api::make_handle(out, [&]() -> costengine::Result<costengine::Profile> {
    COSTENGINE_TRY(const auto request,
                   c_api::profile_request(profile, material, settings, setting_count));
    return costengine::load_profile(request);
  });
}

int32_t costengine_profile_parse(int32_t format, const char* text, size_t text_size,
                                 const char* name, const char* material,
                                 const char* const* settings, size_t setting_count,
                                 costengine_profile** out) {
  return c_api::make_handle(out, [&]() -> costengine::Result<costengine::Profile> {
    COSTENGINE_CHECK(c_api::check_name(name));
    COSTENGINE_TRY(const std::string_view view, c_api::text_of(text, text_size));
    COSTENGINE_TRY(const auto request,
                   c_api::profile_request(name, material, settings, setting_count));
    switch (format) {
      case COSTENGINE_PROFILE_TOML:
        return costengine::parse_toml_profile(view, request);
      case COSTENGINE_PROFILE_INI:
        return costengine::parse_ini_profile(view, request);
      default:
        return c_api::invalid("format is neither COSTENGINE_PROFILE_TOML nor _INI");
    }
  });
}

void costengine_profile_release(costengine_profile* profile) {
  if (c_api::is_valid(profile)) delete profile;
}

const char* costengine_profile_name(const costengine_profile* profile) {
  return c_api::is_valid(profile) ? profile->profile->name.c_str() : nullptr;
}

const char* costengine_profile_hash(const costengine_profile* profile) {
  return c_api::is_valid(profile) ? profile->profile->hash.c_str() : nullptr;
}

int32_t costengine_prices_load(const char* prices, costengine_prices** out) {
  return c_api::make_handle(out, [&]() -> costengine::Result<costengine::PriceSheet> {
    if (prices == nullptr)
      return c_api::invalid("prices is NULL: name a price sheet or \"example\"");
    if (std::string_view(prices) == "example") return costengine::example_price_sheet();
    return costengine::load_price_sheet(prices);
  });
}

int32_t costengine_prices_parse(const char* text, size_t text_size, const char* name,
                                costengine_prices** out) {
  return c_api::make_handle(out, [&]() -> costengine::Result<costengine::PriceSheet> {
    COSTENGINE_CHECK(c_api::check_name(name));
    COSTENGINE_TRY(const std::string_view view, c_api::text_of(text, text_size));
    return costengine::parse_price_sheet(view, name);
  });
}

void costengine_prices_release(costengine_prices* prices) {
  if (c_api::is_valid(prices)) delete prices;
}

const char* costengine_prices_name(const costengine_prices* prices) {
  return c_api::is_valid(prices) ? prices->prices->name.c_str() : nullptr;
}

const char* costengine_prices_hash(const costengine_prices* prices) {
  return c_api::is_valid(prices) ? prices->prices->hash.c_str() : nullptr;
}
