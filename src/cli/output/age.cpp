#include "cli/output/age.h"

#include <fmt/format.h>

namespace openclaw::cli {

std::string age(Milliseconds past) {
    using namespace std::chrono;
    if (past < minutes(1)) return "just now";
    if (past < hours(1)) return fmt::format("{}m ago", duration_cast<minutes>(past).count());
    if (past < hours(48)) return fmt::format("{}h ago", duration_cast<hours>(past).count());
    return fmt::format("{}d ago", duration_cast<hours>(past).count() / 24);
}

}  // namespace openclaw::cli
