// The first byte chooses provider and status, the rest is the body: whatever it is, it is understood without
// harm, what is shown stays within its bounds, and the credential that the body may echo isn't shown.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "providers/failures/failure.h"

namespace {

using openclaw::providers::Observed;

constexpr std::array statuses = {0, 200, 400, 401, 403, 404, 413, 429, 500, 503, 529};
constexpr std::array providers = {"anthropic", "openai", "google", "zai", "minimax", "corp"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    constexpr std::size_t shown_max = 1024;
    const std::string secret = "corp-Zq8/secret+value-0123456789";
    Observed observed;
    observed.provider = providers[data[0] % providers.size()];
    observed.status = statuses[data[0] / providers.size() % statuses.size()];
    observed.body.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
    observed.credential = openclaw::Secret(secret);
    const auto now = openclaw::from_ms(1'769'774'400'000);
    const auto failure = openclaw::providers::classify(observed, now);
    if (failure.message.size() > shown_max || failure.provider_code.size() > shown_max) std::abort();
    if (failure.message.find(secret) != std::string::npos) std::abort();
    if (failure.retry_after && failure.retry_after->count() < 1) std::abort();
    if (failure.retry_after && *failure.retry_after > std::chrono::days(31)) std::abort();
    const auto found = openclaw::providers::find_failure(observed, now);
    if (observed.status >= 300 && !found) std::abort();
    return 0;
}
