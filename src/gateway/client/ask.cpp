#include "gateway/client/ask.h"

#include <set>

#include "base/answer_texts.h"
#include "base/text.h"

namespace openclaw::gateway {

namespace {

using net::Task;

constexpr std::size_t files_max = 16;  // that the gateway takes at once
constexpr Milliseconds refresh_patience = std::chrono::seconds(1);

struct Question {
    std::string method;
    json::object params;
    bool until_final = false;
};

Task<Result<json::value>> ask(net::Loop& loop, GatewayTarget target, Milliseconds timeout,
                              Question question) {
    auto client = co_await GatewayClient::connect(loop, std::move(target), timeout);
    if (!client) co_return std::unexpected(client.error());
    auto answer = co_await (*client)->call(std::move(question.method), std::move(question.params), timeout,
                                           {}, question.until_final);
    co_await (*client)->close();
    co_return answer;
}

Result<json::value> ask_and_wait(GatewayTarget target, Milliseconds timeout, Question question) {
    net::Loop loop;
    return loop.run_until(ask(loop, std::move(target), timeout, std::move(question)));
}

}  // namespace

Result<json::value> ask_gateway(const ClientHost& host, const ClientOptions& options, std::string method,
                                json::object params, bool until_final) {
    auto target = resolve_target(host, options);
    if (!target) return std::unexpected(target.error());
    return ask_and_wait(std::move(*target), options.timeout,
                        {std::move(method), std::move(params), until_final});
}

Result<json::object> ask_local_gateway(const ClientHost& host, std::string method, json::object params,
                                       Milliseconds patience) {
    auto target = resolve_target(host, {});
    if (!target) return std::unexpected(target.error());
    if (target->socket.empty()) return fail(Code::not_found, "no gateway of this state directory runs here");
    auto answer = ask_and_wait(std::move(*target), patience, {std::move(method), std::move(params)});
    if (!answer) return std::unexpected(std::move(answer).error());
    if (!answer->is_object()) return fail(Code::corrupt, "the gateway's answer is no object");
    return std::move(answer->get_object());
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
    news.needs_restart = printable_texts(answer, "needsRestart");
    news.tls_problems = printable_texts(answer, "tlsProblems");
    return news;
}

std::optional<GatewayNews> tell_gateway(platform::FileSystem& files, const config::Paths& paths,
                                        const std::vector<platform::Path>& changed) {
    const auto socket = files.info(paths.admin_socket());
    if (changed.empty() || !socket || socket->kind != platform::FileKind::socket) return std::nullopt;
    json::array names;
    for (const auto& file : std::set(changed.begin(), changed.end()))
        if (names.size() < files_max) names.emplace_back(file.string());
    const auto answer = ask_and_wait(local_target(files, paths), refresh_patience,
                                     {"gateway.refresh", {{"files", std::move(names)}}});
    const auto* object = answer ? as_object(&*answer) : nullptr;
    if (!object) return std::nullopt;
    return news_of(*object);
}

}  // namespace openclaw::gateway
