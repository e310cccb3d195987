#pragma once

#include <atomic>
#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/allowance.h"
#include "base/log.h"
#include "net/loop/loop.h"
#include "usage/block_store.h"
#include "usage/meter.h"
#include "usage/price.h"
#include "usage/rates.h"

namespace openclaw::usage {

// Why somebody is not answered now.
struct Refusal {
    enum class Why {
        requests,  // too many in a minute
        tokens,    // too many of them in a minute
        streams,   // too many answers under way
        budget,    // what is left of one doesn't pay for the call
        no_price,  // money is budgeted, and nobody knows what the call costs
        closed,    // what was spent can't be looked at or written
    };
    Why why;
    Error error;
    std::optional<Milliseconds> again_in = {};
};
std::string_view name_of(Refusal::Why why);  // "budget_exceeded", "rate_limit_exceeded", …

// A call before it is made: the most that it can use.
struct Call {
    std::string account;
    std::shared_ptr<const Allowance> allowance;
    std::int64_t prompt_max = 0, output_max = 0;
    std::vector<std::optional<Price>> prices = {};  // of every model that may answer
};

// What a call has used in the end.
struct Charge {
    std::int64_t tokens = 0;
    std::optional<std::int64_t> cost = {};  // billionths; nothing: unknown
};

// One limit as it stands.
struct BudgetStanding {
    BudgetWindow window = BudgetWindow::day;
    std::string kind;  // "tokens", "USD"
    std::int64_t limit = 0, used = 0;
    TimePoint from{}, to{};
    bool warned = false;  // 80 % are spent
    std::int64_t left() const { return std::max<std::int64_t>(limit - used, 0); }
};
// One of the limits of an allowance: of which window, and of what.
struct BudgetLimit {
    BudgetWindow window = BudgetWindow::day;
    std::string kind;  // "tokens", "USD"
    std::int64_t limit = 0;
};
std::vector<BudgetLimit> limits_of(const Allowance& allowance);
BudgetStanding budget_standing(const BudgetLimit& limit, Span span, std::int64_t used);
// "1200", or "1.2300" for money.
std::string number_text(std::string_view kind, std::int64_t amount);
struct RateStanding {
    std::uint64_t limit = 0, left = 0;
    Milliseconds full_again{};  // when all of it is there
};
struct Standing {
    std::string account;
    std::vector<BudgetStanding> budgets;
    std::optional<RateStanding> requests = {}, tokens = {};
    std::optional<std::uint32_t> streams = {}, streams_max = {};
};

class Governor;
struct Account;

// Leave for one call, with what was reserved for it. Whoever lets it go unsettled has used all of that.
class Permit {
public:
    Permit(Permit&& other) noexcept = default;
    Permit& operator=(Permit&& other) noexcept;  // settles what was held here
    ~Permit();

    // What the answer may have: as much as was asked for, or as much as what is left pays for.
    std::int64_t output_max() const { return output_max_; }
    // Once; a cost that is unknown counts as what was reserved.
    void settle(const Charge& charge);

private:
    friend class Governor;
    struct Taken {
        std::shared_ptr<Meter> meter;
        std::int64_t amount = 0, limit = 0;
    };
    Permit() = default;

    Governor* governor_ = nullptr;
    std::shared_ptr<Account> account_;
    std::vector<Taken> taken_;
    std::int64_t output_max_ = 0, tokens_ = 0;
    MinuteCount::Time at_{};
};

// Whether a call may be made, and what it used. Reserved before and settled after: calls at once never use
// more than a budget has, and the number that refuses is the one that is shown. What a provider counts beyond
// what was asked of it is charged all the same. From any thread; where a call isn't covered by what is
// reserved already, the store is asked on the pool.
class Governor {
public:
    struct Means {
        net::Loop& loop;
        platform::FileSystem& files;  // for the data of time zones
        const Clock& clock;
        Log& log;
        std::shared_ptr<BlockStore> blocks;
        std::function<void()> dirty;  // something waits to be noted
    };
    explicit Governor(Means means);
    ~Governor();

    net::Task<std::expected<Permit, Refusal>> admit(Call call);
    // As admit sees it, for answers' heads: without a look at the store. What nobody has spent of since the
    // start is not there.
    Standing standing(const std::string& account, const Allowance& allowance) const;
    // The same with a look at the store, where it has to be.
    net::Task<Result<Standing>> look(std::string account, std::shared_ptr<const Allowance> allowance);

    // What was settled since the last time, for the store; on the writer's thread.
    Result<void> note(bool closing);

private:
    friend class Permit;
    struct Reserving;
    std::shared_ptr<Account> account_of(const std::string& id);
    std::optional<OffsetAt> known_zone(const std::string& name) const;
    net::Task<Result<OffsetAt>> zone_of(std::string name);
    // The present one; no account is locked.
    Span span_of(BudgetWindow window, const std::string& zone, const OffsetAt& offset) const;
    std::shared_ptr<Meter> meter_of(Account& account, BudgetWindow window, const std::string& kind,
                                    Span span);
    Result<void> reserve(Reserving& reserving);
    std::expected<std::optional<Permit>, Refusal> reserve_and_try(Reserving& reserving);
    std::optional<Refusal> collect(Reserving& reserving, const OffsetAt& offset) const;
    std::optional<Refusal> refuse_rate(Account& account, const Call& call, MinuteCount::Time now) const;
    std::expected<std::optional<Permit>, Refusal> try_now(Reserving& reserving);
    Refusal refuse_clock(const MeterKey& key, TimePoint newest, TimePoint now) const;
    Refusal tell_closed(Refusal refusal);
    Refusal refuse_budget(const MeterKey& key, Span span, std::int64_t limit, std::int64_t used) const;
    void settled(Permit& permit, const Charge& charge);
    void tell_once(const Permit::Taken& taken);

    const Means means_;
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Account>> accounts_;
    std::map<std::string, OffsetAt> zones_;
    mutable std::map<std::pair<std::string, BudgetWindow>, Span> spans_;  // as they were last, by zone
    std::optional<std::chrono::steady_clock::time_point> told_closed_;
    std::atomic<std::uint64_t> serial_{0};
};

}  // namespace openclaw::usage
