#include "auth/choice/key_pool.h"

#include <algorithm>

#include "auth/choice/provider_table.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

constexpr std::size_t keys_max = 64;

std::string in_capitals(std::string_view provider) {
    std::string text(provider);
    for (auto& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c == '-' || c == '.') c = '_';
    }
    return text;
}

class Pool {
public:
    explicit Pool(const config::Environment& environment) : environment_(environment) {}

    void add_single(std::string_view name) {
        if (const auto value = environment_.find_filled(name)) known_.emplace_back(*value);
    }
    void add_list(const std::string& name) {
        constexpr std::string_view separators = ",; \t\r\n";
        const auto* variable = environment_.variable(name);
        if (!variable) return;
        std::size_t number = 1;
        for (auto& key : variable->value.split(separators))
            add(fmt::format("{}[{}]", name, number++), std::move(key), variable);
    }
    void add_numbered(const std::string& name) {
        for (const auto& [number, variable] : config::numbered_variables(environment_, name))
            if (!variable->value.blank()) add(variable->name, variable->value.trimmed(), variable);
    }
    std::vector<PooledKey> take() { return std::move(keys_); }

private:
    void add(std::string place, Secret key, const config::Variable* variable) {
        if (keys_.size() >= keys_max || std::ranges::find(known_, key) != known_.end()) return;
        known_.push_back(key);
        keys_.push_back({std::move(place), std::move(key), variable});
    }

    const config::Environment& environment_;
    std::vector<Secret> known_;
    std::vector<PooledKey> keys_;
};

}  // namespace

std::string live_variable(std::string_view provider) {
    return fmt::format("OPENCLAW_LIVE_{}_KEY", in_capitals(provider));
}

std::vector<PooledKey> pooled_keys(std::string_view provider, const config::Environment& environment) {
    std::vector<std::string> names;
    for (const auto name : variables_of(provider)) names.emplace_back(name);
    const auto usual = in_capitals(provider) + "_API_KEY";
    if (!names.empty() && std::ranges::find(names, usual) == names.end()) names.push_back(usual);
    Pool pool(environment);
    pool.add_single(live_variable(provider));
    for (const auto name : variables_of(provider)) pool.add_single(name);
    for (const auto& name : names) pool.add_list(name + "S");
    for (const auto& name : names) pool.add_numbered(name);
    return pool.take();
}

}  // namespace openclaw::auth
