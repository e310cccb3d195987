#pragma once

#include <string>
#include <vector>

#include "cli/output/output.h"

namespace openclaw {

// Keeps what a command prints.
class FakeOutput final : public cli::Output {
public:
    void line(std::string_view text) override { printed += std::string(text) + "\n"; }
    void text(std::string_view text) override { printed += text; }
    void json(const json::value& value) override { line(format_json(value)); }
    void note(std::string_view text) override { notes += std::string(text) + "\n"; }
    void error(const Error& error) override { errors.push_back(error); }
    void flush() override {}
    std::optional<std::size_t> columns() const override { return terminal_columns; }

    std::optional<std::size_t> terminal_columns = {};  // a pipe
    std::string printed;                               // standard output
    std::string notes;                                 // standard error, but for errors
    std::vector<Error> errors;
};

}  // namespace openclaw
