#include "providers/catalogue/typed_model.h"

#include <algorithm>
#include <vector>

#include "base/nearest.h"
#include "base/text.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::providers {
namespace {

std::string meant(const std::optional<std::string>& near) {
    return near ? fmt::format("; did you mean {}?", *near) : "";
}

}  // namespace

std::optional<std::string> find_oddity(const auth::ModelRef& model, std::string_view text,
                                       const config::Config& config) {
    const auto known = list_providers(config);
    if (std::ranges::find(known, model.provider.text()) == known.end())
        return fmt::format("no provider \"{}\" is known{}", printable(model.provider),
                           meant(nearest(model.provider, known)));
    std::vector<std::string> keys;
    for (const auto& listed : list_models(config))
        if (listed.ref.provider == model.provider) keys.push_back(listed.ref.key());
    if (keys.empty() || std::ranges::find(keys, model.key()) != keys.end()) return std::nullopt;
    const auto near = nearest(model.key(), keys);
    if (text.find('/') == std::string_view::npos) {
        const auto alias = auth::nearest_alias(text, config);
        return fmt::format("\"{}\" is no alias and was taken as {}{}", printable(text),
                           printable(model.key()), meant(alias ? alias : near));
    }
    return fmt::format("{} is not in the catalogue{}", printable(model.key()), meant(near));
}

}  // namespace openclaw::providers
