#include "platform/terminal.h"

namespace openclaw::platform {

Result<std::string> read_text(Terminal& terminal, std::size_t bytes_max) {
    const auto input = terminal.read_input(bytes_max);
    if (!input) return std::unexpected(input.error());
    return std::string(input->reveal());
}

}  // namespace openclaw::platform
