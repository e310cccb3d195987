#include "config/texts.h"

#include "base/text.h"

namespace openclaw::config {

std::vector<std::string> texts_at(const Config& config, std::string_view path) {
    std::vector<std::string> texts;
    const auto* value = config.find(path);
    if (!value || !value->is_array()) return texts;
    for (const auto& item : value->get_array())
        if (item.is_string()) texts.emplace_back(trimmed(std::string_view(item.get_string())));
    return texts;
}

}  // namespace openclaw::config
