// The first byte chooses the size of pieces and what was asked; the rest is a server's answer. However it
// is split, the outcome is the same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/client/http1_response.h"

namespace {

using openclaw::net::Asked;
using openclaw::net::Http1Response;

struct Outcome {
    std::string error;
    std::string body;
    int status = 0;
    bool complete = false;
    bool keeps_alive = false;
    std::size_t taken = 0;
    bool operator==(const Outcome&) const = default;
};

Outcome outcome_of(std::string_view text, std::size_t piece, Asked asked) {
    Http1Response response(asked, 512);
    Outcome outcome;
    while (!text.empty() && !response.complete()) {
        const std::string_view part = text.substr(0, piece);
        const auto taken = response.feed(part, outcome.body);
        if (!taken) return {.error = taken.error().message, .body = {}};
        if (*taken > part.size() || (*taken < part.size() && !response.complete())) std::abort();
        outcome.taken += *taken;
        text.remove_prefix(*taken);
    }
    if (const auto ended = response.end(); !ended) outcome.error = ended.error().message;
    if (outcome.error.empty() != response.complete()) std::abort();
    outcome.status = response.status();
    outcome.complete = response.complete();
    outcome.keeps_alive = response.keeps_alive();
    if (!response.headers().valid()) std::abort();
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto asked = static_cast<Asked>(data[0] % 3);
    const std::size_t piece = 1 + data[0] / 3;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (outcome_of(text, text.size(), asked) != outcome_of(text, piece, asked)) std::abort();
    return 0;
}
