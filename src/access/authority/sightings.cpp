#include "access/authority/sightings.h"

#include <algorithm>

namespace openclaw::access {

namespace {

constexpr std::size_t addresses_max = 8;
constexpr std::size_t callers_max = 1000;
constexpr std::size_t waiting_max = callers_max * addresses_max;
constexpr std::size_t file_bytes_max = 2u << 20;
constexpr std::size_t address_bytes_max = 64;

// {"callers": {"crt_…": {"192.168.1.9": {"firstAt": …, "lastAt": …}}}}. What makes no sense is left out: it
// is told, and decides nothing.
std::vector<Sighting> sightings_of(const json::object& content) {
    std::vector<Sighting> found;
    const auto* callers = object_at(content, "callers");
    for (const auto& [who, value] : callers ? *callers : json::object())
        if (const auto* addresses = as_object(&value))
            for (const auto& [address, times] : *addresses) {
                const auto* object = as_object(&times);
                const auto first = object ? integer_at(*object, "firstAt") : std::nullopt;
                const auto last = object ? integer_at(*object, "lastAt") : std::nullopt;
                if (first && last)
                    found.push_back(
                        {std::string(who), std::string(address), from_ms(*first), from_ms(*last)});
            }
    std::ranges::sort(found, std::greater(), &Sighting::last);
    return found;
}

// The newest, first; of each caller and of all callers as many as are kept.
std::vector<Sighting> kept_of(std::vector<Sighting> sightings) {
    std::ranges::sort(sightings, std::greater(), &Sighting::last);
    std::map<std::string, std::size_t> count;
    std::vector<Sighting> kept;
    for (auto& sighting : sightings) {
        if (!count.contains(sighting.who) && count.size() == callers_max) continue;
        if (++count[sighting.who] <= addresses_max) kept.push_back(std::move(sighting));
    }
    return kept;
}

void put(json::object& content, const std::vector<Sighting>& sightings) {
    json::object callers;
    for (const auto& sighting : sightings) {
        auto& addresses = callers[sighting.who];
        if (!addresses.is_object()) addresses = json::object();
        addresses.get_object()[sighting.address] =
            json::object{{"firstAt", to_ms(sighting.first)}, {"lastAt", to_ms(sighting.last)}};
    }
    content["callers"] = std::move(callers);
}

void merge(std::vector<Sighting>& known, const Sighting& news) {
    const auto found = std::ranges::find_if(
        known, [&](const Sighting& old) { return old.who == news.who && old.address == news.address; });
    if (found == known.end()) return known.push_back(news);
    found->first = std::min(found->first, news.first);
    found->last = std::max(found->last, news.last);
}

}  // namespace

Sightings::Sightings(platform::FileSystem& files, platform::Path path, store::WriteBehind::Pace pace)
    : document_(files, std::move(path), {.bytes_max = file_bytes_max}),
      writer_([this] { return write(); }, pace) {}

store::WriteBehind::Pace Sightings::usual_pace() {
    return {.busy_share = 1'000'000, .gather_max = std::chrono::seconds(5)};  // always that long
}

void Sightings::note(std::string_view who, std::string_view address, TimePoint now) {
    const std::lock_guard hold(mutex_);
    const auto key = std::pair(std::string(who), std::string(address.substr(0, address_bytes_max)));
    const auto found = waiting_.find(key);
    if (found != waiting_.end()) {
        found->second.last = std::max(found->second.last, now);
    } else if (waiting_.size() < waiting_max) {
        waiting_.emplace(key, Sighting{key.first, key.second, now, now});
        writer_.wake();
    }
}

void Sightings::flush(std::function<void()> done) {
    writer_.flush(std::move(done));
}

// What can't be written waits for the next time, and what was noted meanwhile stays.
bool Sightings::write() {
    decltype(waiting_) taken;
    {
        const std::lock_guard hold(mutex_);
        taken.swap(waiting_);
    }
    const auto written = document_.update([&](json::object& content) -> Result<void> {
        auto known = sightings_of(content);
        for (const auto& [key, sighting] : taken) merge(known, sighting);
        put(content, kept_of(std::move(known)));
        return {};
    });
    if (written) return true;
    const std::lock_guard hold(mutex_);
    for (auto& [key, sighting] : taken) {
        const auto [place, added] = waiting_.emplace(key, sighting);
        if (!added) place->second.first = std::min(place->second.first, sighting.first);
    }
    return false;
}

Result<std::vector<Sighting>> Sightings::read(platform::FileSystem& files, const platform::Path& path) {
    store::Document document(files, path, {.bytes_max = file_bytes_max});
    const auto content = document.load();
    if (!content) return std::unexpected(content.error());
    return *content ? sightings_of(**content) : std::vector<Sighting>();
}

}  // namespace openclaw::access
