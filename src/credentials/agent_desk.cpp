#include "credentials/agent_desk.h"

namespace openclaw::credentials {

AgentDesk::AgentDesk(net::Loop& loop, std::string agent_id, std::shared_ptr<const config::Config> under)
    : agent(std::move(agent_id)), config(std::move(under)), read(loop) {}

const auth::Profile* AgentDesk::find(const auth::ProfileId& id) const {
    return index ? index->find(id) : store ? store->find(id) : nullptr;
}

bool AgentDesk::holds(const auth::ProfileId& id, const std::string& file) const {
    const auto* profile = find(id);
    return profile && file_of(*profile) == file;
}

auth::UsageStats AgentDesk::usage_of(const auth::ProfileId& id) const {
    const auto* usage = store ? store->usage_of(id) : nullptr;
    return usage ? *usage : auth::UsageStats{};
}

void AgentDesk::set_usage(const auth::ProfileId& id, auth::UsageStats usage) {
    if (!store) return;
    store->usage.insert_or_assign(id.text, std::move(usage));
    touched_.insert(id);
    if (index) index->take_usage(id);
}

// What the file says and, on top of it, what isn't in it yet.
auth::UsageStats AgentDesk::known_of(const auth::Profile& profile, const OutcomeWriter& writer) const {
    const auto* stored = seen.store->usage_of(profile.id);
    return writer.with_unwritten(file_of(profile), profile.id, stored ? *stored : auth::UsageStats{});
}

void AgentDesk::take_store(std::shared_ptr<auth::Store> changed, const OutcomeWriter& writer, bool certain) {
    touched_.clear();
    if (!certain && store) {
        for (const auto& profile : changed->profiles)
            if (const auto* known = store->usage_of(profile.id))
                changed->usage.insert_or_assign(profile.id.text, *known);
    } else if (writer.holds_any(own_file) || writer.holds_any(main_file)) {
        for (const auto& profile : changed->profiles)
            if (auto known = known_of(profile, writer); !(known == auth::UsageStats{}))
                changed->usage.insert_or_assign(profile.id.text, std::move(known));
    }
    if (!certain)  // all of them are looked at again
        for (const auto& [id, usage] : changed->usage) touched_.insert({id});
    index.reset();
    store = std::move(changed);
}

void AgentDesk::take_use(const std::vector<auth::ProfileId>& used, const OutcomeWriter& writer) {
    auto ids = std::exchange(touched_, {});
    ids.insert(used.begin(), used.end());
    for (const auto& id : ids) {
        const auto* profile = find(id);
        if (!profile) continue;
        store->usage.insert_or_assign(id.text, known_of(*profile, writer));
        if (index) index->take_usage(id);
    }
}

bool AgentDesk::take(Reading found, const OutcomeWriter& writer, bool certain) {
    if (!found.now) {
        const bool news = !problem || problem->message != found.now.error().message;
        problem = std::move(found.now).error();
        return news;
    }
    const bool repaired = problem.has_value();
    problem.reset();
    if (found.changed) {
        seen = std::move(*found.now);
        take_store(std::move(found.changed), writer, certain);
        return true;
    }
    if (certain) {
        seen = std::move(*found.now);
        take_use(found.used, writer);
    }
    return repaired;
}

}  // namespace openclaw::credentials
