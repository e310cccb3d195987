#include "auth/profiles/provider_id.h"

#include "base/text.h"

namespace openclaw::auth {

ProviderId::ProviderId(std::string_view spelling) : text_(lowered(trimmed(spelling))) {
    constexpr std::pair<std::string_view, std::string_view> spellings[] = {{"z.ai", "zai"},
                                                                           {"z-ai", "zai"},
                                                                           {"opencode-zen", "opencode"},
                                                                           {"qwen", "qwen-portal"},
                                                                           {"kimi-code", "kimi-coding"}};
    for (const auto& [other, id] : spellings)
        if (text_ == other) text_ = id;
}

}  // namespace openclaw::auth
