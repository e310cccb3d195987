// Whatever a writer cut, JSON is read as UTF-8, and what is written from it with stand-ins reads the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/broken_text.h"
#include "base/json.h"
#include "base/text.h"

namespace {

using namespace openclaw;

bool is_all_utf8(const json::value& value) {
    if (const auto* text = value.if_string()) return is_utf8(*text);
    if (const auto* array = value.if_array()) {
        for (const auto& element : *array)
            if (!is_all_utf8(element)) return false;
    } else if (const auto* object = value.if_object()) {
        for (const auto& [key, member] : *object)
            if (!is_utf8(key) || !is_all_utf8(member)) return false;
    }
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (!is_utf8(well_formed(std::string(text)))) std::abort();
    const auto value = parse_json(text);
    if (!value) return 0;
    if (!is_all_utf8(*value)) std::abort();
    const auto readable = with_stand_ins(text);
    if (!readable) return 0;
    const auto kept = parse_json(*readable);
    if (!kept) std::abort();
    // Keys that differ in what is broken only are one key when they are read.
    const auto again = parse_json(broken_again(json::serialize(*kept)));
    if (!again || json::serialize(*again) != json::serialize(*value)) std::abort();
    return 0;
}
