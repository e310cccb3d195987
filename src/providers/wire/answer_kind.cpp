#include "providers/wire/answer_kind.h"

#include <algorithm>
#include <array>

namespace openclaw::providers {

std::optional<AnswerKind> find_answer_kind(std::string_view begin) {
    constexpr std::array<std::string_view, 5> fields = {"data:", "event:", "id:", "retry:", ":"};
    if (std::ranges::any_of(fields, [&](auto field) { return begin.starts_with(field); }))
        return AnswerKind::events;
    if (std::ranges::any_of(fields, [&](auto field) { return field.starts_with(begin); }))
        return std::nullopt;
    return AnswerKind::document;
}

std::string_view without_front_blanks(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    return text;
}

}  // namespace openclaw::providers
