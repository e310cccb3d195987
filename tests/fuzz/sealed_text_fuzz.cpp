// A sealed text that was altered, or put together by somebody else, opens nothing.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "auth/sealed/envelope.h"

namespace {

using namespace openclaw;
using namespace openclaw::auth;

const sealed::DataKey& key() {
    static const auto made = sealed::data_key_of(Secret(std::string(32, 'k')));
    return *made;
}

const RefHolder& holder() {
    static const RefHolder one{.record = "anthropic:work", .field = "key"};
    return one;
}

const std::string& sealed_text() {
    static const auto text = sealed::seal(Secret("sk-ant-api03-0123456789"), holder(), key());
    return *text;
}

}  // namespace

// The first byte says what the others are: a text of its own, or what is put over one that was sealed here.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view given(reinterpret_cast<const char*>(data) + 2, size - 2);
    std::string text(given);
    if ((data[0] & 1) != 0) {
        text = sealed_text();
        const std::size_t from = data[1] % text.size();
        text.replace(from, std::min(given.size(), text.size() - from), given);
    }
    const auto opened = sealed::open(text, holder(), key());
    if (opened && text != sealed_text()) std::abort();
    const auto bytes = sealed::from_base64url(text);
    if (bytes && sealed::base64url(*bytes) != text) std::abort();
    return 0;
}
