#include "chat/sessions/session_book.h"

namespace openclaw::chat {

Result<std::shared_ptr<SessionStore>> SessionBook::store_of(const std::string& agent_id,
                                                            const config::Config& config) {
    const auto* agent = config.find_agent(agent_id);
    if (agent == nullptr) return fail(Code::not_found, "no agent {}", agent_id);
    const auto file = session_store_file(config, *agent);
    auto& store = stores_[file];
    if (store == nullptr) store = std::make_shared<SessionStore>(files_, file);
    return store;
}

}  // namespace openclaw::chat
