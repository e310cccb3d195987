#include "net/client/connection_pool.h"

#include <algorithm>
#include <optional>

#include "net/loop/loop_impl.h"

namespace openclaw::net {

std::unique_ptr<Stream> ConnectionPool::take(const std::string& route) {
    const auto found = routes_.find(route);
    if (found == routes_.end() || found->second.empty()) return nullptr;
    Idle newest = std::move(found->second.back());
    found->second.pop_back();
    // The timer may be late when the process was suspended.
    if (loop_.now() - newest.since >= idle_max) return nullptr;
    return std::move(newest.stream);
}

void ConnectionPool::give_back(const std::string& route, std::unique_ptr<Stream> stream) {
    auto& idle = routes_[route];
    if (idle.size() == per_route_max) idle.erase(idle.begin());
    idle.push_back({std::move(stream), loop_.now()});
    if (!armed()) arm();
}

std::size_t ConnectionPool::size() const {
    std::size_t count = 0;
    for (const auto& [route, idle] : routes_) count += idle.size();
    return count;
}

void ConnectionPool::expired() {
    const auto now = loop_.now();
    for (auto& [route, idle] : routes_) {
        std::erase_if(idle, [&](const Idle& each) { return now - each.since >= idle_max; });
    }
    std::erase_if(routes_, [](const auto& route) { return route.second.empty(); });
    arm();
}

void ConnectionPool::arm() {
    std::optional<SteadyTime> oldest;
    for (const auto& [route, idle] : routes_) {
        if (!idle.empty()) oldest = std::min(oldest.value_or(idle.front().since), idle.front().since);
    }
    if (oldest) loop_.impl().timers.arm(*this, *oldest + idle_max);
}

}  // namespace openclaw::net
