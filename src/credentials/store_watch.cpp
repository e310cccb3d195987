#include "credentials/store_watch.h"

#include "net/loop/file_watcher.h"

namespace openclaw::credentials {
namespace {

// Nobody is told: whoever decides asks. The watcher follows folders that come and go by itself.
class SystemWatch final : public StoreWatch {
public:
    explicit SystemWatch(net::Loop& loop) : watcher_(loop, [](const Result<void>&) {}) {}

    Result<void> watch(std::vector<std::filesystem::path> files) override {
        return watcher_.watch(std::move(files));
    }
    bool take_changes() override { return watcher_.take_changes(); }

private:
    net::FileWatcher watcher_;
};

}  // namespace

std::unique_ptr<StoreWatch> system_watch(net::Loop& loop) {
    return std::make_unique<SystemWatch>(loop);
}

}  // namespace openclaw::credentials
