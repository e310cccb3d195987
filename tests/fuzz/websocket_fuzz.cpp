// Whatever arrives, the decoder ends, keeps its bound, and cutting the bytes differently changes nothing.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/text.h"
#include "net/websocket/websocket_codec.h"

namespace openclaw::net {
namespace {

constexpr std::size_t message_max = 512;

std::vector<std::string> decode(std::string_view bytes, std::size_t step, WebSocketRole role) {
    std::vector<std::string> seen;
    WebSocketDecoder decoder(role, message_max);
    while (!bytes.empty()) {
        auto piece = bytes.substr(0, step);
        bytes.remove_prefix(piece.size());
        for (;;) {
            auto event = decoder.next(piece);
            if (!event) {
                seen.push_back("fault " + std::to_string(event.error().code));
                return seen;
            }
            if (!*event) break;
            const auto& found = **event;
            if (found.data.size() > message_max) std::abort();
            if (found.opcode == Opcode::text && !is_utf8(found.data)) std::abort();
            seen.push_back(std::to_string(static_cast<int>(found.opcode)) + " " + std::to_string(found.code) +
                           found.data);
        }
    }
    return seen;
}

void check(std::string_view bytes) {
    for (auto role : {WebSocketRole::server, WebSocketRole::client}) {
        if (decode(bytes, bytes.size() + 1, role) != decode(bytes, 1, role)) std::abort();
    }
}

}  // namespace
}  // namespace openclaw::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    openclaw::net::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
