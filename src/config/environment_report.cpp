#include "config/environment_report.h"

#include <set>

#include "base/fingerprint.h"
#include "config/environment/known_variables.h"

namespace openclaw::config {
namespace {

std::string_view name_of(VariablePurpose purpose) {
    switch (purpose) {
        case VariablePurpose::provider_key:
            return "providerKey";
        case VariablePurpose::gateway:
            return "gateway";
        case VariablePurpose::place:
            return "place";
        case VariablePurpose::behaviour:
            return "behaviour";
        case VariablePurpose::cloud:
            return "cloud";
        case VariablePurpose::proxy:
            return "proxy";
    }
    return "";
}

class Reporter {
public:
    Reporter(const Config& config, std::string_view key) : config_(config), key_(key) {}

    json::array report() const {
        json::array out;
        for (const auto& name : names())
            if (const auto candidates = config_.environment().candidates(name); !candidates.empty())
                out.push_back(entry(name, candidates));
        return out;
    }

private:
    // The table's order first, which groups them by purpose; then the config's own by name.
    std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& known : known_variables()) names.emplace_back(known.name);
        std::set<std::string> others;
        for (const auto& [path, name] : config_.references()) others.emplace(name.get_string());
        for (const auto& name : config_.environment().names()) {
            if (find_pool_of(name)) others.insert(name);
            for (const auto* candidate : config_.environment().candidates(name))
                if (candidate->source == VariableSource::config) others.insert(name);
        }
        for (const auto& name : others)
            if (!find_known_variable(name)) names.push_back(name);
        return names;
    }

    json::object entry(const std::string& name, const std::vector<const Variable*>& candidates) const {
        const auto* pool = find_pool_of(name);
        const auto* known = pool ? pool : find_known_variable(name);
        json::object out{{"name", name}, {"purpose", known ? name_of(known->purpose) : "config"}};
        if (known && !known->provider.empty()) out["provider"] = known->provider;
        const bool open = known && !known->secret;
        describe(*candidates.front(), open, out);
        json::array shadows;
        for (std::size_t at = 1; at < candidates.size(); ++at) {
            json::object shadow;
            describe(*candidates[at], open, shadow);
            shadows.push_back(std::move(shadow));
        }
        out["shadows"] = std::move(shadows);
        return out;
    }

    void describe(const Variable& variable, bool open, json::object& out) const {
        out["source"] = config::name_of(variable.source);
        if (!variable.place.empty()) out["place"] = variable.place;
        if (variable.value.blank())
            out["blank"] = true;
        else
            out["fingerprint"] = fingerprint(variable.value, key_);
        if (open) out["value"] = revealed(variable.value);
    }

    const Config& config_;
    std::string_view key_;
};

}  // namespace

json::array environment_report(const Config& config, std::string_view fingerprint_key) {
    return Reporter(config, fingerprint_key).report();
}

}  // namespace openclaw::config
