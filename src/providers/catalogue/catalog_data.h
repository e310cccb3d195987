#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace openclaw::providers {

// The built-in list, data/models.json. Constant data: a sorted table, made when the program is built, so that
// nothing is read or parsed at run time.
struct KnownProvider {
    std::string_view id;
    std::string_view api;
    std::string_view base;  // empty: none, or it depends on the account
    std::uint16_t models_from, models;
    bool needs_credential;  // its models are worth listing only where there is a credential for it
};

struct Cost {  // USD per million tokens
    double input = 0, output = 0, cache_read = 0, cache_write = 0;
    bool operator==(const Cost&) const = default;
};

struct KnownModel {
    std::string_view provider;
    std::string_view id;
    std::string_view name;
    std::string_view api;
    std::int64_t context_window;
    std::int64_t tokens_max;
    bool reasoning;
    bool image;
    Cost cost;
};

std::span<const KnownProvider> known_providers();  // sorted by id
const KnownProvider* find_known_provider(std::string_view id);

// The models of all providers, sorted by provider and id; a provider's stand at [models_from, + models).
std::size_t known_model_count();
KnownModel known_model(std::size_t index);
std::optional<KnownModel> find_known_model(std::string_view provider, std::string_view id);

}  // namespace openclaw::providers
