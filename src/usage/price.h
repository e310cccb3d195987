#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "auth/models/model_ref.h"
#include "base/json.h"
#include "base/token_usage.h"
#include "config/config.h"

namespace openclaw::usage {

// Of a million tokens each, in billionths of the currency's unit.
struct Rates {
    std::int64_t input = 0, output = 0, cache_read = 0;
    std::int64_t cache_write = 0, cache_write_hour = 0;  // kept for five minutes, for an hour
    bool operator==(const Rates&) const = default;
};

// What a model costs. Stored with what was used, so that a later price changes nothing that was.
struct Price {
    struct Tier {
        std::int64_t above = 0;  // for prompts of more tokens than this, their output included
        Rates rates;
        bool operator==(const Tier&) const = default;
    };
    std::string currency = "USD";
    Rates rates;
    std::vector<Tier> tiers = {};  // by `above`
    // Thousandths of the price at another service tier; absent: unknown.
    std::optional<std::int64_t> batch = {}, priority = {}, flex = {};
    bool operator==(const Price&) const = default;
};

// The price of a model: the config's `cost`, else the catalogue's with what data/prices.json says beside it,
// else `usage.fallbackPrice`. Nothing where none of them says one: unknown is never taken for nothing.
std::optional<Price> find_price(const auth::ModelRef& model, const config::Config& config);
// The same over the resolved document of a config. Pure.
std::optional<Price> find_price(const auth::ModelRef& model, const json::object& config);

// As JSON, for a row.
std::string text_of(const Price& price);

// What an answer cost, in billionths; nothing for a service tier whose price is unknown. Rounded up to a
// whole billionth once.
std::optional<std::int64_t> cost_of(const Price& price, const TokenUsage& usage);
// The most that so many tokens can cost, whatever tier applies and whatever is written to a cache.
std::int64_t dearest_cost(const Price& price, std::int64_t prompt, std::int64_t output);

}  // namespace openclaw::usage
