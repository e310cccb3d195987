#include "cli/gateway/weak_points.h"

#include "base/text.h"
#include "gateway/serving/weak_points.h"

namespace openclaw::cli {

void note_weak_points(Context& context, const config::Config& config) {
    for (const auto& point : gateway::weak_points(config, context.files, {})) {
        context.out.note(fmt::format("warning: {}{}{}", printable(point.path), point.path.empty() ? "" : ": ",
                                     printable(point.message)));
        if (!point.hint.empty()) context.out.note("hint: " + printable(point.hint));
    }
}

}  // namespace openclaw::cli
