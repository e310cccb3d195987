#include "providers/wire/openrouter/offers.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace openclaw::providers::openrouter {
namespace {

constexpr std::size_t answer_bytes_max = 16u << 20;
constexpr std::size_t offers_max = 10'000;
constexpr std::size_t text_bytes_max = 200;

std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && rest == end && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// Prices come as text, to be exact.
std::optional<double> price_at(const json::object& pricing, std::string_view key) {
    if (const auto number = number_at(pricing, key)) return number;
    const auto text = string_at(pricing, key);
    return text ? number_in(trimmed(*text)) : std::nullopt;
}

std::optional<Pricing> pricing_of(const json::object& entry) {
    const auto* pricing = object_at(entry, "pricing");
    if (!pricing) return std::nullopt;
    const auto prompt = price_at(*pricing, "prompt"), completion = price_at(*pricing, "completion");
    if (!prompt || !completion) return std::nullopt;
    const auto other = [&](std::string_view key) { return price_at(*pricing, key).value_or(0); };
    return Pricing{*prompt,        *completion,         other("request"),
                   other("image"), other("web_search"), other("internal_reasoning")};
}

bool holds(const json::array* list, std::string_view text) {
    return list && std::ranges::any_of(*list, [&](const json::value& each) {
               const auto* found = each.if_string();
               return found && std::string_view(*found) == text;
           });
}

// What stands before "->" goes in: "text->text+image" draws pictures and reads none.
bool names_image_input(std::string_view modality) {
    return lowered(modality.substr(0, modality.find("->"))).find("image") != std::string::npos;
}

std::optional<std::int64_t> created_of(const json::object& entry) {
    const auto at = number_at(entry, "created").or_else([&] { return number_at(entry, "created_at"); });
    if (!at || *at <= 0 || *at > 1e15) return std::nullopt;
    constexpr double milliseconds_from = 1e12;  // smaller ones count seconds
    return std::llround(*at > milliseconds_from ? *at : *at * 1000);
}

std::optional<std::int64_t> positive_at(const json::object& object, std::string_view key) {
    const auto value = integer_at(object, key);
    return value && *value > 0 ? value : std::nullopt;
}

std::string text_at(const json::object& object, std::string_view key) {
    return shortened(trimmed(string_at(object, key).value_or("")), text_bytes_max);
}

std::optional<Offer> offer_of(const json::object& entry) {
    Offer offer{.id = text_at(entry, "id"), .name = text_at(entry, "name")};
    if (offer.id.empty()) return std::nullopt;
    if (offer.name.empty()) offer.name = offer.id;
    const json::object none;
    const auto* architecture = object_at(entry, "architecture");
    if (!architecture) architecture = &none;
    const auto* top = object_at(entry, "top_provider");
    if (!top) top = &none;
    offer.context_length = positive_at(entry, "context_length");
    for (const auto& [object, key] :
         {std::pair(top, "max_completion_tokens"), std::pair(&entry, "max_completion_tokens"),
          std::pair(&entry, "max_output_tokens")})
        if (!offer.completion_tokens_max) offer.completion_tokens_max = positive_at(*object, key);
    const auto* parameters = array_at(entry, "supported_parameters");
    offer.parameter_count = parameters ? parameters->size() : 0;
    offer.claims_tools = holds(parameters, "tools");
    offer.modality = text_at(*architecture, "modality");
    if (offer.modality.empty()) offer.modality = text_at(entry, "modality");
    offer.reads_images =
        holds(array_at(*architecture, "input_modalities"), "image") || names_image_input(offer.modality);
    offer.size_b = size_in(offer.id + " " + offer.name);
    offer.created_ms = created_of(entry);
    offer.pricing = pricing_of(entry);
    offer.free = offer.id.ends_with(":free") ||
                 (offer.pricing && offer.pricing->prompt == 0 && offer.pricing->completion == 0);
    return offer;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z');
}

// "70b", "a22b", "1.5b"; nothing for "b", "7bit" or "8x7b".
std::optional<double> size_of_word(std::string_view word) {
    if (!word.ends_with('b')) return std::nullopt;
    word.remove_suffix(1);
    if (!word.empty() && !is_digit(word.front())) word.remove_prefix(1);
    if (word.empty() || !is_digit(word.front()) || !is_digit(word.back())) return std::nullopt;
    const auto value = number_in(word);
    return value && *value > 0 ? value : std::nullopt;
}

bool passes(const Offer& offer, const Filter& filter, TimePoint now) {
    if (!offer.free) return false;
    if (!filter.provider.empty() && lowered(split(offer.id, '/').front()) != filter.provider) return false;
    if (filter.size_b_min > 0 && offer.size_b.value_or(0) < filter.size_b_min) return false;
    if (filter.age_days_max <= 0 || !offer.created_ms) return true;
    constexpr double day_ms = 24.0 * 60 * 60 * 1000;
    const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    return static_cast<double>(now_ms - *offer.created_ms) <= filter.age_days_max * day_ms;
}

}  // namespace

std::optional<double> size_in(std::string_view text) {
    const auto low = lowered(text);
    std::optional<double> largest;
    for (std::size_t from = 0; from < low.size();) {
        std::size_t to = from;
        // A point belongs to a number when digits stand on both sides of it.
        while (to < low.size() &&
               (is_word(low[to]) || (low[to] == '.' && to > from && is_digit(low[to - 1]) &&
                                     to + 1 < low.size() && is_digit(low[to + 1]))))
            ++to;
        const auto size = size_of_word(std::string_view(low).substr(from, to - from));
        if (size && (!largest || *size > *largest)) largest = size;
        from = to + 1;
    }
    return largest;
}

Result<std::vector<Offer>> parse_offers(std::string_view answer) {
    const auto parsed = parse_json(answer, answer_bytes_max);
    const auto* document = parsed ? as_object(&*parsed) : nullptr;
    const auto* data = document ? array_at(*document, "data") : nullptr;
    if (!data) return fail(Code::invalid_input, "OpenRouter's answer is no list of models");
    std::vector<Offer> offers;
    for (const auto& value : *data) {
        const auto* entry = as_object(&value);
        if (!entry) continue;
        if (auto offer = offer_of(*entry)) offers.push_back(std::move(*offer));
        if (offers.size() == offers_max) break;
    }
    return offers;
}

std::vector<Offer> filtered(std::vector<Offer> offers, const Filter& filter, TimePoint now) {
    std::erase_if(offers, [&](const Offer& offer) { return !passes(offer, filter, now); });
    return offers;
}

}  // namespace openclaw::providers::openrouter
