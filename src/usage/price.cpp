#include "usage/price.h"

#include <algorithm>
#include <cmath>

#include "providers/catalogue/catalog.h"

namespace openclaw::usage {

namespace {

struct PriceRule {
    std::string_view provider, models;  // a `*` at the end stands for any end
    bool free;
    std::int64_t cache_write_hour, batch, priority, flex;  // thousandths; 0: says nothing
    std::int64_t long_above, long_input, long_output;
};

#include "price_table.inc"

constexpr std::int64_t tokens_counted_max = 1'000'000'000'000;
constexpr double price_max = 1'000'000;  // of a million tokens

bool fits(std::string_view pattern, std::string_view text) {
    if (!pattern.ends_with('*')) return pattern == text;
    return text.starts_with(pattern.substr(0, pattern.size() - 1));
}

std::int64_t scaled(std::int64_t value, std::int64_t thousandths) {
    return static_cast<std::int64_t>((static_cast<__int128>(value) * thousandths + 999) / 1000);
}

Rates scaled(const Rates& rates, std::int64_t input, std::int64_t output) {
    return {.input = scaled(rates.input, input),
            .output = scaled(rates.output, output),
            .cache_read = scaled(rates.cache_read, input),
            .cache_write = scaled(rates.cache_write, input),
            .cache_write_hour = scaled(rates.cache_write_hour, input)};
}

std::int64_t billionths(double price) {
    return static_cast<std::int64_t>(std::llround(std::clamp(price, 0.0, price_max) * 1e9));
}

// What isn't said of a cache costs what input costs: never less than it may be.
Rates rates_of(double input, double output, std::optional<double> cache_read,
               std::optional<double> cache_write) {
    Rates rates{.input = billionths(input), .output = billionths(output)};
    rates.cache_read = cache_read ? billionths(*cache_read) : rates.input;
    rates.cache_write = cache_write ? billionths(*cache_write) : rates.input;
    rates.cache_write_hour = rates.cache_write;
    return rates;
}

std::optional<Rates> rates_in(const json::object& cost) {
    const auto input = number_at(cost, "input"), output = number_at(cost, "output");
    if (!input || !output || *input < 0 || *output < 0) return std::nullopt;
    auto rates = rates_of(*input, *output, number_at(cost, "cacheRead"), number_at(cost, "cacheWrite"));
    if (const auto hour = number_at(cost, "cacheWriteHour")) rates.cache_write_hour = billionths(*hour);
    return rates;
}

// `tieredPricing: [{input, output, …, range: [from, to]}]`, as newer versions write it.
std::vector<Price::Tier> tiers_in(const json::object& cost) {
    std::vector<Price::Tier> tiers;
    const auto* list = array_at(cost, "tieredPricing");
    for (std::size_t i = 0; list && i < std::min<std::size_t>(list->size(), 16); ++i) {
        const auto* entry = as_object(&(*list)[i]);
        const auto* range = entry ? array_at(*entry, "range") : nullptr;
        const auto rates = entry ? rates_in(*entry) : std::nullopt;
        if (!rates || !range || range->empty() || !range->front().is_number()) continue;
        tiers.push_back({static_cast<std::int64_t>(
                             std::clamp(range->front().to_number<double>(), 0.0, double{tokens_counted_max})),
                         *rates});
    }
    std::ranges::sort(tiers, {}, &Price::Tier::above);
    return tiers;
}

void apply(const PriceRule& rule, Price& price) {
    const auto factor = [](std::int64_t thousandths, std::optional<std::int64_t>& into) {
        if (thousandths > 0) into = thousandths;
    };
    if (rule.cache_write_hour > 0)
        price.rates.cache_write_hour = scaled(price.rates.input, rule.cache_write_hour);
    factor(rule.batch, price.batch);
    factor(rule.priority, price.priority);
    factor(rule.flex, price.flex);
    if (rule.long_above > 0)
        price.tiers.push_back({rule.long_above, scaled(price.rates, rule.long_input, rule.long_output)});
}

std::optional<Price> catalogue_price(const auth::ModelRef& model) {
    const std::string_view provider = model.provider.text();
    const auto known = providers::find_known_model(provider, model.model);
    Price price;
    bool found = known && (known->cost.input > 0 || known->cost.output > 0);
    const auto said = [](double cost) { return cost > 0 ? std::optional(cost) : std::nullopt; };
    if (found)
        price.rates = rates_of(known->cost.input, known->cost.output, said(known->cost.cache_read),
                               said(known->cost.cache_write));
    for (const auto& rule : rules) {
        if (rule.provider != provider || !fits(rule.models, model.model)) continue;
        found = found || rule.free;
        apply(rule, price);
    }
    return found ? std::optional(std::move(price)) : std::nullopt;
}

const Rates& rates_for(const Price& price, std::int64_t prompt) {
    const Rates* rates = &price.rates;
    for (const auto& tier : price.tiers)
        if (prompt > tier.above) rates = &tier.rates;
    return *rates;
}

std::int64_t bounded(std::int64_t tokens) {
    return std::clamp<std::int64_t>(tokens, 0, tokens_counted_max);
}

std::int64_t whole(__int128 millionths) {
    const auto value = (millionths + 999'999) / 1'000'000;
    return static_cast<std::int64_t>(std::min<__int128>(value, INT64_MAX / 4));
}

}  // namespace

std::optional<Price> find_price(const auth::ModelRef& model, const json::object& config) {
    const auto* provider = providers::find_provider_config(config, model.provider.text());
    const auto* entry = provider ? providers::find_model_config(*provider, model) : nullptr;
    const auto* cost = entry ? object_at(*entry, "cost") : nullptr;
    if (const auto rates = cost ? rates_in(*cost) : std::nullopt)
        return Price{.rates = *rates, .tiers = tiers_in(*cost)};
    if (auto known = catalogue_price(model)) return known;
    const auto* usage = object_at(config, "usage");
    const auto* fallback = usage ? object_at(*usage, "fallbackPrice") : nullptr;
    if (const auto rates = fallback ? rates_in(*fallback) : std::nullopt) return Price{.rates = *rates};
    return std::nullopt;
}

std::optional<Price> find_price(const auth::ModelRef& model, const config::Config& config) {
    return find_price(model, config.value());
}

std::string text_of(const Price& price) {
    const auto rates = [](const Rates& each) {
        return json::object{{"input", each.input},
                            {"output", each.output},
                            {"cacheRead", each.cache_read},
                            {"cacheWrite", each.cache_write},
                            {"cacheWriteHour", each.cache_write_hour}};
    };
    auto object = rates(price.rates);
    json::array tiers;
    for (const auto& tier : price.tiers) {
        auto entry = rates(tier.rates);
        entry["above"] = tier.above;
        tiers.push_back(std::move(entry));
    }
    if (!tiers.empty()) object["tiers"] = std::move(tiers);
    return json::serialize(object);
}

std::optional<std::int64_t> cost_of(const Price& price, const TokenUsage& usage) {
    std::optional<std::int64_t> factor = 1000;
    if (usage.tier == ServiceTier::batch) factor = price.batch;
    if (usage.tier == ServiceTier::priority) factor = price.priority;
    if (usage.tier == ServiceTier::flex) factor = price.flex;
    if (!factor) return std::nullopt;
    const auto& rates = rates_for(price, usage.prompt());
    const auto hour = std::min(bounded(usage.cache_write_hour), bounded(usage.cache_write));
    const auto part = [](std::int64_t tokens, std::int64_t rate) {
        return static_cast<__int128>(bounded(tokens)) * rate;
    };
    const auto sum = part(usage.input, rates.input) + part(usage.output, rates.output) +
                     part(usage.cache_read, rates.cache_read) +
                     part(bounded(usage.cache_write) - hour, rates.cache_write) +
                     part(hour, rates.cache_write_hour);
    return whole(sum * *factor / 1000);
}

std::int64_t dearest_cost(const Price& price, std::int64_t prompt, std::int64_t output) {
    const auto of = [&](const Rates& rates) {
        return static_cast<__int128>(bounded(prompt)) *
                   std::max({rates.input, rates.cache_read, rates.cache_write}) +
               static_cast<__int128>(bounded(output)) * rates.output;
    };
    auto most = of(price.rates);
    for (const auto& tier : price.tiers)
        if (prompt > tier.above) most = std::max(most, of(tier.rates));
    const auto factor = std::max<std::int64_t>(1000, price.priority.value_or(1000));
    return whole(most * factor / 1000);
}

}  // namespace openclaw::usage
