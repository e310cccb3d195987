#include "access/certificates/list_memory.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::size_t file_bytes_max = 1u << 20;
constexpr std::string_view lists_member = "lists";
constexpr std::string_view repair =
    "name the newest lists of your authorities in gateway.tls.clientCrl, then remove this file";

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// {"number": "0a", "lastUpdateMs": …}
std::optional<ListAge> age_of(const json::value& value) {
    const auto* object = as_object(&value);
    if (!object) return std::nullopt;
    const auto number = string_at(*object, "number");
    const auto begins = integer_at(*object, "lastUpdateMs");
    if (!number || !is_hex(*number) || !begins) return std::nullopt;
    return ListAge{.number = std::string(*number), .begins = from_ms(*begins)};
}

std::optional<std::vector<ListAge>> ages_of(const json::value& value) {
    const auto* list = value.if_array();
    if (!list) return std::nullopt;
    std::vector<ListAge> ages;
    for (const auto& each : *list) {
        auto age = age_of(each);
        if (!age) return std::nullopt;
        ages.push_back(std::move(*age));
    }
    return ages;
}

void put(json::object& content, const SeenLists& seen) {
    json::object lists;
    for (const auto& [key, ages] : seen) {
        json::array list;
        for (const auto& age : ages)
            list.push_back(json::object{{"number", age.number}, {"lastUpdateMs", to_ms(age.begins)}});
        lists[key] = std::move(list);
    }
    content[lists_member] = std::move(lists);
}

void forget_older(std::vector<ListAge>& ages, TimePoint now) {
    const auto has_begun = [&](const ListAge& age) { return age.begins <= now; };
    std::ranges::sort(ages, [](const ListAge& a, const ListAge& b) { return a.is_newer_than(b); });
    const auto newest = std::ranges::find_if(ages, has_begun);
    if (newest != ages.end()) ages.erase(std::next(newest), ages.end());
}

bool is_lower(const std::string& left, const std::string& right) {
    return left.size() != right.size() ? left.size() < right.size() : left < right;
}

}  // namespace

bool ListAge::is_newer_than(const ListAge& other) const {
    if (number.empty() != other.number.empty()) return other.number.empty();
    if (number != other.number) return is_lower(other.number, number);
    return begins > other.begins;
}

SeenLists merged(SeenLists known, const SeenLists& news, TimePoint now) {
    for (const auto& [key, ages] : news) {
        auto& all = known[key];
        for (const auto& age : ages)
            if (std::ranges::find(all, age) == all.end()) all.push_back(age);
        forget_older(all, now);
    }
    return known;
}

ListMemory::ListMemory(platform::FileSystem& files, platform::Path path)
    : document_(files, std::move(path), {.bytes_max = file_bytes_max, .damage_hint = std::string(repair)}) {}

Result<SeenLists> ListMemory::read() {
    const auto content = document_.load();
    if (!content) return std::unexpected(content.error());
    return *content ? seen_in(**content) : Result<SeenLists>();
}

Result<SeenLists> ListMemory::seen_in(const json::object& content) const {
    SeenLists seen;
    const auto* lists = object_at(content, lists_member);
    bool sound = lists != nullptr;
    for (const auto& [key, value] : lists ? *lists : json::object()) {
        auto ages = ages_of(value);
        sound = sound && ages;
        if (ages) seen[std::string(key)] = std::move(*ages);
    }
    if (sound) return seen;
    return hinted(
        fail(Code::corrupt, "{} doesn't say which revocation lists were in use", document_.path().string()),
        std::string(repair));
}

Result<void> ListMemory::keep(const SeenLists& seen, TimePoint now) {
    const auto known = read();
    if (!known) return std::unexpected(known.error());
    if (merged(*known, seen, now) == *known) return {};
    return document_.update([&](json::object& content) -> Result<void> {
        auto standing = content.empty() ? Result<SeenLists>() : seen_in(content);
        if (!standing) return std::unexpected(std::move(standing).error());
        put(content, merged(std::move(*standing), seen, now));
        return {};
    });
}

}  // namespace openclaw::access
