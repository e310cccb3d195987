#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway::methods {

Reply node_list(Call& call) {
    return json::object{{"ts", to_ms(call.room.now())}, {"nodes", json::array{}}};
}

Reply cron_list(Call&) {
    return json::object{{"jobs", json::array{}}};
}

Reply cron_status(Call&) {
    return json::object{{"enabled", false}, {"jobs", 0}, {"nextWakeAtMs", nullptr}};
}

Reply channels_status(Call& call) {
    return json::object{{"ts", to_ms(call.room.now())},      {"channelOrder", json::array{}},
                        {"channelLabels", json::object{}},   {"channels", json::object{}},
                        {"channelAccounts", json::object{}}, {"channelDefaultAccountId", json::object{}}};
}

}  // namespace openclaw::gateway::methods
