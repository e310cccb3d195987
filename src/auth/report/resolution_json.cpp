#include "auth/report/resolution_json.h"

#include "auth/choice/remedy.h"
#include "auth/report/status_report.h"
#include "base/fingerprint.h"

namespace openclaw::auth {

json::object explained_json(const Candidate& candidate, std::string_view fingerprint_key) {
    json::object object{{"source", name_of(candidate.source)}, {"place", place_of(candidate)}};
    if (candidate.source == Source::profile) object["profileId"] = candidate.profile.text;
    if (!candidate.kind.empty()) object["type"] = candidate.kind;
    object["verdict"] = name_of(candidate.verdict);
    object["reason"] = candidate.reason;
    if (candidate.until) object["until"] = to_ms(*candidate.until);
    if (candidate.on_demand) object["onDemand"] = true;
    if (candidate.reference) object["secretRef"] = source_json(candidate);
    if (candidate.secret && !candidate.secret->blank())
        object["fingerprint"] = fingerprint(*candidate.secret, fingerprint_key);
    if (const auto origin = origin_of(candidate); !origin.empty()) object["origin"] = origin;
    return object;
}

json::object explained_json(const Resolution& resolution, std::string_view fingerprint_key) {
    json::array candidates;
    for (const auto& candidate : resolution.candidates)
        candidates.push_back(explained_json(candidate, fingerprint_key));
    const auto* chosen = resolution.chosen();
    json::object object{
        {"provider", resolution.provider},
        {"orderFrom", resolution.order_origin},
        {"usable", chosen != nullptr},
        {"chosen", chosen ? json::value(explained_json(*chosen, fingerprint_key)) : json::value(nullptr)},
        {"candidates", std::move(candidates)}};
    if (!resolution.notices.empty())
        object["notices"] = json::array(resolution.notices.begin(), resolution.notices.end());
    if (!resolution.elsewhere.empty()) object["elsewhere"] = elsewhere_json(resolution.elsewhere);
    if (!chosen) object["remedy"] = remedy_for(resolution);
    return object;
}

json::array elsewhere_json(const std::vector<Elsewhere>& found) {
    json::array list;
    for (const auto& each : found)
        list.push_back(json::object{{"file", each.file},
                                    {"profileId", each.id.text},
                                    {"provider", each.provider},
                                    {"changed", each.changed}});
    return list;
}

std::string origin_of(const Candidate& candidate) {
    if (!candidate.variable_source) return {};
    const auto source = std::string(config::describe(*candidate.variable_source));
    return candidate.variable_place.empty() ? source
                                            : fmt::format("{} ({})", source, candidate.variable_place);
}

}  // namespace openclaw::auth
