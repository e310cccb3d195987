#pragma once

#include <atomic>
#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace openclaw::platform {

// The person's terminal, or what stands in for it.
class Terminal {
public:
    virtual ~Terminal() = default;
    virtual bool input_is_terminal() const = 0;
    virtual bool output_is_terminal() const = 0;
    virtual int columns() const = 0;  // 80 when unknown
    // Asks without echo on /dev/tty. Ctrl-C and Ctrl-D give `cancelled`; the terminal is always restored.
    virtual Result<Secret> ask_secret(const std::string& prompt) = 0;
    // Asks for a line that may be seen, on /dev/tty. Ctrl-D gives `cancelled`.
    virtual Result<std::string> ask_line(const std::string& prompt) = 0;
    // The same, given up (`cancelled`) once `over` is set: what it is asked for came another way.
    virtual Result<std::string> ask_line_unless(const std::string& prompt, const std::atomic<bool>& over) {
        return over ? fail(Code::cancelled, "it came another way") : ask_line(prompt);
    }
    // Everything on standard input up to its end, at most `bytes_max`.
    virtual Result<Secret> read_input(std::size_t bytes_max) = 0;
};

// The same of what is no secret: a message, an error page.
Result<std::string> read_text(Terminal& terminal, std::size_t bytes_max);

std::unique_ptr<Terminal> system_terminal();

}  // namespace openclaw::platform
