#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/device_proof.h"
#include "access/principal.h"
#include "base/clock.h"
#include "base/secret.h"

namespace openclaw::access {

// Which paired devices come in, and as whom. Made from the files of devices (devices/device_registry.h),
// never changed. From any thread.
class DeviceJudge {
public:
    // Something that was opened to a device: ends when it is no longer listed.
    struct Opened {
        std::string principal;
        std::uint64_t number;
        bool operator==(const Opened&) const = default;
    };

    virtual ~DeviceJudge() = default;
    // Who comes by this token and the proof of that device's key; null: nobody. The token alone is nothing.
    virtual std::shared_ptr<const Identity> find_by_token(const ProvenDevice& device,
                                                          const Secret& token) const = 0;
    // Who comes by the key alone: a device that was approved just now and has not fetched its token; null:
    // nobody.
    virtual std::shared_ptr<const Identity> find_by_key(const ProvenDevice& device, TimePoint now) const = 0;
    // Whatever it may do yet.
    virtual bool is_paired(std::string_view device_id) const = 0;
    virtual const std::vector<Opened>& opened() const = 0;
    // Why no device comes in, though there may be some: a damaged file. Empty: nothing is wrong.
    virtual const std::string& problem() const = 0;
};

// Whether all that was opened before is open yet; null: nobody's devices count.
bool keeps_all(const DeviceJudge* now, const DeviceJudge* before);
bool is_open(const DeviceJudge& judge, std::string_view principal, std::uint64_t number);

}  // namespace openclaw::access
