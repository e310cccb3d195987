#include "cli/gateway/tell_gateway.h"

#include "base/text.h"

namespace openclaw::cli {

std::optional<gateway::GatewayNews> tell_gateway(Context& context,
                                                 const std::vector<platform::Path>& changed) {
    return gateway::tell_gateway(context.files, context.paths, changed);
}

void tell_gateway_and_note(Context& context, const std::vector<platform::Path>& changed) {
    const auto news = tell_gateway(context, changed);
    if (!news) return;
    if (!news->uses_them)
        return context.out.note("warning: the running gateway doesn't use it: " + news->why_not);
    context.out.note("the running gateway uses it now");
    if (!news->needs_restart.empty())
        context.out.note("note: the gateway has to be restarted for " + joined(news->needs_restart, ", "));
}

}  // namespace openclaw::cli
