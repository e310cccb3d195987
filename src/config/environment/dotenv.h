#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace openclaw::config {

struct DotenvEntry {
    std::string name;
    Secret value;
    std::size_t line = 1;
};

struct Dotenv {
    std::vector<DotenvEntry> entries;       // one a name: the last one in the file
    std::vector<std::size_t> unread_lines;  // neither blank, comment nor assignment
    std::vector<std::size_t> open_quotes;   // the value begins with a quote that doesn't close it
    std::vector<std::size_t> long_quotes;  // the quote closes lines later, behind what looks like assignments
    std::vector<std::size_t> cut_values;   // at a # with no blank before it
};

constexpr std::size_t dotenv_bytes_max = 1u << 20;
constexpr std::size_t dotenv_entries_max = 10'000;

// Reads a .env file: `export`, = or ": ", three kinds of quotes that may span lines,
// trailing comments, \n and \r in double quotes, no interpolation; a byte that is no UTF-8 becomes U+FFFD. A
// line that is none of it is skipped and reported. Fails with `corrupt` for bytes that are no text and
// `too_large` beyond the bounds.
Result<Dotenv> parse_dotenv(std::string_view text);

}  // namespace openclaw::config
