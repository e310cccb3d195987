#include "access/recent_callers.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::access {

void RecentCallers::note(const Principal& principal, const Arrival& arrival, TimePoint now) {
    const auto client = arrival.client.substr(0, client_bytes_max);
    const auto key = fmt::format("{}\n{}\n{}\n{}", principal.id(), arrival.guesser.address, client,
                                 principal.generation());
    const std::scoped_lock guard(mutex_);
    auto found = callers_.find(key);
    if (found == callers_.end()) {
        make_room();
        found = callers_
                    .emplace(key, Caller{.principal = principal.id(),
                                         .proof = principal.proof(),
                                         .address = arrival.guesser.address,
                                         .client = printable(client),
                                         .generation = principal.generation(),
                                         .first = now,
                                         .last = now})
                    .first;
    }
    found->second.last = now;
    ++found->second.times;
}

std::vector<Caller> RecentCallers::all() const {
    std::vector<Caller> all;
    {
        const std::scoped_lock guard(mutex_);
        for (const auto& [key, caller] : callers_) all.push_back(caller);
    }
    std::ranges::sort(all, std::greater(), &Caller::last);
    return all;
}

void RecentCallers::forget(std::string_view client) {
    const std::scoped_lock guard(mutex_);
    std::erase_if(callers_, [&](const auto& each) { return each.second.client == client; });
}

void RecentCallers::make_room() {
    if (callers_.size() < callers_max) return;
    callers_.erase(std::ranges::min_element(
        callers_, [](const auto& left, const auto& right) { return left.second.last < right.second.last; }));
}

}  // namespace openclaw::access
