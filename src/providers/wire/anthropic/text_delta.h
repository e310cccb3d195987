#pragma once

#include <optional>
#include <string_view>

namespace openclaw::providers::anthropic {

// The words of the event that nearly all of an answer consists of, without the price of reading it as JSON:
// {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"..."}}
// Nothing where the event is another one, or written in another way (other members, another order, an escape
// in the words): then it is to be read as JSON, which would find the same words.
std::optional<std::string_view> find_text_delta(std::string_view event);

}  // namespace openclaw::providers::anthropic
