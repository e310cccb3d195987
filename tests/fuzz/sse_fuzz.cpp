// The first byte chooses the size of pieces; the rest is an event stream. However it is split, the events
// are the same, and what is written from them reads back as it was.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http/sse.h"

namespace {

using openclaw::net::format_sse;
using openclaw::net::SseEvent;
using openclaw::net::SseParser;
using Events = std::vector<std::pair<std::string, std::string>>;  // name and data

std::optional<Events> parsed(SseParser parser, std::string_view text, std::size_t piece) {
    Events all;
    const auto keep = [&](const SseEvent& event) { all.emplace_back(event.event, event.data); };
    while (!text.empty()) {
        if (!parser.feed(text.substr(0, piece), keep)) return std::nullopt;
        text.remove_prefix(std::min(piece, text.size()));
    }
    if (parser.mid_event()) all.emplace_back("mid event", "");
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t piece = 1 + std::size_t{data[0]};
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto events = parsed(SseParser(256), text, text.size());
    if (events != parsed(SseParser(256), text, piece)) std::abort();
    if (!events) return 0;
    for (const auto& [name, data_of_it] : *events) {
        const auto wire = format_sse(data_of_it, name);
        if (parsed(SseParser(), wire, wire.size()) != Events{{name, data_of_it}}) std::abort();
    }
    return 0;
}
