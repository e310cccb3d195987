#pragma once

#include "access/keys/key_book.h"
#include "config/environment/paths.h"
#include "store/database.h"

namespace openclaw::access {

// The records of keys in the gateway's own database.
class KeptKeys final : public KeyStore {
public:
    KeptKeys(platform::FileSystem& files, const config::Paths& paths);

    const platform::Path& path() const override { return database_.path(); }
    Result<std::uint64_t> version() override { return database_.version(); }
    Result<std::vector<KeyRecord>> read() override;
    Result<void> change(const std::function<Result<void>(KeyRows& rows)>& work) override;

private:
    store::Database database_;
};

}  // namespace openclaw::access
