// Whatever stands where a key should: what isn't evidently none can travel in a header, and blanks at its
// ends are none of it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "auth/profiles/no_credential.h"
#include "base/secret.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace openclaw;
    const std::string_view raw(reinterpret_cast<const char*>(data), size);
    const auto text = trimmed_wide(raw);
    if (trimmed_wide(text) != text) std::abort();
    const auto none = auth::evidently_no_credential(text);
    if (!none && !Secret(text).is_printable()) std::abort();
    if (none && (none->why.empty() || none->hint.empty())) std::abort();
    return 0;
}
