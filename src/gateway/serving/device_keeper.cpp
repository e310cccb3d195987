#include "gateway/serving/device_keeper.h"

#include <new>

#include "access/devices/device_store.h"

namespace openclaw::gateway {

namespace {

// What was changed counts within a second, whoever is busy.
constexpr Milliseconds look_every{500};

std::vector<platform::Path> files_of(const config::Paths& paths) {
    return {access::own_devices_file(paths), access::reference_devices_file(paths)};
}

}  // namespace

DeviceKeeper::DeviceKeeper(Means means)
    : means_(std::move(means)), look_(means_.files, files_of(means_.paths)) {}

std::vector<platform::Path> DeviceKeeper::files() const {
    return files_of(means_.paths);
}

// The look comes first: what changes after it is noticed by the next one.
DeviceKeeper::Reading DeviceKeeper::read(std::uint64_t number, FileLook look, bool anyway) const {
    const bool touched = look.changed();
    Reading reading{.number = number, .look = std::move(look), .devices = nullptr};
    if (touched || anyway) reading.devices = access::DeviceRegistry::read(means_.files, means_.paths);
    return reading;
}

// One that was begun before another knows nothing that the other doesn't.
void DeviceKeeper::take(Reading reading) {
    if (reading.number < taken_) return;
    taken_ = reading.number;
    look_ = std::move(reading.look);
    if (!reading.devices) return;
    const auto& problem = reading.devices->problem();
    if (!problem.empty() && problem != problem_) means_.log.warn("access", "{}", problem);
    if (problem.empty() && !problem_.empty()) means_.log.info("access", "the devices can be read again");
    problem_ = problem;
    if (means_.doorman.use_devices(std::move(reading.devices))) means_.lock_changed();
}

void DeviceKeeper::begin() {
    take(read(++begun_, look_, true));
}

void DeviceKeeper::follow() {
    means_.tasks.spawn(mind());
}

net::Task<void> DeviceKeeper::reread() {
    return look(true);
}

net::Task<void> DeviceKeeper::look(bool anyway) {
    std::move_only_function<Reading()> reading = [this, number = ++begun_, look = look_,
                                                  anyway = anyway || !problem_.empty()]() mutable {
        return read(number, std::move(look), anyway);
    };
    take(co_await means_.loop.blocking(std::move(reading)));
}

net::Task<void> DeviceKeeper::mind() {
    while (co_await means_.loop.sleep(look_every, means_.life.ending)) {
        try {
            co_await look(false);
        } catch (const std::bad_alloc&) {
            means_.log.warn("access", "out of memory: the devices stay as they were read");
        }
    }
}

}  // namespace openclaw::gateway
