#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openclaw {

// Text that its writer cut in the middle of a character: bytes that are no UTF-8, and halves of UTF-16 pairs,
// which JSON may hold as escapes ("\ud83d") and JavaScript writes so. Such a text is read, with U+FFFD where
// it is broken; what keeps it on disk keeps its bytes.

// UTF-8 in any case. A character that was begun and not ended is one U+FFFD, any other byte one each.
// Source: Unicode 15, 3.9, "maximal subparts", which browsers follow.
std::string well_formed(std::string text);

// The same for JSON or JSON5 text, in which escapes of lone halves become "\ufffd" too.
std::string well_formed_json(std::string_view json);

// JSON text in which each broken place is a character that stands for it, from a range that nobody uses; a
// parser takes it, and `broken_again` of what is written from it has the bytes and escapes that were there.
// Nothing: the text is sound, or uses that range itself.
std::optional<std::string> with_stand_ins(std::string_view json);
std::string broken_again(std::string_view json);

}  // namespace openclaw
