#include <algorithm>
#include <array>

#include "providers/failures/rules.h"

namespace openclaw::providers {
namespace {

using Reason = auth::FailureReason;

// Names under which the servers of one vendor go.
struct Family {
    std::string_view vendor, name;
};
constexpr std::array families = {
    Family{"google", "google"},      Family{"google", "gemini"},   Family{"google", "vertex"},
    Family{"google", "antigravity"}, Family{"zai", "zai"},         Family{"zai", "z-ai"},
    Family{"zai", "z.ai"},           Family{"zai", "zhipu"},       Family{"zai", "glm"},
    Family{"zai", "bigmodel"},       Family{"qwen", "qwen"},       Family{"qwen", "dashscope"},
    Family{"qwen", "modelstudio"},   Family{"qwen", "bailian"},    Family{"qwen", "alibaba"},
    Family{"qwen", "aliyun"},        Family{"baidu", "baidu"},     Family{"baidu", "qianfan"},
    Family{"baidu", "ernie"},        Family{"bedrock", "bedrock"}, Family{"bedrock", "amazon"},
    Family{"bedrock", "aws"},        Family{"copilot", "copilot"}, Family{"copilot", "github-copilot"},
};

bool is_family(std::string_view provider, std::string_view vendor) {
    return provider.starts_with(vendor) || std::ranges::any_of(families, [&](const Family& family) {
               return family.vendor == vendor && provider.starts_with(family.name);
           });
}

}  // namespace

bool is_of(std::string_view provider, std::string_view vendor) {
    if (vendor.empty()) return true;
    if (vendor.starts_with('!')) return !is_family(provider, vendor.substr(1));
    return is_family(provider, vendor);
}

unsigned group_of(int status) {
    switch (status) {
        case 400:
            return bad_request | status_400;
        case 401:
            return settled_auth;
        case 402:
            return status_402;
        case 408:
        case 504:
        case 522:
        case 524:
            return settled_other;
        case 403:
            return status_403;
        case 404:
        case 410:
            return status_404;
        case 413:
            return status_413;
        case 429:
        case 529:
            return status_429;
        default:
            break;
    }
    if (status < 400) return no_status;
    return status < 500 ? bad_request : server_side;
}

Reason reason_of_status(int status) {
    switch (status) {
        case 401:
        case 403:
        case 451:  // not in this country
            return Reason::auth;
        case 402:
            return Reason::billing;
        case 407:  // our own proxy wants to know us
            return Reason::network;
        case 408:
        case 504:
        case 522:
        case 524:
        case 598:
        case 599:
            return Reason::timeout;
        case 404:  // of a model, the body would say so
        case 405:
        case 410:
        case 421:
            return Reason::wrong_address;
        case 413:
            return Reason::overflow;
        case 429:
            return Reason::rate_limit;
        case 498:  // Groq: no room in the flexible tier
        case 529:
            return Reason::overloaded;
        case 409:
        case 424:
        case 425:
        case 499:  // given up between the provider's own parts
            return Reason::server_error;
        default:
            break;
    }
    if (status >= 500) return Reason::server_error;
    if (status >= 400) return Reason::format;
    return status >= 300 ? Reason::wrong_address : Reason::unknown;
}

}  // namespace openclaw::providers
