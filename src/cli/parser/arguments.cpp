#include <charconv>

#include "cli/parser/command.h"

namespace openclaw::cli {

bool Arguments::has(std::string_view option) const {
    return options_.contains(option);
}

std::optional<std::string> Arguments::text(std::string_view option) const {
    const auto found = options_.find(option);
    if (found == options_.end() || found->second.empty()) return std::nullopt;
    return found->second.back();
}

std::vector<std::string> Arguments::all(std::string_view option) const {
    const auto found = options_.find(option);
    return found == options_.end() ? std::vector<std::string>{} : found->second;
}

std::optional<Secret> Arguments::secret(std::string_view option) const {
    auto value = text(option);
    return value ? std::optional<Secret>(Secret(std::move(*value))) : std::nullopt;
}

Result<std::optional<std::int64_t>> Arguments::integer(std::string_view option, std::int64_t minimum,
                                                       std::int64_t maximum) const {
    const auto value = text(option);
    if (!value) return std::nullopt;
    std::int64_t number = 0;
    const char* end = value->data() + value->size();
    const auto parsed = std::from_chars(value->data(), end, number);
    if (parsed.ec != std::errc() || parsed.ptr != end || number < minimum || number > maximum) {
        return fail(Code::invalid_input, "{} wants a whole number from {} to {}, not '{}'", option, minimum,
                    maximum, *value);
    }
    return number;
}

}  // namespace openclaw::cli
