// What a person pastes: a credential that can travel in a header, or a refusal that doesn't repeat the paste.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "auth/enrol/pasted_secret.h"

namespace {

// Whether one of its words stands in the message. A short one may by chance.
bool is_repeated(const std::string& paste, const std::string& message) {
    constexpr std::size_t length_of_keys = 16;
    std::istringstream words(paste);
    for (std::string word; words >> word;)
        if (word.size() >= length_of_keys && message.find(word) != std::string::npos) return true;
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    using namespace openclaw;
    const std::string paste(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auth::PasteRules rules{.provider = (data[0] & 1) != 0 ? "anthropic" : "openai",
                                 .is_token = (data[0] & 2) != 0,
                                 .any_shape = (data[0] & 4) != 0};
    const auto pasted = auth::clean_pasted(Secret(paste), rules);
    if (!pasted && is_repeated(paste, pasted.error().message + pasted.error().hint)) std::abort();
    if (!pasted) return 0;
    const auto value = pasted->value.reveal();
    if (value.empty() || value.size() > auth::pasted_bytes_max) std::abort();
    const auto travels = [](char c) { return c > ' ' && c < 0x7f; };
    if (!std::ranges::all_of(value, travels)) std::abort();
    if (paste.find(value) == std::string::npos) std::abort();
    return 0;
}
