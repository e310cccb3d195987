#include "access/devices/pairing_requests.h"

#include <algorithm>

#include "base/random.h"

namespace openclaw::access {

namespace {

constexpr std::size_t requests_max = 32, of_one_address_max = 4;
constexpr Milliseconds kept_for = std::chrono::minutes(5);

}  // namespace

PairingRequests::Asked PairingRequests::ask(PairingRequest request, TimePoint now) {
    expire(now);
    const auto same = std::ranges::find_if(requests_, [&](const PairingRequest& each) {
        return each.card.id == request.card.id && each.role == request.role;
    });
    if (same != requests_.end()) return {same->id, false};
    const auto of_his_address = std::ranges::count(
        requests_, request.card.address, [](const PairingRequest& each) { return each.card.address; });
    if (requests_.size() >= requests_max || of_his_address >= std::ptrdiff_t{of_one_address_max}) return {};
    request.id = random_uuid();
    request.at = now;
    requests_.push_back(std::move(request));
    return {requests_.back().id, true};
}

std::vector<PairingRequest> PairingRequests::all(TimePoint now) {
    expire(now);
    return {requests_.rbegin(), requests_.rend()};
}

std::optional<PairingRequest> PairingRequests::find(const std::string& id, TimePoint now) {
    expire(now);
    const auto found = std::ranges::find(requests_, id, &PairingRequest::id);
    return found == requests_.end() ? std::nullopt : std::optional(*found);
}

void PairingRequests::forget(const std::string& id) {
    std::erase_if(requests_, [&](const PairingRequest& each) { return each.id == id; });
}

// A clock that was set back ends them, too: nobody knows how old they are.
void PairingRequests::expire(TimePoint now) {
    std::erase_if(requests_,
                  [&](const PairingRequest& each) { return each.at > now || now - each.at >= kept_for; });
}

}  // namespace openclaw::access
