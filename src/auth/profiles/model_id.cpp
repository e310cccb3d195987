#include "auth/profiles/model_id.h"

namespace openclaw::auth {

bool is_model_id(std::string_view id, const ProviderId& provider, std::string_view model) {
    if (id == model) return true;
    const auto slash = id.find('/');
    return slash != std::string_view::npos && id.substr(slash + 1) == model &&
           ProviderId(id.substr(0, slash)) == provider;
}

}  // namespace openclaw::auth
