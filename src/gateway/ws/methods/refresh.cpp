// How current the gateway is, and making it current.
#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway::methods {

namespace {

constexpr std::size_t files_max = 16;

json::array texts(const std::vector<std::string>& list) {
    json::array array;
    for (const auto& text : list) array.emplace_back(text);
    return array;
}

}  // namespace

// Ours: what a command asks for that has changed a file. Reads everything again, and says of each file
// whether it is in use now.
net::Task<Reply> gateway_refresh(Call call) {
    auto params = call.params();
    auto files = params.texts("files");
    if (files.size() > files_max) params.add_problem("at /files: must NOT have more than 16 items");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    auto& reloader = call.room.means.reloader;
    co_await reloader->reread();
    const auto found = co_await reloader->uses_of(files);
    json::array uses;
    for (std::size_t at = 0; at < files.size(); ++at) {
        json::object row{{"path", files[at]}, {"used", found[at].used}};
        if (!found[at].used) row["reason"] = found[at].why_not;
        uses.push_back(std::move(row));
    }
    const auto& currency = reloader->currency();
    json::object answer{{"ok", currency.problem.empty()},
                        {"files", std::move(uses)},
                        {"needsRestart", texts(currency.needs_restart)}};
    if (!currency.problem.empty()) answer["problem"] = currency.problem;
    if (!currency.tls_problems.empty()) answer["tlsProblems"] = texts(currency.tls_problems);
    co_return answer;
}

}  // namespace openclaw::gateway::methods
