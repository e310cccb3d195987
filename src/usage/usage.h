#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "config/config.h"
#include "store/database.h"
#include "store/write_behind.h"
#include "usage/governor.h"
#include "usage/rows.h"

namespace openclaw::usage {

// usage.retentionDays and usage.rowsMax.
Retention retention_of(const config::Config& config);

// What was used, kept in the gateway's database. Nothing is opened before the first row or budget; rows are
// gathered and written behind, off the loop. What can't be written is kept in memory, a bounded number of
// rows, and said once.
class Usage {
public:
    struct Means {
        net::Loop& loop;
        platform::FileSystem& files;
        const Clock& clock;
        Log& log;
        platform::Path state;  // the state directory
    };
    explicit Usage(Means means);
    ~Usage();  // what waits is written, and what was reserved ahead is given back

    Governor& governor() { return *governor_; }
    void note(Row row);
    void keep(Retention retention);  // from now on

    // Local days from the one that many days ago until today.
    net::Task<Result<std::vector<DaySum>>> sums(int days, std::string account);
    // Why rows or budgets can't be kept, or "".
    std::string problem() const;
    net::Task<void> flush();

private:
    struct Kept;
    std::shared_ptr<Kept> kept_;
    const Means means_;
    std::unique_ptr<Governor> governor_;
    std::unique_ptr<store::WriteBehind> writer_;
    std::string told_;  // of the problem
};

}  // namespace openclaw::usage
