#include "providers/catalogue/catalog_data.h"

#include <algorithm>
#include <cassert>
#include <ranges>

namespace openclaw::providers {
namespace {

// Positions instead of pointers: the table is shared between processes and costs nothing at start.
struct Row {
    std::uint32_t text;  // where the id stands in `texts`; the name follows
    std::int32_t context_window, tokens_max;
    std::uint16_t cost;
    std::uint8_t provider, api, id_length, name_length;
    bool reasoning, image;
};

#include "catalog_table.inc"

std::string_view id_of(const Row& row) {
    return texts.substr(row.text, row.id_length);
}

KnownModel model_of(const Row& row) {
    return {.provider = providers[row.provider].id,
            .id = id_of(row),
            .name = texts.substr(row.text + row.id_length, row.name_length),
            .api = apis[row.api],
            .context_window = row.context_window,
            .tokens_max = row.tokens_max,
            .reasoning = row.reasoning,
            .image = row.image,
            .cost = costs[row.cost]};
}

}  // namespace

std::span<const KnownProvider> known_providers() {
    return providers;
}

const KnownProvider* find_known_provider(std::string_view id) {
    const auto* found = std::ranges::lower_bound(providers, id, {}, &KnownProvider::id);
    return found != std::end(providers) && found->id == id ? found : nullptr;
}

std::size_t known_model_count() {
    return std::size(rows);
}

KnownModel known_model(std::size_t index) {
    assert(index < std::size(rows));
    return model_of(rows[index]);
}

std::optional<KnownModel> find_known_model(std::string_view provider, std::string_view id) {
    const auto* known = find_known_provider(provider);
    if (!known) return std::nullopt;
    const auto its = std::span(rows).subspan(known->models_from, known->models);
    const auto found = std::ranges::lower_bound(its, id, {}, id_of);
    if (found == its.end() || id_of(*found) != id) return std::nullopt;
    return model_of(*found);
}

}  // namespace openclaw::providers
