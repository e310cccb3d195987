#pragma once

#include <functional>
#include <map>
#include <set>

#include "access/device_judge.h"
#include "access/devices/device.h"
#include "base/result.h"
#include "config/environment/paths.h"
#include "platform/file_system.h"

namespace openclaw::access {

// The devices of the files at one moment. A file that can't be read lets no device in and keeps nobody else
// out.
class DeviceRegistry final : public DeviceJudge {
public:
    static std::shared_ptr<const DeviceRegistry> read(platform::FileSystem& files,
                                                      const config::Paths& paths);
    explicit DeviceRegistry(const Result<std::vector<Device>>& devices);

    std::shared_ptr<const Identity> find_by_token(const ProvenDevice& device,
                                                  const Secret& token) const override;
    std::shared_ptr<const Identity> find_by_key(const ProvenDevice& device, TimePoint now) const override;
    bool is_paired(std::string_view device_id) const override;
    const std::vector<Opened>& opened() const override { return opened_; }
    const std::string& problem() const override { return problem_; }

private:
    struct Known {
        DeviceGrant grant;
        std::shared_ptr<const Identity> identity;
    };
    const Known* find(const ProvenDevice& device) const;

    std::map<std::pair<std::string, std::string>, Known> known_;  // by id and role
    std::set<std::string, std::less<>> paired_;
    std::vector<Opened> opened_;
    std::string problem_;
};

}  // namespace openclaw::access
