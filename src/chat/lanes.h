#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace openclaw::chat {

// Who may start: each lane's first alone, lanes in the order in which they became ready, `running_max` in
// all. Pure bookkeeping.
template <class Item>
class Lanes {
public:
    using Pointer = std::shared_ptr<Item>;

    // False when the lane already holds `waiting_max` besides the one that runs.
    bool push(const std::string& lane, Pointer item, std::size_t waiting_max) {
        auto& items = lanes_[lane];
        if (items.size() > waiting_max) return false;
        items.push_back(std::move(item));
        if (items.size() == 1) ready_.push_back(lane);
        return true;
    }
    // The one that runs in a lane, or is to run next; null where there is none.
    Pointer first(const std::string& lane) const {
        const auto found = lanes_.find(lane);
        return found == lanes_.end() ? nullptr : found->second.front();
    }
    bool any_ready() const { return !ready_.empty(); }
    // The next one to start, or null. It stays at the front of its lane until `finish`.
    Pointer next(std::size_t running_max) {
        if (running_ >= running_max || ready_.empty()) return nullptr;
        const auto lane = std::move(ready_.front());
        ready_.pop_front();
        ++running_;
        return lanes_.at(lane).front();
    }
    void finish(const std::string& lane) {
        --running_;
        auto& items = lanes_.at(lane);
        items.pop_front();
        if (items.empty())
            lanes_.erase(lane);
        else
            ready_.push_back(lane);
    }
    // Takes one that waits out of its lane. False when it runs or isn't there.
    bool remove(const std::string& lane, const Pointer& item) {
        const auto found = lanes_.find(lane);
        if (found == lanes_.end()) return false;
        auto& items = found->second;
        const bool front_runs = std::find(ready_.begin(), ready_.end(), lane) == ready_.end();
        const auto place = std::find(items.begin() + (front_runs ? 1 : 0), items.end(), item);
        if (place == items.end()) return false;
        items.erase(place);
        if (items.empty()) {
            lanes_.erase(found);
            std::erase(ready_, lane);
        }
        return true;
    }
    std::size_t depth(const std::string& lane) const {  // waiting and running
        const auto found = lanes_.find(lane);
        return found == lanes_.end() ? 0 : found->second.size();
    }
    std::size_t running() const { return running_; }

private:
    std::map<std::string, std::deque<Pointer>> lanes_;
    std::deque<std::string> ready_;  // lanes whose first waits to start
    std::size_t running_ = 0;
};

}  // namespace openclaw::chat
