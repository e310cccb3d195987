#include "auth/oauth/renewal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>
#include <utility>

#include "base/text.h"

namespace openclaw::auth::oauth {
namespace {

constexpr Milliseconds margin_max = std::chrono::minutes(5);
constexpr Milliseconds first_wait = std::chrono::seconds(30), wait_max = std::chrono::minutes(30);
constexpr Milliseconds asked_wait_max = std::chrono::days(1);
constexpr std::size_t text_bytes_max = 1024, token_bytes_max = 64u << 10;
constexpr std::int64_t failures_max = 1000;

constexpr std::array<std::pair<Stage, std::string_view>, 6> stage_names = {{
    {Stage::idle, "idle"},
    {Stage::sent, "sent"},
    {Stage::unknown, "unknown"},
    {Stage::answered, "answered"},
    {Stage::spent, "spent"},
    {Stage::dead, "dead"},
}};

std::string_view name_of(Stage stage) {
    return std::ranges::find(stage_names, stage, &std::pair<Stage, std::string_view>::first)->second;
}

std::optional<Stage> stage_named(std::string_view name) {
    const auto found = std::ranges::find(stage_names, name, &std::pair<Stage, std::string_view>::second);
    return found == stage_names.end() ? std::nullopt : std::optional(found->first);
}

void put(json::object& object, std::string_view name, std::string_view text) {
    if (!text.empty()) object[name] = text;
}
void put(json::object& object, std::string_view name, std::optional<TimePoint> time) {
    if (time) object[name] = to_ms(*time);
}

std::optional<TimePoint> time_at(const json::object& object, std::string_view key) {
    const auto ms = integer_at(object, key);
    return ms ? std::optional(from_ms(*ms)) : std::nullopt;
}

std::string short_text(const json::object& object, std::string_view key) {
    return shortened(string_at(object, key).value_or(""), text_bytes_max);
}

Milliseconds wait_after(int failures, std::optional<Milliseconds> asked, double jitter) {
    if (asked) return std::min(std::max(*asked, Milliseconds(1000)), asked_wait_max);
    const auto steps = std::min(std::max(failures - 1, 0), 6);
    const auto wait = std::min(first_wait * (1 << steps), wait_max);
    return wait + Milliseconds(static_cast<std::int64_t>(static_cast<double>(wait.count()) * 0.25 * jitter));
}

std::string reason_of(const Declined& declined) {
    return declined.text.empty() ? declined.code : fmt::format("{}: {}", declined.code, declined.text);
}

struct Settling {
    RenewalRecord& record;
    TimePoint now;
    double jitter;

    void later(std::string why, std::optional<Milliseconds> asked) const {
        record.stage = Stage::idle;
        record.failures += 1;
        record.reason = std::move(why);
        record.not_before = now + wait_after(record.failures, asked, jitter);
    }
    void unknown(std::string why) const {
        record.stage = Stage::unknown;
        record.reason = std::move(why);
    }

    void operator()(const NotSent& not_sent) const { later(not_sent.why, std::nullopt); }
    void operator()(const Lost& lost) const { unknown(lost.why); }
    void operator()(const TokenAnswer& answer) const { std::visit(*this, answer); }
    void operator()(const Unclear& unclear) const { unknown(unclear.what); }
    void operator()(const Granted& granted) const {
        record.stage = Stage::answered;
        record.answer = granted;
        record.failures = 0;
        record.reason.clear();
        record.not_before.reset();
    }
    void operator()(const Declined& declined) const {
        switch (declined.kind) {
            case Declined::Kind::dead:
                record.stage = Stage::dead;
                record.reason = reason_of(declined);
                return;
            // The token was not looked at: another client, or the same one mended, may still spend it.
            case Declined::Kind::configuration:
                return later(reason_of(declined), wait_max);
            case Declined::Kind::later:
            case Declined::Kind::pending:
            case Declined::Kind::slow_down:
            case Declined::Kind::denied:
                return later(reason_of(declined), declined.again_in);
        }
    }
};

Plan stopped(std::string why) {
    return {.move = Plan::Move::stop, .why = std::move(why)};
}

// The token can't be sent. Until its end the access token may still be used.
Plan without_renewal(bool good, Plan otherwise) {
    return good ? Plan{.move = Plan::Move::use, .why = std::move(otherwise.why)} : otherwise;
}

}  // namespace

Milliseconds renewal_margin(std::optional<Milliseconds> life, double jitter) {
    const auto margin = life ? std::min(margin_max, std::max(*life, Milliseconds(0)) / 10) : margin_max;
    return margin +
           Milliseconds(static_cast<std::int64_t>(static_cast<double>(margin.count()) * 0.2 * jitter));
}

double jitter_of(std::string_view profile) {
    std::uint32_t hash = 2166136261U;  // FNV-1a
    for (const char c : profile) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return static_cast<double>(hash % 1024) / 1024;
}

Plan plan_renewal(const RenewalLook& look, const RenewalRecord* record, TimePoint now) {
    const bool ended = look.expires && *look.expires <= now;
    const bool ends_soon = look.expires && *look.expires - renewal_margin(look.life, look.jitter) <= now;
    const bool good = !ended && look.wish != Wish::refused;
    // An answer that no store has yet comes before everything: nothing else may get lost.
    if (record && record->stage == Stage::answered) return {.move = Plan::Move::adopt};
    if (look.wish == Wish::fresh && !ends_soon) return {.move = Plan::Move::use};
    if (!look.can_renew) return without_renewal(good, stopped("it can't be renewed here"));
    if (!record) return {.move = Plan::Move::send};
    switch (record->stage) {
        case Stage::dead:
            return without_renewal(good, stopped(record->reason));
        case Stage::sent:
        case Stage::unknown:
            return without_renewal(good, stopped(record->reason));
        case Stage::spent:
            return without_renewal(good,
                                   stopped("its refresh token was spent, and what came for it is elsewhere"));
        case Stage::idle:
            if (record->not_before && *record->not_before > now && look.wish != Wish::by_person)
                return without_renewal(
                    good, {.move = Plan::Move::wait, .until = record->not_before, .why = record->reason});
            return {.move = Plan::Move::send};
        case Stage::answered:
            break;
    }
    return {.move = Plan::Move::adopt};
}

RenewalRecord after(RenewalRecord record, const Outcome& outcome, TimePoint now, double jitter) {
    record.since = now;
    std::visit(Settling{record, now, jitter}, outcome);
    return record;
}

RenewalRecord found(RenewalRecord record) {
    if (record.stage != Stage::sent) return record;
    record.stage = Stage::unknown;
    record.reason = fmt::format("{} sent it and ended before the answer was written down",
                                record.holder.empty() ? "another process" : record.holder);
    return record;
}

Secret tokens_text(const Granted& tokens) {
    json::object object{{"access", revealed(tokens.access)}};
    if (tokens.refresh) object["refresh"] = revealed(*tokens.refresh);
    put(object, "expires", tokens.expires);
    if (tokens.lifetime) object["lifetimeMs"] = tokens.lifetime->count();
    if (tokens.scope) object["scope"] = *tokens.scope;
    put(object, "accountId", tokens.account.id);
    put(object, "email", tokens.account.email);
    return Secret(json::serialize(object));
}

Result<Granted> tokens_from(const Secret& text) {
    const auto document = parse_json(text, 4 * token_bytes_max);
    const auto* object = document ? document->if_object() : nullptr;
    const auto access = object ? string_at(*object, "access") : std::nullopt;
    const auto refresh = object ? string_at(*object, "refresh") : std::nullopt;
    if (!access || access->empty()) return fail(Code::corrupt, "it holds no access token");
    Granted tokens{.access = Secret(*access)};
    if (refresh) tokens.refresh = Secret(*refresh);
    tokens.expires = time_at(*object, "expires");
    if (const auto lifetime = integer_at(*object, "lifetimeMs")) tokens.lifetime = Milliseconds(*lifetime);
    if (const auto scope = string_at(*object, "scope")) tokens.scope = std::string(*scope);
    tokens.account = {short_text(*object, "accountId"), short_text(*object, "email")};
    return tokens;
}

json::object to_json(const RenewalRecord& record) {
    json::object object{{"version", 1}, {"stage", name_of(record.stage)}};
    put(object, "provider", record.provider);
    put(object, "issuer", record.issuer);
    put(object, "client", record.client);
    put(object, "since", std::optional(record.since));
    put(object, "holder", record.holder);
    put(object, "reason", record.reason);
    if (record.failures > 0) object["failures"] = record.failures;
    put(object, "notBefore", record.not_before);
    put(object, "successor", record.successor);
    return object;
}

Result<RenewalRecord> record_from(const json::value& document) {
    const auto* object = document.if_object();
    const auto stage = object ? stage_named(string_at(*object, "stage").value_or("")) : std::nullopt;
    if (!stage || integer_at(*object, "version") != 1)
        return fail(Code::corrupt, "it is no record of a renewal that this version knows");
    RenewalRecord record{.stage = *stage,
                         .provider = short_text(*object, "provider"),
                         .issuer = short_text(*object, "issuer"),
                         .client = short_text(*object, "client")};
    record.since = time_at(*object, "since").value_or(TimePoint{});
    record.holder = short_text(*object, "holder");
    record.reason = short_text(*object, "reason");
    record.failures = static_cast<int>(
        std::clamp<std::int64_t>(integer_at(*object, "failures").value_or(0), 0, failures_max));
    record.not_before = time_at(*object, "notBefore");
    record.successor = short_text(*object, "successor");
    return record;
}

}  // namespace openclaw::auth::oauth
