// How the sources of secrets fare. Never a value.
#include "auth/sources/held_references.h"
#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway::methods {

namespace {

constexpr std::size_t references_max = 20'000;

json::object report_of(const auth::SecretRef& reference, const auth::SourceValue* known, TimePoint now) {
    auto report = auth::secret_ref_json(reference);
    report["asked"] = known != nullptr;
    report["ok"] = known != nullptr && known->value.has_value();
    if (known == nullptr) return report;
    if (known->read_at) {
        report["readAt"] = to_ms(*known->read_at);
        report["ageMs"] = std::max(Milliseconds(0), now - *known->read_at).count();
    }
    if (!known->problem.empty()) report["problem"] = known->problem;
    return report;
}

}  // namespace

Reply secrets_sources(Call& call) {
    const auto params = call.params();
    const auto* wanted = array_at(params.all(), "references");
    if (wanted == nullptr) return std::unexpected(invalid_request("references is missing"));
    if (wanted->size() > references_max)
        return std::unexpected(invalid_request(fmt::format("at most {} references", references_max)));
    const auto values = call.room.means.credentials.source_values();
    json::array reports;
    for (const auto& entry : *wanted) {
        const auto reference = auth::reference_in(&entry);
        if (!reference || !*reference)
            return std::unexpected(invalid_request("references holds something that is none"));
        // What is sealed is bound to the record that holds it and is nobody's to ask about here.
        if ((*reference)->source == auth::SecretRef::Source::sealed) continue;
        reports.push_back(report_of(**reference, values->find(**reference, {}), call.room.now()));
    }
    return json::object{{"references", std::move(reports)}};
}

}  // namespace openclaw::gateway::methods
