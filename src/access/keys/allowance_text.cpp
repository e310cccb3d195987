#include "access/keys/allowance_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::string_view tokens_ending = "-tokens";
constexpr std::int64_t nanos_of_a_unit = 1'000'000'000;
constexpr std::size_t decimals_max = 9;
constexpr std::uint64_t tokens_max = 1'000'000'000'000'000;  // 10^15
constexpr std::uint64_t money_units_max = 1'000'000'000;     // so that sums of nanos fit
constexpr std::string_view usage = "write it like day=2USD, week=1.50EUR or month=5M-tokens";

struct WindowName {
    std::string_view name;
    BudgetWindow window;
};
constexpr std::array window_names{
    WindowName{"day", BudgetWindow::day},     WindowName{"daily", BudgetWindow::day},
    WindowName{"1d", BudgetWindow::day},      WindowName{"week", BudgetWindow::week},
    WindowName{"weekly", BudgetWindow::week}, WindowName{"1w", BudgetWindow::week},
    WindowName{"month", BudgetWindow::month}, WindowName{"monthly", BudgetWindow::month}};

std::string_view name_of(BudgetWindow window) {
    return std::ranges::find(window_names, window, &WindowName::window)->name;
}

std::optional<BudgetWindow> window_named(std::string_view name) {
    const auto found = std::ranges::find(window_names, name, &WindowName::name);
    return found == window_names.end() ? std::nullopt : std::optional(found->window);
}

// Digits, and some behind a point: the value times 10^decimals. Nothing for what isn't a number, has more
// decimals, or is greater than most.
std::optional<std::uint64_t> scaled(std::string_view text, std::size_t decimals, std::uint64_t most) {
    const auto point = std::min(text.find('.'), text.size());
    const auto whole = text.substr(0, point);
    auto part = std::string(text.substr(std::min(point + 1, text.size())));
    if (whole.empty() || part.size() > decimals || (point < text.size() && part.empty())) return std::nullopt;
    part.resize(decimals, '0');
    std::uint64_t value = 0;
    for (const char digit : std::string(whole) + part) {
        if (digit < '0' || digit > '9' || value > UINT64_MAX / 10 - 10) return std::nullopt;
        value = 10 * value + static_cast<std::uint64_t>(digit - '0');
    }
    return value <= most ? std::optional(value) : std::nullopt;
}

std::unexpected<Error> wrong(std::string_view text, std::string_view why) {
    return hinted(fail(Code::invalid_input, "budget \"{}\": {}", printable(shortened(text, 64)), why),
                  std::string(usage));
}

std::size_t zeros_of(char letter) {
    switch (letter) {
        case 'k':
        case 'K':
            return 3;
        case 'M':
            return 6;
        case 'G':
            return 9;
        default:
            return 0;
    }
}

Result<std::uint64_t> parse_tokens(std::string_view text, std::string_view amount) {
    const auto zeros = amount.empty() ? 0 : zeros_of(amount.back());
    if (zeros > 0) amount.remove_suffix(1);
    const auto tokens = scaled(amount, zeros, tokens_max);
    if (!tokens) return wrong(text, "no number of tokens");
    return *tokens;
}

// Those in which somebody is billed for models.
constexpr std::array<std::string_view, 24> currencies{"USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "AUD",
                                                      "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
                                                      "RON", "TRY", "BRL", "MXN", "ZAR", "KRW", "SGD", "HKD"};

Result<Money> parse_money(std::string_view text, std::string_view amount) {
    constexpr std::size_t currency_letters = 3;
    if (amount.size() <= currency_letters) return wrong(text, "no amount");
    const auto currency = amount.substr(amount.size() - currency_letters);
    const auto digits = trimmed(amount.substr(0, amount.size() - currency_letters));
    if (std::ranges::find(currencies, currency) == currencies.end())
        return wrong(text, fmt::format("there is no currency \"{}\"", printable(currency)));
    const auto nanos = scaled(digits, decimals_max, money_units_max * nanos_of_a_unit);
    if (!nanos) return wrong(text, "no amount of money");
    return Money{.nanos = static_cast<std::int64_t>(*nanos), .currency = std::string(currency)};
}

Result<Budget> parse_budget(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return wrong(text, "it has no window");
    const auto window = window_named(trimmed(text.substr(0, equals)));
    if (!window)
        return wrong(text, "a window is a day, a week or a month of the calendar, no number of hours");
    auto amount = trimmed(text.substr(equals + 1));
    if (amount.starts_with('-')) return wrong(text, "it is less than nothing");
    Budget budget{.window = *window};
    if (amount.ends_with(tokens_ending)) {
        amount.remove_suffix(tokens_ending.size());
        const auto tokens = parse_tokens(text, amount);
        if (!tokens) return std::unexpected(tokens.error());
        budget.tokens = *tokens;
        return budget;
    }
    auto money = parse_money(text, amount);
    if (!money) return std::unexpected(std::move(money).error());
    budget.money = std::move(*money);
    return budget;
}

// False: it says again what was said.
bool join(Budget& budget, Budget other) {
    if ((budget.tokens && other.tokens) || (budget.money && other.money)) return false;
    if (other.tokens) budget.tokens = other.tokens;
    if (other.money) budget.money = std::move(other.money);
    return true;
}

std::string amount_text(const Money& money) {
    auto text = fmt::format("{}", money.nanos / nanos_of_a_unit);
    auto part = fmt::format("{:09}", money.nanos % nanos_of_a_unit);
    part.erase(part.find_last_not_of('0') + 1);
    return part.empty() ? text : text + "." + part;
}

std::optional<Budget> budget_of(const json::value& value) {
    const auto* object = as_object(&value);
    const auto window = object ? window_named(string_at(*object, "window").value_or("")) : std::nullopt;
    if (!window) return std::nullopt;
    Budget budget{.window = *window};
    if (object->contains("tokens")) {
        const auto tokens = integer_at(*object, "tokens");
        if (!tokens || *tokens < 0) return std::nullopt;
        budget.tokens = static_cast<std::uint64_t>(*tokens);
    }
    if (object->contains("nanos")) {
        const auto nanos = integer_at(*object, "nanos");
        const auto currency = string_at(*object, "currency");
        if (!nanos || *nanos < 0 || !currency) return std::nullopt;
        budget.money = Money{.nanos = *nanos, .currency = std::string(*currency)};
    }
    return budget.tokens || budget.money ? std::optional(std::move(budget)) : std::nullopt;
}

// False: it is there and is no number that fits.
template <class Number>
bool read_number(const json::object& object, std::string_view name, std::optional<Number>& number) {
    if (!object.contains(name)) return true;
    const auto value = integer_at(object, name);
    if (!value || *value < 0 || static_cast<std::uint64_t>(*value) > std::numeric_limits<Number>::max())
        return false;
    number = static_cast<Number>(*value);
    return true;
}

bool read_budgets(const json::object& object, std::vector<Budget>& budgets) {
    const auto* value = value_at(object, "budgets");
    if (!value) return true;
    if (!value->is_array()) return false;
    for (const auto& item : value->get_array()) {
        auto budget = budget_of(item);
        if (!budget) return false;
        budgets.push_back(std::move(*budget));
    }
    return true;
}

}  // namespace

Result<std::vector<Budget>> parse_budgets(const std::vector<std::string>& texts) {
    std::vector<Budget> budgets;
    for (const auto& text : texts)
        for (const auto piece : split(text, ',')) {
            auto budget = parse_budget(trimmed(piece));
            if (!budget) return std::unexpected(std::move(budget).error());
            const auto known = std::ranges::find(budgets, budget->window, &Budget::window);
            if (known == budgets.end())
                budgets.push_back(std::move(*budget));
            else if (!join(*known, std::move(*budget)))
                return wrong(piece, "there is another one for the same time");
        }
    return budgets;
}

std::vector<std::string> budget_texts(const std::vector<Budget>& budgets) {
    std::vector<std::string> texts;
    for (const auto& [window, tokens, money] : budgets) {
        if (money)
            texts.push_back(fmt::format("{}={}{}", name_of(window), amount_text(*money), money->currency));
        if (tokens) texts.push_back(fmt::format("{}={}{}", name_of(window), *tokens, tokens_ending));
    }
    return texts;
}

std::string money_text(const Money& money) {
    return amount_text(money) + " " + money.currency;
}

Result<void> check_time_zone(std::string_view name) {
    constexpr std::size_t name_bytes_max = 64;
    const bool sound = !name.empty() && name.size() <= name_bytes_max && !name.contains("..") &&
                       !name.starts_with('/') && std::ranges::all_of(name, [](char sign) {
                           return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
                                  (sign >= '0' && sign <= '9') || sign == '/' || sign == '_' || sign == '-' ||
                                  sign == '+';
                       });
    if (sound) return {};
    return hinted(fail(Code::invalid_input, "there is no time zone \"{}\"", printable(shortened(name, 64))),
                  "name one like Europe/Berlin or UTC");
}

json::object allowance_json(const Allowance& allowance) {
    json::object object;
    if (allowance.requests_per_minute) object["requestsPerMinute"] = *allowance.requests_per_minute;
    if (allowance.tokens_per_minute) object["tokensPerMinute"] = *allowance.tokens_per_minute;
    if (allowance.streams) object["streams"] = *allowance.streams;
    if (!allowance.time_zone.empty()) object["timeZone"] = allowance.time_zone;
    if (allowance.budgets.empty()) return object;
    json::array budgets;
    for (const auto& [window, tokens, money] : allowance.budgets) {
        json::object budget{{"window", name_of(window)}};
        if (tokens) budget["tokens"] = *tokens;
        if (money) {
            budget["nanos"] = money->nanos;
            budget["currency"] = money->currency;
        }
        budgets.push_back(std::move(budget));
    }
    object["budgets"] = std::move(budgets);
    return object;
}

std::optional<Allowance> allowance_of(const json::value& value) {
    const auto* object = as_object(&value);
    if (!object) return std::nullopt;
    Allowance allowance;
    const auto* zone = value_at(*object, "timeZone");
    if (zone && !zone->is_string()) return std::nullopt;
    if (zone) allowance.time_zone = std::string(zone->get_string());
    const bool sound = read_number(*object, "requestsPerMinute", allowance.requests_per_minute) &&
                       read_number(*object, "tokensPerMinute", allowance.tokens_per_minute) &&
                       read_number(*object, "streams", allowance.streams) &&
                       read_budgets(*object, allowance.budgets);
    return sound ? std::optional(std::move(allowance)) : std::nullopt;
}

}  // namespace openclaw::access
