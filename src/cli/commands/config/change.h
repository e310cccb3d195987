#pragma once

#include "cli/parser/command.h"
#include "config/files/writer.h"

namespace openclaw::cli {

// "Updated gateway.port. It takes effect when the gateway is started next.", or that nothing changed.
void tell_change(Context& context, const config::Written& written, std::string_view done,
                 std::string_view path);

}  // namespace openclaw::cli
