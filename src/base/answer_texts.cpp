#include "base/answer_texts.h"

#include "base/text.h"

namespace openclaw {

std::vector<std::string> printable_texts(const json::object& object, std::string_view key) {
    std::vector<std::string> texts;
    if (const auto* list = array_at(object, key))
        for (const auto& each : *list)
            if (each.is_string()) texts.push_back(printable(std::string_view(each.get_string())));
    return texts;
}

}  // namespace openclaw
