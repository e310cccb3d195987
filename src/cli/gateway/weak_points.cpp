#include "cli/gateway/weak_points.h"

#include "base/text.h"
#include "gateway/serving/weak_points.h"

namespace openclaw::cli {

std::vector<config::Problem> weak_points_of(Context& context, const config::Config& config) {
    const auto secret = access::resolve_gateway_secret(config, context.files, {});
    return gateway::weak_points(config, secret ? &*secret : nullptr, {});
}

void note_weak_points(Context& context, const config::Config& config) {
    for (const auto& point : weak_points_of(context, config)) {
        context.out.note(fmt::format("warning: {}{}{}", printable(point.path), point.path.empty() ? "" : ": ",
                                     printable(point.message)));
        if (!point.hint.empty()) context.out.note("hint: " + printable(point.hint));
    }
}

}  // namespace openclaw::cli
