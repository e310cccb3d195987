#pragma once

#include <span>
#include <string>
#include <vector>

#include "store/database.h"
#include "usage/meter.h"

namespace openclaw::usage {

// What a holder is to have reserved of a budget, at least and at best.
struct BlockWish {
    MeterKey key;
    std::int64_t limit = 0;
    std::int64_t used = 0;   // here, so far
    std::int64_t need = 0;   // besides
    std::int64_t ahead = 0;  // and, as far as there is
};
struct BlockGrant {
    std::int64_t granted = 0;  // to this holder in all
    std::int64_t others = 0;   // spent or held by everybody else
    TimePoint newest{};        // when the last window begins of which anybody has reserved something
};
struct BlockCount {
    MeterKey key;
    std::int64_t settled = 0;
    bool closing = false;  // the rest is given back
};

// Where reserved blocks are kept, for this process and the ones before it. Blocks.
class BlockStore {
public:
    virtual ~BlockStore() = default;
    // Each as far as the limit leaves something; together in one step, on the disk when this returns.
    virtual Result<std::vector<BlockGrant>> reserve(std::span<const BlockWish> wishes) = 0;
    virtual Result<void> note(std::span<const BlockCount> counts) = 0;
};

// The tables of usage.
store::Schema usage_schema();

// What is spent of a budget in one window, or held by anybody: what nobody can have any more. 0 where nothing
// was kept yet. Blocks.
Result<std::int64_t> taken_of(store::Database& database, const MeterKey& key);

// In the gateway's database. A row is what one process has reserved and spent of one budget in one window:
// one that died holding more than it had spent has spent it all.
class KeptBlocks final : public BlockStore {
public:
    KeptBlocks(store::Database& database, std::string holder)
        : database_(database), holder_(std::move(holder)) {}
    Result<std::vector<BlockGrant>> reserve(std::span<const BlockWish> wishes) override;
    Result<void> note(std::span<const BlockCount> counts) override;

private:
    Result<BlockGrant> reserve_one(store::Transaction& transaction, const BlockWish& wish) const;
    std::string holder_of(const MeterKey& key) const { return fmt::format("{}/{}", holder_, key.serial); }

    store::Database& database_;
    const std::string holder_;
};

}  // namespace openclaw::usage
