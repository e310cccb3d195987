#pragma once

#include <optional>
#include <string_view>

namespace openclaw::providers {

// What a body is, whatever its Content-Type says: server-sent events, or one document (JSON, a page, words).
enum class AnswerKind { events, document };

// What the first bytes, without blanks before them, show; nothing while they could be either.
std::optional<AnswerKind> find_answer_kind(std::string_view begin);

// The text without the blanks, line breaks and byte order mark at its front: servers send some while they
// think.
std::string_view without_front_blanks(std::string_view text);

}  // namespace openclaw::providers
