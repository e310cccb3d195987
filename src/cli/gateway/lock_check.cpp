#include "cli/gateway/lock_check.h"

#include "base/text.h"

namespace openclaw::cli {

using gateway::Knock;

json::array knocks_json(const std::vector<Knock>& knocks) {
    json::array list;
    for (const auto& each : knocks) {
        json::object entry{{"offered", each.offered}, {"letIn", each.came_in}, {"ok", each.as_it_should()}};
        if (!each.problem.empty()) entry["problem"] = each.problem;
        list.push_back(std::move(entry));
    }
    return list;
}

std::string knocks_text(const std::vector<Knock>& knocks) {
    std::vector<std::string> parts;
    for (const auto& each : knocks)
        parts.push_back(fmt::format("{} {}", each.offered,
                                    !each.problem.empty() ? "not answered (" + printable(each.problem) + ")"
                                    : each.came_in        ? "accepted"
                                                          : "refused"));
    return joined(parts, ", ");
}

std::optional<Error> fault_of(const std::vector<Knock>& knocks) {
    for (const auto& each : knocks)
        if (!each.as_it_should())
            return Error{
                each.problem.empty() ? Code::denied : Code::unavailable,
                fmt::format("checked from outside, the gateway doesn't do as its lock says: {}",
                            knocks_text(knocks)),
                "see `openclaw gateway status`: it may run with other settings than are written here"};
    return std::nullopt;
}

}  // namespace openclaw::cli
