#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "platform/file_system.h"

namespace openclaw::cli {

// Reads what a person types, a line at a time.
class LineReader {
public:
    virtual ~LineReader() = default;
    // Nothing at the end of the input (Ctrl-D). Ctrl-C empties the line: an empty text. What is pasted, and
    // lines that end in a backslash or Alt-Enter with those behind them, are one text with line breaks in it.
    virtual std::optional<std::string> read() = 0;
};

// With editing keys and a history that is kept in a file of mode 0600. `prompt` is plain text.
std::unique_ptr<LineReader> editing_reader(std::string prompt, platform::Path history_file);
// Plain lines of standard input, for pipes.
std::unique_ptr<LineReader> plain_reader();

}  // namespace openclaw::cli
