#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace openclaw::providers::openrouter {

// Prices in USD, of one token, one request or one image.
struct Pricing {
    double prompt = 0, completion = 0, request = 0, image = 0, web_search = 0, internal_reasoning = 0;
};

// A model as OpenRouter's list describes it. What the list leaves out stays empty.
struct Offer {
    std::string id;  // "meta-llama/llama-3.3-70b-instruct:free"
    std::string name = {};
    std::optional<std::int64_t> context_length = {}, completion_tokens_max = {};
    std::size_t parameter_count = 0;  // request parameters that it understands
    bool claims_tools = false;
    bool reads_images = false;
    std::string modality = {};                    // "text+image->text", or empty
    std::optional<double> size_b = {};            // billions of weights, as far as id or name tell
    std::optional<std::int64_t> created_ms = {};  // since 1970
    std::optional<Pricing> pricing = {};
    bool free = false;
};

// The answer of GET /models. Entries without an id are left out; `invalid_input` when it is no such list.
Result<std::vector<Offer>> parse_offers(std::string_view answer);

// The largest number in front of a "b" that stands as a word of its own: 70 for "Llama 3.3 70B (8x7b)".
std::optional<double> size_in(std::string_view text);

struct Filter {
    std::string provider = {};  // what stands before '/' of an id, lower case; empty: any
    double size_b_min = 0;
    double age_days_max = 0;  // 0: any age. An unknown age passes, an unknown size doesn't
};
// The free ones that pass.
std::vector<Offer> filtered(std::vector<Offer> offers, const Filter& filter, TimePoint now);

}  // namespace openclaw::providers::openrouter
