#include <algorithm>
#include <tuple>

#include "providers/wire/openrouter/scan.h"

namespace openclaw::providers::openrouter {
namespace {

// Smaller is better in every place; a failed probe's time says nothing.
auto rank(const Scanned& model, const Probe& deciding) {
    return std::tuple(!deciding.ok, deciding.ok ? deciding.latency.count() : 0,
                      -model.offer.context_length.value_or(0), -model.offer.size_b.value_or(0),
                      std::string_view(model.offer.id));
}

}  // namespace

void sort_by_tools(std::vector<Scanned>& models) {
    std::ranges::sort(models, {}, [](const Scanned& model) {
        return std::tuple(!model.tool.ok, !model.image.ok, rank(model, model.tool));
    });
}

std::vector<Scanned> sorted_by_images(const std::vector<Scanned>& models) {
    auto found = models;
    std::erase_if(found, [](const Scanned& model) { return !model.image.ok; });
    std::ranges::sort(found, {}, [](const Scanned& model) { return rank(model, model.image); });
    return found;
}

Selection proposed(const std::vector<Scanned>& models, std::size_t count) {
    auto able = models;
    std::erase_if(able, [](const Scanned& model) { return !model.tool.ok; });
    sort_by_tools(able);
    // Models that do both stand in front; when there are any, they are the whole proposal.
    if (!able.empty() && able.front().image.ok)
        std::erase_if(able, [](const Scanned& model) { return !model.image.ok; });
    Selection selection;
    for (const auto& model : able)
        if (selection.models.size() < count) selection.models.push_back(model.ref());
    for (const auto& model : sorted_by_images(models))
        if (selection.images.size() < count) selection.images.push_back(model.ref());
    return selection;
}

}  // namespace openclaw::providers::openrouter
