// The first byte chooses the size of pieces; the rest is an event stream. However it is split, the events
// are the same, and what is written from them reads back as it was.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/sse.h"

namespace {

using openclaw::net::format_sse;
using openclaw::net::SseEvent;
using openclaw::net::SseParser;
using Events = std::vector<SseEvent>;

std::optional<Events> parsed(std::string_view text, std::size_t piece) {
    SseParser parser(256);
    Events all;
    while (!text.empty()) {
        auto events = parser.feed(text.substr(0, piece));
        if (!events) return std::nullopt;
        std::ranges::move(*events, std::back_inserter(all));
        text.remove_prefix(std::min(piece, text.size()));
    }
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t piece = 1 + std::size_t{data[0]};
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto events = parsed(text, text.size());
    if (events != parsed(text, piece)) std::abort();
    if (!events) return 0;
    for (const SseEvent& event : *events) {
        SseParser parser;
        const auto again = parser.feed(format_sse(event.data, event.event));
        if (!again || *again != Events{event} || parser.mid_event()) std::abort();
    }
    return 0;
}
