#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "providers/wire/attempt.h"
#include "providers/wire/openrouter/offers.h"

namespace openclaw::providers::openrouter {

// What came of trying one ability of a model.
struct Probe {
    bool ok = false;
    bool skipped = true;
    Milliseconds latency{};
    std::string error = {};  // when it was tried and failed: redacted, one line
};
struct Scanned {
    Offer offer;
    Probe tool = {}, image = {};
    std::string ref() const { return "openrouter/" + offer.id; }
};

// Best first: a tool call that worked before any that didn't, then pictures, a quick answer, a large window,
// size, name.
void sort_by_tools(std::vector<Scanned>& models);
// Those that read the picture, the quickest first.
std::vector<Scanned> sorted_by_images(const std::vector<Scanned>& models);

// What is proposed, at most `count` of each. Models that do both are preferred for the first list.
struct Selection {
    std::vector<std::string> models, images;
};
Selection proposed(const std::vector<Scanned>& models, std::size_t count);

struct ScanRequest {
    Endpoint endpoint;           // of OpenRouter, as the config has it
    auth::Candidate credential;  // without a secret, none is sent
    Filter filter = {};
    bool probe = true;
    Milliseconds timeout = std::chrono::seconds(12);  // of each request
    std::size_t concurrency = 3;
    std::function<void(std::size_t done, std::size_t all)> on_progress = {};
};
// The free models that pass the filter, in OpenRouter's order, each tried with a forced tool call and, if it
// reads images, a picture of one pixel. Changes nobody's standing. An answer that refuses the credential
// itself ends the scan: `denied`. Errors of the list: `unavailable`, `timed_out`, `invalid_input`.
net::Task<Result<std::vector<Scanned>>> scan(Transport transport, ScanRequest request);

}  // namespace openclaw::providers::openrouter
