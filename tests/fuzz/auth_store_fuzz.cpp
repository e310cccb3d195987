// A store's text, whatever it is: read strictly, or as far as it is intact. A store that can be read strictly
// loses nothing when it is read the other way, and no secret is ever made up that the text doesn't hold.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "auth/profiles/profile_format.h"
#include "auth/profiles/salvage.h"
#include "base/text.h"

namespace {

using namespace openclaw;

std::size_t records_in(const json::object& document) {
    const auto* profiles = object_at(document, "profiles");
    return profiles ? profiles->size() : 0;
}

// A record that is no object, or an id with a bracket or a quote, counts as damage where the text isn't read
// strictly, and so does what isn't laid out as every writer of the file does it.
bool counts_as_damage(const json::object& document, std::string_view text) {
    if (text.contains('\n')) return true;
    const auto* profiles = object_at(document, "profiles");
    return profiles && std::ranges::any_of(*profiles, [](const auto& record) {
               return !record.value().is_object() ||
                      std::string_view(record.key()).find_first_of("\"{}") != std::string_view::npos;
           });
}

// What stands in the text with an escape, or is broken in it, can't be looked for as it is.
bool is_made_up(std::string_view text, const Secret& secret) {
    if (secret.blank() || text.find('\\') != std::string_view::npos || !is_utf8(text)) return false;
    return text.find(secret.reveal()) == std::string_view::npos;
}

void check_secrets(std::string_view text, const auth::Store& store) {
    for (const auto& profile : store.profiles) {
        if (const auto* key = std::get_if<auth::ApiKey>(&profile.credential))
            if (is_made_up(text, key->key)) std::abort();
        if (const auto* token = std::get_if<auth::Token>(&profile.credential))
            if (is_made_up(text, token->token)) std::abort();
        if (const auto* login = std::get_if<auth::OAuth>(&profile.credential))
            if (is_made_up(text, login->access) || is_made_up(text, login->refresh)) std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto salvage = auth::salvage_store(text);
    if (const auto rest = auth::parse_store(salvage.document)) check_secrets(text, *rest);
    const auto strict = auth::parse_store_text(text);
    if (!strict || !strict->is_object()) return 0;
    if (const auto store = auth::parse_store(strict->get_object())) check_secrets(text, *store);
    if (counts_as_damage(strict->get_object(), text)) return 0;
    if (records_in(salvage.document) != records_in(strict->get_object())) std::abort();
    return 0;
}
