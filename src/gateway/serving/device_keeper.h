#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "access/devices/device_registry.h"
#include "access/doorman.h"
#include "gateway/serving/lifetime.h"
#include "gateway/serving/reload.h"
#include "net/loop/loop.h"
#include "net/loop/task.h"

namespace openclaw::gateway {

// Keeps the doorman's devices as their files say: what a command or another process has changed counts within
// a second. Files that can't be read close the door to devices, and to nobody else, until they can. The loop
// waits for no disk.
class DeviceKeeper {
public:
    struct Means {
        net::Loop& loop;
        net::TaskGroup& tasks;
        platform::FileSystem& files;
        Log& log;
        const Lifetime& life;
        config::Paths paths;
        access::Doorman& doorman;
        std::function<void()> lock_changed;  // principals who stood may stand no longer
    };
    explicit DeviceKeeper(Means means);

    void begin();              // reads them, waiting for the disk: before anybody is served
    void follow();             // from now on
    net::Task<void> reread();  // until what was kept before the call counts

    std::vector<platform::Path> files() const;
    const std::string& problem() const { return problem_; }  // why no device counts, or ""

private:
    struct Reading {
        std::uint64_t number;                                   // of readings, as they were begun
        FileLook look;                                          // as of before the files were read
        std::shared_ptr<const access::DeviceRegistry> devices;  // null: as before
    };
    Reading read(std::uint64_t number, FileLook look, bool anyway) const;  // on the pool
    void take(Reading reading);
    net::Task<void> look(bool anyway);
    net::Task<void> mind();

    const Means means_;
    FileLook look_;
    std::uint64_t begun_ = 0, taken_ = 0;
    std::string problem_;
};

}  // namespace openclaw::gateway
