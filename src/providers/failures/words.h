#pragma once

#include <string>
#include <string_view>

namespace openclaw::providers {

// Whether a text has a phrase. A '*' in the phrase stands for at most 80 bytes of one sentence. Both are in
// lower case. Costs the length of the text for each part of the phrase.
bool has_phrase(std::string_view words, std::string_view phrase);

// The text in lower case without what it merely quotes: short pieces in quotation marks or backticks are
// names and echoes of the request. Runs of blanks become one.
std::string spoken_words(std::string_view text);
// The same with the quoted pieces.
std::string all_words(std::string_view text);

}  // namespace openclaw::providers
