// Whatever is offered as a named key, kept as its record or typed as its budget: it is read whole or refused,
// and what was read means the same when it is written and read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "access/key_text.h"
#include "access/keys/allowance_text.h"
#include "access/keys/key_json.h"

namespace openclaw::access {
namespace {

constexpr std::size_t depth_max = 16;

void check_offered(std::string_view text) {
    const auto key = read_key(text);
    if (key.has_value() != text.starts_with(key_prefix)) std::abort();
    if (key && !key->damaged() && !is_key_id(key->id)) std::abort();
    if (key && key->damaged() && !key->id.empty()) std::abort();
}

void check_record(std::string_view text) {
    const auto value = parse_json(text, text.size(), depth_max);
    const auto record = value ? kept_key_of(*value) : std::nullopt;
    if (!record) return;
    const auto again = kept_key_of(kept_key_json(*record));
    if (!again || !(*again == *record)) std::abort();
}

void check_budgets(std::string_view text) {
    const auto budgets = parse_budgets({std::string(text)});
    if (!budgets) {
        if (budgets.error().message.empty() || budgets.error().hint.empty()) std::abort();
        return;
    }
    if (parse_budgets(budget_texts(*budgets)) != budgets) std::abort();
}

}  // namespace
}  // namespace openclaw::access

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    openclaw::access::check_offered(text);
    openclaw::access::check_record(text);
    openclaw::access::check_budgets(text);
    return 0;
}
