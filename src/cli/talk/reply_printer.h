#pragma once

#include <string>
#include <string_view>

#include "cli/output/output.h"

namespace openclaw::cli {

// Prints a reply as it arrives, made fit for a terminal. A character whose bytes arrive in two pieces is
// printed when it is whole.
class ReplyPrinter {
public:
    explicit ReplyPrinter(Output& out) : out_(out) {}
    void add(std::string_view text);
    void end();  // what is left, and the end of the line
    bool printed_anything() const { return printed_anything_; }

private:
    void print(std::string_view text);

    Output& out_;
    std::string incomplete_;
    bool printed_anything_ = false;
    bool at_line_start_ = true;
};

}  // namespace openclaw::cli
