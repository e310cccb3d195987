// Whatever arrives, the parser ends, and cutting the bytes differently changes nothing.
#include <cstdint>
#include <cstdlib>

#include "net/http/chunked_body.h"
#include "net/http/request_head.h"

namespace openclaw::net {
namespace {

// The end of the head when the bytes come in pieces of `step`: -1 for a refusal.
std::ptrdiff_t head_end(std::string_view bytes, std::size_t step) {
    std::size_t scanned = 0;
    for (std::size_t size = std::min(step, bytes.size());; size = std::min(size + step, bytes.size())) {
        auto end = find_head_end(bytes.substr(0, size), scanned);
        if (!end) return -1;
        if (*end > 0 || size == bytes.size()) return static_cast<std::ptrdiff_t>(*end);
    }
}

struct Body {
    int refused = 0;
    std::string bytes;
    std::size_t taken = 0;
    bool operator==(const Body&) const = default;
};

Body chunked(std::string_view bytes, std::size_t step) {
    Body body;
    ChunkedBody decoder(4096);
    while (!bytes.empty() && !decoder.complete()) {
        auto piece = bytes.substr(0, step);
        auto taken = decoder.feed(piece, body.bytes);
        if (!taken) {
            body.refused = taken.error().status;
            body.bytes.clear();  // what was decoded before a refusal depends on the pieces
            body.taken = 0;
            return body;
        }
        body.taken += *taken;
        bytes.remove_prefix(*taken);
    }
    return body;
}

void check(std::string_view bytes) {
    auto end = head_end(bytes, bytes.size() + 1);
    if (end != head_end(bytes, 1)) std::abort();
    if (end > 0) {
        auto head = parse_request_head(bytes.substr(0, static_cast<std::size_t>(end)));
        if (head) {
            const auto& headers = head->request.headers;
            if (!headers.valid() || headers.count("Host") > 1 || headers.count("Content-Length") > 1)
                std::abort();
            if (head->framing == Framing::chunked && headers.count("Content-Length") != 0) std::abort();
            if (!head->version_1_0 && headers.count("Host") != 1) std::abort();
        }
    }
    if (chunked(bytes, bytes.size() + 1) != chunked(bytes, 1)) std::abort();
}

}  // namespace
}  // namespace openclaw::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    openclaw::net::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
