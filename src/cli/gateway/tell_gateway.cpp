#include "cli/gateway/tell_gateway.h"

#include <set>

#include "base/text.h"
#include "cli/gateway/gateway_client.h"

namespace openclaw::cli {

namespace {

using net::Task;

constexpr std::size_t files_max = 16;  // that the gateway takes at once
constexpr Milliseconds patience = std::chrono::seconds(1);

GatewayTarget admin_socket(const Context& context) {
    const auto socket = context.paths.admin_socket();
    return {.socket = socket.string(),
            .url = {.scheme = "ws", .host = "localhost", .port = 80, .target = "/"},
            .token = {},
            .password = {},
            .described = context.paths.shortened(socket),
            .secrets = {}};
}

Task<Result<json::value>> ask(net::Loop& loop, GatewayTarget target, json::object params) {
    auto client = co_await GatewayClient::connect(loop, std::move(target), patience);
    if (!client) co_return std::unexpected(client.error());
    auto answer = co_await (*client)->call("gateway.refresh", std::move(params), patience);
    co_await (*client)->close();
    co_return answer;
}

GatewayNews news_of(const json::object& answer) {
    GatewayNews news{.uses_them = true, .why_not = {}, .needs_restart = {}};
    const auto* files = array_at(answer, "files");
    for (const auto& each : files ? *files : json::array{}) {
        const auto* file = as_object(&each);
        if (!file || bool_at(*file, "used").value_or(false)) continue;
        news.uses_them = false;
        news.why_not = printable(string_at(*file, "reason").value_or("it gives no reason"));
    }
    const auto* restart = array_at(answer, "needsRestart");
    for (const auto& each : restart ? *restart : json::array{})
        if (each.is_string()) news.needs_restart.push_back(printable(std::string_view(each.get_string())));
    return news;
}

}  // namespace

std::optional<GatewayNews> tell_gateway(Context& context, const std::vector<platform::Path>& changed) {
    const auto socket = context.files.info(context.paths.admin_socket());
    if (changed.empty() || !socket || socket->kind != platform::FileKind::socket) return std::nullopt;
    json::array files;
    for (const auto& file : std::set(changed.begin(), changed.end()))
        if (files.size() < files_max) files.emplace_back(file.string());
    net::Loop loop;
    const auto answer = loop.run_until(ask(loop, admin_socket(context), {{"files", std::move(files)}}));
    const auto* object = answer ? as_object(&*answer) : nullptr;
    if (!object) return std::nullopt;
    return news_of(*object);
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
