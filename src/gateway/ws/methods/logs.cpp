// The gateway's own log, for those who can't see its host.
#include <algorithm>

#include "gateway/serving/log_tail.h"
#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway::methods {

namespace {

// An answer must fit into what is held for one client.
constexpr std::size_t bytes_max = 400'000;

LogWindow window_of(Params& params) {
    LogWindow window;
    if (const auto cursor = params.integer("cursor", 0, INT64_MAX))
        window.cursor = static_cast<std::uint64_t>(*cursor);
    if (const auto limit = params.integer("limit", 1, 5'000))
        window.lines_max = static_cast<std::size_t>(*limit);
    if (const auto bytes = params.integer("maxBytes", 1, 1'000'000))
        window.bytes_max = std::min(static_cast<std::size_t>(*bytes), bytes_max);
    return window;
}

json::object json_of(LogTail tail) {
    json::array lines;
    lines.reserve(tail.lines.size());
    for (auto& line : tail.lines) lines.emplace_back(std::move(line));
    return {{"file", tail.file.string()}, {"cursor", tail.cursor},       {"size", tail.size},
            {"lines", std::move(lines)},  {"truncated", tail.truncated}, {"reset", tail.reset}};
}

}  // namespace

net::Task<Reply> logs_tail(Call call) {
    auto params = call.params();
    const auto window = window_of(params);
    if (const auto problem = params.problem()) co_return std::unexpected(*problem);
    std::move_only_function<Result<LogTail>()> look =
        [&files = call.room.means.files, settings = LogSettings::from(call.config()), now = call.room.now(),
         window] { return read_log_tail(files, settings, now, window); };
    auto tail = co_await call.room.means.loop.blocking(std::move(look));
    if (!tail) co_return std::unexpected(wire_error(tail.error()));
    co_return json_of(std::move(*tail));
}

}  // namespace openclaw::gateway::methods
