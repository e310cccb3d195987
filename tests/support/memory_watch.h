#pragma once

#include "credentials/store_watch.h"
#include "support/memory_file_system.h"

namespace openclaw::test {

// Sees every change of a disk in memory, of whichever file.
class MemoryWatch final : public credentials::StoreWatch {
public:
    explicit MemoryWatch(const MemoryFileSystem& files) : files_(files), seen_(files.changes()) {}

    Result<void> watch(std::vector<std::filesystem::path>) override { return {}; }
    bool take_changes() override {
        const auto now = files_.changes();
        return std::exchange(seen_, now) != now;
    }

private:
    const MemoryFileSystem& files_;
    std::int64_t seen_;
};

}  // namespace openclaw::test
