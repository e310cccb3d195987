#include "usage/governor.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text.h"
#include "usage/zone.h"

namespace openclaw::usage {

namespace {

constexpr std::size_t accounts_max = 4096, zones_max = 256, spans_max = 1024, meters_max = 16;
constexpr int tries_max = 16;
constexpr int told_at_percent = 80;
constexpr std::int64_t output_least = 256;  // an answer of less isn't worth asking for
constexpr std::int64_t blocks_of_a_budget = 32;
constexpr std::int64_t nanos_of_a_unit = 1'000'000'000;

std::int64_t whole(std::uint64_t number) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(number, INT64_MAX / 4));
}

std::string amount_text(const std::string& kind, std::int64_t amount) {
    return fmt::format("{} {}", number_text(kind, amount), kind);
}

}  // namespace

std::string number_text(std::string_view kind, std::int64_t amount) {
    if (kind == token_kind) return fmt::to_string(amount);
    return fmt::format("{}.{:04}", amount / nanos_of_a_unit, amount % nanos_of_a_unit / 100'000);
}

std::vector<BudgetLimit> limits_of(const Allowance& allowance) {
    std::vector<BudgetLimit> limits;
    for (const auto& [window, tokens, money] : allowance.budgets) {
        if (tokens) limits.push_back({window, std::string(token_kind), whole(*tokens)});
        if (money) limits.push_back({window, money->currency, money->nanos});
    }
    return limits;
}

BudgetStanding budget_standing(const BudgetLimit& limit, Span span, std::int64_t used) {
    const bool warned =
        static_cast<__int128>(used) * 100 >= static_cast<__int128>(limit.limit) * told_at_percent;
    return {limit.window, limit.kind, limit.limit, used, span.from, span.to, warned};
}

std::string_view name_of(Refusal::Why why) {
    switch (why) {
        case Refusal::Why::requests:
        case Refusal::Why::tokens:
        case Refusal::Why::streams:
            return "rate_limit_exceeded";
        case Refusal::Why::budget:
            return "budget_exceeded";
        case Refusal::Why::no_price:
            return "unknown_price";
        case Refusal::Why::closed:
            return "budget_unavailable";
    }
    return "budget_exceeded";
}

// Whoever is charged: what he has had within the last minute, and his budgets in their present windows.
struct Account {
    explicit Account(std::string what) : id(std::move(what)) {}
    const std::string id;
    std::mutex mutex;
    std::mutex reserving;  // taken before the other one
    MinuteCount requests, tokens;
    std::uint32_t streams = 0;
    std::vector<std::shared_ptr<Meter>> meters;                        // the newest last
    std::map<std::pair<BudgetWindow, std::string>, TimePoint> newest;  // window that was ever used

    void note_newest(const MeterKey& key, TimePoint from) {
        auto& known = newest[{key.window, key.kind}];
        known = std::max(known, from);
    }

    std::shared_ptr<Meter> find(BudgetWindow window, std::string_view kind, TimePoint from) const {
        const auto found = std::ranges::find_if(meters, [&](const auto& meter) {
            return meter->key.window == window && meter->key.kind == kind && meter->key.from == from;
        });
        return found == meters.end() ? nullptr : *found;
    }
};

// One call on its way to a permit.
struct Governor::Reserving {
    struct Wanted {
        BudgetWindow window = BudgetWindow::day;
        std::string kind;
        std::int64_t limit = 0;
        Span span;
        std::shared_ptr<Meter> meter = {};
    };
    Call call;
    std::shared_ptr<Account> account;
    std::vector<Wanted> wanted;
    std::vector<Price> prices = {};
    std::vector<BlockWish> wishes = {};  // what must be reserved first
    std::vector<std::shared_ptr<Meter>> wishing = {};

    std::int64_t amount_of(const Wanted& each, std::int64_t output) const {
        if (each.kind == token_kind) return call.prompt_max + output;
        std::int64_t most = 0;
        for (const auto& price : prices) most = std::max(most, dearest_cost(price, call.prompt_max, output));
        return most;
    }
    // The longest answer that what is left of a budget pays for.
    std::int64_t affordable(const Wanted& each, std::int64_t left, std::int64_t output) const {
        if (amount_of(each, output) <= left) return output;
        std::int64_t fits = 0, too_much = output;
        if (amount_of(each, 0) > left) return -1;
        while (too_much - fits > 1) {
            const auto middle = fits + (too_much - fits) / 2;
            (amount_of(each, middle) <= left ? fits : too_much) = middle;
        }
        return fits;
    }
};

Permit::~Permit() {
    if (!account_) return;
    Charge all{.tokens = tokens_};
    settle(all);
}

Permit& Permit::operator=(Permit&& other) noexcept {
    Permit held(std::move(*this));
    governor_ = other.governor_;
    account_ = std::move(other.account_);
    taken_ = std::move(other.taken_);
    output_max_ = other.output_max_;
    tokens_ = other.tokens_;
    at_ = other.at_;
    return *this;
}

void Permit::settle(const Charge& charge) {
    if (!account_) return;
    governor_->settled(*this, charge);
    account_.reset();
}

Governor::Governor(Means means) : means_(std::move(means)) {}
Governor::~Governor() = default;

std::shared_ptr<Account> Governor::account_of(const std::string& id) {
    const std::scoped_lock guard(mutex_);
    const auto known = accounts_.find(id);
    if (known != accounts_.end()) return known->second;
    if (accounts_.size() >= accounts_max)
        std::erase_if(accounts_, [](const auto& entry) {
            return entry.second.use_count() == 1 && entry.second->meters.empty();
        });
    return accounts_.emplace(id, std::make_shared<Account>(id)).first->second;
}

std::optional<OffsetAt> Governor::known_zone(const std::string& name) const {
    if (name.empty())
        return OffsetAt([&clock = means_.clock](TimePoint time) { return clock.utc_offset(time); });
    const std::scoped_lock guard(mutex_);
    const auto known = zones_.find(name);
    return known == zones_.end() ? std::nullopt : std::optional(known->second);
}

net::Task<Result<OffsetAt>> Governor::zone_of(std::string name) {
    if (auto known = known_zone(name)) co_return std::move(*known);
    std::move_only_function<Result<std::shared_ptr<const Zone>>()> load = [&files = means_.files, name] {
        return Zone::load(files, name);
    };
    auto zone = co_await means_.loop.blocking(std::move(load));
    if (!zone) co_return std::unexpected(zone.error());
    OffsetAt offset = [zone = *zone](TimePoint time) {
        return zone->offset_at(std::chrono::floor<std::chrono::seconds>(time));
    };
    const std::scoped_lock guard(mutex_);
    if (zones_.size() >= zones_max) zones_.clear();
    co_return zones_.insert_or_assign(name, std::move(offset)).first->second;
}

Span Governor::span_of(BudgetWindow window, const std::string& zone, const OffsetAt& offset) const {
    const auto now = means_.clock.now();
    const std::scoped_lock guard(mutex_);
    if (spans_.size() >= spans_max) spans_.clear();
    auto& span = spans_[{zone, window}];
    if (now < span.from || now >= span.to) span = span_at(window, now, offset);
    return span;
}

std::optional<Refusal> Governor::refuse_rate(Account& account, const Call& call,
                                             MinuteCount::Time now) const {
    const auto& allowance = *call.allowance;
    const auto refusal = [](Refusal::Why why, std::string message, Milliseconds wait) {
        return Refusal{why, Error{Code::busy, std::move(message), "try again in " + format_left(wait)}, wait};
    };
    if (allowance.streams && account.streams >= *allowance.streams)
        return refusal(
            Refusal::Why::streams,
            fmt::format("{} answers are under way, as many as are allowed at once", account.streams),
            std::chrono::seconds(1));
    if (allowance.requests_per_minute) {
        const std::uint64_t limit = *allowance.requests_per_minute, sum = account.requests.sum(now);
        if (sum >= limit)
            return refusal(
                Refusal::Why::requests, fmt::format("more than {} requests in a minute", limit),
                limit == 0 ? std::chrono::minutes(1) : account.requests.until_free(sum - limit + 1, now));
    }
    if (allowance.tokens_per_minute) {
        const auto limit = *allowance.tokens_per_minute, sum = account.tokens.sum(now);
        const auto needed =
            static_cast<std::uint64_t>(call.prompt_max + std::min(call.output_max, output_least));
        if (sum + needed >= limit)
            return refusal(Refusal::Why::tokens, fmt::format("more than {} tokens in a minute", limit),
                           needed >= limit ? std::chrono::minutes(1)
                                           : account.tokens.until_free(sum + needed - limit + 1, now));
    }
    return std::nullopt;
}

Refusal Governor::refuse_budget(const MeterKey& key, Span span, std::int64_t limit, std::int64_t used) const {
    const auto wait = std::max(span.to - means_.clock.now(), Milliseconds(1));
    const auto message =
        limit == 0
            ? fmt::format("the budget of this {} is 0", name_of(key.window))
            : fmt::format(
                  "what is left of the budget of this {} doesn't pay for this call: {} of {} are spent",
                  name_of(key.window), number_text(key.kind, used), amount_text(key.kind, limit));
    return {Refusal::Why::budget,
            Error{Code::busy, message,
                  fmt::format("it begins anew in {}; a shorter message may do meanwhile", format_left(wait))},
            wait};
}

// What is left of a window that is over would be opened again by whoever sets the clock back.
Refusal Governor::refuse_clock(const MeterKey& key, TimePoint newest, TimePoint now) const {
    return {
        Refusal::Why::closed,
        Error{Code::unavailable,
              fmt::format("the gateway's clock was set back: it shows {}, and of this {}'s budget something "
                          "was spent in one that begins at {}",
                          iso_time(now), name_of(key.window), iso_time(newest)),
              "whoever looks after the gateway sets its clock; if it was ahead before, another account has "
              "to pay: `openclaw gateway keys update NAME --account NAME-2`"},
        newest - now};
}

// Into the log, once a minute at most. No account is locked.
Refusal Governor::tell_closed(Refusal refusal) {
    if (refusal.why != Refusal::Why::closed) return refusal;
    const auto now = means_.clock.steady();
    const std::scoped_lock guard(mutex_);
    if (told_closed_ && now - *told_closed_ < std::chrono::minutes(1)) return refusal;
    told_closed_ = now;
    const auto& [code, message, hint] = refusal.error;
    means_.log.warn("usage", "who has a budget isn't answered: {}{}{}", message, hint.empty() ? "" : "; ",
                    hint);
    return refusal;
}

// A permit; nothing where more must be reserved first, which then stands in the wishes. The account is
// locked.
std::expected<std::optional<Permit>, Refusal> Governor::try_now(Reserving& reserving) {
    auto& [call, account, wanted, prices, wishes, wishing] = reserving;
    const std::scoped_lock guard(account->mutex);
    const auto now = means_.clock.steady();
    const auto today = means_.clock.now();
    if (auto refusal = refuse_rate(*account, call, now)) return std::unexpected(std::move(*refusal));
    wishes.clear();
    wishing.clear();
    auto output = call.output_max;
    if (const auto& limit = call.allowance->tokens_per_minute) {
        const auto left = whole(*limit) - whole(account->tokens.sum(now)) - call.prompt_max;
        output = std::clamp<std::int64_t>(left, 0, output);
    }
    for (auto& each : wanted) {
        if (!each.meter) each.meter = meter_of(*account, each.window, each.kind, each.span);
        if (const auto newest = account->newest.at({each.window, each.kind}); newest > today)
            return std::unexpected(refuse_clock(each.meter->key, newest, today));
        const auto left = each.meter->left(each.limit);
        const auto fits = reserving.affordable(each, left, output);
        if (each.limit == 0 || fits < std::min(call.output_max, output_least))
            return std::unexpected(refuse_budget(each.meter->key, each.span, each.limit, each.meter->used()));
        output = fits;
    }
    for (const auto& each : wanted) {
        const auto need = reserving.amount_of(each, output), used = each.meter->used_here();
        if (used + need <= each.meter->granted()) continue;
        wishes.push_back({.key = each.meter->key,
                          .limit = each.limit,
                          .used = used,
                          .need = need,
                          .ahead = each.limit / blocks_of_a_budget});
        wishing.push_back(each.meter);
    }
    if (!wishes.empty()) return std::nullopt;
    Permit permit;
    for (const auto& each : wanted) {
        const auto amount = reserving.amount_of(each, output);
        if (!each.meter->take(amount, each.limit)) {
            for (const auto& taken : permit.taken_) taken.meter->give_back(taken.amount);
            return std::nullopt;
        }
        permit.taken_.push_back({each.meter, amount, each.limit});
    }
    permit.governor_ = this;
    permit.account_ = account;
    permit.output_max_ = output;
    permit.tokens_ = call.prompt_max + output;
    permit.at_ = now;
    account->requests.add(1, now);
    account->tokens.add(permit.tokens_, now);
    ++account->streams;
    return permit;
}

std::shared_ptr<Meter> Governor::meter_of(Account& account, BudgetWindow window, const std::string& kind,
                                          Span span) {
    if (auto known = account.find(window, kind, span.from)) return known;
    if (account.meters.size() >= meters_max) account.meters.erase(account.meters.begin());
    const MeterKey key{account.id, window, span.from, kind, ++serial_};
    account.note_newest(key, span.from);
    return account.meters.emplace_back(std::make_shared<Meter>(key, span));
}

// On the pool.
Result<void> Governor::reserve(Reserving& reserving) {
    const auto grants = means_.blocks->reserve(reserving.wishes);
    if (!grants) return std::unexpected(grants.error());
    const std::scoped_lock guard(reserving.account->mutex);
    for (std::size_t i = 0; i < grants->size(); ++i) {
        const auto& [granted, others, newest] = (*grants)[i];
        reserving.wishing[i]->grant(granted, others);
        reserving.account->note_newest(reserving.wishing[i]->key, newest);
    }
    return {};
}

// On the pool. One call of an account at a time; those that need no more go past, and may take what was
// reserved for this one, which then asks for more.
std::expected<std::optional<Permit>, Refusal> Governor::reserve_and_try(Reserving& reserving) {
    const std::scoped_lock one_at_a_time(reserving.account->reserving);
    for (int tries = 0; tries < tries_max; ++tries) {
        auto permit = try_now(reserving);
        if (!permit || *permit) return permit;
        if (const auto reserved = reserve(reserving); !reserved)
            return std::unexpected(
                Refusal{Refusal::Why::closed, failed(reserved.error(), "looking at the budget").error(), {}});
    }
    return std::nullopt;
}

// Which budgets there are, and what the models cost that may answer.
std::optional<Refusal> Governor::collect(Reserving& reserving, const OffsetAt& offset) const {
    const auto refusal = [](std::string message, std::string hint) {
        return Refusal{Refusal::Why::no_price, Error{Code::busy, std::move(message), std::move(hint)}, {}};
    };
    const auto& allowance = *reserving.call.allowance;
    for (auto& [window, kind, limit] : limits_of(allowance)) {
        const bool money = kind != token_kind;
        reserving.wanted.push_back({window, kind, limit, span_of(window, allowance.time_zone, offset)});
        for (const auto& price : reserving.call.prices) {
            if (!money) break;
            if (!price)
                return refusal(
                    "money is budgeted, and what a model costs that may answer is unknown",
                    "set its cost in models.providers, or usage.fallbackPrice for all that have none");
            if (price->currency != kind)
                return refusal(fmt::format("nothing has a price in {}", kind),
                               fmt::format("give the key a budget in {}", price->currency));
        }
    }
    for (const auto& price : reserving.call.prices)
        if (price) reserving.prices.push_back(*price);
    return std::nullopt;
}

net::Task<std::expected<Permit, Refusal>> Governor::admit(Call call) {
    Reserving reserving{.call = std::move(call), .account = {}, .wanted = {}};
    reserving.account = account_of(reserving.call.account);
    if (!reserving.call.allowance->budgets.empty()) {
        const auto offset = co_await zone_of(reserving.call.allowance->time_zone);
        if (!offset) co_return std::unexpected(tell_closed({Refusal::Why::closed, offset.error(), {}}));
        if (auto refusal = collect(reserving, *offset)) co_return std::unexpected(std::move(*refusal));
    }
    auto permit = try_now(reserving);
    if (permit && !*permit) {
        const auto shared = std::make_shared<Reserving>(std::move(reserving));
        std::move_only_function<std::expected<std::optional<Permit>, Refusal>()> work = [this, shared] {
            return reserve_and_try(*shared);
        };
        permit = co_await means_.loop.blocking(std::move(work));
    }
    if (!permit) co_return std::unexpected(tell_closed(std::move(permit).error()));
    if (*permit) co_return std::move(**permit);
    co_return std::unexpected(Refusal{
        Refusal::Why::budget,
        Error{Code::busy, "other calls have taken what is left of the budget", "try again in a moment"},
        std::chrono::seconds(1)});
}

net::Task<Result<Standing>> Governor::look(std::string id, std::shared_ptr<const Allowance> allowance) {
    Reserving looking{
        .call = {.account = id, .allowance = allowance}, .account = account_of(id), .wanted = {}};
    const auto offset = co_await zone_of(allowance->time_zone);
    if (!offset) co_return std::unexpected(offset.error());
    collect(looking, *offset);
    {
        const std::scoped_lock guard(looking.account->mutex);
        for (const auto& each : looking.wanted) {
            auto meter = meter_of(*looking.account, each.window, each.kind, each.span);
            if (meter->granted() > 0) continue;
            looking.wishes.push_back({.key = meter->key, .limit = each.limit});
            looking.wishing.push_back(std::move(meter));
        }
    }
    if (looking.wishes.empty()) co_return standing(id, *allowance);
    const auto shared = std::make_shared<Reserving>(std::move(looking));
    std::move_only_function<Result<void>()> work = [this, shared] {
        const std::scoped_lock one_at_a_time(shared->account->reserving);
        return reserve(*shared);
    };
    if (auto known = co_await means_.loop.blocking(std::move(work)); !known)
        co_return std::unexpected(known.error());
    co_return standing(id, *allowance);
}

void Governor::settled(Permit& permit, const Charge& charge) {
    for (const auto& taken : permit.taken_) {
        const bool tokens = taken.meter->key.kind == token_kind;
        taken.meter->settle(taken.amount, tokens ? charge.tokens : charge.cost.value_or(taken.amount));
        tell_once(taken);
    }
    {
        const std::scoped_lock guard(permit.account_->mutex);
        permit.account_->tokens.correct(charge.tokens - permit.tokens_, permit.at_, means_.clock.steady());
        --permit.account_->streams;
    }
    if (!permit.taken_.empty()) means_.dirty();
}

void Governor::tell_once(const Permit::Taken& taken) {
    const auto& [meter, amount, limit] = taken;
    if (!meter->passes(limit, told_at_percent)) return;
    means_.log.warn("usage", "{} has spent {} of {} of this {}'s budget; it begins anew in {}",
                    printable(meter->key.account), number_text(meter->key.kind, meter->used()),
                    amount_text(meter->key.kind, limit), name_of(meter->key.window),
                    format_left(std::max(meter->span.to - means_.clock.now(), Milliseconds(0))));
}

Standing Governor::standing(const std::string& id, const Allowance& allowance) const {
    Standing standing{.account = id, .budgets = {}};
    std::shared_ptr<Account> account;
    {
        const std::scoped_lock guard(mutex_);
        if (const auto known = accounts_.find(id); known != accounts_.end()) account = known->second;
    }
    if (!account) account = std::make_shared<Account>(id);
    const auto offset = known_zone(allowance.time_zone);
    const auto limits = offset ? limits_of(allowance) : std::vector<BudgetLimit>();
    std::vector<Span> spans;
    for (const auto& limit : limits) spans.push_back(span_of(limit.window, allowance.time_zone, *offset));
    const std::scoped_lock guard(account->mutex);
    for (std::size_t i = 0; i < limits.size(); ++i) {
        const auto meter = account->find(limits[i].window, limits[i].kind, spans[i].from);
        standing.budgets.push_back(budget_standing(limits[i], spans[i], meter ? meter->used() : 0));
    }
    const auto now = means_.clock.steady();
    const auto rate = [&](std::uint64_t limit, MinuteCount& count) {
        const auto sum = count.sum(now);
        return RateStanding{limit, limit > sum ? limit - sum : 0,
                            sum == 0 ? Milliseconds(0) : count.until_free(sum, now)};
    };
    if (allowance.requests_per_minute)
        standing.requests = rate(*allowance.requests_per_minute, account->requests);
    if (allowance.tokens_per_minute) standing.tokens = rate(*allowance.tokens_per_minute, account->tokens);
    standing.streams = account->streams;
    standing.streams_max = allowance.streams;
    return standing;
}

Result<void> Governor::note(bool closing) {
    std::vector<BlockCount> counts;
    std::vector<std::shared_ptr<Meter>> meters;
    {
        const std::scoped_lock guard(mutex_);
        for (const auto& [id, account] : accounts_) {
            const std::scoped_lock inner(account->mutex);
            for (const auto& meter : account->meters) {
                const auto settled = closing ? meter->used_here() : meter->settled();
                if (meter->granted() == 0 || (!closing && settled == meter->noted)) continue;
                counts.push_back({meter->key, settled, closing});
                meters.push_back(meter);
            }
        }
    }
    if (counts.empty()) return {};
    auto done = means_.blocks->note(counts);
    if (!done) return done;
    for (std::size_t i = 0; i < meters.size(); ++i) meters[i]->noted = counts[i].settled;
    return {};
}

}  // namespace openclaw::usage
