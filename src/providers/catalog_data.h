#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace openclaw::providers {

// The built-in list, as of January 2026. Constant data: nothing is parsed at start.
struct KnownProvider {
    std::string_view id;
    std::string_view api;
    std::string_view base;  // empty: none, or it depends on the account
};

struct Cost {  // USD per million tokens
    double input = 0, output = 0, cache_read = 0, cache_write = 0;
    bool operator==(const Cost&) const = default;
};

struct KnownModel {
    std::string_view provider;
    std::string_view id;
    std::string_view name;
    std::int64_t context_window;
    std::int64_t tokens_max;
    bool reasoning;
    bool image;
    Cost cost;
};

std::span<const KnownProvider> known_providers();
std::span<const KnownModel> known_models();  // grouped by provider

}  // namespace openclaw::providers
